"""The auth manager in this process, on the test's product database."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from igny8_lib.settings import load
from tests import airflow_home

__all__ = ["airflow_home"]

PLUGINS = Path(__file__).parents[2] / "plugins"
NOBODY_LISTENS = "postgresql+psycopg://nobody@127.0.0.1:1/none"

Connect = Callable[[str], Any]


@pytest.fixture
def connect_auth(monkeypatch: pytest.MonkeyPatch) -> Iterator[Connect]:
    """Make the auth manager on a product database; it remembers nobody yet."""
    monkeypatch.syspath_prepend(str(PLUGINS))
    product = importlib.import_module("igny8_product")

    def connect(url: str) -> Any:
        monkeypatch.setenv("IGNY8_DATABASE_URL", url)
        for remembered in (load, product.product_engine, product.members):
            remembered.cache_clear()
        return importlib.import_module("igny8_auth").SiteAuthManager()

    yield connect
    if product.product_engine.cache_info().currsize:
        product.product_engine().dispose()
    for remembered in (load, product.product_engine, product.members):
        remembered.cache_clear()


@pytest.fixture
def auth(connect_auth: Connect, database_url: str) -> Any:
    """The auth manager on the test's database."""
    return connect_auth(database_url)
