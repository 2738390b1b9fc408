"""The audit of packages: a known vulnerability fails, an accepted one does not, and a service that is away is said."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from tests.deployment.audit import LOCKS, ROOT, accepted, main, pins
from tests.deployment.compose import CHECKOUT

KNOWN = {
    "id": "GHSA-aaaa",
    "package": "jinja2",
    "reason": "no template of strangers",
    "until": "2999-01-01",
}


@contextmanager
def advisories(vulnerable: dict[str, list[str]], status: int = 200) -> Iterator[str]:
    """A service that speaks OSV's batch protocol; its address."""

    class Service(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))["queries"]
            names = [query["package"]["name"] for query in asked]
            found = [[{"id": each} for each in vulnerable.get(name, [])] for name in names]
            results = [{"vulns": each} if each else {} for each in found]
            body = json.dumps({"results": results}).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:  # type: ignore[override]
            """Nothing on the terminal."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Service)
    Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()


def listing(folder: Path, *entries: dict[str, str]) -> Path:
    """A file of accepted ones."""
    (path := folder / "accepted.json").write_text(json.dumps(entries))
    return path


def test_both_locks_are_read_whole() -> None:
    texts = [(ROOT / name).read_text() for name in LOCKS]
    found = dict(pins(texts))
    assert all(any(line.startswith(f"{name}==") for line in texts[1].splitlines()) for name in ("pytest", "ruff"))
    assert {"apache-airflow", "psycopg", "pytest", "celery"} <= found.keys()
    assert "\\" not in "".join(found.values())


def test_a_known_vulnerability_fails_with_the_package_and_what_to_do(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with advisories({"jinja2": ["GHSA-aaaa"], "pytest": ["GHSA-bbbb"]}) as url:
        assert main(url, listing(tmp_path)) == 1
        told = capsys.readouterr().out
        assert "GHSA-aaaa. Take a version without it (`make lock`), or list it" in told
        assert main(url, listing(tmp_path, KNOWN)) == 1, "the other is still there"
    with advisories({"jinja2": ["GHSA-aaaa"]}) as url:
        assert main(url, listing(tmp_path, KNOWN)) == 0
        assert main(url, listing(tmp_path, KNOWN | {"package": "other"})) == 1
        assert main(url, listing(tmp_path, KNOWN | {"until": "2020-01-01"})) == 1, "its time is over"


def test_a_service_that_is_away_or_ill_is_said_and_passes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main("http://127.0.0.1:1", listing(tmp_path)) == 0
    with advisories({}, status=503) as url:
        assert main(url, listing(tmp_path)) == 0
    assert capsys.readouterr().out.count("Not audited: http://127.0.0.1:") == 2


def test_what_is_accepted_has_a_reason_and_a_date() -> None:
    today = dt.date(2026, 1, 1)
    accepted(json.loads((CHECKOUT / "include" / "security" / "accepted.json").read_text()), today)
    for entry in (KNOWN | {"reason": " "}, KNOWN | {"until": "soon"}, {"id": "GHSA-aaaa"}):
        with pytest.raises(ValueError, match=r"."):
            accepted([entry], today)


def test_make_check_audits() -> None:
    assert "-m tests.deployment.audit" in (CHECKOUT / "Makefile").read_text()
