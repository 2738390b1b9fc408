"""The command line in this process, on the test's database."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from igny8_lib.cli import main
from igny8_lib.commands.output import console
from igny8_lib.settings import load

Shell = Callable[..., tuple[int, str]]
Igny8 = Callable[..., tuple[int, Any]]


@pytest.fixture
def shell(database_url: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Iterator[Shell]:
    """The command line on the test's database, in this process: exit code, and what it printed."""
    monkeypatch.setenv("IGNY8_DATABASE_URL", database_url)
    monkeypatch.setattr(console, "_width", 200)  # as COLUMNS would, were the console not made already
    load.cache_clear()

    def run(*arguments: str) -> tuple[int, str]:
        monkeypatch.setattr(sys, "argv", ["igny8", *arguments])
        with pytest.raises(SystemExit) as ended:
            main()
        printed = capsys.readouterr()
        return int(ended.value.code or 0), printed.out or printed.err

    yield run
    load.cache_clear()


@pytest.fixture
def igny8(shell: Shell) -> Igny8:
    """The command line with --json: exit code, and the document it printed."""

    def run(*arguments: str) -> tuple[int, Any]:
        code, printed = shell(*arguments, "--json")
        return code, json.loads(printed)

    return run
