"""PostgreSQL's own programs for dumps: those of the package that brings the local stack's server, or the system's where
the server is newer."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path

from sqlalchemy import make_url

from igny8_lib.errors import PermanentError
from igny8_lib.stack import postgres

VERSION = re.compile(r"\(PostgreSQL\) (\d+)")
DEBIAN = Path("/usr/lib/postgresql")
"""Where Debian and Ubuntu keep each major version's programs."""


class ProgramMissing(PermanentError):
    """pg_dump or pg_restore is not installed, or is older than the server."""


class ProgramFailed(PermanentError):
    """pg_dump or pg_restore ended with an error; its last words are in the sentence."""


def find(name: str, *, major: int) -> Path:
    """The program of this major version or a newer one: older ones refuse the server. Raises ProgramMissing."""
    for path in candidates(name):
        if major_of(path) >= major:
            return path
    raise ProgramMissing(
        f"{name} of PostgreSQL {major} or newer is not installed here: install PostgreSQL's client programs "
        f"(on Debian and Ubuntu: apt install postgresql-client-{major}) and run the command again."
    )


def candidates(name: str) -> Iterator[Path]:
    """Where the program may be: in the package, on the PATH, in Debian's folders; there newest first."""
    yield postgres.binaries() / name
    if found := shutil.which(name):
        yield Path(found)
    versions = [folder for folder in DEBIAN.glob("*/bin") if folder.parent.name.isdecimal()]
    yield from (folder / name for folder in sorted(versions, key=lambda folder: -int(folder.parent.name)))


def major_of(path: Path) -> int:
    """The program's major version; 0 where there is none that runs."""
    try:
        said = subprocess.run([path, "--version"], capture_output=True, text=True, check=False).stdout
    except OSError:
        return 0
    found = VERSION.search(said)
    return int(found[1]) if found else 0


def run(program: Path, url: str, arguments: Sequence[str]) -> None:
    """Run the program on a database. Raises ProgramFailed.

    The password goes by the environment: a command line is seen by everybody on the machine.
    """
    parts = make_url(url).set(drivername="postgresql")
    environment = dict(os.environ) | {"PGCONNECT_TIMEOUT": "10"}
    if parts.password:
        environment["PGPASSWORD"] = str(parts.password)
    address = parts.set(password=None).render_as_string(hide_password=False)
    done = subprocess.run(
        [program, "--dbname", address, *arguments], env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        words = [line for line in done.stderr.splitlines() if "error" in line.lower()] or done.stderr.splitlines()
        raise ProgramFailed(f"{program.name} failed: {(words or [f'exit code {done.returncode}'])[0].strip()}")
