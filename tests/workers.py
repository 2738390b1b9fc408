"""How the tests are shared out among pytest's workers (`pytest -n 2 --dist loadgroup`), and that none is lost.

A file goes to one worker as a whole: its fixtures are made once. All tests that need Airflow go to one worker, before
any other: there is one stack, and what they kill is met by nobody else. The files with a real WordPress go to one, too.
Then the files with slow tests, then the rest, so that the workers finish together. Without workers the order is the
same.
"""

from __future__ import annotations

import os
import re
import signal
import sys
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from xdist.scheduler import LoadScopeScheduling
from xdist.workermanage import WorkerController

from igny8_lib.stack import postgres
from tests import session_folder
from tests.postgres_server import SERVER, SharedServer

COLLECTED = pytest.StashKey[set[tuple[Path, str]]]()
"""File and function of each test, before any is deselected."""
AIRFLOW = "airflow"
WORDPRESS = "wordpress"
SAYS_WORDPRESS = re.compile(r":\s*WordPress(Server|With)\b")
SAYS_AIRFLOW = re.compile(r"mark\.airflow|\bstack: Stack\b")
MOST_WORKERS = 4
"""More would find nothing to do: the tests with Airflow take longer than the others' share by then."""

# Bytecode is wanted, whatever the machine says: without it each process compiles the library and the tests anew.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False

# A worker that waits for a core is no slow example; and whether the suite passes hangs on the code alone: the examples
# are the same each time. Others, and those that failed before: --hypothesis-profile=explore.
IMPATIENT = (HealthCheck.too_slow,)
settings.register_profile("explore", deadline=None, derandomize=False, suppress_health_check=IMPATIENT)
settings.register_profile(
    "tests", deadline=None, derandomize=True, database=None, print_blob=True, suppress_health_check=IMPATIENT
)
settings.load_profile("tests")

WHOLE = (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED)
"""How a session ends that was not interrupted."""


class FileScheduling(LoadScopeScheduling):
    """The files with Airflow together, those with WordPress, every other file by itself go to a worker as a whole.

    By the files' text and not by marks: this is the process that hands out names, and a name does not tell its marks.
    """

    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.split("::", maxsplit=1)[0]
        path = self.config.rootpath / file
        if names_airflow(path):
            return AIRFLOW
        return WORDPRESS if names_wordpress(path) else file


@cache
def names_airflow(file: Path) -> bool:
    """Whether any of the file's tests says that it needs Airflow."""
    return SAYS_AIRFLOW.search(file.read_text(encoding="utf-8")) is not None


@cache
def names_wordpress(file: Path) -> bool:
    """Whether any of the file's tests takes a WordPress server."""
    return SAYS_WORDPRESS.search(file.read_text(encoding="utf-8")) is not None


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> LoadScopeScheduling | None:
    if config.option.dist != "loadgroup":
        return None
    config.option.loadscopereorder = False
    return FileScheduling(config, log)


def pytest_xdist_auto_num_workers() -> int:
    """A worker per core, and one more: the ones with Airflow and with WordPress mostly wait for these."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return min(cores + 1, MOST_WORKERS)


def pytest_configure(config: pytest.Config) -> None:
    is_worker = hasattr(config, "workerinput")
    folder = Path(os.environ[session_folder.VARIABLE]) if is_worker else session_folder.make()
    config.stash[SERVER] = SharedServer(folder, os.environ.get("IGNY8_TEST_DATABASE_URL"))
    if not is_worker:
        signal.signal(signal.SIGTERM, signal.default_int_handler)  # a cancelled job clears away, too, as after Ctrl-C
        config.pluginmanager.register(Account(), "account")


def pytest_configure_node() -> None:
    postgres.runs_as()  # makes the user, which several workers could not make at once


def pytest_unconfigure(config: pytest.Config) -> None:
    if SERVER in config.stash and not hasattr(config, "workerinput"):
        server = config.stash[SERVER]
        server.stop()
        session_folder.remove(server.folder)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    config.stash[COLLECTED] = {(item.path, getattr(item, "originalname", item.name)) for item in items}
    for item in items:
        if needs_airflow(item) and not names_airflow(item.path):
            raise pytest.UsageError(f"{item.nodeid} needs Airflow: mark it `airflow`, where it stands.")
    slow = {item.path for item in items if item.get_closest_marker("slow")}
    items.sort(key=lambda item: place(item, slow))


def needs_airflow(item: pytest.Item) -> bool:
    """Whether the test takes the session's stack, or says that it starts one."""
    return bool(item.get_closest_marker("airflow")) or "stack" in getattr(item, "fixturenames", ())


def place(item: pytest.Item, slow: set[Path]) -> int:
    """Stacks of their own before the session's, so that two are never up at once; chaos leaves it for nobody."""
    if needs_airflow(item):
        return (0 if "stack" not in getattr(item, "fixturenames", ()) else 1) + bool(item.get_closest_marker("chaos"))
    return 3 if item.path in slow else 4


class Account:
    """What was collected, and what has a result; kept by the process that people start."""

    def __init__(self) -> None:
        self.collected: set[str] = set()
        self.told: set[str] = set()
        self.ended = False

    def pytest_xdist_node_collection_finished(self, node: WorkerController, ids: Sequence[str]) -> None:  # noqa: ARG002
        self.collected.update(ids)

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        self.collected.update(item.nodeid for item in session.items)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self.told.add(report.nodeid)

    def lost(self) -> list[str]:
        """Tests that were collected and never came to a result."""
        return sorted(self.collected - self.told)

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """A session that was not stopped before its end has a result for every test, or fails."""
        stopped = session.shouldstop or session.shouldfail or session.config.option.collectonly
        self.ended = session.exitstatus in WHOLE and not stopped
        if self.ended and self.lost():
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    @pytest.hookimpl(trylast=True)
    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        if not self.ended:
            return
        told = f"{len(self.collected)} tests collected, {len(self.lost())} of them without a result"
        terminalreporter.write_line(told)
        for name in self.lost():
            terminalreporter.write_line(f"  lost: {name}", red=True)
