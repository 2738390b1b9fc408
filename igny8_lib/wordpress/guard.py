"""Connections that go to a judged address only, and exchanges that end in time.

httpcore asks a network backend for each connection, with the host of the URL; this one resolves the name itself and
connects to the very address that it judged. The name stays what TLS and the Host header say, so a resolver that answers
otherwise a moment later changes nothing. A time-out of httpx is one per read: who sends a byte now and then would hold
a connection for ever, so each read and write also ends at the exchange's deadline.
"""

from __future__ import annotations

import ssl
import time
from collections.abc import Iterable
from typing import Any

import httpcore
import httpx

from igny8_lib.tls import believed
from igny8_lib.wordpress.addresses import Resolver, choose_addresses


class Deadline:
    """When the exchange that is under way has to be over."""

    def __init__(self) -> None:
        self.end = float("inf")

    def set(self, seconds: float) -> None:
        """From now on."""
        self.end = time.monotonic() + seconds

    def bound(self, timeout: float | None, error: type[Exception]) -> float:
        """The time-out of one step. Raises `error` where no time is left."""
        left = self.end - time.monotonic()
        if left <= 0:
            raise error("the exchange took too long")
        return left if timeout is None else min(timeout, left)


class TimedStream(httpcore.NetworkStream):
    """A connection whose reads and writes end at the deadline."""

    def __init__(self, stream: httpcore.NetworkStream, deadline: Deadline) -> None:
        self._stream = stream
        self._deadline = deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """What has come, at most so many bytes."""
        return self._stream.read(max_bytes, self._deadline.bound(timeout, httpcore.ReadTimeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """Send it all."""
        self._stream.write(buffer, self._deadline.bound(timeout, httpcore.WriteTimeout))

    def close(self) -> None:
        """Close the connection."""
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        """The same connection under TLS; the certificate is the name's, not the address's."""
        left = self._deadline.bound(timeout, httpcore.ConnectTimeout)
        return TimedStream(self._stream.start_tls(ssl_context, server_hostname, left), self._deadline)

    def get_extra_info(self, info: str) -> Any:  # noqa: ANN401 - httpcore's signature
        """What httpcore asks of a connection."""
        return self._stream.get_extra_info(info)


class GuardedBackend(httpcore.NetworkBackend):
    """Resolves, judges, connects."""

    def __init__(self, resolver: Resolver, deadline: Deadline, *, allow_private: bool) -> None:
        self._resolver = resolver
        self._deadline = deadline
        self._allow_private = allow_private
        self._network = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        """Connect to the first address that may be connected to and answers.

        Raises AddressRefused where there is none that may, httpcore's errors where none answers.
        """
        failure: Exception | None = None
        for address in choose_addresses(host, port, self._resolver, allow_private=self._allow_private):
            try:
                left = self._deadline.bound(timeout, httpcore.ConnectTimeout)
                stream = self._network.connect_tcp(address, port, left, local_address, socket_options)
                return TimedStream(stream, self._deadline)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
        raise failure or httpcore.ConnectError(f"{host} has no address")


class GuardedTransport(httpx.HTTPTransport):
    """httpx's own transport over the guarded backend. The environment's proxies are not used: they would resolve the
    name anew."""

    def __init__(self, resolver: Resolver, deadline: Deadline, *, allow_private: bool, verify: bool) -> None:
        context = believed(httpx.create_ssl_context) if verify else httpx.create_ssl_context(verify=False)
        super().__init__(verify=context, trust_env=False)
        self._pool = httpcore.ConnectionPool(
            ssl_context=context,
            max_connections=2,
            max_keepalive_connections=1,
            keepalive_expiry=10,
            network_backend=GuardedBackend(resolver, deadline, allow_private=allow_private),
        )
