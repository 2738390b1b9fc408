"""One PostgreSQL for all processes of a test session, and one migrated database that the tests' own ones are copies of.

Whoever needs it first starts it, under a file lock; the others read where it is. The owner of the folder stops it.
It is the product's own server, without what keeps data over a power cut and without what comes by itself at any moment
(autovacuum: databases of a test live for seconds), on a socket that asks for no password.
"""

from __future__ import annotations

import fcntl
import signal
import subprocess
import time
import uuid
from collections.abc import Callable
from pathlib import Path

import psutil
import psycopg
import pytest
from sqlalchemy import make_url
from sqlalchemy.orm import Session

from igny8_lib.db.migrate import upgrade
from igny8_lib.db.scope import PLATFORM
from igny8_lib.db.session import make_engine, session_factory
from igny8_lib.stack import postgres

OPTIONS = {
    "listen_addresses": "",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "max_connections": "400",
    "max_wal_size": "128MB",
    "autovacuum": "off",
}
SERVER = pytest.StashKey["SharedServer"]()
"""Where pytest's configuration keeps it."""
LONGEST_START = 60.0
LONGEST_STOP = 20.0


class SharedServer:
    """The server of a session; the same for every process that is given the folder."""

    def __init__(self, folder: Path, given: str | None = None) -> None:
        self.folder = folder
        self.given = given
        self.data = folder / "postgres"

    def url(self) -> str:
        """Maintenance URL of the given server, or of the session's own."""
        return self.given or self._once("url", self._start)

    def template(self) -> str:
        """Name of a migrated database nobody is connected to."""
        return self._once("template", self._migrate)

    def template_with(self, what: str, fill: Callable[[Session], object]) -> str:
        """Name of a copy of that database with the rows that `fill` makes; made once for all who name it `what`."""
        return self._once(f"template_{what}", lambda: self._fill(what, fill))

    def stop(self) -> None:
        """Leave nothing behind: neither the session's server nor its databases on a given one."""
        for template in self.folder.glob("template*"):
            if self.given and template.suffix != ".lock":
                run_on_server(self.given, f'DROP DATABASE IF EXISTS "{template.read_text()}" WITH (FORCE)')
        if (self.data / "postmaster.pid").exists():
            end(int((self.data / "postmaster.pid").read_text().split()[0]))

    def _once(self, name: str, make: Callable[[], str]) -> str:
        """What the first process that asks makes; the others wait for it."""
        with (self.folder / f"{name}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            known = self.folder / name
            if not known.exists():
                known.write_text(make())
            return known.read_text()

    def _start(self) -> str:
        postgres.initialise(self.data, "unused")
        (self.data / "pg_hba.conf").write_text("local all all trust\n")
        user = postgres.runs_as()
        socket = self.folder / "socket"
        socket.mkdir()
        postgres.own(socket, user)
        options = [f"--{name}={value}" for name, value in (OPTIONS | {"unix_socket_directories": str(socket)}).items()]
        with (self.folder / "postgres.log").open("wb") as log:
            server = subprocess.Popen(
                [*postgres.command(self.data, 5432), *options],
                cwd="/",
                stdout=log,
                stderr=log,
                start_new_session=True,  # Ctrl-C reaches the tests first; they still drop their databases
                **postgres.identity(user),
            )
        url = f"postgresql+psycopg://{postgres.SUPERUSER}@/postgres?host={socket}"
        self._wait_until_it_answers(server, url)
        return url

    def _wait_until_it_answers(self, server: subprocess.Popen[bytes], url: str) -> None:
        end = time.monotonic() + LONGEST_START
        while time.monotonic() < end and server.poll() is None:
            try:
                return run_on_server(url, "SELECT 1")
            except psycopg.OperationalError:
                time.sleep(0.05)
        raise RuntimeError(f"PostgreSQL did not start:\n{(self.folder / 'postgres.log').read_text()}")

    def _migrate(self) -> str:
        url, name = self.url(), f"igny8_template_{uuid.uuid4().hex[:8]}"
        run_on_server(url, f'CREATE DATABASE "{name}"')
        engine = make_engine(with_database(url, name))
        upgrade(engine)
        engine.dispose()
        return name

    def _fill(self, what: str, fill: Callable[[Session], object]) -> str:
        url, name = self.url(), f"igny8_template_{what}_{uuid.uuid4().hex[:8]}"
        run_on_server(url, copy_of(self.template(), name))
        engine = make_engine(with_database(url, name))
        with session_factory(engine, PLATFORM).begin() as session:
            fill(session)
        engine.dispose()
        return name


def end(pid: int) -> None:
    """End a server at once, its connections with it."""
    try:
        process = psutil.Process(pid)
        process.send_signal(signal.SIGINT)
        process.wait(LONGEST_STOP)
    except psutil.NoSuchProcess:
        return
    except psutil.TimeoutExpired:
        process.kill()


def with_database(url: str, name: str) -> str:
    """The URL of another database on the same server."""
    return make_url(url).set(database=name).render_as_string(hide_password=False)


def run_on_server(url: str, statement: str) -> None:
    """Run one statement outside a transaction, on the maintenance database."""
    plain = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(plain, autocommit=True) as connection:
        connection.execute(statement.encode())


def copy_of(template: str, name: str) -> str:
    """The statement that makes a database as a copy of another. Files are copied as files: PostgreSQL's default, which
    writes every page to the log first, takes twice as long, and emptying all tables is no quicker (docs/testing.md)."""
    return f'CREATE DATABASE "{name}" TEMPLATE "{template}" STRATEGY FILE_COPY'
