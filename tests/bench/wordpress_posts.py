"""A website with any number of posts, as far as an import asks it: in a process of its own, so that what it holds in
memory is not counted as the import's."""

from __future__ import annotations

import json
import multiprocessing
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

TEXT = (
    "<!-- wp:paragraph -->\n<p class='x'>"
    + "Tea is a drink that people make of leaves. " * 12
    + "</p>\n<!-- /wp:paragraph -->\n"
)
PARAGRAPHS = 12
"""Of a post: about 7 kB."""
ROOT = "/wp-json"


class Website(BaseHTTPRequestHandler):
    """Answers like WordPress' REST API."""

    protocol_version = "HTTP/1.1"

    def __init__(self, posts: int, *given: Any) -> None:
        self.posts = posts
        super().__init__(*given)

    def do_GET(self) -> None:
        """Answer one request."""
        parts = urlsplit(self.path)
        asked = {name: values[0] for name, values in parse_qs(parts.query).items()}
        route = parts.path.removeprefix(ROOT).strip("/")
        if route == "wp/v2/posts":
            start, size = int(asked["offset"]), int(asked["per_page"])
            self.answer([post(number) for number in range(start + 1, min(start + size, self.posts) + 1)], self.posts)
        elif route == "wp/v2/users/me":
            self.answer({"id": 1})
        elif route:
            self.answer([])
        else:
            self.answer({"namespaces": ["wp/v2"], "routes": {"/wp/v2/posts": {}}, "name": "Tea", "url": ""})

    do_HEAD = do_GET  # noqa: N815 - the base's name

    def answer(self, document: Any, total: int = 0) -> None:
        """JSON with WordPress' headers."""
        body = json.dumps(document).encode()
        host = self.headers["Host"]
        self.send_response(200)
        self.send_header("Content-Type", "application/json; charset=UTF-8")
        self.send_header("Link", f'<http://{host}{ROOT}/>; rel="https://api.w.org/"')
        self.send_header("X-WP-Total", str(total))
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


def post(number: int) -> dict[str, Any]:
    """The post of this number."""
    return {
        "id": number,
        "status": "publish",
        "slug": f"post-{number}",
        "link": f"http://127.0.0.1/post-{number}/",
        "title": {"raw": f"Post {number}"},
        "content": {"raw": TEXT * PARAGRAPHS + f"<p>{number}</p>"},
        "excerpt": {"raw": ""},
        "modified_gmt": "2026-01-01T00:00:00",
        "date_gmt": "2026-01-01T00:00:00",
        "author": 1,
        "featured_media": 0,
        "categories": [],
        "tags": [],
    }


def serve(posts: int, told: Any) -> None:
    """Serve for ever; tells its port first."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Website, posts))
    told.send(server.server_port)
    server.serve_forever()


@contextmanager
def website(posts: int) -> Iterator[str]:
    """Address of a website with so many posts."""
    ours, theirs = multiprocessing.get_context("spawn").Pipe()
    process = multiprocessing.get_context("spawn").Process(target=serve, args=(posts, theirs), daemon=True)
    process.start()
    try:
        yield f"http://127.0.0.1:{ours.recv()}"
    finally:
        process.terminate()
        process.join()
