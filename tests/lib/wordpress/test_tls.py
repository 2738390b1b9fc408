"""TLS through the guard: the name is asked for and proved, whatever address is connected to."""

from __future__ import annotations

import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from igny8_lib.wordpress.errors import BadCertificate
from igny8_lib.wordpress.exchange import Bounds, Exchange


class Site(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(204)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Nothing to say."""


def certificate(folder: Path, name: str) -> Path:
    """A certificate that the name gave itself, with its key, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    known = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(known)
        .issuer_name(known)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    plain = serialization.NoEncryption()
    written = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)
    path = folder / "both.pem"
    path.write_bytes(written + made.public_bytes(serialization.Encoding.PEM))
    return path


@contextmanager
def site(file: Path) -> Iterator[tuple[int, list[str | None]]]:
    """A server with the certificate: its port, and the names that it was asked for."""
    asked: list[str | None] = []
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    context.sni_callback = lambda _socket, name, _context: asked.append(name)
    server = ThreadingHTTPServer(("127.0.0.1", 0), Site)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    try:
        yield server.server_address[1], asked
    finally:
        server.shutdown()
        server.server_close()


def ask(port: int, *, verify: bool, host: str = "tea.example") -> int:
    with Exchange(allow_private=True, verify=verify, bounds=Bounds(), resolver=lambda *_: ["127.0.0.1"]) as exchange:
        return exchange.send("GET", f"https://{host}:{port}/", most=1000).status


def test_a_certificate_that_nobody_vouches_for_is_refused_unless_the_connection_takes_any(tmp_path: Path) -> None:
    with site(certificate(tmp_path, "tea.example")) as (port, asked):
        with pytest.raises(BadCertificate, match=r"tea\.example"):
            ask(port, verify=True)
        assert ask(port, verify=False) == 204
        assert asked == ["tea.example", "tea.example"]


def test_a_certificate_must_be_the_names_and_not_the_address_s(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = certificate(tmp_path, "tea.example")
    monkeypatch.setenv("SSL_CERT_FILE", str(file))
    with site(file) as (port, _):
        assert ask(port, verify=True) == 204
        with pytest.raises(BadCertificate):
            ask(port, verify=True, host="other.example")
