"""The bundle of the sites' DAGs: as many constant files as there are shards, each parsed when a site of it changed.

Airflow's dag-processor looks once a second at the time of change of every file it knows, and parses what changed since
it was parsed last. So the bundle reads the roster every few seconds, and touches the files whose sites, or whose code,
are not what their DAGs were built from. The parsing process says what it built from, not the bundle: a touch that came
while a file was being parsed is lost, and the file would stay behind.
"""

from __future__ import annotations

import logging
import os
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from airflow.dag_processing.bundles.base import BaseDagBundle

from igny8_dags import code_state
from igny8_dags.shards import STUB, by_shard, digest, find_built, stub_path
from igny8_lib.settings import load

log = logging.getLogger(__name__)

FOLDER = "site_dags"
"""Where the files are, below the home of the stack."""
SOONEST = 3.0
"""Seconds between two touches of a file that stays behind, doubled from one to the next …"""
LATEST = 300.0
"""… up to so many: what cannot be built is not tried again and again."""


@dataclass
class Behind:
    """A shard that has to be built anew."""

    wanted: str
    pause: float = SOONEST
    again: float = 0.0
    """When it is touched next, by time.monotonic()."""

    def touch(self, stub: Path, now: float) -> bool:
        """Touch it if its time has come; whether it was."""
        if now < self.again:
            return False
        os.utime(stub)
        self.again, self.pause = now + self.pause, min(self.pause * 2, LATEST)
        return True


class RosterBundle(BaseDagBundle):
    """`shards` files below `path`, by default in the stack's home. Every component of Airflow has this bundle: a DAG
    belongs to its bundle by name, and a task finds its file through it."""

    supports_versioning = False

    def __init__(self, *, path: str = "", shards: int = 32, **given: Any) -> None:  # noqa: ANN401 - Airflow's own
        super().__init__(**given)
        self.shards = shards
        self.behind: dict[int, Behind] = {}
        self._path = Path(path) if path else load().home / FOLDER

    @property
    def path(self) -> Path:
        """The folder of the files."""
        return self._path

    def get_current_version(self) -> None:
        """None: there is but one version, the present."""

    def initialize(self) -> None:
        """Make the files where they are not there, or were made for another number of shards."""
        self.path.mkdir(parents=True, exist_ok=True)
        with self.lock():
            for number in range(self.shards):
                write_stub(stub_path(self.path, number), STUB.format(number=number, of=self.shards))
        super().initialize()

    def refresh(self) -> None:
        """Touch the files whose DAGs are not built from what their sites and the code are now.

        Called in the dag-processor's main process alone, every few seconds. A database that cannot be read changes
        nothing.
        """
        wanted = self.find_wanted()
        if wanted is None:
            return
        now = time.monotonic()
        touched = [number for number, what in enumerate(wanted) if self.bring_up(number, what, now)]
        if touched:
            log.info("To be built anew: shards %s", touched)

    def find_wanted(self) -> list[str] | None:
        """What the DAGs of each shard should be built from; None while the database cannot be read."""
        from sqlalchemy.exc import SQLAlchemyError  # noqa: PLC0415 - the dag-processor needs them alone

        from igny8_dags import site_dag  # noqa: F401, PLC0415 - the parsing processes inherit what is imported here
        from igny8_lib.sites.roster import load_roster, short_session  # noqa: PLC0415

        code = code_state.code_state()
        if not code_state.INHERITED:
            code_state.INHERITED.append(code)
        try:
            # Never a connection that stays open: the parsing processes are forked from this one and would share it.
            with short_session(database_url()) as session:
                roster = load_roster(session)
        except SQLAlchemyError as error:
            log.warning("The sites cannot be read, their DAGs stay as they are: %s", error)
            return None
        return [digest(sites, code) for sites in by_shard(roster, self.shards)]

    def bring_up(self, number: int, wanted: str, now: float) -> bool:
        """Touch one shard's file if it is behind and was not touched just now; whether it was."""
        stub = stub_path(self.path, number)
        if find_built(stub) == wanted:
            self.behind.pop(number, None)
            return False
        behind = self.behind.get(number)
        if behind is None or behind.wanted != wanted:
            behind = self.behind[number] = Behind(wanted)
        return behind.touch(stub, now)


def write_stub(stub: Path, text: str) -> None:
    """Write a file unless it is there as it should be; readers see it whole or not at all."""
    if stub.exists() and stub.read_text("utf-8") == text:
        return
    fresh = stub.with_suffix(f".{os.getpid()}")
    fresh.write_text(text, "utf-8")
    fresh.replace(stub)


def database_url() -> str:
    """The product database: by the settings, else as Airflow's connection names it."""
    from igny8_dags.connections import DATABASE, Connection  # noqa: PLC0415 - the dag-processor needs them alone

    return load().database_url or str(Connection.get(DATABASE).get_uri())
