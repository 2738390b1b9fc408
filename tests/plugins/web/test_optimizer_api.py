"""The API of optimizations: what was tried, both texts side by side, and taking one back."""

from __future__ import annotations

import asyncio

import pytest
from sqlalchemy.orm import Session

from igny8_lib.ai.endpoint import Endpoint
from igny8_lib.db.session import Sessions
from igny8_lib.models import Content, OptimizationStatus, Site
from igny8_lib.optimizer.work import optimize
from tests.factories.articles import make_article
from tests.lib.optimizer.conftest import HTML, PRICE
from tests.plugins.web.house import API, House
from tests.sandbox_server import SandboxServer


@pytest.fixture
def article(house: House, session: Session) -> int:
    """An article with weaknesses."""
    values = {"html": HTML, "primary_keyword": "prune roses", "meta_title": "Roses"}
    content_id = make_article(session, session.get_one(Site, house.blog), **values).id  # type: ignore[arg-type]
    session.commit()
    return content_id


@pytest.fixture
def task(house: House, sessions: Sessions, sandbox: SandboxServer, article: int) -> int:
    """An optimization of it that was taken."""
    endpoint = Endpoint(sandbox.base_url, "any", "text", "image", 30)
    done = asyncio.run(optimize(sessions, endpoint, house.blog, article, by="ann"))
    assert done.status is OptimizationStatus.COMPLETED
    return done.task_id


def url(path: str, **query: object) -> str:
    """The address of a route for the site "blog"."""
    return f"{API}/optimizer/{path}/?site=blog" + "".join(f"&{name}={value}" for name, value in query.items())


def test_optimizations_are_listed_with_their_scores_and_compared(house: House, article: int, task: int) -> None:
    client = house.client("viewer")
    found = client.get(url("tasks", content_id=article, status="completed", source="manual")).json()
    (row,) = found["tasks"]
    assert (row["id"], row["credits"], found["pagination"]["total_count"]) == (task, PRICE, 1)
    assert row["score_after"] > row["score_before"]
    assert client.get(url("tasks", status="failed")).json()["tasks"] == []
    whole = client.get(url(f"tasks/{task}")).json()
    assert whole["before"]["html"] == HTML
    assert whole["after"]["html"] != HTML
    assert whole["difference"]["fields"] or whole["difference"]["blocks"]


def test_an_optimization_is_taken_back_once_per_key_and_no_second_time(
    house: House, session: Session, article: int, task: int
) -> None:
    client = house.client("editor")
    for _ in range(2):
        back = client.post(url(f"tasks/{task}/take_back"), json={}, headers={"Idempotency-Key": "tuesday"})
        assert (back.status_code, back.json()["version"]) == (200, 3)
    assert session.get_one(Content, article).html == HTML
    assert client.post(url(f"tasks/{task}/take_back"), json={}).status_code == 409


def test_an_article_that_was_edited_since_says_which_version_would_be_lost(
    house: House, session: Session, article: int, task: int
) -> None:
    content = session.get_one(Content, article)
    content.html, content.version = "<p>Mine.</p>", 3
    session.commit()
    client = house.client("editor")
    refused = client.post(url(f"tasks/{task}/take_back"), json={})
    assert (refused.status_code, refused.json()["now"]) == (409, 3)
    assert client.post(url(f"tasks/{task}/take_back"), json={"version": 3}).status_code == 200
