"""The product's pages and API on the test's database."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import igny8_product
import pytest
from anyio.from_thread import BlockingPortal, start_blocking_portal
from cachetools import TTLCache

from igny8_lib.db.session import Sessions
from igny8_lib.settings import load
from tests.airflow_fake import FakeAirflow
from tests.airflow_fake_app import app_of
from tests.plugins.web.house import KEPT, House, furnish, ids_of, whole_app
from tests.postgres_server import SharedServer

REMEMBERED = (load, igny8_product.product_engine, igny8_product.members)


@pytest.fixture(scope="session")
def portal() -> Iterator[BlockingPortal]:
    """The event loop that answers all requests, as a server has one; without it each request would start its own."""
    with start_blocking_portal() as portal:
        yield portal


@pytest.fixture(scope="session")
def template_database(shared_server: SharedServer) -> str:
    """Name of a migrated database with the house's people and sites in it: as rows of each test they would be made
    a thousand times."""
    return shared_server.template_with("house", furnish)


@pytest.fixture
def house(
    database_url: str, sessions: Sessions, portal: BlockingPortal, monkeypatch: pytest.MonkeyPatch
) -> Iterator[House]:
    """The application, two accounts with sites and people; Airflow's REST API is the fake one."""
    monkeypatch.setenv("IGNY8_DATABASE_URL", database_url)
    for each in REMEMBERED:
        each.cache_clear()
    airflow = FakeAirflow(paused={"site__blog": False, "site__shop": False, "site__rival-blog": False})
    monkeypatch.setitem(sys.modules, "airflow.api_fastapi.main", SimpleNamespace(app=app_of(airflow)))
    KEPT.clear()
    with sessions() as session:
        ids = ids_of(session)
    yield House(whole_app(), airflow, portal, **ids)
    igny8_product.product_engine().dispose()
    for each in REMEMBERED:
        each.cache_clear()


@pytest.fixture
def address(house: House) -> Iterator[str]:
    """The pages of the site "blog", served on a port of this machine."""
    from tests.plugins.web.served import served  # noqa: PLC0415 - a browser's driver, for the few tests that use one

    with served(house) as found:
        yield found


@pytest.fixture
def people_known(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who belongs where is read once in a test that counts statements, however long it takes."""
    assert house
    monkeypatch.setattr(igny8_product.members(), "known", TTLCache(10, 3_600))


@pytest.fixture
def media_folder(house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the application's picture files are."""
    assert house
    monkeypatch.setenv("IGNY8_MEDIA_URL", tmp_path.as_uri())
    load.cache_clear()
    return tmp_path
