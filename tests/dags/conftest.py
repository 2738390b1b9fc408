"""Airflow's home, before any test module imports Airflow; and what tasks call, on a test's database."""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType

import pytest

from igny8_lib import settings
from tests import airflow_home

__all__ = ["airflow_home"]

DAGS = Path(__file__).parents[2] / "dags"


@contextmanager
def on_database(name: str, url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[ModuleType]:
    """A module of the DAGs' folder whose `sessions` are those of this database."""
    monkeypatch.setenv("IGNY8_DATABASE_URL", url)
    monkeypatch.syspath_prepend(str(DAGS))
    module = importlib.import_module(name)
    settings.load.cache_clear()
    module.sessions.cache_clear()
    yield module
    settings.load.cache_clear()
    module.sessions()().close()
    module.sessions.cache_clear()
