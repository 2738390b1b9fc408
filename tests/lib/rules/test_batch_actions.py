"""Actions that open batches: with which articles and within which limit, and how their ends are told."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from igny8_lib.ai.endpoint import Endpoint
from igny8_lib.amounts import Credits
from igny8_lib.batches.cancelling import cancel
from igny8_lib.batches.opening import Choice, open_batch
from igny8_lib.batches.work import Worker
from igny8_lib.db.session import Sessions
from igny8_lib.errors import NotFound
from igny8_lib.models import (
    BatchKind,
    ContentBatch,
    ContentBatchItem,
    ContentSource,
    ModuleSettings,
    RuleAction,
    RuleTrigger,
    Site,
)
from igny8_lib.rules.actions import matched
from igny8_lib.rules.actions.base import Began, Ended, Work
from igny8_lib.rules.actions.kinds import KINDS
from tests.factories.articles import make_article
from tests.factories.credits import make_funded_account
from tests.factories.sites import make_site
from tests.lib.linker.garden import make_garden, make_source
from tests.lib.rules.acting import action_of, airflow_of, doors_of, follow, work_of

GENERATED = RuleTrigger.CONTENT_GENERATED
KIND = {RuleAction.LINK_CONTENT: BatchKind.LINK, RuleAction.OPTIMIZE_CONTENT: BatchKind.OPTIMIZE}
LINK = action_of("link_content")


def nowhere() -> Endpoint:
    """No AI is set up: articles are compared by their words."""
    raise NotFound("No AI is set up.")


@pytest.fixture
def site(session: Session) -> Site:
    return make_site(session, make_funded_account(session))


def opened(session: Session, work: Work, action: Any) -> Began | Ended:
    """Open a part, and commit."""
    became = KINDS[action.type].open(session, work, action.params)
    session.commit()
    return became


def batch_of(session: Session, became: Began | Ended) -> tuple[ContentBatch, list[int]]:
    """The batch, and its articles."""
    assert isinstance(became, Began)
    items = select(ContentBatchItem.content_id).where(ContentBatchItem.batch_id == became.batch_id)
    return session.get_one(ContentBatch, became.batch_id), list(session.scalars(items.order_by("content_id")))


def skipped(became: Began | Ended) -> str:
    """Why there is no batch."""
    assert isinstance(became, Ended)
    assert became.result.status == "skipped"
    return became.result.sentence


@pytest.mark.parametrize("action", [action_of("link_content"), action_of("optimize_content")])
def test_what_matched_and_is_still_there_is_in_a_batch_in_the_rules_name_and_limit(
    session: Session, site: Site, action: Any
) -> None:
    articles = [make_article(session, site).id for _ in range(3)]
    make_article(session, site)
    work = work_of(session, site, GENERATED, [*articles, 4711], left="12.5")
    batch, items = batch_of(session, opened(session, work, action))
    assert items == articles
    assert (batch.kind, batch.requested_by, batch.rule_execution_id, batch.credit_limit) == (
        KIND[action.type],
        "rule: Roses",
        work.execution_id,
        Credits.of("12.5"),
    )


def test_all_articles_that_fit_the_score_and_the_source_are_in_the_batch(session: Session, site: Site) -> None:
    low = make_article(session, site, optimization_scores={"overall": 30})
    make_article(session, site, optimization_scores={"overall": 80})
    make_article(session, site, optimization_scores={"overall": 30}, source=ContentSource.WORDPRESS)
    action = action_of("optimize_content", articles="all", score_below=60, source="igny8")
    work = work_of(session, site, RuleTrigger.SCHEDULE)
    assert batch_of(session, opened(session, work, action))[1] == [low.id]
    both = action_of("link_content", articles="all")
    assert len(batch_of(session, opened(session, work, both))[1]) == 3


def test_where_nothing_fits_or_all_waits_elsewhere_or_nothing_is_left_no_batch_is_opened(
    session: Session, site: Site
) -> None:
    article = make_article(session, site, optimization_scores={"overall": 80})
    work = work_of(session, site, GENERATED, [article.id])
    low = action_of("link_content", score_below=50)
    assert skipped(opened(session, work, low)).startswith("No article is there that fits")
    assert skipped(opened(session, replace(work, matched_ids=[4711]), LINK)).startswith("No article is there that fits")
    assert "used up" in skipped(opened(session, replace(work, left=Credits(0)), LINK))
    open_batch(session, site, BatchKind.LINK, Choice([article.id]), by="somebody")
    assert skipped(opened(session, work, LINK)) == "1 article fits and waits in another batch already."
    session.get_one(ModuleSettings, site.account_id).linker_enabled = False
    assert "linker module is switched off" in skipped(opened(session, work, LINK))


def test_named_articles_that_the_site_does_not_have_fail_the_action(session: Session, site: Site) -> None:
    foreign = make_article(session, make_site(session))
    work = work_of(session, site, GENERATED)
    with pytest.raises(NotFound, match=f"no article {foreign.id}"):
        opened(session, work, action_of("link_content", articles=[foreign.id]))
    assert skipped(opened(session, replace(work, matched_ids=[foreign.id]), LINK))


def test_a_batch_is_followed_to_its_end_and_told_in_its_own_sentence(session: Session, sessions: Sessions) -> None:
    site = make_garden(session)
    articles = [make_source(session, site).id for _ in range(3)]
    work = work_of(session, site, GENERATED, articles, left=16)
    began = opened(session, work, LINK)
    doors = doors_of(sessions, site, airflow_of(site))
    assert follow(doors, work, LINK, began) is None
    Worker(sessions, nowhere).work()
    ended = follow(doors, work, LINK, began)
    assert ended is not None
    batch, _ = batch_of(session, began)
    assert ended.result.model_dump() == {
        "action": RuleAction.LINK_CONTENT,
        "status": "completed",
        "sentence": "2 of 3 articles were linked, 1 left as they were.",
        "run_id": None,
        "batch_id": batch.id,
        "build_id": None,
        "credits": 16,
    }
    assert not ended.more


def test_a_cancelled_failed_or_deleted_batch_fails_the_action(session: Session, sessions: Sessions, site: Site) -> None:
    work = work_of(session, site, GENERATED, [make_article(session, site).id])
    began = opened(session, work, LINK)
    doors = doors_of(sessions, site, airflow_of(site))
    batch, _ = batch_of(session, began)
    cancel(session, site.id, batch.id, by="owner")
    session.commit()
    ended = follow(doors, work, LINK, began)
    assert ended is not None
    assert (ended.result.status, ended.more) == ("failed", False)
    assert ended.result.sentence.startswith("Cancelled by owner.")
    session.delete(batch)
    session.commit()
    gone = follow(doors, work, LINK, began)
    assert gone is not None
    assert (gone.result.status, gone.result.sentence) == ("failed", f"Its batch {batch.id} is gone.")


def test_more_articles_than_a_batch_takes_are_worked_in_parts(
    session: Session, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(matched, "MOST_AT_ONCE", 2)
    articles = [make_article(session, site).id for _ in range(5)]
    work = work_of(session, site, GENERATED, articles)
    taken = [batch_of(session, opened(session, replace(work, part=part), LINK))[1] for part in range(3)]
    assert [each for part in taken for each in part] == articles
    assert [len(part) for part in taken] == [1, 2, 2]
