"""The product database does not answer: a page says so in words, and soon."""

from __future__ import annotations

import igny8_product
import pytest

from tests.plugins.web.conftest import REMEMBERED
from tests.plugins.web.house import API, PAGES, House

NOBODY_LISTENS = "postgresql+psycopg://nobody@127.0.0.1:1/nowhere"


def take_away(monkeypatch: pytest.MonkeyPatch) -> None:
    """From here on nothing answers where the database was."""
    igny8_product.product_engine().dispose()
    monkeypatch.setenv("IGNY8_DATABASE_URL", NOBODY_LISTENS)
    for each in REMEMBERED:
        each.cache_clear()


@pytest.mark.parametrize("path", ["/", "/sites/blog", "/sites/blog/start", "/sites/blog/runs", "/sites/blog/runs/1"])
def test_a_member_reads_that_nobody_knows_what_he_may_see(
    house: House, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    take_away(monkeypatch)
    answer = house.browser("viewer").get(PAGES + path)
    assert answer.status_code == 503
    assert "<html" in answer.text
    assert "Not available for the moment" in answer.text
    assert "Try again soon." in answer.text
    assert "psycopg" not in answer.text


def test_an_admin_of_the_platform_is_known_and_reads_that_nothing_can_be_shown(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    take_away(monkeypatch)
    answer = house.browser("admin").get(f"{PAGES}/sites/blog")
    assert answer.status_code == 503
    assert "The product database does not answer." in answer.text


def test_a_page_that_is_open_keeps_what_it_shows_and_tells_it_above(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    take_away(monkeypatch)
    answer = house.browser("viewer").get(f"{PAGES}/sites/blog/live", headers={"HX-Request": "true"})
    assert answer.status_code == 503
    assert "<html" not in answer.text
    assert answer.headers["HX-Retarget"] == "#problem"


def test_the_api_says_it_as_a_problem_document(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    take_away(monkeypatch)
    answer = house.client("viewer").get(f"{API}/automation/current_run/?site=blog")
    assert answer.status_code == 503
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["type"] == "urn:igny8:problem:members-unknown"
