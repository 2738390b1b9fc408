"""The embedded PostgreSQL: made once, reachable by password from this machine only, nothing half-made stays."""

from __future__ import annotations

import os
import pwd
import stat
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import psycopg
import pytest

from igny8_lib.stack import postgres
from igny8_lib.stack.ports import LOOPBACK, free_ports
from tests.stack import until


@contextmanager
def running(data: Path, port: int, password: str) -> Iterator[subprocess.Popen[bytes]]:
    """The server as the supervisor runs it."""
    command = postgres.command(data, port)
    user = postgres.identity(postgres.runs_as())
    with subprocess.Popen(command, cwd="/", **user) as server:
        try:
            until(lambda: postgres.is_ready(port, password) or None, "PostgreSQL is ready", 120)
            yield server
        finally:
            server.send_signal(2)


@contextmanager
def empty_home() -> Iterator[Path]:
    """A folder outside pytest's own, which every pytest session closes for other users, PostgreSQL's too."""
    with tempfile.TemporaryDirectory(prefix="igny8-test-") as home:
        yield Path(home)


@pytest.fixture(scope="module")
def data() -> Iterator[Path]:
    """A data folder with the password `right`."""
    with empty_home() as home:
        postgres.initialise(home / "postgres", "right")
        yield home / "postgres"


@pytest.fixture
def home() -> Iterator[Path]:
    """An empty folder that PostgreSQL's user can reach."""
    with empty_home() as home:
        postgres.let_pass(home)
        yield home


def test_the_server_is_postgresql_18_and_takes_the_right_password_only(data: Path) -> None:
    (port,) = free_ports(1)
    with running(data, port, "right"):
        with psycopg.connect(postgres.url("postgres", "right", port, "postgres")) as connection:
            settings = {
                name: connection.execute("SELECT current_setting(%s)", [name]).fetchone()[0]  # type: ignore[index]
                for name in ("server_version_num", "fsync", "data_checksums", "password_encryption", "TimeZone")
            }
            extensions = {row[0] for row in connection.execute("SELECT name FROM pg_available_extensions")}
        assert settings.pop("server_version_num").startswith("18")
        assert settings == {
            "fsync": "on",
            "data_checksums": "on",
            "password_encryption": "scram-sha-256",
            "TimeZone": "UTC",
        }
        assert "vector" in extensions
        with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
            psycopg.connect(postgres.url("postgres", "wrong", port, "postgres"))
        assert not postgres.is_ready(port, "wrong")


def test_the_server_listens_on_the_loopback_address_only_and_never_as_root(data: Path) -> None:
    (port,) = free_ports(1)
    with running(data, port, "right") as server:
        process = psutil.Process(server.pid)
        listening = {item.laddr for item in process.net_connections("inet") if item.status == psutil.CONN_LISTEN}
        assert listening == {(LOOPBACK, port)}
        assert 0 not in process.uids()


def test_a_role_is_renamed_once_with_what_it_owns_and_never_over_another(data: Path) -> None:
    (port,) = free_ports(1)
    with running(data, port, "right"):
        server = postgres.url("postgres", "right", port, "postgres")
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute("CREATE ROLE before LOGIN PASSWORD 'kept'")
            connection.execute("CREATE DATABASE owned OWNER before")
            for _ in range(2):
                postgres.rename_role(server, "before", "after")
            connection.execute("CREATE ROLE before")
            postgres.rename_role(server, "before", "after")
        with psycopg.connect(postgres.url("after", "kept", port, "owned")) as connection:
            owner = connection.execute("SELECT pg_get_userbyid(datdba) FROM pg_database WHERE datname = 'owned'")
            assert owner.fetchone() == ("after",)


def test_an_interrupted_start_leaves_nothing_that_a_later_one_takes_for_a_database(home: Path) -> None:
    half_made = home / "postgres.new"
    half_made.mkdir()
    (half_made / "PG_VERSION").write_text("18")
    postgres.initialise(home / "postgres", "right")
    assert not half_made.exists()
    assert (home / "postgres" / "global" / "pg_control").exists()
    assert [path.name for path in home.iterdir()] == ["postgres"]


def test_initdb_s_own_words_are_told(home: Path) -> None:
    (home / "password").write_text("right\n")
    (home / "data" / "something").mkdir(parents=True)
    user = postgres.runs_as()
    for path in (home / "password", home / "data"):
        postgres.own(path, user)
    with pytest.raises(postgres.PostgresFailed, match=r"could not be made: initdb: error: .*exists but is not empty"):
        postgres.run_initdb(home / "data", home / "password", user)


def test_without_useradd_root_is_told_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    monkeypatch.setattr(postgres, "ADMINISTRATION", ())
    with pytest.raises(postgres.PostgresFailed, match="start the stack as another user, or install useradd"):
        postgres.make_user("igny8-test-nobody")


@pytest.mark.skipif(os.geteuid() != 0, reason="only root makes users")
def test_root_makes_the_server_s_user_whatever_its_path(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/usr/bin:/bin")
    name = f"igny8-test-{os.getpid()}"
    postgres.make_user(name)
    try:
        assert pwd.getpwnam(name).pw_uid > 0
        with pytest.raises(postgres.PostgresFailed, match="already exists"):
            postgres.make_user(name)
    finally:
        subprocess.run(["/usr/sbin/userdel", name], check=True)


def test_a_data_folder_that_is_there_stays_as_it_is(data: Path) -> None:
    before = (data / "global" / "pg_control").stat().st_mtime_ns
    postgres.initialise(data, "another password")
    assert (data / "global" / "pg_control").stat().st_mtime_ns == before


@pytest.mark.skipif(os.geteuid() != 0, reason="only root starts PostgreSQL as another user")
def test_folders_above_are_opened_for_passing_through_and_nothing_more(tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    postgres.let_pass(closed)
    assert stat.S_IMODE(closed.stat().st_mode) == 0o701
