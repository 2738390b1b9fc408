"""The web server of the built websites: `python -m igny8_lib.stack.site_server --folder … --port … [--host …]`.

Below `/SLUG/` it shows the live version of each site (`FOLDER/SLUG/current/`), and nothing else: no other versions, no
manifests, no lists of folders, no hidden files, nothing outside of its folder. It writes nothing either: the folder may
be mounted for reading only, and may not be there before the first site is.
"""

from __future__ import annotations

import argparse
import os
import shutil
from dataclasses import dataclass
from email.utils import formatdate
from functools import partial
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, BinaryIO
from urllib.parse import quote, unquote, urlsplit

from igny8_lib.site_builder.releases.folder import CURRENT
from igny8_lib.site_builder.releases.manifest import MANIFEST
from igny8_lib.site_builder.releases.target import version_of
from igny8_lib.site_builder.uploads.headers import headers_for
from igny8_lib.stack.ports import LOOPBACK

HEALTH = "/.health"
NOT_FOUND = "404.html"
POLICY = (
    "default-src 'none'; img-src 'self'; media-src 'self'; style-src 'self'; form-action https: http: mailto:; "
    "base-uri 'none'"
)
"""Pages have no scripts; whatever stood in one would not run."""


@dataclass(frozen=True)
class Found:
    """A file of a site's live version: its path in the site, and the file, open."""

    path: str
    file: BinaryIO
    facts: os.stat_result

    @property
    def tag(self) -> str:
        """What tells it from every other file that was ever at its address."""
        return f'"{self.facts.st_ino:x}-{self.facts.st_mtime_ns:x}-{self.facts.st_size:x}"'


@dataclass(frozen=True)
class LiveSite:
    """The folder of a site's live version: one version for as long as a request lasts."""

    folder: Path

    @classmethod
    def of(cls, root: Path, slug: str) -> LiveSite | None:
        """The site of this slug; None where nothing of it is live."""
        if not slug or slug.startswith("."):
            return None
        try:
            site = (root / slug).resolve()
            folder = (site / CURRENT).resolve(strict=True)
        except (OSError, ValueError):
            return None
        is_version = folder.parent == site and site.parent == root.resolve() and version_of(folder.name) is not None
        return cls(folder) if is_version else None

    def open(self, path: str) -> Found | None:
        """A file by its path in the site; None where visitors have none."""
        if path == MANIFEST or any(name.startswith(".") for name in path.split("/")):
            return None
        try:
            wanted = (self.folder / path).resolve(strict=True)
            if not wanted.is_relative_to(self.folder) or not wanted.is_file():
                return None
            file = wanted.open("rb")
        except (OSError, ValueError):
            return None
        return Found(path, file, os.fstat(file.fileno()))

    def has_page(self, path: str) -> bool:
        """Whether there is a page at a path that lacks the slash at its end."""
        page = self.open(f"{path}/index.html")
        if page is not None:
            page.file.close()
        return page is not None


class SiteHandler(BaseHTTPRequestHandler):
    """One request."""

    server_version = "igny8"
    sys_version = ""
    timeout = 30

    def __init__(self, *given: Any, folder: Path) -> None:  # noqa: ANN401 - the base's own
        self.folder = folder
        super().__init__(*given)

    def do_GET(self) -> None:
        """A file with its head."""
        self.answer()

    def do_HEAD(self) -> None:
        """Its head alone."""
        self.answer()

    def answer(self) -> None:
        """The live version's file at the address, the site's own page for what is not there."""
        parts = urlsplit(self.path)
        if parts.path == HEALTH:
            self.send(HTTPStatus.OK, {"Content-Type": "text/plain; charset=utf-8"}, b"ok")
            return
        slug, slash, path = unquote(parts.path).removeprefix("/").partition("/")
        site = LiveSite.of(self.folder, slug)
        if site is None:
            self.nothing()
        elif not slash:
            self.lead_to(f"{slug}/", parts.query)
        elif found := site.open(f"{path}index.html" if not path or path.endswith("/") else path):
            self.show(found)
        elif not path.endswith("/") and site.has_page(path):
            self.lead_to(f"{slug}/{path}/", parts.query)
        else:
            self.missing(site)

    def show(self, found: Found) -> None:
        """The file, or that the browser has it already."""
        with found.file as file:
            changed = formatdate(found.facts.st_mtime, usegmt=True)
            headers = headers_for(found.path) | {"ETag": found.tag, "Last-Modified": changed}
            if self.is_known(found, changed):
                self.send(HTTPStatus.NOT_MODIFIED, headers, None)
            else:
                self.send(HTTPStatus.OK, headers | {"Content-Length": str(found.facts.st_size)}, file)

    def is_known(self, found: Found, changed: str) -> bool:
        """Whether the browser has just this file (RFC 9110, 13.2.2: a tag goes before a date)."""
        tags = self.headers.get("If-None-Match")
        if tags is not None:
            return any(tag.strip().removeprefix("W/") in {found.tag, "*"} for tag in tags.split(","))
        return self.headers.get("If-Modified-Since") == changed

    def lead_to(self, path: str, query: str) -> None:
        """The address with the slash at its end."""
        address = f"/{quote(path)}" + (f"?{query}" if query else "")
        self.send(HTTPStatus.MOVED_PERMANENTLY, {"Location": address}, b"")

    def missing(self, site: LiveSite) -> None:
        """The site's own page for addresses with nothing there."""
        page = site.open(NOT_FOUND)
        if page is None:
            self.nothing()
            return
        with page.file as file:
            headers = headers_for(NOT_FOUND) | {"Content-Length": str(page.facts.st_size)}
            self.send(HTTPStatus.NOT_FOUND, headers, file)

    def nothing(self) -> None:
        """Where there is no site."""
        self.send(HTTPStatus.NOT_FOUND, {"Content-Type": "text/plain; charset=utf-8"}, b"There is nothing here.\n")

    def send(self, status: HTTPStatus, headers: dict[str, str], body: bytes | BinaryIO | None) -> None:
        """The whole answer; of a HEAD its head."""
        self.send_response(status)
        if isinstance(body, bytes):
            headers = headers | {"Content-Length": str(len(body))}
        for name, value in {**always(), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command == "HEAD" or body is None:
            return
        if isinstance(body, bytes):
            self.wfile.write(body)
        else:
            shutil.copyfileobj(body, self.wfile)


def always() -> dict[str, str]:
    """What every answer says, unless its file says otherwise."""
    return {
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "strict-origin-when-cross-origin",
        "Content-Security-Policy": POLICY,
        "Cache-Control": "no-cache",
    }


def make_server(folder: Path, port: int, host: str = LOOPBACK) -> ThreadingHTTPServer:
    """A server of the folder, on loopback where nothing else is said; port 0 is any free one."""
    return ThreadingHTTPServer((host, port), partial(SiteHandler, folder=folder))


def main() -> None:
    """Serve until somebody says stop."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--host", default=LOOPBACK)
    given = parser.parse_args()
    make_server(given.folder, given.port, given.host).serve_forever()


if __name__ == "__main__":
    main()
