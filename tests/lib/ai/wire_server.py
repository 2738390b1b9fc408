"""A provider for tests of single wire cases: a real HTTP server that sends exactly the replies it was given."""

from __future__ import annotations

import json
import socket
import struct
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

RESET_ON_CLOSE = struct.pack("ii", 1, 0)
"""SO_LINGER with time 0: closing sends RST instead of FIN."""
DRIPS = 60


@dataclass(frozen=True)
class Reply:
    """One HTTP answer; `reset`, `cut` and `hang` are the ways in which there is none."""

    status: int = 200
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=lambda: {"content-type": "application/json"})
    reset: bool = False
    cut: bool = False
    hang: bool = False
    drip: bool = False
    """A blank every 50 ms for three seconds before the body: no single read is slow, the whole is."""


@dataclass(frozen=True)
class Seen:
    """One request as it arrived."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: Any


class WireServer(ThreadingHTTPServer):
    """Answers in the order of its script; the last reply is repeated."""

    daemon_threads = True
    request_queue_size = 64

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.seen: list[Seen] = []
        self.released = threading.Event()
        self.lock = threading.Lock()
        self.decide: Callable[[Seen], Reply] = lambda _: Reply(500)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    def script(self, *replies: Reply) -> None:
        left = list(replies)
        self.decide = lambda _: left.pop(0) if len(left) > 1 else left[0]

    def handle_error(self, request: object, client_address: object) -> None:
        """Clients that hang up are part of the tests, not news."""

    def close(self) -> None:
        self.released.set()
        self.shutdown()
        self.server_close()


class Handler(BaseHTTPRequestHandler):
    """Takes one request, records it, sends its reply."""

    protocol_version = "HTTP/1.1"
    wbufsize = -1
    """Head and body leave together; apart, the second would wait for a delayed acknowledgement."""
    server: WireServer

    def do_POST(self) -> None:
        self.answer()

    def do_GET(self) -> None:
        self.answer()

    def answer(self) -> None:
        raw = self.rfile.read(int(self.headers.get("content-length", 0)))
        headers = {name.lower(): value for name, value in self.headers.items()}
        seen = Seen(self.command, self.path, headers, json.loads(raw) if raw else None)
        with self.server.lock:
            self.server.seen.append(seen)
            reply = self.server.decide(seen)
        self.send(reply)

    def send(self, reply: Reply) -> None:
        if reply.hang:
            self.server.released.wait(60)
        if reply.reset or reply.hang:
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET_ON_CLOSE)
            self.close_connection = True
            self.connection.close()
            return
        self.send_response(reply.status)
        for name, value in reply.headers.items():
            self.send_header(name, value)
        self.send_header("content-length", str(len(reply.body) + DRIPS * reply.drip))
        self.end_headers()
        if reply.drip:
            self.drip()
        self.wfile.write(reply.body[: len(reply.body) // 2] if reply.cut else reply.body)
        self.close_connection = self.close_connection or reply.cut

    def drip(self) -> None:
        for _ in range(DRIPS):
            self.wfile.write(b" ")
            self.wfile.flush()
            self.server.released.wait(0.05)

    def log_message(self, *_: object) -> None:
        """Quiet."""


def said(document: object, **more: object) -> Reply:
    """A chat completion whose message is the document as JSON (or the text itself)."""
    text = document if isinstance(document, str) or document is None else json.dumps(document)
    message = {"role": "assistant", "content": text, "refusal": more.pop("refusal", None)}
    choice = {"index": 0, "message": message, "finish_reason": more.pop("finish_reason", "stop")}
    usage = {"prompt_tokens": 100, "completion_tokens": 20, "total_tokens": 120}
    usage["prompt_tokens_details"] = {"cached_tokens": 80}
    body = {"id": "x", "object": "chat.completion", "created": 1, "model": "tiny-2026-01-01", "choices": [choice]}
    return Reply(body=json.dumps(body | {"usage": usage} | more).encode())


def drawn(**image: object) -> Reply:
    """An image generation with one picture."""
    return Reply(body=json.dumps({"created": 1, "data": [image]}).encode())


def failed(status: int, code: str | None = None, message: str = "no", **headers: str) -> Reply:
    """An error in the provider's envelope; header names with _ for -."""
    names = {name.replace("_", "-"): value for name, value in headers.items()}
    body = json.dumps({"error": {"message": message, "type": "error", "code": code}}).encode()
    return Reply(status, body, {"content-type": "application/json"} | names)
