"""The sites' DAGs in a real dag-processor: who comes, changes and goes has its own file parsed, and no other."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psutil
import pytest
from sqlalchemy import update

from igny8_lib.errors import NotFound
from igny8_lib.models import Site
from tests.factories.sites import make_site
from tests.stack import Stack, until

pytestmark = [pytest.mark.airflow, pytest.mark.slow("the first test with the session's stack starts it")]

SLUG = "bundle-garden"
SECONDS = 120.0
"""Far more than any of it takes: how long it takes is measured by `make bench ARGS=parsing`."""


def parsings(stack: Stack) -> dict[Path, int]:
    """When each file was built last."""
    return {path: path.stat().st_mtime_ns for path in (stack.home / "site_dags").glob("*.built")}


@contextmanager
def one_file_is_parsed(stack: Stack) -> Iterator[None]:
    """What is done in between has the file of SLUG built anew, and no other."""
    before = parsings(stack)
    yield
    after = parsings(stack)
    own = f"sites_{zlib.crc32(SLUG.encode()) % 32:02}.built"
    assert [path.name for path in sorted(after) if after[path] != before.get(path)] == [own]


def dag(stack: Stack) -> dict[str, Any] | None:
    try:
        return stack.airflow.dag(f"site__{SLUG}")
    except NotFound:
        return None


def change(stack: Stack, **values: object) -> None:
    with stack.sessions.begin() as session:
        session.execute(update(Site).where(Site.slug == SLUG).values(**values))


def test_a_site_that_comes_changes_and_goes_is_parsed_and_no_other(stack: Stack) -> None:
    until(lambda: len(parsings(stack)) == 32 or None, "every file is built", SECONDS)
    with one_file_is_parsed(stack):
        with stack.sessions.begin() as session:
            make_site(session, slug=SLUG)
        stack.wait_for_dag(f"site__{SLUG}", seconds=SECONDS)
    with one_file_is_parsed(stack):
        change(stack, domain="moved.example")
        until(lambda: dag(stack)["dag_display_name"] == "moved.example" or None, "the change is there", SECONDS)  # type: ignore[index]
    with one_file_is_parsed(stack):
        change(stack, status="inactive")
        until(lambda: (found := dag(stack)) is None or found["is_stale"] or None, "the DAG is gone", SECONDS)


def test_the_platform_s_dags_have_a_bundle_of_their_own(stack: Stack) -> None:
    found = stack.wait_for_dag("reconcile_runs", seconds=SECONDS)
    assert found["bundle_name"] == "platform"


def test_every_component_has_the_bundles_and_the_dag_processor_alone_does_without_fab(stack: Stack) -> None:
    names = ("api-server", "scheduler", "dag-processor", "triggerer")
    given = {name: psutil.Process(stack.state(name).pid).environ() for name in names}
    assert len({each["AIRFLOW__DAG_PROCESSOR__DAG_BUNDLE_CONFIG_LIST"] for each in given.values()}) == 1
    without = [name for name, each in given.items() if "SimpleAuthManager" in each["AIRFLOW__CORE__AUTH_MANAGER"]]
    assert without == ["dag-processor"]
