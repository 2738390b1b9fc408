"""The one answer that needs no login says whether the product can serve, and nothing else."""

from __future__ import annotations

import igny8_product
import pytest

from igny8_lib.settings import load
from tests.plugins.web.house import House


def test_everybody_may_ask_whether_all_is_well(house: House) -> None:
    for who in ("", "stranger", "viewer"):
        answer = house.client(who).get("/igny8/health")
        assert (answer.status_code, answer.json()) == (200, {"status": "ok"})


def test_a_database_that_is_away_is_said_without_its_address(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IGNY8_DATABASE_URL", "postgresql+psycopg://somebody:secret@127.0.0.1:1/none")
    for remembered in (load, igny8_product.product_engine):
        remembered.cache_clear()
    answer = house.client().get("/igny8/health")
    assert (answer.status_code, answer.json()) == (503, {"status": "database away"})


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
def test_health_is_only_read(house: House, method: str) -> None:
    assert house.client().request(method, "/igny8/health").status_code in {404, 405}
