"""The product behind a real nginx that ends TLS, by the file that the project ships: one API server, no stack."""

from __future__ import annotations

import datetime as dt
import json
import os
import re
import shutil
import ssl
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import httpx
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from igny8_lib.stack.airflow_settings import local_settings
from igny8_lib.stack.ports import free_ports
from tests.deployment.compose import CHECKOUT
from tests.stack import LONG, clean_environment

NGINX_CONFIG = CHECKOUT / "include" / "proxy" / "nginx.conf"
HOST = "localhost"
PREFIX = "/airflow"
ADMIN = {"username": "admin", "password": "the-admins-password"}
CSRF_TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')


@dataclass(frozen=True)
class Proxied:
    """The addresses of a product behind a proxy."""

    secure: str
    """https://localhost:PORT"""
    plain: str
    """Where nginx answers without TLS."""
    server: str
    """The API server itself, as only the proxy reaches it."""
    certificates: ssl.SSLContext
    environment: dict[str, str] = field(repr=False)
    """Of the API server, as tasks have it, too."""

    def client(self, address: str = "127.0.0.1") -> httpx.Client:
        """Somebody's browser, at an address of this machine; it believes the certificate."""
        way = httpx.HTTPTransport(verify=self.certificates, local_address=address)
        return httpx.Client(base_url=self.secure, transport=way, timeout=60)

    def told_by(self, code: str) -> str:
        """What a process of Airflow's prints in its last line, a task for example."""
        command = [sys.executable, "-c", code]
        done = subprocess.run(command, env=self.environment, capture_output=True, text=True, check=True)
        return done.stdout.splitlines()[-1]

    def signed_in(self) -> httpx.Client:
        """A browser after the login form."""
        client = self.client()
        page = client.get(f"{PREFIX}/auth/login/").raise_for_status()
        form = ADMIN | {"csrf_token": CSRF_TOKEN.findall(page.text)[0]}
        answer = client.post(f"{PREFIX}/auth/login/", data=form, headers={"Referer": str(page.url)})
        assert answer.is_redirect, answer.text[:500]
        return client


def make_certificate(folder: Path) -> ssl.SSLContext:
    """A certificate and its key as nginx wants them; who believes it."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, HOST)])
    now = dt.datetime.now(dt.UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(HOST)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    (folder / "fullchain.pem").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    plain = (serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    (folder / "privkey.pem").write_bytes(key.private_bytes(serialization.Encoding.PEM, *plain))
    return ssl.create_default_context(cafile=str(folder / "fullchain.pem"))


def nginx_config(folder: Path, *, plain: int, secure: int, airflow: int, sites: int) -> Path:
    """The project's file with this test's addresses and folders."""
    changes = {
        "pid /run/nginx.pid": f"pid {folder}/nginx.pid",
        "server_tokens off": f"access_log off; client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; "
        "server_tokens off",
        "server api-server:8080": f"server 127.0.0.1:{airflow}",
        "server sites:8391": f"server 127.0.0.1:{sites}",
        "listen 80": f"listen 127.0.0.1:{plain}",
        "listen 443": f"listen 127.0.0.1:{secure}",
        "server_name igny8.example.com": f"server_name {HOST}",
        "/etc/igny8/tls": str(folder),
    }
    text = NGINX_CONFIG.read_text()
    for old, new in changes.items():
        assert old in text, old
        text = text.replace(old, new)
    (path := folder / "nginx.conf").write_text(text)
    return path


def airflow_environment(home: Path, port: int, *, base_url: str, metadata: str, product: str) -> dict[str, str]:
    """Of the API server, as docker-compose.yaml has it where a proxy stands in front."""
    return (
        clean_environment()
        | local_settings()
        | {
            "AIRFLOW_HOME": str(home / "airflow"),
            "AIRFLOW__API__PORT": str(port),
            "AIRFLOW__API__BASE_URL": base_url,
            "AIRFLOW__API__SECRET_KEY": "a-secret-of-this-test",
            "AIRFLOW__API_AUTH__JWT_SECRET": "another-secret-of-this-test-" * 3,
            "AIRFLOW__FAB__COOKIE_SECURE": "True",
            "AIRFLOW__CORE__DAGS_FOLDER": str(home / "dags"),
            "AIRFLOW__CORE__PLUGINS_FOLDER": str(CHECKOUT / "plugins"),
            "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": metadata,
            "FORWARDED_ALLOW_IPS": "127.0.0.1",
            "IGNY8_AIRFLOW_URL": f"http://127.0.0.1:{port}{PREFIX}",
            "IGNY8_DATABASE_URL": product,
            "IGNY8_STACK": str(home),
            "PYTHONPATH": os.pathsep.join([str(CHECKOUT / "dags"), str(CHECKOUT)]),
        }
    )


def initialise(environment: dict[str, str]) -> None:
    """What `igny8 init` does in Airflow's database."""
    wish = {"admin": ADMIN, "connections": [], "pools": [], "site_pools": [], "variables": []}
    command = [sys.executable, "-m", "igny8_dags.initialise"]
    subprocess.run(command, env=environment, input=json.dumps(wish), text=True, check=True, capture_output=True)


@contextmanager
def running(command: list[str], log: Path, environment: dict[str, str] | None = None) -> Iterator[None]:
    """A process while the block lasts, its words in a file."""
    with log.open("wb") as words:
        process = subprocess.Popen(command, env=environment, stdout=words, stderr=words)
    try:
        yield
    finally:
        process.terminate()
        process.wait()


@contextmanager
def proxied(folder: Path, *, metadata: str, product: str) -> Iterator[Proxied]:
    """nginx, the API server and the server of built websites."""
    plain, secure, airflow, sites = free_ports(4)
    tls = make_certificate(folder)
    base = f"https://{HOST}:{secure}"
    environment = airflow_environment(folder, airflow, base_url=f"{base}{PREFIX}", metadata=metadata, product=product)
    initialise(environment)
    server = [sys.executable, "-m", "airflow", "api-server", "--proxy-headers"]
    shown = [sys.executable, "-m", "igny8_lib.stack.site_server", f"--folder={folder}/sites", f"--port={sites}"]
    config = nginx_config(folder, plain=plain, secure=secure, airflow=airflow, sites=sites)
    nginx = [shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin") or "nginx", "-c", str(config)]
    nginx += ["-e", "stderr", "-g", "daemon off;"]
    there = Proxied(base, f"http://{HOST}:{plain}", f"http://127.0.0.1:{airflow}", tls, environment)
    with (
        running(server, folder / "server.log", environment),
        running(shown, folder / "sites.log"),
        running(nginx, folder / "nginx.log"),
    ):
        await_health(there, folder)
        yield there


def await_health(there: Proxied, folder: Path) -> None:
    """Return when all three answer through the proxy."""
    until = time.monotonic() + LONG
    with there.client() as client:
        for path in (f"{PREFIX}/igny8/health", "/.health"):
            while True:
                with suppress(httpx.HTTPError):
                    if client.get(path).is_success:
                        break
                words = [(each.name, each.read_text()[-1500:]) for each in folder.glob("*.log")]
                assert time.monotonic() < until, words
                time.sleep(0.2)
