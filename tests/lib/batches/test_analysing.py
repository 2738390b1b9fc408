"""Batches that analyse: every article once, however many, whatever kills the worker."""

from __future__ import annotations

import threading
import time
import tracemalloc
from itertools import count

import pytest
from pydantic import SecretStr
from sqlalchemy import Engine, func, insert, select
from sqlalchemy.orm import Session

from igny8_lib.ai.endpoint import Endpoint
from igny8_lib.batches.analysing import PAGE
from igny8_lib.batches.cancelling import cancel
from igny8_lib.batches.listing import list_items, show_batch
from igny8_lib.batches.opening import Choice, open_batch
from igny8_lib.batches.work import Worker
from igny8_lib.db.session import Sessions
from igny8_lib.models import BatchItemStatus, BatchKind, BatchStatus, Content, ContentBatchItem, Module, Site
from igny8_lib.settings import Settings
from igny8_lib.sites.modules import set_module
from tests.factories.articles import make_article
from tests.factories.sites import make_site
from tests.lib.batches.killing import work_and_die
from tests.statements import statements_on

ANALYZE = BatchKind.ANALYZE


def nowhere() -> Endpoint:
    """No AI is set up: articles are analysed here."""
    return Endpoint.from_settings(Settings(ai_api_key=SecretStr("")))


def make_batch(session: Session, site: Site, articles: int, *, lines: int = 8) -> int:
    """A committed batch of so many new articles of so many paragraphs; its number."""
    add_articles(session, site, articles, lines)
    batch_id = open_batch(session, site, ANALYZE, Choice(everything=True), by="ann").id
    session.commit()
    return batch_id


def add_articles(session: Session, site: Site, number: int, lines: int) -> None:
    """So many more articles, each with a text of its own."""
    paragraph = "<p>Prune roses in spring. A sharp knife makes a clean cut, so the wound heals well {}.</p>"
    rows = [
        {
            "site_id": site.id,
            "title": f"Prune roses {each}",
            "slug": f"prune-roses-{each}-{site.id}",
            "html": "<h2>When</h2>" + "".join(paragraph.format(each + line) for line in range(lines)),
            "primary_keyword": "prune roses",
        }
        for each in range(number)
    ]
    session.execute(insert(Content), rows)


def unscored(session: Session) -> int:
    """How many articles have no scores."""
    session.expire_all()
    return session.scalar(select(func.count()).where(Content.optimization_scores == {})) or 0


def test_every_article_has_its_scores_and_an_entry_with_them(session: Session, sessions: Sessions, site: Site) -> None:
    batch_id = make_batch(session, site, PAGE + 3)
    tally = Worker(sessions, nowhere).work()
    assert tally.as_json() == {"done": PAGE + 3, "skipped": 0, "failed": 0, "batches": 1}
    assert unscored(session) == 0
    shown = show_batch(session, site.id, batch_id)
    assert (shown.status, shown.done, shown.pending) == (BatchStatus.COMPLETED, PAGE + 3, 0)
    entry = list_items(session, site.id, batch_id).rows[0]
    overall = session.get_one(Content, entry.content_id).optimization_scores["overall"]
    assert entry.outcome.startswith(f"Scores {overall}: SEO ")


def test_a_page_takes_a_fixed_number_of_statements(session: Session, sessions: Sessions, engine: Engine) -> None:
    sent = {}
    for pages in (2, 6):
        batch_id = make_batch(session, make_site(session), pages * PAGE)
        with statements_on(engine) as statements:
            Worker(sessions, nowhere).work_batch(batch_id)
        sent[pages] = len(statements)
    per_page = (sent[6] - sent[2]) / 4
    assert per_page == int(per_page) <= 16


@pytest.mark.slow("a process dies before and after each commit, and each time another one goes on")
def test_whatever_kills_a_worker_wherever_each_article_is_analysed_and_booked_once(
    session: Session, sessions: Sessions, database_url: str
) -> None:
    kills = 0
    for dies_at in count(1):
        batch_id = make_batch(session, make_site(session), 2)
        died = work_and_die(database_url, nowhere, dies_at)
        kills += died
        Worker(sessions, nowhere).work()
        (entries,) = session.execute(
            select(func.count()).where(
                ContentBatchItem.batch_id == batch_id, ContentBatchItem.status == BatchItemStatus.DONE
            )
        ).one()
        assert entries == 2, dies_at
        session.commit()
        if not died:
            break
    assert kills >= 6


def test_a_cancel_ends_the_batch_between_two_pages(session: Session, sessions: Sessions, site: Site) -> None:
    batch_id = make_batch(session, site, 3 * PAGE)
    worker = Worker(sessions, nowhere)
    worker.work_batch(batch_id, until=time.monotonic())
    cancel(session, site.id, batch_id, by="bob")
    session.commit()
    worker.work()
    shown = show_batch(session, site.id, batch_id)
    assert (shown.status, shown.done, shown.pending) == (BatchStatus.CANCELLED, PAGE, 2 * PAGE)
    assert unscored(session) == 2 * PAGE


def test_two_workers_share_the_batches_and_do_nothing_twice(session: Session, sessions: Sessions, site: Site) -> None:
    ids = {make_batch(session, each, 2 * PAGE): each.id for each in (site, make_site(session))}
    workers = [threading.Thread(target=Worker(sessions, nowhere).work) for _ in range(2)]
    for each in workers:
        each.start()
    for each in workers:
        each.join(60)
    shown = [show_batch(session, site_id, batch_id) for batch_id, site_id in ids.items()]
    assert [(each.status, each.done) for each in shown] == [(BatchStatus.COMPLETED, 2 * PAGE)] * 2
    attempts = session.scalars(select(ContentBatchItem.attempts).distinct()).all()
    assert attempts == [1], "each article was begun once"


def test_an_article_that_went_meanwhile_is_passed_over(session: Session, sessions: Sessions, site: Site) -> None:
    batch_id = make_batch(session, site, 2)
    gone = session.scalars(select(Content).limit(1)).one()
    session.delete(gone)
    session.commit()
    Worker(sessions, nowhere).work()
    shown = show_batch(session, site.id, batch_id)
    assert (shown.status, shown.total, shown.done) == (BatchStatus.COMPLETED, 1, 1)


def test_a_module_that_is_switched_off_meanwhile_ends_the_batch_and_says_so(
    session: Session, sessions: Sessions, site: Site
) -> None:
    article = make_article(session, site)
    batch_id = open_batch(session, site, BatchKind.LINK, Choice([article.id]), by="ann").id
    set_module(session, site.account_id, Module.LINKER, enabled=False)
    session.commit()
    assert Worker(sessions, nowhere).work().as_json()["done"] == 0
    shown = show_batch(session, site.id, batch_id)
    assert (shown.status, shown.pending) == (BatchStatus.FAILED, 1)
    assert "linker module is switched off" in shown.sentence


def test_memory_does_not_grow_with_the_batch(session: Session, sessions: Sessions) -> None:
    peaks = []
    for pages in (2, 8):
        batch_id = make_batch(session, make_site(session), pages * PAGE, lines=60)
        worker = Worker(sessions, nowhere)
        worker.work_batch(batch_id, until=time.monotonic())  # what is made once, for all pages
        tracemalloc.start()
        worker.work_batch(batch_id)
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < 1.5 * peaks[0]
