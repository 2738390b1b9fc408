"""`igny8 doctor`: every part in a table that people read."""

from __future__ import annotations

from pathlib import Path

import pytest

from igny8_lib.settings import load
from tests.lib.commands.conftest import Shell


@pytest.fixture(autouse=True)
def home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("IGNY8_HOME", str(tmp_path))
    load.cache_clear()


def test_a_part_that_is_ill_is_told_in_plain_words_and_by_the_exit_code(shell: Shell) -> None:
    code, text = shell("doctor")
    assert code == 1, "no Airflow is here"
    lines = {name.strip(): state.strip() for line in text.splitlines() if "│" in line for name, state in [cells(line)]}
    assert lines["database"] == "ok"
    assert "ill" in lines.values(), lines
    assert "[" not in text, "no markup is left over"


def cells(line: str) -> tuple[str, str]:
    """The first two of a row."""
    _, name, state, *_ = line.split("│")
    return name, state
