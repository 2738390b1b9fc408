"""How articles are cut into pages of lists, and which are related."""

from __future__ import annotations

from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from igny8_lib.errors import InvalidInput
from igny8_lib.site_builder.article_index import NEAR, PER_PAGE, RELATED, Index
from igny8_lib.site_builder.articles import LONGEST_NAME, term_slug
from tests.lib.site_builder.articles_made import START, article, articles, site


@given(st.integers(0, 75))
def test_a_list_shows_each_article_once_and_newest_first(count: int) -> None:
    every = Index.of(articles(count), site()).all
    number: int | None = 0
    shown, pages = [], 0
    while number is not None:
        page = every.shown(number)
        assert len(page) == PER_PAGE if number else len(page) < 2 * PER_PAGE
        shown += [one.slug for one in page]
        pages += 1
        older = every.older(number)
        assert older is None or every.newer(older) == number
        number = older
    assert shown == [f"article-{number}" for number in reversed(range(count))]
    assert pages == len(every.numbers)


@given(st.integers(0, 75))
def test_a_full_page_shows_the_same_when_another_article_comes(count: int) -> None:
    before, after = (Index.of(articles(many), site()).all for many in (count, count + 1))
    assert [before.shown(number) for number in before.numbers if number] == [
        after.shown(number) for number in before.numbers if number
    ]


def test_related_are_those_that_share_most_then_the_newest() -> None:
    index = Index.of(
        [
            article(0, categories=("Hulls",), tags=("wood",)),
            article(1, categories=("Hulls",)),
            article(2, categories=("Hulls",), tags=("Wood", "steel")),
            article(3, tags=("wood",)),
            article(4, tags=("sails",)),
            article(5, categories=("hulls",), tags=("wood",)),
        ],
        site(),
    )
    related = index.related(index.by_slug["article-5"])
    assert [one.slug for one in related] == ["article-2", "article-0", "article-3"], "article-1 would be the fourth"
    assert index.related(index.by_slug["article-4"]) == ()


def test_related_articles_are_near_ones_however_many_there_are() -> None:
    index = Index.of(articles(100, categories=("All",)), site())
    related = index.related(index.by_slug["article-50"])
    assert [one.slug for one in related] == [f"article-{50 + NEAR - back}" for back in range(RELATED)]


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("Boat  Care", "boat-care"),
        ("boat_care!", "boat-care"),
        ("C", "c"),
        ("C++", "c-plus-plus"),
        ("C#", "c-sharp"),
        ("Straße", "strasse"),
        ("Лодки и яхты", "лодки-и-яхты"),
        ("  ", ""),
        ("../../etc", "etc"),
    ],
)
def test_a_name_becomes_a_folder(name: str, slug: str) -> None:
    assert term_slug(name) == slug


@given(st.text())
def test_a_name_makes_one_folder_and_nothing_else(name: str) -> None:
    slug = term_slug(name)
    assert len(slug.encode()) <= LONGEST_NAME
    assert "/" not in slug
    assert "." not in slug
    assert bool(slug) == bool(name.strip())


def test_a_category_is_spelt_as_its_first_article_spells_it() -> None:
    index = Index.of([article(2, categories=("HULLS",)), article(1, categories=("Hulls",))], site())
    assert [(one.name, len(one.articles)) for one in index.categories] == [("Hulls", 2)]


@pytest.mark.parametrize("slug", ["", "..", "a/b", "-a", "a.b", "a" * 201, "я" * 101])
def test_what_cannot_be_an_address_is_refused(slug: str) -> None:
    with pytest.raises(InvalidInput, match="slug"):
        article(1, slug=slug)


def test_dates_without_a_zone_are_refused() -> None:
    with pytest.raises(InvalidInput, match="zone"):
        article(1, published=datetime(2024, 1, 1))  # noqa: DTZ001 - the point of the test
    with pytest.raises(InvalidInput, match="zone"):
        article(1, changed=START.replace(tzinfo=None))


def test_two_articles_with_one_slug_are_refused() -> None:
    with pytest.raises(InvalidInput, match="article-1"):
        Index.of([article(1), article(1)], site())
