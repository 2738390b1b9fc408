"""The review queue: pages, orders, filters, and the way from one article to the next."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from igny8_lib.errors import InvalidInput
from igny8_lib.models import ContentStatus, Site
from igny8_lib.review.decisions import approve
from igny8_lib.review.queue import (
    LAST_PAGE,
    Place,
    Sort,
    View,
    conditions,
    count_by_status,
    find_place,
    list_articles,
    waiting,
)
from igny8_lib.review.score_bands import Band
from tests.factories.articles import make_article
from tests.factories.sites import make_site
from tests.statements import count_statements

ANYWHERE = View(statuses=())


def ids_of(session: Session, site: Site, view: View, **more: int) -> list[int]:
    return [row["id"] for row in list_articles(session, site.id, view, **more).articles]


def test_the_queue_has_what_waits_oldest_first_with_its_pictures_and_what_was_last_done(
    session: Session, site: Site
) -> None:
    first = make_article(session, site, pictures=2)
    second = make_article(session, site)
    approved = make_article(session, site)
    make_article(session, make_site(session))
    approve(session, site.id, [approved.id], by="ann")
    page = list_articles(session, site.id, View())
    assert ([row["id"] for row in page.articles], page.total) == ([first.id, second.id], 2)
    row = page.articles[0]
    assert (row["images_generated"], row["images_pending"], row["version"], row["last_event"]) == (2, 0, 1, None)
    assert "html" not in row
    last = list_articles(session, site.id, View(statuses=(ContentStatus.APPROVED,))).articles[0]["last_event"]
    assert (last["kind"], last["made_by"]) == ("approved", "ann")
    assert waiting(session, site.id) == 2


def test_articles_are_found_and_ordered_by_their_score(session: Session, site: Site) -> None:
    numbers = (90, 49, None, 80, 50, 0)
    articles = [make_article(session, site, optimization_scores=scored(number)) for number in numbers]
    named = {number: article.id for number, article in zip(numbers, articles, strict=True)}

    def found(**view: Any) -> list[int | None]:
        return [number for one in ids_of(session, site, View(**view)) for number in named if named[number] == one]

    assert found(sort=Sort.LOWEST) == [0, 49, 50, 80, 90, None]
    assert found(sort=Sort.HIGHEST) == [90, 80, 50, 49, 0, None]
    bands = {band: found(band=band, sort=Sort.LOWEST) for band in Band}
    assert bands == {Band.GOOD: [80, 90], Band.FAIR: [50], Band.POOR: [0, 49], Band.NONE: [None]}
    assert found(score_below=50) == [49, 0]
    assert count_by_status(session, site.id, View(band=Band.GOOD)) == {ContentStatus.REVIEW: 2}
    assert find_place(session, site.id, named[50], View(sort=Sort.LOWEST)) == Place(3, 6, named[49], named[80])
    rows = list_articles(session, site.id, View(sort=Sort.LOWEST)).articles
    assert rows[0]["scores"] == {"overall": 0, "seo": 1, "readability": 2, "engagement": 3}
    assert (rows[-1]["scores"], rows[-1]["sync_status"]) == (None, "native")


def scored(overall: int | None) -> dict[str, int]:
    """Scores as they are stored."""
    return {} if overall is None else {"overall": overall, "seo": 1, "readability": 2, "engagement": 3}


def test_articles_are_found_by_status_and_by_a_part_of_title_or_keyword(session: Session, site: Site) -> None:
    roses = make_article(session, site, title="Pruning ROSES", primary_keyword="x")
    tulips = make_article(session, site, title="Bulbs", primary_keyword="plant tulips", status=ContentStatus.DRAFT)
    share = make_article(session, site, title="100% wool_felt", primary_keyword="x")
    assert ids_of(session, site, View(text=" roses ")) == [roses.id]
    assert ids_of(session, site, View(text="TULIP")) == []
    assert ids_of(session, site, View((), "TULIP")) == [tulips.id]
    assert ids_of(session, site, View(text="0%")) == ids_of(session, site, View(text="l_f")) == [share.id]
    assert ids_of(session, site, View(text="%%")) == []


@pytest.mark.parametrize("sort", Sort)
def test_pages_and_neighbours_follow_the_same_order(session: Session, site: Site, sort: Sort) -> None:
    for title, words in (("b", 5), ("A", 5), ("a", 9), ("C", 1), ("b", 2)):
        make_article(session, site, title=title, word_count=words)
    view = View(sort=sort)
    whole = ids_of(session, site, view)
    paged = [number for page in (1, 2, 3, 4) for number in ids_of(session, site, view, page=page, page_size=2)]
    assert paged == whole
    assert len(set(whole)) == 5
    for index, number in enumerate(whole):
        before = whole[index - 1] if index else None
        after = whole[index + 1] if index < 4 else None
        assert find_place(session, site.id, number, view) == Place(index + 1, 5, before, after)


def test_each_order_is_what_its_name_says(session: Session, site: Site) -> None:
    b, a, c = (
        make_article(session, site, title=title, word_count=words, optimization_scores=scored(score)).id
        for title, words, score in (("b", 1, 60), ("A", 3, 90), ("c", 2, 30))
    )
    orders = {sort: ids_of(session, site, View(sort=sort)) for sort in Sort}
    assert orders == {
        Sort.OLDEST: [b, a, c],
        Sort.NEWEST: [c, a, b],
        Sort.TITLE: [a, b, c],
        Sort.LONGEST: [a, c, b],
        Sort.LOWEST: [c, b, a],
        Sort.HIGHEST: [a, b, c],
    }


def test_an_article_outside_the_view_has_no_place_in_it(session: Session, site: Site) -> None:
    draft = make_article(session, site, status=ContentStatus.DRAFT)
    foreign = make_article(session, make_site(session))
    assert find_place(session, site.id, draft.id, View()) is None
    assert find_place(session, site.id, foreign.id, ANYWHERE) is None


@pytest.mark.parametrize(
    "wrong", [{"page": 0}, {"page": LAST_PAGE + 1}, {"page": 10**18}, {"page_size": 0}, {"page_size": 101}]
)
def test_pages_have_bounds(session: Session, site: Site, wrong: dict[str, int]) -> None:
    with pytest.raises(InvalidInput, match="1 to 100 articles"):
        list_articles(session, site.id, View(), **wrong)


def test_the_last_page_of_the_largest_size_is_empty(session: Session, site: Site) -> None:
    assert list_articles(session, site.id, View(), page=LAST_PAGE, page_size=100).articles == []


@given(st.text(min_size=201))
def test_nobody_searches_for_a_text_that_is_too_long(text: str) -> None:
    with pytest.raises(InvalidInput, match="At most 200 characters"):
        conditions(1, View(text=text))


def test_a_page_takes_three_statements_however_many_articles_it_has(session: Session, site: Site) -> None:
    counted = []
    for number in (1, 30):
        for _ in range(number):
            make_article(session, site, pictures=1)
        session.commit()
        site_id = site.id
        counted.append(count_statements(session, partial(list_articles, session, site_id, View())))
    assert counted == [3, 3]


def test_articles_are_counted_by_where_they_stand_among_those_that_hold_a_text(session: Session, site: Site) -> None:
    make_article(session, site, title="White roses")
    make_article(session, site, title="Red roses", status=ContentStatus.REJECTED)
    make_article(session, site, title="Tulips", primary_keyword="tulips")
    make_article(session, make_site(session))
    assert count_by_status(session, site.id, View()) == {ContentStatus.REVIEW: 2, ContentStatus.REJECTED: 1}
    assert count_by_status(session, site.id, View(text="rose")) == {ContentStatus.REVIEW: 1, ContentStatus.REJECTED: 1}
