"""The processes that a WordPress of the tests consists of: each is noted in the session's folder and ended with it."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

import psutil

from tests.wordpress_packages import program

LONGEST_START = 60.0
LONGEST_STOP = 10.0
DATABASE_OPTIONS = (
    "--skip-networking",
    "--skip-log-bin",
    "--performance-schema=OFF",
    "--innodb-buffer-pool-size=64M",
    "--innodb-log-file-size=16M",
    "--innodb-flush-log-at-trx-commit=0",
    "--character-set-server=utf8mb4",
)
SYSTEM_TABLES = Path("/usr/share/mysql")
BEFORE_THEM = (
    "create database if not exists mysql;\nuse mysql;\nSET @auth_root_socket=NULL;\nSET @skip_auth_anonymous=1;\n"
)


def start(folder: Path, name: str, command: Sequence[object], environment: Mapping[str, str] | None = None) -> int:
    """Start a process in a group of its own and note it; returns its number."""
    with (folder / f"{name}.log").open("wb") as log:
        process = subprocess.Popen(
            [str(word) for word in command],
            cwd=folder,
            env=None if environment is None else {**os.environ, **environment},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    (folder / f"{name}.pid").write_text(str(process.pid))
    return process.pid


def stop(folder: Path) -> None:
    """End what is noted in the folder, each with its group: what they hold is thrown away, so at once."""
    notes = list(folder.glob("*.pid"))
    for note in notes:
        with suppress(ProcessLookupError):
            os.killpg(int(note.read_text()), signal.SIGKILL)
    for note in notes:
        with suppress(psutil.NoSuchProcess):
            psutil.Process(int(note.read_text())).wait(LONGEST_STOP)
        note.unlink()


def wait_until(ready: Callable[[], bool], log: Path) -> None:
    """Wait for a process that has just been started. Raises RuntimeError with its log."""
    end_of_patience = time.monotonic() + LONGEST_START
    while time.monotonic() < end_of_patience:
        if ready():
            return
        time.sleep(0.05)
    raise RuntimeError(f"It did not start:\n{log.read_text(errors='replace')[-2000:]}")


def start_database(folder: Path) -> Path:
    """A MariaDB of its own in the folder; returns its socket, which asks for no password."""
    data, sock = folder / "db", folder / "db.sock"
    data.mkdir()
    as_root = ["--user=root"] if os.geteuid() == 0 else []  # else it refuses to run as root
    common = [program("mariadbd"), "--no-defaults", *as_root]
    tables = [SYSTEM_TABLES / name for name in ("mysql_system_tables.sql", "mysql_system_tables_data.sql")]
    made = subprocess.run(
        [*common, "--bootstrap", f"--datadir={data}", "--log-warnings=0", "--innodb-log-file-size=16M"],
        input=BEFORE_THEM.encode() + b"".join(table.read_bytes() for table in tables),
        capture_output=True,
        check=False,
    )
    if made.returncode:
        raise RuntimeError(f"MariaDB could not be set up:\n{made.stderr.decode(errors='replace')[-2000:]}")
    start(folder, "db", [*common, f"--datadir={data}", f"--socket={sock}", *DATABASE_OPTIONS])
    wait_until(lambda: accepts(socket.AF_UNIX, str(sock)), folder / "db.log")
    return sock


def accepts(family: socket.AddressFamily, address: str | tuple[str, int]) -> bool:
    """Whether somebody listens there."""
    with socket.socket(family) as probe, suppress(OSError):
        probe.connect(address)
        return True
    return False


def free_port() -> int:
    """A port of loopback that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
