"""Ports: free ones for tests, and one clear sentence for a taken one."""

from __future__ import annotations

import errno
import random
import socket
from collections.abc import Iterator
from pathlib import Path

from igny8_lib.errors import Conflict

LOOPBACK = "127.0.0.1"
OUTGOING = Path("/proc/sys/net/ipv4/ip_local_port_range")
"""Where Linux says which ports it gives to outgoing connections."""
LOWEST = 10_000
TRIES = 50


class PortTaken(Conflict):
    """Another program listens where a service of the stack should."""

    def __init__(self, service: str, port: int, variable: str) -> None:
        super().__init__(
            f"Port {port} for {service} is taken by another program; stop that program, or choose another port: "
            f"{variable}={port + 1} make run"
        )
        self.service = service
        self.port = port
        self.variable = variable


class PortForbidden(PortTaken):
    """The operating system does not let this user listen there."""

    def __init__(self, service: str, port: int, variable: str) -> None:
        Conflict.__init__(
            self, f"This user may not listen on port {port} for {service}; choose one above 1023: {variable}=18080"
        )
        self.service = service
        self.port = port
        self.variable = variable


def require_free(service: str, port: int, variable: str) -> None:
    """Raise PortTaken unless a service could listen on the port now."""
    try:
        with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as listener:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind((LOOPBACK, port))
    except OverflowError:
        raise PortForbidden(service, port, variable) from None
    except OSError as error:
        kind = PortTaken if error.errno == errno.EADDRINUSE else PortForbidden
        raise kind(service, port, variable) from error


def free_ports(count: int) -> list[int]:
    """Ports that nobody listens on just now, all different.

    Where there is room, below those of outgoing connections: one of these could have the port before its service does.
    """
    listeners = [free_listener() for _ in range(count)]
    ports = [listener.getsockname()[1] for listener in listeners]
    for listener in listeners:
        listener.close()
    return ports


def free_listener() -> socket.socket:
    """A socket on a port that was free. Raises OSError where there is none."""
    for port in candidates():
        listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        try:
            listener.bind((LOOPBACK, port))
        except OSError:
            listener.close()
        else:
            return listener
    raise OSError(errno.EADDRINUSE, f"no port of {LOOPBACK} is free")


def candidates() -> Iterator[int]:
    """Ports to try; the last is 0, for which the system takes any."""
    highest = int(OUTGOING.read_text().split()[0]) if OUTGOING.exists() else LOWEST
    chance = random.SystemRandom()  # two processes must not try the same ports
    yield from (chance.randrange(LOWEST, highest) for _ in range(TRIES if highest > LOWEST else 0))
    yield 0
