"""Batches that link: each article once, paid once, whatever kills the worker, and ended where the credits are."""

from __future__ import annotations

from itertools import count

import pytest
from pydantic import SecretStr
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from igny8_lib.ai.endpoint import Endpoint
from igny8_lib.amounts import Credits
from igny8_lib.batches.cancelling import go_on
from igny8_lib.batches.linking import link_article
from igny8_lib.batches.listing import list_items, show_batch
from igny8_lib.batches.opening import Choice, open_batch
from igny8_lib.batches.taking import Became, book, take
from igny8_lib.batches.work import Worker
from igny8_lib.db.session import Sessions
from igny8_lib.models import (
    BatchItemStatus,
    BatchKind,
    BatchStatus,
    Content,
    ContentStatus,
    LinkReading,
    PlacedLink,
    Site,
)
from igny8_lib.settings import Settings
from tests.factories.articles import make_article
from tests.factories.credits import grant
from tests.lib.batches.killing import work_and_die
from tests.lib.linker.garden import charges, make_garden, make_source


def nowhere() -> Endpoint:
    """No AI is set up: articles are compared by their words."""
    return Endpoint.from_settings(Settings(ai_api_key=SecretStr("")))


def make_batch(session: Session, site: Site, articles: list[Content]) -> int:
    """A committed batch of these articles; its number."""
    batch_id = open_batch(session, site, BatchKind.LINK, Choice([each.id for each in articles]), by="ann").id
    session.commit()
    return batch_id


def links_of(session: Session, batch_id: int) -> list[int]:
    """The articles of the links that the batch put in, one entry per link."""
    return sorted(session.scalars(select(PlacedLink.content_id).where(PlacedLink.batch_id == batch_id)))


def test_each_article_is_linked_paid_for_and_told(session: Session, sessions: Sessions) -> None:
    site = make_garden(session)
    linked, without = make_source(session, site), make_article(session, site, html="<p>Nothing of the kind.</p>")
    batch_id = make_batch(session, site, [linked, without])
    assert Worker(sessions, nowhere).work().as_json() == {"done": 1, "skipped": 1, "failed": 0, "batches": 1}
    shown = show_batch(session, site.id, batch_id)
    assert (shown.status, shown.credits) == (BatchStatus.COMPLETED, Credits.of(8))
    assert set(links_of(session, batch_id)) == {linked.id}
    done, skipped = list_items(session, site.id, batch_id).rows
    assert (done.content_id, done.credits) == (linked.id, Credits.of(8))
    assert "put in" in done.outcome
    assert skipped.outcome.startswith("No link was put in")
    assert charges(session, site) == [Credits.of(8)]


def test_credits_that_are_used_up_end_the_batch_and_the_rest_is_worked_when_there_are_more(
    session: Session, sessions: Sessions
) -> None:
    site = make_garden(session, funds=9)
    batch_id = make_batch(session, site, [make_source(session, site) for _ in range(3)])
    worker = Worker(sessions, nowhere)
    worker.work()
    shown = show_batch(session, site.id, batch_id)
    assert (shown.status, shown.done, shown.failed, shown.pending) == (BatchStatus.FAILED, 1, 0, 2)
    assert "credits are needed" in (shown.error or "")
    worker.work()
    assert show_batch(session, site.id, batch_id).done == 1, "an ended batch is left alone"
    grant(session, site.account_id, 100)
    go_on(session, site, batch_id)
    session.commit()
    worker.work()
    session.expire_all()
    shown = show_batch(session, site.id, batch_id)
    assert (shown.status, shown.done, shown.credits) == (BatchStatus.COMPLETED, 3, Credits.of(24))


def test_an_article_that_cannot_be_linked_is_passed_over_and_the_others_are_not(
    session: Session, sessions: Sessions
) -> None:
    site = make_garden(session)
    rejected = make_source(session, site, status=ContentStatus.REJECTED)
    batch_id = make_batch(session, site, [rejected, make_source(session, site)])
    Worker(sessions, nowhere).work()
    first, second = list_items(session, site.id, batch_id).rows
    assert (first.status, second.status) == (BatchItemStatus.SKIPPED, BatchItemStatus.DONE)
    assert "is rejected" in first.outcome


def test_what_changed_on_the_site_is_read_before_its_articles_are_linked(session: Session, sessions: Sessions) -> None:
    site = make_garden(session)
    source = make_source(session, site)
    batch_id = make_batch(session, site, [source])
    gone = session.scalars(select(Content).where(Content.slug == "compost-heap")).one()
    session.execute(update(Content).where(Content.id == gone.id).values(status=ContentStatus.REVIEW))
    session.commit()
    Worker(sessions, nowhere).work()
    targets = session.scalars(select(PlacedLink.target_id).where(PlacedLink.batch_id == batch_id)).all()
    assert targets
    assert gone.id not in targets
    assert session.scalar(select(LinkReading.content_id).where(LinkReading.content_id == source.id))


def test_a_worker_that_lost_its_batch_does_nothing_that_another_one_has_written_down(
    session: Session, sessions: Sessions
) -> None:
    site = make_garden(session)
    batch_id = make_batch(session, site, [make_source(session, site)])
    taken = take(session, batch_id, most=1)
    assert taken
    book(session, taken, {taken.content_ids[0]: Became(BatchItemStatus.SKIPPED, "By another worker.")})
    session.commit()
    assert link_article(sessions, nowhere, taken) == {}
    assert links_of(session, batch_id) == []
    assert [item.outcome for item in list_items(session, site.id, batch_id).rows] == ["By another worker."]


@pytest.mark.slow("a process dies before and after each commit, and each time another one goes on")
def test_whatever_kills_a_worker_wherever_each_article_is_linked_and_paid_for_once(
    session: Session, sessions: Sessions, database_url: str
) -> None:
    kills = 0
    for dies_at in count(1):
        site = make_garden(session)
        sources = [make_source(session, site) for _ in range(2)]
        batch_id = make_batch(session, site, sources)
        died = work_and_die(database_url, nowhere, dies_at)
        kills += died
        Worker(sessions, nowhere).work()
        session.expire_all()
        shown = show_batch(session, site.id, batch_id)
        assert (shown.status, shown.done, shown.credits) == (BatchStatus.COMPLETED, 2, Credits.of(16)), dies_at
        assert charges(session, site) == [Credits.of(8)] * 2
        assert [each.linker_version for each in sources] == [1, 1]
        session.commit()
        if not died:
            break
    assert kills >= 6
