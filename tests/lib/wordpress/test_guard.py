"""What the guard lets through: a server of the tests answers as attackers do; the resolver is the tests', too."""

from __future__ import annotations

import gzip
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx
import pytest

from igny8_lib.wordpress.errors import AddressRefused, AnswerTooLarge, NotWordPress, Redirected, Slow, WordPressFailure
from igny8_lib.wordpress.exchange import Bounds, Exchange, Response

AUTH = httpx.BasicAuth("admin", "secret")
Answering = Callable[["Site"], None]


class Site(BaseHTTPRequestHandler):
    """Answers as the test says; notes what it was asked."""

    answering: Answering
    asked: list[tuple[str, str, str]]

    def do_GET(self) -> None:
        self.asked.append((self.path, self.headers.get("Host", ""), self.headers.get("Authorization", "")))
        type(self).answering(self)

    do_POST = do_GET  # noqa: N815 - http.server calls it so

    def say(self, status: int, body: bytes = b"", **headers: str) -> None:
        self.send_response(status)
        for name, value in ({"Content_Length": str(len(body))} | headers).items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Nothing to say."""


@contextmanager
def site(answering: Answering) -> Iterator[tuple[int, list[tuple[str, str, str]]]]:
    """A server on loopback: its port, and what it was asked (path, host, authorization)."""
    handler = type("Asked", (Site,), {"answering": staticmethod(answering), "asked": []})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    try:
        yield server.server_address[1], handler.asked
    finally:
        server.shutdown()
        server.server_close()


def loopback(_host: str, _port: int) -> list[str]:
    return ["127.0.0.1"]


def ask(
    url: str, *, method: str = "GET", bounds: Bounds | None = None, cut: bool = False, most: int = 1000
) -> Response:
    """One exchange that may go to loopback, by whatever name."""
    with Exchange(allow_private=True, verify=True, bounds=bounds or Bounds(), resolver=loopback) as exchange:
        return exchange.send(method, url, most=most, cut=cut, auth=AUTH)


def test_the_address_that_was_judged_is_connected_to_whatever_the_resolver_says_next(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """DNS rebinding: public at the first question, this machine at the next."""
    told = iter([["192.0.43.8"], ["127.0.0.1"]])
    connected: list[object] = []

    def connect(address: object, *_: object, **__: object) -> socket.socket:
        connected.append(address)
        raise OSError("no network in tests")

    monkeypatch.setattr(socket, "create_connection", connect)
    with Exchange(allow_private=False, verify=True, bounds=Bounds(), resolver=lambda *_: next(told)) as exchange:
        with pytest.raises(WordPressFailure, match="No connection"):
            exchange.send("GET", "http://rebound.example/", most=1000)
        with pytest.raises(AddressRefused):
            exchange.send("GET", "http://rebound.example/", most=1000)
    assert connected == [("192.0.43.8", 80)]


def test_a_name_that_leads_to_this_machine_is_not_connected_to() -> None:
    with site(lambda asked: asked.say(200)) as (port, asked):
        for host in ("inner.example", "127.0.0.1", "[::1]", "2130706433", "0x7f.1"):
            with (
                Exchange(allow_private=False, verify=True, bounds=Bounds(), resolver=loopback) as exchange,
                pytest.raises(AddressRefused),
            ):
                exchange.send("GET", f"http://{host}:{port}/", most=1000)
    assert asked == []


def test_the_host_keeps_its_name_although_its_address_is_connected_to() -> None:
    with site(lambda asked: asked.say(200, b"{}")) as (port, asked):
        assert ask(f"http://tea.example:{port}/a").status == 200
    assert [(path, host) for path, host, _ in asked] == [("/a", f"tea.example:{port}")]


def test_redirects_within_the_host_are_followed_three_times_at_most() -> None:
    def on(asked: Site) -> None:
        step = int(asked.path[1:])
        asked.say(200) if step == 3 else asked.say(301, Location=f"/{step + 1}")

    with site(on) as (port, asked):
        assert ask(f"http://tea.example:{port}/0").url.endswith("/3")
        assert len(asked) == 4
    with site(lambda asked: asked.say(302, Location="/x")) as (port, asked):
        with pytest.raises(Redirected, match="without an end"):
            ask(f"http://tea.example:{port}/")
        assert len(asked) == 4


@pytest.mark.parametrize(
    "goal",
    [
        "http://other.example/",
        "http://tea.example.evil.example/",
        "http://tea.example:1/",
        "//other.example/",
        "http://169.254.169.254/latest",
    ],
)
def test_no_redirect_leads_to_another_host_and_the_password_goes_nowhere_else(goal: str) -> None:
    with site(lambda asked: asked.say(307, Location=goal)) as (port, asked):
        with pytest.raises(Redirected):
            ask(f"http://tea.example:{port}/", method="POST")
        assert len(asked) == 1


@pytest.mark.parametrize("goal", ["file:///etc/passwd", "gopher://tea.example/", "http://admin:x@tea.example/"])
def test_a_redirect_to_what_is_no_plain_address_is_refused(goal: str) -> None:
    with site(lambda asked: asked.say(302, Location=goal)) as (port, _), pytest.raises(AddressRefused):
        ask(f"http://tea.example:{port}/")


def test_what_is_to_be_written_is_sent_again_only_where_the_redirect_keeps_it() -> None:
    with site(lambda asked: asked.say(200) if asked.path == "/b" else asked.say(308, Location="/b")) as (port, asked):
        assert ask(f"http://tea.example:{port}/a", method="POST").status == 200
        assert [path for path, *_ in asked] == ["/a", "/b"]
    with site(lambda asked: asked.say(301, Location="/b")) as (port, asked):
        with pytest.raises(Redirected, match="would be lost"):
            ask(f"http://tea.example:{port}/a", method="POST")
        assert len(asked) == 1


def test_more_than_is_read_is_an_error_or_is_cut_off() -> None:
    with site(lambda asked: asked.say(200, b"x" * 1001)) as (port, _):
        with pytest.raises(AnswerTooLarge):
            ask(f"http://tea.example:{port}/")
        assert len(ask(f"http://tea.example:{port}/", cut=True).body) == 1000
        assert len(ask(f"http://tea.example:{port}/", most=1001).body) == 1001


def test_a_packed_answer_is_bounded_by_what_it_unpacks_to() -> None:
    bomb = gzip.compress(b"0" * 50_000_000)
    with site(lambda asked: asked.say(200, bomb, Content_Encoding="gzip")) as (port, _):
        with pytest.raises(AnswerTooLarge):
            ask(f"http://tea.example:{port}/")
        assert len(ask(f"http://tea.example:{port}/", cut=True).body) == 1000
    with site(lambda asked: asked.say(200, gzip.compress(b"tea"), Content_Encoding="gzip")) as (port, _):
        assert ask(f"http://tea.example:{port}/").body == b"tea"


@pytest.mark.parametrize("packing", ["br", "deflate", "gzip, gzip", "gzip"])
def test_a_packing_that_was_not_asked_for_or_is_none_is_no_answer(packing: str) -> None:
    with site(lambda asked: asked.say(200, b"tea", Content_Encoding=packing)) as (port, _), pytest.raises(NotWordPress):
        ask(f"http://tea.example:{port}/")


def test_an_answer_that_trickles_ends_at_the_deadline() -> None:
    def trickle(asked: Site) -> None:
        asked.send_response(200)
        asked.send_header("Content-Length", "1000")
        asked.end_headers()
        for _ in range(100):
            try:
                asked.wfile.write(b"x")
            except OSError:
                return
            time.sleep(0.05)

    with site(trickle) as (port, _):
        began = time.monotonic()
        with pytest.raises(Slow):
            ask(f"http://tea.example:{port}/", bounds=Bounds(read_seconds=5, total_seconds=0.5))
        assert time.monotonic() - began < 3
