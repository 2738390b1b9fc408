"""The listener holds nobody up: what it cannot do is logged, and the scheduler goes on."""

from __future__ import annotations

import importlib
from pathlib import Path
from types import ModuleType

import pytest
from airflow.models.dagrun import DagRun

ROOT = Path(__file__).parents[2]


@pytest.fixture
def listener(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The plugin's module; Airflow's own database was never migrated here."""
    monkeypatch.syspath_prepend(str(ROOT / "plugins"))
    return importlib.import_module("igny8_listener")


def test_a_pool_that_cannot_be_made_is_logged_and_left_to_the_reconciler(
    listener: ModuleType, caplog: pytest.LogCaptureFixture
) -> None:
    listener.on_dag_run_running(DagRun(dag_id="site__garden", run_id="manual__1"), "")
    assert "The pool of site garden is left to the reconciler" in caplog.text


def test_a_dag_that_is_no_site_s_is_nothing_to_the_listener(
    listener: ModuleType, caplog: pytest.LogCaptureFixture
) -> None:
    listener.on_dag_run_running(DagRun(dag_id="reconcile_runs", run_id="scheduled__1"), "")
    assert caplog.text == ""
