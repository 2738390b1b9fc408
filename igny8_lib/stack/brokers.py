"""What stands between many processes and their work: Redis, which hands out tasks, and PgBouncer, which shares the
connections of PostgreSQL. Both come with the system, listen on the loopback address, and want a password."""

from __future__ import annotations

import os
import shutil
import socket
from collections.abc import Mapping, Sequence
from pathlib import Path

import psycopg
from sqlalchemy import make_url

from igny8_lib.errors import PermanentError
from igny8_lib.stack import postgres
from igny8_lib.stack.credentials import write_private
from igny8_lib.stack.ports import LOOPBACK

REDIS = "redis"
PGBOUNCER = "pgbouncer"
PROGRAMS = {"redis-server": "redis-server", "pgbouncer": "pgbouncer"}
"""Each program, and the package of Debian and Ubuntu that has it."""
ADMINISTRATION = "/usr/sbin"
"""Where Debian puts pgbouncer; not on everybody's PATH."""
POOLED = 20
"""Connections of the server for each database and role, at most."""
CLIENTS = 500
"""Connections that processes may have open to PgBouncer, at most."""


class ProgramMissing(PermanentError):
    """A program that the system has to bring is not there."""

    def __init__(self, program: str) -> None:
        super().__init__(
            f"The cluster needs {program}, which is not installed: apt install {PROGRAMS[program]} "
            "(and stop the service that the package starts)."
        )
        self.program = program


def find(program: str) -> str:
    """Where the program is. Raises ProgramMissing."""
    path = os.pathsep.join((os.environ.get("PATH", os.defpath), ADMINISTRATION))
    found = shutil.which(program, path=path)
    if found is None:
        raise ProgramMissing(program)
    return found


def write_redis(folder: Path, *, port: int, password: str) -> Sequence[str]:
    """Write Redis' configuration into its folder; its command line. Raises ProgramMissing.

    What was handed in is on disk within a second (appendonly): a restart loses a second's messages, and the scheduler
    sends those again.
    """
    folder.mkdir(mode=0o700, exist_ok=True)
    lines = (
        f"bind {LOOPBACK}",
        f"port {port}",
        f"requirepass {password}",
        f"dir {folder}",
        "appendonly yes",
        "appendfsync everysec",
        'save ""',
        "daemonize no",
    )
    write_private(folder / "redis.conf", "".join(f"{line}\n" for line in lines))
    return [find("redis-server"), str(folder / "redis.conf")]


def write_pgbouncer(folder: Path, *, port: int, server: tuple[str, int], urls: Sequence[str]) -> Sequence[str]:
    """Write PgBouncer's configuration into its folder, with the databases and roles of the URLs; its command line.

    `server` is where PostgreSQL listens. Raises ProgramMissing. Like PostgreSQL it does not run as root.
    """
    folder.mkdir(mode=0o700, exist_ok=True)
    parts = [make_url(url) for url in urls]
    databases = [f"{each.database} = host={server[0]} port={server[1]} dbname={each.database}" for each in parts]
    settings: Mapping[str, object] = {
        "listen_addr": LOOPBACK,
        "listen_port": port,
        "unix_socket_dir": "",
        "auth_type": "scram-sha-256",
        "auth_file": folder / "users.txt",
        "pool_mode": "transaction",
        "default_pool_size": POOLED,
        "max_client_conn": CLIENTS,
        # The libraries' own at the beginning of a connection: the databases are set so for everybody.
        "ignore_startup_parameters": "extra_float_digits,options",
        "server_connect_timeout": 5,
        "server_login_retry": 1,
        "log_connections": 0,
        "log_disconnections": 0,
    }
    text = ["[databases]", *databases, "[pgbouncer]", *(f"{name} = {value}" for name, value in settings.items())]
    users = "".join(f'"{each.username}" "{each.password}"\n' for each in parts)
    write_private(folder / "users.txt", users)
    write_private(folder / "pgbouncer.ini", "\n".join(text) + "\n")
    for path in (folder, folder / "users.txt", folder / "pgbouncer.ini"):
        postgres.own(path, postgres.runs_as())
    return [find("pgbouncer"), "--quiet", str(folder / "pgbouncer.ini")]


def redis_url(port: int, password: str) -> str:
    """Where tasks are handed in."""
    return f"redis://:{password}@{LOOPBACK}:{port}/0"


def redis_answers(port: int, password: str) -> bool:
    """Whether Redis answers, and has read what it had on disk."""
    try:
        with socket.create_connection((LOOPBACK, port), timeout=2) as connection:
            connection.sendall(f"AUTH {password}\r\nPING\r\n".encode())
            answer = b""
            while answer.count(b"\r\n") < 2 and (more := connection.recv(1024)):
                answer += more
    except OSError:
        return False
    return answer == b"+OK\r\n+PONG\r\n"


def pgbouncer_answers(url: str) -> bool:
    """Whether a query comes through to the database of the URL."""
    plain = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    try:
        with psycopg.connect(plain, connect_timeout=2, prepare_threshold=None) as connection:
            connection.execute("SELECT 1")
    except psycopg.OperationalError:
        return False
    return True
