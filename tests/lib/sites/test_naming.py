"""Slugs, and the names made of them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from igny8_lib.errors import InvalidInput
from igny8_lib.sites.naming import SLUG_LENGTH, check_name, check_slug, dag_id, pool_name, slug_from, slug_of


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("Harbour Lane Homes", "harbour-lane-homes"),
        ("Müller & Söhne", "muller-sohne"),
        ("Чистовая отделка", "chistovaia-otdelka"),
        ("  a__b--c  ", "a-b-c"),
    ],
)
def test_a_slug_is_made_of_a_name_in_any_script(name: str, slug: str) -> None:
    assert slug_from(name) == slug


@pytest.mark.parametrize("slug", ["", "A", "a_b", "-a", "a-", "a--b", "a b", "ä", "a\n", "a" * (SLUG_LENGTH + 1)])
def test_what_is_no_slug_is_refused(slug: str) -> None:
    with pytest.raises(InvalidInput, match="is not a slug"):
        check_slug(slug)


def test_a_name_without_letters_needs_a_slug_given() -> None:
    with pytest.raises(InvalidInput, match="No slug"):
        slug_from("!!!")


@given(st.text(min_size=1, max_size=200))
def test_every_slug_made_of_a_name_is_a_slug(name: str) -> None:
    try:
        slug = slug_from(name)
    except InvalidInput:
        return
    assert check_slug(slug) == slug


@given(st.from_regex(r"[a-z0-9]+(-[a-z0-9]+)*", fullmatch=True).filter(lambda slug: len(slug) <= SLUG_LENGTH))
def test_the_dag_id_leads_back_to_the_slug(slug: str) -> None:
    assert slug_of(dag_id(slug)) == slug
    assert pool_name(slug) == f"site_{slug}"


@pytest.mark.parametrize("other", ["publish_due", "site_demo", "site__", "site__Demo", "my_site__demo"])
def test_a_dag_of_no_site_has_no_slug(other: str) -> None:
    assert slug_of(other) is None


@pytest.mark.parametrize("name", ["", "  ", "\u200b\u200d\u2060", "\ufeff", "\u202e\u2066", "\u00ad", "\u200e"])
def test_a_name_that_shows_nothing_is_refused(name: str) -> None:
    with pytest.raises(InvalidInput, match="A site needs a name"):
        check_name(name, "A site")


def test_a_name_is_stored_as_it_is_seen() -> None:
    assert check_name("  Harbour\n Lane ", "A site") == "Harbour Lane"
    assert check_name("\u202egnp.exe\x00\ud800", "A site") == "gnp.exe"
    assert check_name("中文 👩\u200d💻", "A site") == "中文 👩\u200d💻"
    with pytest.raises(InvalidInput, match="at most 200 characters, not 201"):
        check_name("x" * 201, "A site")
