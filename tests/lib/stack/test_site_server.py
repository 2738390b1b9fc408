"""The web server of the built websites: the live version of each, and nothing else."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path

import httpx
import pytest

from igny8_lib.site_builder.releases import deploying as releases
from igny8_lib.site_builder.releases.folder import FolderTarget
from igny8_lib.stack.site_server import make_server

FILES = {
    "index.html": b"<h1>Home</h1>",
    "404.html": b"<h1>Nothing here</h1>",
    "blog/roses/index.html": b"<h1>Roses</h1>",
    "assets/site.css": b"h1 { color: red }",
    "assets/images/rose.webp": b"RIFF",
    "assets/images/drawing.svg": b"<svg/>",
    "assets/documents/prices.pdf": b"%PDF",
}


@dataclass(frozen=True)
class Served:
    """A folder with the site "harbour", and the server's port."""

    root: Path
    port: int

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def get(self, path: str, **headers: str) -> httpx.Response:
        return httpx.get(
            f"{self.url}{path}", headers={name.replace("_", "-"): value for name, value in headers.items()}
        )

    def raw(self, path: str) -> int:
        """The status of a path that no client would send so."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=10)
        connection.putrequest("GET", path, skip_host=True)
        connection.putheader("Host", "127.0.0.1")
        connection.endheaders()
        status = connection.getresponse().status
        connection.close()
        return status


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    root = tmp_path / "sites"
    server = make_server(root, 0)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    releases.deploy(FolderTarget(root / "harbour"), 1, FILES, keep=3)
    try:
        yield Served(root, server.server_port)
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def test_pages_and_files_come_with_their_types_and_no_script_can_run(served: Served) -> None:
    page = served.get("/harbour/blog/roses/")
    assert (page.status_code, page.content) == (200, FILES["blog/roses/index.html"])
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    for path in FILES:
        answer = served.get(f"/harbour/{path}")
        assert answer.headers["x-content-type-options"] == "nosniff"
        policy = answer.headers["content-security-policy"]
        assert policy.startswith("default-src 'none'")
        assert "script-src" not in policy
    assert served.get("/harbour/assets/documents/prices.pdf").headers["content-disposition"] == "attachment"
    assert "sandbox" in served.get("/harbour/assets/images/drawing.svg").headers["content-security-policy"]
    assert served.get("/.health").text == "ok"
    assert httpx.post(f"{served.url}/harbour/").status_code == 501


def test_an_address_without_its_slash_leads_to_the_one_with_it(served: Served) -> None:
    for path, to in (
        ("/harbour", "/harbour/"),
        ("/harbour/blog/roses", "/harbour/blog/roses/"),
        ("/harbour?a=1", "/harbour/?a=1"),
    ):
        answer = served.get(path)
        assert (answer.status_code, answer.headers["location"]) == (301, to)


def test_what_is_not_there_is_told_by_the_sites_own_page(served: Served) -> None:
    for path in ("/harbour/nothing/", "/harbour/blog/", "/harbour/blog", "/harbour/index.html/"):
        answer = served.get(path)
        assert (answer.status_code, answer.content) == (404, FILES["404.html"]), path
    assert served.get("/elsewhere/").status_code == 404


def test_nobody_sees_other_versions_manifests_hidden_files_or_what_lies_outside(served: Served) -> None:
    (served.root.parent / "outside.html").write_text("x")
    (served.root / "harbour" / "v1" / "link.html").symlink_to(served.root.parent / "outside.html")
    (served.root / "harbour" / "v1" / ".secret").write_text("x")
    (served.root / "folder").mkdir()
    (served.root / "led").mkdir()
    (served.root / "led" / "current").symlink_to(served.root.parent)
    for path in (
        "/",
        "//",
        "/harbour/manifest.json",
        "/harbour/./manifest.json",
        "/harbour/v1/index.html",
        "/harbour/current/index.html",
        "/harbour/.secret",
        "/harbour/.lock",
        "/harbour/link.html",
        "/harbour/../../outside.html",
        "/harbour/%2e%2e/%2e%2e/outside.html",
        "/harbour/..%2f..%2foutside.html",
        "/harbour//manifest.json",
        "/harbour/%00",
        "/..",
        "/../harbour/",
        "/folder/",
        "/led/outside.html",
        "/" + "a" * 5_000,
        "/harbour/" + "a" * 5_000,
    ):
        assert served.raw(path) == 404, path
    assert served.raw("//evil.example/harbour") == 404, "no address of ours leads to another host"


def test_a_browser_that_has_the_file_is_not_sent_it_again(served: Served) -> None:
    first = served.get("/harbour/")
    known = served.get("/harbour/", If_None_Match=first.headers["etag"])
    assert (known.status_code, known.content) == (304, b"")
    assert served.get("/harbour/", If_Modified_Since=first.headers["last-modified"]).status_code == 304
    assert served.get("/harbour/", If_None_Match='"other"').status_code == 200


def test_a_switch_is_seen_at_once_by_who_has_the_version_before(served: Served) -> None:
    first = served.get("/harbour/")
    target = FolderTarget(served.root / "harbour")
    releases.deploy(target, 2, FILES | {"index.html": b"<h1>Hume</h1>"}, keep=3)
    assert served.get("/harbour/", If_None_Match=first.headers["etag"]).content == b"<h1>Hume</h1>"
    releases.rollback(target, 1)
    assert served.get("/harbour/").content == FILES["index.html"]


def test_a_head_has_everything_but_the_file(served: Served) -> None:
    head, whole = httpx.head(f"{served.url}/harbour/"), served.get("/harbour/")
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["content-length"] == str(len(whole.content))
    assert head.headers["etag"] == whole.headers["etag"]
