"""Batches that may cost so much in all: no article is begun that could cost more than is left."""

from __future__ import annotations

from itertools import count
from typing import Any

import pytest
from pydantic import SecretStr
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from igny8_lib.ai.endpoint import Endpoint
from igny8_lib.amounts import ZERO, Credits
from igny8_lib.batches.cancelling import go_on
from igny8_lib.batches.listing import list_items, show_batch
from igny8_lib.batches.opening import Choice, open_batch
from igny8_lib.batches.work import Worker
from igny8_lib.db.session import Sessions
from igny8_lib.errors import Conflict
from igny8_lib.models import BatchKind, BatchStatus, Content, ContentBatch, Site
from igny8_lib.settings import Settings
from tests.factories.articles import make_article
from tests.factories.credits import make_funded_account
from tests.factories.rules import make_execution, make_rule
from tests.factories.sites import make_site
from tests.lib.batches.killing import work_and_die
from tests.lib.linker.garden import charges, make_garden, make_source
from tests.lib.optimizer.conftest import HTML, PRICE
from tests.sandbox_server import SandboxServer
from tests.statements import count_statements

REACHED = "The limit of {} credits that the rule set is reached."


def nowhere() -> Endpoint:
    """No AI is set up: articles are compared by their words."""
    return Endpoint.from_settings(Settings(ai_api_key=SecretStr("")))


def make_batch(
    session: Session, site: Site, articles: list[Content], limit: int, kind: BatchKind = BatchKind.LINK
) -> ContentBatch:
    """A committed batch of these articles that a rule opened with this limit."""
    execution = make_execution(session, make_rule(session, site))
    chosen = Choice([each.id for each in articles])
    given = {"rule_execution_id": execution.id, "credit_limit": Credits.of(limit)}
    batch = open_batch(session, site, kind, chosen, by="rule: Roses", **given)  # type: ignore[arg-type]
    session.commit()
    return batch


def outcomes(session: Session, batch: ContentBatch) -> list[str]:
    """What became of the articles, in order: how they ended, or the sentence of the limit."""
    session.expire_all()
    rows = list_items(session, batch.site_id, batch.id).rows
    return [row.outcome if "limit" in row.outcome else row.status.value for row in rows]


@pytest.mark.parametrize(("limit", "linked"), [(7, 0), (8, 1), (15, 1), (16, 2), (24, 3), (0, 3)])
def test_as_many_articles_are_linked_as_the_limit_pays_for_and_the_rest_says_why_it_was_left(
    session: Session, sessions: Sessions, limit: int, linked: int
) -> None:
    site = make_garden(session)
    batch = make_batch(session, site, [make_source(session, site) for _ in range(3)], limit)
    Worker(sessions, nowhere).work()
    left = [REACHED.format(limit)] * (3 - linked)
    assert outcomes(session, batch) == ["done"] * linked + left
    shown = show_batch(session, site.id, batch.id)
    assert (shown.status, shown.credits) == (BatchStatus.COMPLETED, Credits.of(8 * linked))
    assert charges(session, site) == [Credits.of(8)] * linked


def test_an_article_of_which_nothing_came_leaves_its_credits_to_the_next(session: Session, sessions: Sessions) -> None:
    site = make_garden(session)
    without = make_article(session, site, html="<p>Nothing of the kind.</p>")
    batch = make_batch(session, site, [without, make_source(session, site)], 8)
    Worker(sessions, nowhere).work()
    assert outcomes(session, batch) == ["skipped", "done"]


def test_an_article_is_held_against_the_limit_by_the_words_that_it_is_charged_for(
    session: Session, sessions: Sessions, sandbox: SandboxServer
) -> None:
    site = make_site(session, make_funded_account(session), language="en")
    values: dict[str, Any] = {"html": HTML, "primary_keyword": "prune roses", "meta_title": "Roses", "word_count": 1}
    articles = [make_article(session, site, **values) for _ in range(3)]
    batch = make_batch(session, site, articles, 2 * PRICE + 1, BatchKind.OPTIMIZE)
    Worker(sessions, lambda: Endpoint(sandbox.base_url, "any", "text", "image", 30)).work()
    assert PRICE > 1, "the words that are stored would let the third one through"
    assert outcomes(session, batch) == ["done", "done", REACHED.format(2 * PRICE + 1)]


def test_what_was_left_at_the_limit_is_left_for_good(session: Session, sessions: Sessions) -> None:
    site = make_garden(session)
    batch = make_batch(session, site, [make_source(session, site) for _ in range(2)], 8)
    Worker(sessions, nowhere).work()
    with pytest.raises(Conflict, match="Nothing is left of batch"):
        go_on(session, site, batch.id)


def test_analysing_costs_nothing_and_is_never_stopped(session: Session, sessions: Sessions) -> None:
    site = make_site(session, slug="blog")
    batch = make_batch(session, site, [make_article(session, site) for _ in range(3)], 1, BatchKind.ANALYZE)
    Worker(sessions, nowhere).work()
    assert outcomes(session, batch) == ["done"] * 3


def test_a_batch_knows_the_execution_and_its_limit_and_one_of_people_has_neither(session: Session) -> None:
    site = make_site(session, slug="blog")
    of_rule = make_batch(session, site, [make_article(session, site)], 50)
    assert (of_rule.credit_limit, of_rule.rule_execution_id is None) == (Credits.of(50), False)
    of_people = open_batch(session, site, BatchKind.LINK, Choice([make_article(session, site).id]), by="ann")
    session.flush()
    assert (of_people.credit_limit, of_people.rule_execution_id) == (ZERO, None)


def test_the_rest_is_left_with_one_statement_however_much_it_is(
    session: Session, sessions: Sessions, engine: Engine
) -> None:
    site = make_garden(session)
    numbers = []
    for articles in (2, 30):
        make_batch(session, site, [make_source(session, site) for _ in range(articles)], 1)
        numbers.append(count_statements(engine, Worker(sessions, nowhere).work))
    assert numbers[0] == numbers[1]


@pytest.mark.slow("a process dies before and after each commit, and each time another one goes on")
def test_whatever_kills_a_worker_wherever_the_limit_holds(
    session: Session, sessions: Sessions, database_url: str
) -> None:
    for dies_at in count(1):
        site = make_garden(session)
        batch = make_batch(session, site, [make_source(session, site) for _ in range(3)], 16)
        died = work_and_die(database_url, nowhere, dies_at)
        Worker(sessions, nowhere).work()
        assert outcomes(session, batch) == ["done", "done", REACHED.format(16)], dies_at
        assert charges(session, site) == [Credits.of(8)] * 2
        session.commit()
        if not died:
            break
