"""What a batch would come to is told before it is opened: exactly the articles it then has, and the price at most."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from igny8_lib.amounts import ZERO, Credits
from igny8_lib.batches.estimating import estimate
from igny8_lib.batches.opening import Choice, open_batch
from igny8_lib.credits.costs import costs_in_force
from igny8_lib.errors import InvalidInput
from igny8_lib.models import BatchKind, Content, ContentBatchItem, ContentSource, Operation, Site
from tests.factories.articles import make_article
from tests.factories.credits import make_funded_account
from tests.factories.sites import make_site
from tests.statements import count_statements

WORDS = (0, 1, 200, 201, 400, 1_234)
ALL = Choice(everything=True)


@pytest.fixture
def site(session: Session) -> Site:
    """A site with articles of these lengths."""
    site = make_site(session, make_funded_account(session))
    for words in WORDS:
        make_article(session, site, word_count=words)
    session.flush()
    return site


def test_optimizing_is_priced_by_the_words_of_each_article_as_it_is_charged(session: Session, site: Site) -> None:
    costs = costs_in_force(session)
    lengths = session.scalars(select(Content.word_count).where(Content.site_id == site.id)).all()
    found = estimate(session, site, BatchKind.OPTIMIZE, ALL)
    assert found.most == Credits.total(costs.charge(Operation.OPTIMIZATION, each) for each in lengths)
    assert (found.articles, found.elsewhere) == (len(WORDS), 0)


def test_linking_costs_once_for_each_article_and_analysing_nothing(session: Session, site: Site) -> None:
    assert estimate(session, site, BatchKind.LINK, ALL).most == Credits.of(8 * len(WORDS))
    assert estimate(session, site, BatchKind.ANALYZE, ALL).most == ZERO


def test_what_waits_in_another_batch_of_the_kind_is_neither_counted_nor_priced(session: Session, site: Site) -> None:
    ids = session.scalars(select(Content.id).where(Content.site_id == site.id).order_by(Content.id)).all()
    open_batch(session, site, BatchKind.LINK, Choice(ids[:2]), by="ann")
    session.flush()
    found = estimate(session, site, BatchKind.LINK, ALL)
    assert (found.articles, found.elsewhere, found.most) == (4, 2, Credits.of(32))
    batch = open_batch(session, site, BatchKind.LINK, ALL, by="ann")
    session.flush()
    items = select(func.count()).where(ContentBatchItem.batch_id == batch.id, ContentBatchItem.site_id == site.id)
    assert session.scalar(items) == found.articles
    assert estimate(session, site, BatchKind.OPTIMIZE, ALL).elsewhere == 0


def test_no_choice_is_refused_and_another_sites_articles_are_none_of_it(session: Session, site: Site) -> None:
    with pytest.raises(InvalidInput):
        estimate(session, site, BatchKind.LINK, Choice())
    foreign = make_article(session, make_site(session, make_funded_account(session)))
    session.flush()
    assert estimate(session, site, BatchKind.LINK, Choice([foreign.id])).articles == 0
    assert estimate(session, site, BatchKind.LINK, Choice(source=ContentSource.SHOPIFY)).articles == 0


def test_an_estimate_takes_two_statements(session: Session, site: Site) -> None:
    assert count_statements(session, lambda: estimate(session, site, BatchKind.OPTIMIZE, ALL)) == 2
