"""Figures and the state of each part are for the platform's admins, and for whoever has the token of the settings."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from igny8_web import operators
from prometheus_client.parser import text_string_to_metric_families
from starlette.requests import Request

from igny8_lib.metrics.airflow_metrics import CATALOGUE, DATABASE_UP
from igny8_lib.settings import load
from tests.plugins.web.house import NEIGHBOUR, PLATFORM_ADMIN, ROLES, STRANGER, House, user_of

PATHS = ["/igny8/metrics", "/igny8/health/parts"]
TOKEN = "a-secret-of-prometheus"


@pytest.fixture(autouse=True)
def a_token_is_a_name(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The house's login, where a token is the user's name."""

    async def user_of_token(token: str) -> Any:
        return user_of(Request({"type": "http", "headers": [(b"authorization", f"Bearer {token}".encode())]}))

    monkeypatch.setattr(operators, "resolve_user_from_token", user_of_token)
    yield
    load.cache_clear()


@pytest.fixture
def with_token(monkeypatch: pytest.MonkeyPatch, house: House) -> House:
    monkeypatch.setenv("IGNY8_METRICS_TOKEN", TOKEN)
    load.cache_clear()
    return house


@pytest.mark.parametrize("path", PATHS)
def test_nobody_is_asked_to_sign_in(house: House, path: str) -> None:
    answer = house.client().get(path)
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == "Bearer"
    assert "IGNY8_METRICS_TOKEN" in answer.json()["detail"]


@pytest.mark.parametrize("who", [*ROLES, NEIGHBOUR, STRANGER])
@pytest.mark.parametrize("path", PATHS)
def test_no_role_of_an_account_may_read(house: House, path: str, who: str) -> None:
    assert house.client(who).get(path).status_code == 403
    assert house.browser(who).get(path).status_code == 403


@pytest.mark.parametrize("path", PATHS)
def test_an_admin_reads_by_token_and_in_a_browser(house: House, path: str) -> None:
    for client in (house.client(PLATFORM_ADMIN), house.browser(PLATFORM_ADMIN)):
        assert client.get(path).status_code in {200, 503}


@pytest.mark.parametrize("path", PATHS)
def test_the_token_of_the_settings_opens_both_and_nothing_else(with_token: House, path: str) -> None:
    assert with_token.client(TOKEN).get(path).status_code in {200, 503}
    assert with_token.client(TOKEN[:-1]).get(path).status_code == 403
    assert with_token.client(TOKEN).get("/igny8/api/v1/account/").status_code in {401, 403, 404}


@pytest.mark.parametrize("path", PATHS)
def test_without_the_setting_an_empty_token_opens_nothing(house: House, path: str) -> None:
    answer = house.client().get(path, headers={"Authorization": "Bearer "})
    assert answer.status_code == 401


def test_prometheus_reads_every_metric_of_the_catalogue(house: House) -> None:
    answer = house.client(PLATFORM_ADMIN).get("/igny8/metrics")
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
    families = {family.name: family for family in text_string_to_metric_families(answer.text)}
    of_product = [metric for metric in CATALOGUE if not metric.name.startswith("igny8_airflow_")]
    wanted = {metric.name.removesuffix("_total") for metric in of_product} | {DATABASE_UP.name}
    assert families.keys() == wanted, "Airflow has no database here, and the product is told all the same"
    exported = {name: labels for metric in CATALOGUE for name, labels in metric.exported.items()}
    for each in (sample for family in families.values() for sample in family.samples):
        assert each.labels.keys() == exported[each.name], each.name


def test_parts_say_what_is_ill_and_what_to_do(house: House) -> None:
    answer = house.client(PLATFORM_ADMIN).get("/igny8/health/parts")
    told = {part["name"]: part for part in answer.json()["parts"]}
    assert told["database"]["state"] == "ok"
    assert told["scheduler"]["state"] == "ill", "no scheduler runs here"
    assert all(part["todo"] for part in told.values() if part["state"] != "ok")
    assert (answer.status_code, answer.json()["status"]) == (503, "ill")
