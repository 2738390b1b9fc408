"""The scheduler imports ahead what every task process, which is forked from it, would import first."""

from __future__ import annotations

import psutil
import pytest

from tests.stack import Stack

pytestmark = [pytest.mark.airflow, pytest.mark.slow("the first test with the session's stack starts it")]

FIRST_USED = ("jiter", "psycopg_binary", "PIL")
"""Packages with a library of their own, which shows in a memory map: for the AI client, the database, pictures."""


def test_the_scheduler_holds_what_a_task_imports_first(stack: Stack) -> None:
    mapped = [region.path for region in psutil.Process(stack.state("scheduler").pid).memory_maps()]
    missing = [name for name in FIRST_USED if not any(f"/{name}/" in path for path in mapped)]
    assert missing == [], "each task process would import it anew"


def test_the_other_components_do_without(stack: Stack) -> None:
    mapped = [region.path for region in psutil.Process(stack.state("triggerer").pid).memory_maps()]
    assert not any("/jiter/" in path for path in mapped)
