"""Log files go by age, a run's folder at once, in a folder and in an object store alike."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from fsspec.implementations.memory import MemoryFileSystem  # type: ignore[import-untyped]

from igny8_lib import clock
from igny8_lib.db.session import Sessions
from igny8_lib.errors import InvalidInput
from igny8_lib.retention.ages import Cuts
from igny8_lib.retention.airflow_rows import FREQUENT_DAGS
from igny8_lib.retention.clean_up import Cleaner
from igny8_lib.retention.log_files import LogPlace, old_parsing_logs, old_task_logs, remove_folders, runs_to_keep
from igny8_lib.retention.watch import Watch
from tests.airflow_fake import FakeAirflow
from tests.lib.retention.old import SETTINGS, rows_of

FREQUENT = FREQUENT_DAGS[0]
NOW = clock.now()
CUTS = Cuts.of(SETTINGS, NOW)


def write(root: Path, dag_id: str, run_id: str, *, days: float, files: int = 2) -> None:
    """A run's log files, the last of which was written so long ago."""
    for number in range(files):
        path = root / f"dag_id={dag_id}" / f"run_id={run_id}" / f"task_id=t{number}" / "attempt=1.log"
        path.parent.mkdir(parents=True)
        path.write_text("a line")
        at = (NOW - timedelta(days=days + number)).timestamp()
        os.utime(path, (at, at))


def left(root: Path) -> set[str]:
    return {
        f"{path.parent.name}/{path.name}".replace("dag_id=", "").replace("run_id=", "") for path in root.glob("*/*")
    }


def test_old_runs_lose_their_logs_and_what_is_not_over_keeps_them(tmp_path: Path) -> None:
    write(tmp_path, "site__blog", "old", days=31)
    write(tmp_path, "site__blog", "young", days=29)
    write(tmp_path, "site__blog", "paused", days=99)
    write(tmp_path, FREQUENT, "idle", days=1.1)
    write(tmp_path, FREQUENT, "failed", days=5)
    write(tmp_path, FREQUENT, "new", days=0.5)
    (tmp_path / "other").mkdir()
    airflow = FakeAirflow()
    airflow.add("site__blog", "paused")
    airflow.add(FREQUENT, "failed", "failed")
    place = LogPlace.of(str(tmp_path))
    assert remove_folders(place, old_task_logs(place, CUTS, runs_to_keep(airflow.api())), Watch(60)) == 4
    kept = {"site__blog/young", "site__blog/paused", f"{FREQUENT}/failed", f"{FREQUENT}/new"}
    assert left(tmp_path) == kept
    assert (tmp_path / "other").is_dir()


def test_the_dag_processors_days_go_and_links_are_not_followed(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    for folder, days in ((outside, 9), (tmp_path / "logs" / "2026-01-01", 9), (tmp_path / "logs" / "2026-01-09", 0.5)):
        folder.mkdir(parents=True)
        file = folder / "dag.log"
        file.write_text("a line")
        at = (NOW - timedelta(days=days)).timestamp()
        os.utime(file, (at, at))
    (tmp_path / "logs" / "latest").symlink_to(outside)
    place = LogPlace.of(str(tmp_path / "logs"))
    assert remove_folders(place, old_parsing_logs(place, CUTS), Watch(60)) == 1
    assert sorted(path.name for path in (tmp_path / "logs").iterdir()) == ["2026-01-09", "latest"]
    assert (outside / "dag.log").exists()


@pytest.fixture
def store() -> Iterator[MemoryFileSystem]:
    files = MemoryFileSystem()
    yield files
    files.store.clear()
    files.pseudo_dirs[:] = [""]


def test_an_object_store_is_cleaned_like_a_folder(store: MemoryFileSystem) -> None:
    for run, days in (("old", 40), ("young", 1)):
        path = f"/logs/dag_id=site__blog/run_id={run}/task_id=t/attempt=1.log"
        store.pipe(path, b"a line")
        store.store[path].created = NOW - timedelta(days=days)
        store.store[path].modified = NOW - timedelta(days=days)
    place = LogPlace.of("memory://logs")
    assert remove_folders(place, old_task_logs(place, CUTS, set()), Watch(60)) == 1
    assert [name for name in store.store if "run_id" in name] == [
        "/logs/dag_id=site__blog/run_id=young/task_id=t/attempt=1.log"
    ]


def test_a_place_that_is_gone_has_nothing_old_and_an_unknown_store_is_told(tmp_path: Path) -> None:
    place = LogPlace.of(str(tmp_path / "gone"))
    assert list(old_task_logs(place, CUTS, set())) == []
    with pytest.raises(InvalidInput, match="no place of log files"):
        LogPlace.of("nosuch://bucket/logs")


def test_the_watch_ends_it_between_two_runs(tmp_path: Path) -> None:
    for number in range(3):
        write(tmp_path, "site__blog", str(number), days=40)
    place, watch = LogPlace.of(str(tmp_path)), Watch(60)
    found = old_task_logs(place, CUTS, set())
    watch.tell()
    assert remove_folders(place, found, watch) == 0
    assert len(left(tmp_path)) == 3


def test_a_clean_up_counts_files_first_and_then_removes_them(sessions: Sessions, tmp_path: Path) -> None:
    write(tmp_path, "site__blog", "old", days=40, files=5)
    places = [LogPlace.of(str(tmp_path))]
    cleaner = Cleaner(sessions, SETTINGS, FakeAirflow().api, task_logs=places)
    assert rows_of(cleaner.clean_up(Watch(60), dry_run=True)) == {"task_logs": 5}
    assert rows_of(cleaner.clean_up(Watch(60), only=["task_logs"])) == {"task_logs": 5}
    assert left(tmp_path) == set()
