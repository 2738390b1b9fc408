"""The stack's processes are found by what they inherited, and ended completely."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil

from igny8_lib.stack import processes
from igny8_lib.stack.layout import Layout
from igny8_lib.stack.supervisor import MARKER

STUBBORN = (
    "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('ready', flush=True); time.sleep(60)"
)
ORPHANED = (
    "import os, subprocess, sys, time\n"
    "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)'], start_new_session=True)\n"
    "print(child.pid, flush=True)\n"
)
TITLED = (
    "import setproctitle, time; setproctitle.setproctitle('airflow worker -- ' + 'x' * 200)\n"
    "print('ready', flush=True); time.sleep(60)"
)


@contextmanager
def marked(home: Path, code: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """A Python process that belongs to the home, once it has printed its first line."""
    environment = {**os.environ, MARKER: str(home), "SPT_NOENV": "1"}
    command = [sys.executable, "-c", code]
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        try:
            yield process, process.stdout.readline().strip()
        finally:
            process.kill()


def test_a_process_that_ignores_a_polite_stop_is_killed(tmp_path: Path) -> None:
    layout = Layout.of(tmp_path)
    with marked(layout.home, STUBBORN) as (process, _):
        found = processes.stack_processes(layout)
        assert [each.pid for each in found] == [process.pid]
        assert processes.end_all(found, polite_seconds=0.2) == 1
        assert processes.stack_processes(layout) == []


def test_an_orphan_in_a_session_of_its_own_still_belongs_to_the_stack(tmp_path: Path) -> None:
    layout = Layout.of(tmp_path)
    with marked(layout.home, ORPHANED) as (process, orphan):
        process.wait(60)
        found = processes.stack_processes(layout)
        assert [each.pid for each in found] == [int(orphan)]
        processes.end_all(found)
        assert not psutil.pid_exists(int(orphan)) or psutil.Process(int(orphan)).status() == psutil.STATUS_ZOMBIE


def test_a_process_that_renamed_itself_is_still_found(tmp_path: Path) -> None:
    layout = Layout.of(tmp_path)
    with marked(layout.home, TITLED) as (process, _):
        assert [each.pid for each in processes.stack_processes(layout)] == [process.pid]


def test_another_stack_s_processes_are_left_alone(tmp_path: Path) -> None:
    with marked(tmp_path / "one", STUBBORN):
        assert processes.stack_processes(Layout.of(tmp_path / "other")) == []


def test_memory_is_told_for_each_process(tmp_path: Path) -> None:
    layout = Layout.of(tmp_path)
    with marked(layout.home, STUBBORN) as (process, _):
        (entry,) = processes.memory(layout)
    assert entry.pid == process.pid
    assert 1_000_000 < entry.pss < 100_000_000
