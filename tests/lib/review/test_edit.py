"""What people can write into an article, and what is refused before anything changes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from igny8_lib.errors import Conflict, InvalidInput
from igny8_lib.models import Content, Site
from igny8_lib.review.edit import ArticleChanges, checked, edit
from igny8_lib.review.versions import FIELDS
from igny8_lib.text import names
from igny8_lib.text.html import sanitise
from igny8_lib.text.html_policy import ALLOWED
from tests.factories.articles import make_article


def test_html_is_cleaned_by_the_policy_of_articles_and_keeps_every_allowed_element() -> None:
    html = "<script>alert(1)</script><h1>Top</h1><p onclick='x()'>See <a href='javascript:x()'>this</a>.</p>"
    assert checked(ArticleChanges(html=html)) == {"html": "<h2>Top</h2><p>See <a>this</a>.</p>"}
    whole = "".join(f"<{tag} lang='en'>x</{tag}>" for tag in sorted(ALLOWED - {"br", "hr", "img"}))
    clean = checked(ArticleChanges(html=f"{whole}<p>a<br>b</p><hr><img src='https://x.example/a.png' alt='A'>"))["html"]
    nested = {"li", "dt", "dd", "caption", "thead", "tbody", "tfoot", "tr", "th", "td", "figcaption"}
    assert all(f"<{tag}" in clean for tag in ALLOWED - nested)


@given(st.text())
def test_whatever_is_given_as_html_is_stored_clean_or_refused(html: str) -> None:
    try:
        clean = checked(ArticleChanges(html=html))["html"]
    except InvalidInput:
        return
    assert sanitise(clean) == clean
    assert "\x00" not in clean


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({}, "Say what to change: title, slug"),
        ({"title": " \u200b "}, "The title needs at least one character to see"),
        ({"title": "x" * (names.TITLE + 1)}, "The title has at most 200 characters"),
        ({"meta_title": "x" * (names.META_TITLE + 1)}, "The meta title has at most 70"),
        ({"meta_description": "x" * (names.META_DESCRIPTION + 1)}, "The meta description has at most 170"),
        ({"primary_keyword": "x" * (names.KEYWORD + 1)}, "The primary keyword has at most 500"),
        ({"slug": "?!"}, "An address needs letters or digits"),
        ({"html": "<p> </p><script>x</script>"}, "The article would be empty"),
        ({"html": "x" * 1_000_001}, "at most 1,000,000 characters, not 1,000,001"),
        ({"tags": ["ok", ""]}, "Each tag needs"),
        ({"tags": [f"t{n}" for n in range(names.MAX_TAGS + 1)]}, "at most 12 of this: tag; 13 are given"),
        ({"categories": ["c" * (names.CATEGORY + 1)]}, "Each category has at most 80"),
        ({"secondary_keywords": [f"k{n}" for n in range(51)]}, "at most 50 of this: secondary keyword"),
    ],
)
def test_what_no_article_can_hold_is_refused_by_its_name(changes: dict[str, object], told: str) -> None:
    with pytest.raises(InvalidInput, match=told):
        checked(ArticleChanges(**changes))  # type: ignore[arg-type]


def test_every_field_that_a_version_keeps_can_be_changed(session: Session, article: Content) -> None:
    values = {name: f"New {name}" for name in FIELDS} | {
        "html": "<p>New.</p>",
        "slug": "new-slug",
        "secondary_keywords": ["one", "two"],
        "tags": ["three"],
        "categories": [],
    }
    edit(session, article.site_id, article.id, ArticleChanges(**values), version=1, by="ann")  # type: ignore[arg-type]
    assert {name: getattr(article, name) for name in FIELDS} == values
    assert (article.status, article.version) == ("review", 2)


def test_terms_are_kept_once_in_their_first_form_and_place() -> None:
    assert checked(ArticleChanges(tags=["Rose", "bed", "rose ", "ROSE"])) == {"tags": ["Rose", "bed"]}


def test_a_text_becomes_an_address() -> None:
    assert checked(ArticleChanges(slug="Ö, What a Rose! "))["slug"] == "o-what-a-rose"


def test_two_articles_of_a_site_cannot_have_one_address(session: Session, site: Site, article: Content) -> None:
    other = make_article(session, site)
    with pytest.raises(Conflict, match="another article of the site has the address"):
        edit(session, site.id, article.id, ArticleChanges(title="x", slug=other.slug), version=1, by="ann")
    assert (article.title != "x", article.version) == (True, 1)
