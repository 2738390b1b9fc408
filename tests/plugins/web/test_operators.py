"""Figures and the state of each part are for whoever has the token of the settings; what those read.

That the platform's admins read them by their login and members of accounts do not, the real login says: it is gone
through in tests/plugins/test_members_in_airflow.py.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from prometheus_client.parser import text_string_to_metric_families

from igny8_lib.metrics.airflow_metrics import CATALOGUE, DATABASE_UP
from igny8_lib.settings import load
from tests.plugins.web.house import House

PATHS = ["/igny8/metrics", "/igny8/health/parts"]
TOKEN = "a-secret-of-prometheus"


@pytest.fixture
def with_token(monkeypatch: pytest.MonkeyPatch, house: House) -> Iterator[House]:
    monkeypatch.setenv("IGNY8_METRICS_TOKEN", TOKEN)
    load.cache_clear()
    yield house
    load.cache_clear()


@pytest.mark.parametrize("path", PATHS)
def test_nobody_is_asked_to_sign_in(house: House, path: str) -> None:
    answer = house.client().get(path)
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == "Bearer"
    assert "IGNY8_METRICS_TOKEN" in answer.json()["detail"]


@pytest.mark.parametrize("path", PATHS)
def test_the_token_of_the_settings_opens_both_and_nothing_else(with_token: House, path: str) -> None:
    assert with_token.client(TOKEN).get(path).status_code in {200, 503}
    assert with_token.client(TOKEN[:-1]).get(path).status_code == 403
    assert with_token.client(TOKEN).get("/igny8/api/v1/account/").status_code in {401, 403, 404}


@pytest.mark.parametrize("path", PATHS)
def test_without_the_setting_an_empty_token_opens_nothing(house: House, path: str) -> None:
    answer = house.client().get(path, headers={"Authorization": "Bearer "})
    assert answer.status_code == 401


def test_prometheus_reads_every_metric_of_the_catalogue(with_token: House) -> None:
    answer = with_token.client(TOKEN).get("/igny8/metrics")
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
    families = {family.name: family for family in text_string_to_metric_families(answer.text)}
    of_product = [metric for metric in CATALOGUE if not metric.name.startswith("igny8_airflow_")]
    wanted = {metric.name.removesuffix("_total") for metric in of_product} | {DATABASE_UP.name}
    assert families.keys() == wanted, "Airflow has no database here, and the product is told all the same"
    exported = {name: labels for metric in CATALOGUE for name, labels in metric.exported.items()}
    for each in (sample for family in families.values() for sample in family.samples):
        assert each.labels.keys() == exported[each.name], each.name


def test_parts_say_what_is_ill_and_what_to_do(with_token: House) -> None:
    answer = with_token.client(TOKEN).get("/igny8/health/parts")
    told = {part["name"]: part for part in answer.json()["parts"]}
    assert told["database"]["state"] == "ok"
    assert told["scheduler"]["state"] == "ill", "no scheduler runs here"
    assert "executor" not in told, "Airflow has no database here, and its own part says that"
    assert all(part["todo"] for part in told.values() if part["state"] != "ok")
    assert (answer.status_code, answer.json()["status"]) == (503, "ill")
