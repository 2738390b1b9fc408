"""A proxy on loopback that breaks HTTP exchanges as networks, load balancers and dying processes do.

    with HttpProxy(wordpress.url) as proxy:
        connection = wordpress.connection(url=proxy.url)                  whoever is tested speaks to the proxy
        proxy.on(3, Cut(Moment.AFTER_SENDING))                            the third exchange from now on
        proxy.on(writes, Cut(Moment.AFTER_ANSWER), times=2)               the first two that a predicate names
        proxy.on(5, Cut(Moment.BEFORE_SENDING, act=process.kill))         somebody dies at this moment
        proxy.on(lambda seen: seen.method == "POST", Reply(503, {"Retry-After": "120"}))
        ...
        proxy.settle()                                                    what was sent on has been worked off
        assert [seen.method for seen in proxy.exchanges] == ["GET", "POST"]

The first rule that fits an exchange is applied, one exchange gets one fault. The server's own address in texts is
written as the proxy's on the way to the client and back again on the way to the server, so that links lead through the
proxy, too. Each exchange has a connection of its own.
"""

from __future__ import annotations

import http.client
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from enum import Enum
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Self
from urllib.parse import urlsplit

UPSTREAM_SECONDS = 60
NOT_PASSED_ON = {"connection", "transfer-encoding", "content-length", "host", "keep-alive"}


class Moment(Enum):
    """When an exchange is cut."""

    BEFORE_SENDING = "before sending"
    """The server sees nothing of it."""
    AFTER_SENDING = "after sending"
    """The server works on it while the client's connection breaks."""
    AFTER_ANSWER = "after the answer"
    """The server has done it and answered; the client hears nothing."""
    WITHIN_ANSWER = "within the answer"
    """The client hears the first half."""


@dataclass(frozen=True)
class Cut:
    """Break the connection; `act` is called at this very moment, before the client can notice."""

    moment: Moment
    act: Callable[[], object] | None = None


@dataclass(frozen=True)
class Delay:
    """Answer so many seconds late."""

    seconds: float


@dataclass(frozen=True)
class Repeat:
    """Send the request to the server so often; the client gets the last answer."""

    times: int = 2


@dataclass(frozen=True)
class Reply:
    """Answer without asking the server."""

    status: int = 503
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""


Fault = Cut | Delay | Repeat | Reply


@dataclass
class Seen:
    """One exchange as the proxy saw it."""

    number: int
    """1 for the first since the start, or since `forget`."""
    method: str
    path: str
    """With the query."""
    body: bytes = field(repr=False)
    fault: Fault | None = None
    status: int | None = None
    """Of the server's answer; None where it was not asked, or has not answered yet."""


Which = int | Callable[[Seen], bool]


def writes(seen: Seen) -> bool:
    """Whether the exchange is one that changes something."""
    return seen.method not in {"GET", "HEAD"}


@dataclass
class Rule:
    """A fault and the exchanges it is for."""

    which: Callable[[Seen], bool]
    fault: Fault
    left: int
    """For how many exchanges yet."""


class HttpProxy:
    """Stands before one server; a context manager."""

    def __init__(self, upstream: str) -> None:
        self._upstream = urlsplit(upstream).netloc
        self._rules: list[Rule] = []
        self._lock = threading.Condition()
        self._open = 0
        self.exchanges: list[Seen] = []
        """All since the start, or since `forget`, in the order in which they came."""
        self._server = ProxyServer(self)
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)

    @property
    def address(self) -> str:
        """Host and port."""
        return f"127.0.0.1:{self._server.server_address[1]}"

    @property
    def url(self) -> str:
        """Where the client finds the proxy."""
        return f"http://{self.address}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def on(self, which: Which, fault: Fault, *, times: int = 1) -> None:
        """Apply the fault to the exchange with this number from now on, or to the first `times` that fit."""
        with self._lock:
            number = len(self.exchanges) + which if isinstance(which, int) else 0
            fits = which if callable(which) else lambda seen: seen.number == number
            self._rules.append(Rule(fits, fault, times))

    def mend(self) -> None:
        """Pass everything on from now on."""
        with self._lock:
            self._rules.clear()

    def forget(self) -> None:
        """Count from the beginning, without rules."""
        with self._lock:
            self._rules.clear()
            self.exchanges.clear()

    def settle(self, seconds: float = 30) -> None:
        """Wait until the server has worked off what was sent on. Raises TimeoutError."""
        with self._lock:
            if not self._lock.wait_for(lambda: self._open == 0, seconds):
                raise TimeoutError(f"{self._open} exchanges are still open")

    def note(self, method: str, path: str, body: bytes) -> Seen:
        """Count an exchange and choose its fault."""
        with self._lock:
            seen = Seen(len(self.exchanges) + 1, method, path, body)
            self.exchanges.append(seen)
            for rule in self._rules:
                if rule.left and rule.which(seen):
                    rule.left -= 1
                    seen.fault = rule.fault
                    break
            return seen

    @contextmanager
    def working(self) -> Iterator[None]:
        """While an exchange is open."""
        with self._lock:
            self._open += 1
        try:
            yield
        finally:
            with self._lock:
                self._open -= 1
                self._lock.notify_all()

    def ask(self, seen: Seen, headers: Mapping[str, str], sent: threading.Event | None = None) -> Reply:
        """The server's answer; `sent` is set when the whole request has left."""
        connection = http.client.HTTPConnection(self._upstream, timeout=UPSTREAM_SECONDS)
        try:
            body = self._swap(seen.body, self.address, self._upstream)
            given = {name: value for name, value in headers.items() if name.lower() not in NOT_PASSED_ON}
            connection.request(seen.method, seen.path, body or None, given | {"Connection": "close"})
            if sent:
                sent.set()
            answer = connection.getresponse()
            content = self._swap(answer.read(), self._upstream, self.address)
            told = {
                name: value.replace(self._upstream, self.address)
                for name, value in answer.getheaders()
                if name.lower() not in NOT_PASSED_ON
            }
            seen.status = answer.status
            return Reply(answer.status, told, content)
        finally:
            connection.close()

    @staticmethod
    def _swap(text: bytes, old: str, new: str) -> bytes:
        """The text with another address in it; JSON writes none of its characters otherwise."""
        return text.replace(old.encode(), new.encode())


class ProxyServer(ThreadingHTTPServer):
    """Listens on a port of its own; a thread for each connection."""

    daemon_threads = True

    def __init__(self, proxy: HttpProxy) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.proxy = proxy


class Handler(BaseHTTPRequestHandler):
    """Serves one connection of a client."""

    server: ProxyServer

    def handle_one(self) -> None:
        with self.server.proxy.working(), suppress(OSError, http.client.HTTPException):
            self.serve(self.server.proxy.note(self.command, self.path, self.read_body()))
        self.close_connection = True

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = do_HEAD = do_OPTIONS = handle_one  # noqa: N815

    def serve(self, seen: Seen) -> None:
        fault = seen.fault
        if isinstance(fault, Reply):
            return self.reply(fault)
        if isinstance(fault, Cut):
            return self.cut(seen, fault)
        if isinstance(fault, Delay):
            time.sleep(fault.seconds)
        for _ in range(fault.times - 1 if isinstance(fault, Repeat) else 0):
            self.server.proxy.ask(seen, dict(self.headers))
        return self.reply(self.server.proxy.ask(seen, dict(self.headers)))

    def cut(self, seen: Seen, fault: Cut) -> None:
        act = fault.act or (lambda: None)
        if fault.moment is Moment.BEFORE_SENDING:
            act()
            return
        if fault.moment is Moment.AFTER_SENDING:
            self.cut_after_sending(seen, act)
            return
        answer = self.server.proxy.ask(seen, dict(self.headers))
        if fault.moment is Moment.WITHIN_ANSWER:
            self.reply(answer, upto=len(answer.body) // 2)
        act()

    def cut_after_sending(self, seen: Seen, act: Callable[[], object]) -> None:
        """The client hears of the cut at once; the server is listened to until it has answered."""
        sent = threading.Event()
        asking = threading.Thread(target=self.server.proxy.ask, args=(seen, dict(self.headers), sent))
        asking.start()
        sent.wait(UPSTREAM_SECONDS)
        act()
        with suppress(OSError):
            self.connection.shutdown(2)
        asking.join()

    def reply(self, answer: Reply, upto: int | None = None) -> None:
        self.send_response(answer.status)
        for name, value in answer.headers.items():
            if name.lower() not in {"date", "server"}:
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(answer.body)))
        self.send_header("Connection", "close")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(answer.body[:upto])

    def read_body(self) -> bytes:
        return self.rfile.read(int(self.headers.get("Content-Length") or 0))

    def log_message(self, *_: object) -> None:
        """Nothing to say."""
