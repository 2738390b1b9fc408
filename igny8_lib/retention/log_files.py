"""Log files by age: those of tasks, a folder per DAG run, and those of the dag-processor, a folder per day.

Folders of this machine and object stores are alike here (fsspec). What a run that is not over wrote stays.
"""

from __future__ import annotations

import time
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self

from fsspec import AbstractFileSystem, url_to_fs  # type: ignore[import-untyped]

from igny8_lib.airflow_api.client import AirflowApi
from igny8_lib.errors import InvalidInput
from igny8_lib.retention.ages import Cuts
from igny8_lib.retention.airflow_rows import FREQUENT_DAGS
from igny8_lib.retention.watch import Watch

DAG, RUN = "dag_id=", "run_id="
CHANGED = ("mtime", "LastModified", "last_modified", "updated", "created")
"""What the stores call the time of a file's last change: a number of seconds, a date, or a text."""

Kept = Collection[tuple[str, str]]
"""DAG runs, as (dag_id, run_id), whose logs stay whatever their age."""


@dataclass(frozen=True)
class LogPlace:
    """A folder of log files somewhere."""

    files: AbstractFileSystem
    root: str

    @classmethod
    def of(cls, url: str) -> Self:
        """The place of a folder or an fsspec URL. Raises InvalidInput where no such store is known."""
        try:
            files, root = url_to_fs(url)
        except (ValueError, ImportError) as error:
            raise InvalidInput(f"{url!r} is no place of log files: give a folder or an fsspec URL ({error}).") from None
        return cls(files, root)

    def folders(self, path: str, beginning: str = "") -> list[str]:
        """The folders in a folder whose names begin so; none where it is gone."""
        try:
            listed: list[Mapping[str, Any]] = self.files.ls(path, detail=True, refresh=True)
        except FileNotFoundError:
            return []
        names = [str(one["name"]).rstrip("/") for one in listed if one["type"] == "directory" and not one.get("islink")]
        return sorted(name for name in names if name_of(name).startswith(beginning))

    def newest(self, folder: str) -> float | None:
        """When a file below the folder was changed last, in seconds since 1970; None where there is none."""
        times = [changed_at(one) for one in self.files.find(folder, detail=True).values()]
        return max(times, default=None)

    def remove(self, folder: str) -> int:
        """Remove a folder with all that is in it; how many files."""
        number = len(self.files.find(folder))
        try:
            self.files.rm(folder, recursive=True)
        except FileNotFoundError:
            return 0  # somebody else was faster
        return number


def name_of(path: str) -> str:
    """The last part of a path."""
    return path.rpartition("/")[2]


def changed_at(info: Mapping[str, Any]) -> float:
    """When a file was changed, as its store tells it; now where it tells nothing: such a file stays."""
    told = next((info[name] for name in CHANGED if info.get(name) is not None), None)
    if isinstance(told, str):
        told = datetime.fromisoformat(told)
    if isinstance(told, datetime):
        return told.timestamp()
    return time.time() if told is None else float(told)


def runs_to_keep(airflow: AirflowApi) -> Kept:
    """Runs that are not over, and those of the frequent DAGs that failed. Raises AirflowUnreachable."""
    found = airflow.open_runs() + airflow.failed_runs(FREQUENT_DAGS)
    return {(str(run["dag_id"]), str(run["dag_run_id"])) for run in found}


def old_task_logs(place: LogPlace, cuts: Cuts, kept: Kept) -> Iterator[str]:
    """The folders of DAG runs in which nothing was written since the run's cut."""
    for dag in place.folders(place.root, DAG):
        dag_id = name_of(dag).removeprefix(DAG)
        cut = cuts.frequent_dag_runs if dag_id in FREQUENT_DAGS else cuts.dag_runs
        names = {run_id for kept_dag, run_id in kept if kept_dag == dag_id}
        for run in place.folders(dag, RUN):
            if name_of(run).removeprefix(RUN) not in names and is_older(place, run, cut):
                yield run


def old_parsing_logs(place: LogPlace, cuts: Cuts) -> Iterator[str]:
    """The folders of days in which the dag-processor wrote nothing since the cut of frequent DAGs' runs."""
    for day in place.folders(place.root):
        if is_older(place, day, cuts.frequent_dag_runs):
            yield day


def is_older(place: LogPlace, folder: str, cut: datetime) -> bool:
    """Whether all in the folder was written before then; an empty folder was."""
    newest = place.newest(folder)
    return newest is None or newest < cut.timestamp()


def remove_folders(place: LogPlace, folders: Iterator[str], watch: Watch) -> int:
    """Remove them until the watch ends it; how many files."""
    removed = 0
    for folder in folders:
        if watch.reason:
            break
        removed += place.remove(folder)
    return removed


def count_files(place: LogPlace, folders: Iterator[str]) -> int:
    """How many files would be removed."""
    return sum(len(place.files.find(folder)) for folder in folders)
