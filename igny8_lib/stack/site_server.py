"""The web server of the static sites: `python -m igny8_lib.stack.site_server --folder … --port … [--host …]`.

It shows files, and nothing else: no lists of folders, no hidden files, nothing outside its folder. It writes nothing
either: the folder may be mounted for reading only, and may not be there before the first article is.
"""

from __future__ import annotations

import argparse
from functools import partial
from http import HTTPStatus
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from pathlib import Path
from typing import BinaryIO
from urllib.parse import unquote, urlsplit

from igny8_lib.stack.ports import LOOPBACK

HEALTH = "/.health"
POLICY = "default-src 'none'; img-src 'self' https:; style-src 'self'; base-uri 'none'; form-action 'none'"
"""Pages have no scripts; whatever stood in one would not run."""


class SiteHandler(SimpleHTTPRequestHandler):
    """One request."""

    server_version = "igny8"
    sys_version = ""
    timeout = 30

    def send_head(self) -> BytesIO | BinaryIO | None:
        """The head of the answer; 404 for what nobody is to see."""
        path = unquote(urlsplit(self.path).path)
        if path == HEALTH:
            self.send_response(HTTPStatus.OK)
            self.end_headers()
            return BytesIO(b"ok")
        folder = Path(str(self.directory)).resolve()
        wanted = Path(self.translate_path(self.path)).resolve()
        if any(part.startswith(".") for part in path.split("/")) or not wanted.is_relative_to(folder):
            self.send_error(HTTPStatus.NOT_FOUND)
            return None
        return super().send_head()

    def list_directory(self, path: object) -> None:  # noqa: ARG002 - the base's signature
        """No lists of folders."""
        self.send_error(HTTPStatus.NOT_FOUND)

    def end_headers(self) -> None:
        """What every answer says beside."""
        self.send_header("X-Content-Type-Options", "nosniff")
        self.send_header("Referrer-Policy", "strict-origin-when-cross-origin")
        self.send_header("Content-Security-Policy", POLICY)
        self.send_header("Cache-Control", "no-cache")
        super().end_headers()


def make_server(folder: Path, port: int, host: str = LOOPBACK) -> ThreadingHTTPServer:
    """A server of the folder, on loopback where nothing else is said; port 0 is any free one."""
    return ThreadingHTTPServer((host, port), partial(SiteHandler, directory=str(folder)))


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
