"""Cancelling, going on, and how batches are shown."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from igny8_lib import clock
from igny8_lib.amounts import Credits
from igny8_lib.batches.cancelling import cancel, find_batch, go_on
from igny8_lib.batches.listing import View, list_batches, list_items, show_batch
from igny8_lib.batches.opening import Choice, open_batch
from igny8_lib.batches.queueing import count_open, hold_batch, next_batches
from igny8_lib.batches.taking import IN_A_ROW, MOST_ATTEMPTS, Became, book, end_failed, failures_in_a_row, take
from igny8_lib.db.session import Sessions
from igny8_lib.errors import Conflict, NotFound
from igny8_lib.models import BatchItemStatus, BatchKind, BatchStatus, ContentBatch, Site
from tests.factories.articles import make_article
from tests.factories.sites import make_site
from tests.statements import count_statements

DONE, SKIPPED, FAILED = BatchItemStatus.DONE, BatchItemStatus.SKIPPED, BatchItemStatus.FAILED


def make_batch(session: Session, site: Site, articles: int = 3, kind: BatchKind = BatchKind.LINK) -> ContentBatch:
    """An open batch of new articles."""
    ids = [make_article(session, site).id for _ in range(articles)]
    return open_batch(session, site, kind, Choice(ids), by="ann")


def test_a_cancelled_batch_gives_no_further_article_and_says_who_cancelled_it(session: Session, site: Site) -> None:
    batch = make_batch(session, site)
    taken = take(session, batch.id, most=1)
    assert taken
    cancel(session, site.id, batch.id, by="bob")
    book(session, taken, {taken.content_ids[0]: Became(DONE, "One link.", Credits.of(8))})
    assert take(session, batch.id, most=1) is None
    shown = show_batch(session, site.id, batch.id)
    assert (shown.status, shown.done, shown.pending, shown.credits) == (BatchStatus.CANCELLED, 1, 2, Credits.of(8))
    assert shown.sentence == "Cancelled by bob. 1 of 3 articles are done, 2 are left."
    assert cancel(session, site.id, batch.id, by="cid").error == "Cancelled by bob."


def test_what_has_ended_cannot_be_cancelled_and_what_is_not_there_is_not_found(session: Session, site: Site) -> None:
    batch = make_batch(session, site, 1)
    taken = take(session, batch.id, most=1)
    assert taken
    book(session, taken, {taken.content_ids[0]: Became(SKIPPED, "Nothing to link.")})
    assert take(session, batch.id, most=1) is None
    with pytest.raises(Conflict, match="completed"):
        cancel(session, site.id, batch.id, by="bob")
    with pytest.raises(Conflict, match="Nothing is left"):
        go_on(session, site, batch.id)
    for site_id, batch_id in ((make_site(session).id, batch.id), (site.id, batch.id + 1)):
        with pytest.raises(NotFound):
            find_batch(session, site_id, batch_id)


def test_a_failed_batch_goes_on_with_what_is_left_and_tries_again_what_failed(session: Session, site: Site) -> None:
    batch = make_batch(session, site, 3)
    taken = take(session, batch.id, most=2)
    assert taken
    first, second = taken.content_ids
    book(session, taken, {first: Became(DONE, "Linked."), second: Became(FAILED, "No answer.")})
    end_failed(session, batch.id, "The credits are used up.")
    assert show_batch(session, site.id, batch.id).sentence.startswith("The credits are used up. 2 of 3")
    assert go_on(session, site, batch.id).status is BatchStatus.PENDING
    assert go_on(session, site, batch.id).status is BatchStatus.PENDING, "twice is once"
    again = take(session, batch.id, most=5)
    assert again
    assert first not in again.content_ids
    assert second in again.content_ids


def test_an_article_that_was_begun_before_comes_alone_and_fails_when_it_killed_too_many_workers(
    session: Session, site: Site
) -> None:
    batch = make_batch(session, site, 3)
    sizes = []
    for _ in range(MOST_ATTEMPTS):
        taken = take(session, batch.id, most=3)
        assert taken
        sizes.append(len(taken.content_ids))
    assert sizes == [3, 1, 1, 1, 1]
    following = take(session, batch.id, most=3)
    assert following
    (killer,) = list_items(session, site.id, batch.id, FAILED).rows
    assert "died 5 times" in killer.outcome
    assert killer.content_id not in following.content_ids


def test_failures_in_a_row_are_told_from_failures_here_and_there(session: Session, site: Site) -> None:
    batch = make_batch(session, site, 2 * IN_A_ROW)
    for number in range(2 * IN_A_ROW):
        taken = take(session, batch.id, most=1)
        assert taken
        status = DONE if number == 2 else FAILED
        book(session, taken, {taken.content_ids[0]: Became(status, f"Number {number}.")})
        in_a_row = failures_in_a_row(session, taken)
        assert in_a_row == (f"Number {number}." if number >= 2 + IN_A_ROW else None)


def test_the_site_that_waits_longest_is_next_however_many_batches_another_has(session: Session, site: Site) -> None:
    busy = [make_batch(session, site, 1).id for _ in range(3)]
    other = make_batch(session, make_site(session), 1).id
    assert next_batches(session) == [*busy, other]
    now = clock.now()
    worked = ((busy[0], 1), (other, 5))
    for batch_id, minutes in worked:
        when = {"worked_at": now - timedelta(minutes=minutes), "status": BatchStatus.RUNNING}
        session.execute(update(ContentBatch).where(ContentBatch.id == batch_id).values(**when))
    assert next_batches(session) == [other, busy[1], busy[2], busy[0]]
    assert next_batches(session, besides=[other]) == [busy[1], busy[2], busy[0]]
    cancel(session, site.id, busy[1], by="ann")
    assert other in next_batches(session)
    assert count_open(session) == 3


def test_a_batch_has_one_worker_at_a_time(session: Session, sessions: Sessions, site: Site) -> None:
    batch_id, another = make_batch(session, site, 1).id, make_batch(session, site, 1).id
    session.commit()
    with sessions() as first, sessions() as second:
        assert hold_batch(first, batch_id)
        assert not hold_batch(second, batch_id)
        assert hold_batch(second, another)
        first.rollback()
        assert hold_batch(second, batch_id)


def test_batches_are_listed_with_figures_in_a_fixed_number_of_statements(session: Session, site: Site) -> None:
    make_batch(session, make_site(session))
    newest = [make_batch(session, site, 2).id for _ in range(2)][-1]
    take(session, newest, most=1)
    few = count_statements(session, lambda: list_batches(session, site.id))
    for _ in range(10):
        make_batch(session, site, 1, BatchKind.ANALYZE)
    assert count_statements(session, lambda: list_batches(session, site.id)) == few <= 4
    listed = list_batches(session, site.id, View(BatchKind.LINK, BatchStatus.RUNNING))
    assert (listed.total, [row.id for row in listed.rows]) == (1, [newest])
    assert "0 of 2 articles are done; 'Pruning roses" in listed.rows[0].sentence
    pages = [list_batches(session, site.id, page=page, page_size=5) for page in (1, 3)]
    assert [len(page.rows) for page in pages] == [5, 2]
    assert {page.total for page in pages} == {12}


def test_a_completed_batch_says_what_became_of_its_articles(session: Session, site: Site) -> None:
    batch = make_batch(session, site, 4)
    taken = take(session, batch.id, most=4)
    assert taken
    kinds = (DONE, DONE, SKIPPED, FAILED)
    became = {each: Became(kind, kind.value) for each, kind in zip(taken.content_ids, kinds, strict=True)}
    book(session, taken, became)
    assert take(session, batch.id, most=4) is None
    shown = show_batch(session, site.id, batch.id)
    assert shown.sentence == "2 of 4 articles were linked, 1 left as they were, 1 failed."
    items = list_items(session, site.id, batch.id, page=2, page_size=3)
    assert (items.total, [item.outcome for item in items.rows]) == (4, ["failed"])
