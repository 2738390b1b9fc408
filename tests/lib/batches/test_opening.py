"""Which articles a batch is of, and when none is opened."""

from __future__ import annotations

from functools import partial

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from igny8_lib.batches.cancelling import cancel
from igny8_lib.batches.opening import MOST_IDS, MOST_OPEN, Choice, open_batch
from igny8_lib.errors import Conflict, InvalidInput, ModuleDisabled, NotFound
from igny8_lib.models import BatchKind, ContentBatch, ContentBatchItem, ContentSource, Module, Site, SiteStatus
from igny8_lib.sites.modules import SwitchedOff, set_module
from tests.factories.articles import make_article
from tests.factories.sites import make_site
from tests.statements import count_statements

ANALYZE, LINK, OPTIMIZE = BatchKind.ANALYZE, BatchKind.LINK, BatchKind.OPTIMIZE


def items(session: Session, batch: ContentBatch) -> list[int]:
    """The articles of a batch."""
    query = select(ContentBatchItem.content_id).where(ContentBatchItem.batch_id == batch.id)
    return sorted(session.scalars(query))


def scored(overall: int) -> dict[str, int]:
    return {"seo": overall, "readability": overall, "engagement": overall, "overall": overall}


def test_a_batch_is_of_the_named_articles_each_once(session: Session, site: Site) -> None:
    first, second, _third = [make_article(session, site) for _ in range(3)]
    batch = open_batch(session, site, ANALYZE, Choice([second.id, first.id, second.id]), by="ann")
    assert items(session, batch) == [first.id, second.id]
    assert (batch.requested_by, batch.status.value) == ("ann", "pending")


def test_a_batch_of_everything_is_of_all_articles_of_the_site_and_of_no_other(session: Session, site: Site) -> None:
    mine = [make_article(session, site).id for _ in range(3)]
    make_article(session, make_site(session))
    assert items(session, open_batch(session, site, ANALYZE, Choice(everything=True), by="ann")) == mine


def test_what_is_said_of_score_and_source_narrows_the_choice(session: Session, site: Site) -> None:
    theirs = ContentSource.WORDPRESS
    low = make_article(session, site, optimization_scores=scored(59), source=theirs)
    make_article(session, site, optimization_scores=scored(60), source=theirs)
    ours = make_article(session, site, optimization_scores=scored(10))
    make_article(session, site, source=theirs)
    below = open_batch(session, site, OPTIMIZE, Choice(score_below=60, source=theirs), by="ann")
    assert items(session, below) == [low.id]
    assert items(session, open_batch(session, site, ANALYZE, Choice(score_below=60), by="ann")) == [low.id, ours.id]


def test_an_article_that_waits_in_another_batch_of_the_kind_is_left_to_that_one(session: Session, site: Site) -> None:
    first, second = make_article(session, site), make_article(session, site)
    earlier = open_batch(session, site, LINK, Choice([first.id]), by="ann")
    assert items(session, open_batch(session, site, LINK, Choice(everything=True), by="bob")) == [second.id]
    with pytest.raises(Conflict, match="wait in another batch"):
        open_batch(session, site, LINK, Choice([first.id, second.id]), by="cid")
    assert items(session, open_batch(session, site, ANALYZE, Choice([first.id]), by="cid")) == [first.id]
    cancel(session, site.id, earlier.id, by="ann")
    assert items(session, open_batch(session, site, LINK, Choice([first.id]), by="cid")) == [first.id]


@pytest.mark.parametrize("choice", [Choice(), Choice(ids=range(1, MOST_IDS + 2))])
def test_nothing_said_and_too_much_named_are_refused(session: Session, site: Site, choice: Choice) -> None:
    make_article(session, site)
    with pytest.raises(InvalidInput):
        open_batch(session, site, ANALYZE, choice, by="ann")


def test_articles_of_another_site_are_not_there(session: Session, site: Site) -> None:
    mine, others = make_article(session, site), make_article(session, make_site(session))
    with pytest.raises(NotFound, match=f"no article {others.id}: nothing was opened"):
        open_batch(session, site, ANALYZE, Choice([mine.id, others.id]), by="ann")


def test_a_batch_that_would_be_empty_is_refused_and_says_why(session: Session, site: Site) -> None:
    make_article(session, site)
    with pytest.raises(InvalidInput, match="analyse them first"):
        open_batch(session, site, OPTIMIZE, Choice(score_below=100), by="ann")


@pytest.mark.parametrize(("kind", "module"), [(LINK, Module.LINKER), (OPTIMIZE, Module.OPTIMIZER)])
def test_a_module_that_is_off_opens_no_batch_of_its_kind(
    session: Session, site: Site, kind: BatchKind, module: Module
) -> None:
    make_article(session, site)
    set_module(session, site.account_id, module, enabled=False)
    with pytest.raises(ModuleDisabled):
        open_batch(session, site, kind, Choice(everything=True), by="ann")
    open_batch(session, site, ANALYZE, Choice(everything=True), by="ann")


def test_a_site_that_is_switched_off_opens_none(session: Session, site: Site) -> None:
    make_article(session, site)
    site.status = SiteStatus.INACTIVE
    with pytest.raises(SwitchedOff):
        open_batch(session, site, ANALYZE, Choice(everything=True), by="ann")


def test_a_site_has_a_bounded_number_of_open_batches(session: Session, site: Site) -> None:
    for _ in range(MOST_OPEN):
        open_batch(session, site, ANALYZE, Choice([make_article(session, site).id]), by="ann")
    with pytest.raises(Conflict, match="cancel some"):
        open_batch(session, site, LINK, Choice(everything=True), by="ann")
    other = make_site(session)
    open_batch(session, other, LINK, Choice([make_article(session, other).id]), by="ann")


def test_opening_takes_as_many_statements_for_many_articles_as_for_few(session: Session, site: Site) -> None:
    taken = []
    for number in (2, 40):
        choice = Choice([make_article(session, site).id for _ in range(number)])
        taken.append(count_statements(session, partial(open_batch, session, site, ANALYZE, choice, by="ann")))
    assert taken[0] == taken[1] <= 8
