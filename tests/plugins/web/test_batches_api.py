"""The API of batches: opened once per key, told with their progress, ended and gone on with."""

from __future__ import annotations

from typing import Any

import pytest
from igny8_web.rates import LINKING, OPTIMIZING
from sqlalchemy.orm import Session

from igny8_lib.amounts import Credits
from igny8_lib.batches.taking import Became, book, take
from igny8_lib.models import BatchItemStatus, Module, Site
from igny8_lib.sites.modules import set_module
from tests.factories.articles import make_article
from tests.plugins.web.house import API, House


@pytest.fixture
def site(house: House, session: Session) -> Site:
    return session.get_one(Site, house.blog)


@pytest.fixture
def articles(site: Site, session: Session) -> list[int]:
    """Three committed articles."""
    ids = [make_article(session, site).id for _ in range(3)]
    session.commit()
    return ids


def url(path: str, **query: object) -> str:
    """The address of a route for the site "blog"."""
    return f"{API}/{path}/?site=blog" + "".join(f"&{name}={value}" for name, value in query.items())


def opened(house: House, path: str, body: dict[str, Any], key: str = "") -> dict[str, Any]:
    """A batch that the editor opened."""
    answer = house.client("editor").post(url(path), json=body, headers={"Idempotency-Key": key})
    assert answer.status_code == 202, answer.text
    found: dict[str, Any] = answer.json()
    return found


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("linker/batch_process", "link"),
        ("optimizer/batch_optimize", "optimize"),
        ("optimizer/batch_analyze", "analyze"),
    ],
)
def test_a_batch_is_opened_once_per_key_and_told_under_its_address(
    house: House, articles: list[int], path: str, kind: str
) -> None:
    first = opened(house, path, {"content_ids": articles[:2]}, "monday")
    assert (first["kind"], first["status"], first["total"], first["requested_by"]) == (kind, "pending", 2, "editor")
    assert opened(house, path, {"content_ids": articles[:2]}, "monday") == first
    assert house.client("viewer").get(first["address"]).json() == first
    assert "within a minute" in first["sentence"]
    assert house.client("viewer").get(url("batches", kind=kind)).json()["pagination"]["total_count"] == 1


def test_one_article_is_optimized_as_a_batch_of_one(house: House, articles: list[int]) -> None:
    made = opened(house, "optimizer/optimize", {"content_id": articles[0]})
    listed = house.client("viewer").get(url(f"batches/{made['id']}/articles")).json()["articles"]
    assert [(each["content_id"], each["status"]) for each in listed] == [(articles[0], "pending")]
    again = house.client("editor").post(url("optimizer/optimize"), json={"content_id": articles[0]})
    assert again.status_code == 409
    assert "wait in another batch" in again.json()["detail"]


def test_progress_is_told_and_a_batch_is_ended_and_gone_on_with(
    house: House, site: Site, session: Session, articles: list[int]
) -> None:
    made = opened(house, "linker/batch_process", {"all": True})
    taken = take(session, made["id"], most=1)
    assert taken
    book(session, taken, {articles[0]: Became(BatchItemStatus.DONE, "2 links put in.", Credits.of(8))})
    session.commit()
    shown = house.client("viewer").get(made["address"]).json()
    figures = ("status", "done", "pending", "total", "credits", "current")
    assert [shown[name] for name in figures][:5] == ["running", 1, 2, 3, 8]
    assert shown["current"].startswith("Pruning roses")
    done = house.client("viewer").get(url(f"batches/{made['id']}/articles", status="done")).json()["articles"]
    assert [each["outcome"] for each in done] == ["2 links put in."]
    ended = house.client("editor").post(url(f"batches/{made['id']}/cancel")).json()
    assert (ended["status"], ended["error"]) == ("cancelled", "Cancelled by editor.")
    again = house.client("editor").post(url(f"batches/{made['id']}/continue"))
    assert (again.status_code, again.json()["status"], again.json()["pending"]) == (202, "pending", 2)
    assert site


def test_an_unchanged_list_is_not_sent_again(house: House, articles: list[int]) -> None:
    opened(house, "optimizer/batch_analyze", {"content_ids": articles})
    client = house.client("viewer")
    for path in (url("batches"), url("batches/1/articles")):
        first = client.get(path)
        assert client.get(path, headers={"If-None-Match": first.headers["etag"]}).status_code == 304


@pytest.mark.parametrize("path", ["linker/batch_process", "optimizer/batch_optimize", "optimizer/batch_analyze"])
def test_what_cannot_be_opened_is_refused_with_what_to_do(
    house: House, session: Session, articles: list[int], path: str
) -> None:
    foreign = make_article(session, session.get_one(Site, house.rival_blog)).id
    session.commit()
    client = house.client("owner")
    statuses = [
        client.post(url(path), json=body).status_code
        for body in ({}, {"content_ids": [articles[0], foreign]}, {"score_below": 50}, {"score_below": 0}, {"al": 1})
    ]
    assert statuses == [400, 404, 400, 422, 422]
    assert house.client("owner").get(url("batches")).json()["batches"] == []


def test_a_batch_of_another_account_is_not_there(house: House, articles: list[int]) -> None:
    made = opened(house, "optimizer/batch_analyze", {"content_ids": articles})
    for path in (f"batches/{made['id']}", f"batches/{made['id']}/articles"):
        address = url(path).replace("site=blog", "site=rival-blog")
        assert house.client("neighbour").get(address).status_code == 404


@pytest.mark.parametrize(
    ("module", "path"), [(Module.LINKER, "linker/batch_process"), (Module.OPTIMIZER, "optimizer/batch_optimize")]
)
def test_a_module_that_is_off_opens_nothing(
    house: House, session: Session, articles: list[int], module: Module, path: str
) -> None:
    set_module(session, house.agency, module, enabled=False)
    session.commit()
    answer = house.client("owner").post(url(path), json={"content_ids": articles})
    assert (answer.status_code, answer.json()["type"]) == (403, "urn:igny8:problem:module-disabled")


def test_the_limits_are_those_that_were_agreed() -> None:
    assert (LINKING.most, OPTIMIZING.most) == (30, 10)
