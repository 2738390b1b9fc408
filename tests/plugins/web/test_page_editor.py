"""Changing an article: saved as the next version, and nothing of anybody lost."""

from __future__ import annotations

import html
import re

import pytest

from igny8_lib.db.session import Sessions
from igny8_lib.models import Content, ContentStatus
from tests.plugins.web.articles import HOSTILE, add_articles
from tests.plugins.web.house import PAGES, House

FIELDS = ("title", "slug", "meta_title", "meta_description", "primary_keyword")


def find(sessions: Sessions, content_id: int) -> Content:
    with sessions() as session:
        return session.get_one(Content, content_id)


def form_of(content: Content, **changes: object) -> dict[str, str]:
    """The form as a browser sends it."""
    texts = {name: getattr(content, name) for name in (*FIELDS, "html")}
    lists = {name: "\r\n".join(getattr(content, name)) for name in ("secondary_keywords", "tags", "categories")}
    return {"version": content.version} | texts | lists | changes  # type: ignore[return-value]


@pytest.fixture
def article(house: House, sessions: Sessions) -> Content:
    (number,) = add_articles(sessions, house, tags=["roses", "spring"], html="<p>One.</p>\n<p>Two.</p>")
    return find(sessions, number)


def url(content: Content) -> str:
    return f"{PAGES}/sites/blog/content/{content.id}/edit"


def test_a_change_is_saved_as_the_next_version(house: House, sessions: Sessions, article: Content) -> None:
    change = {"html": "<p>One.</p>\r\n<p>Three.</p>", "tags": " tulips \r\n\r\nspring"}
    answer = house.browser("editor").post(url(article), data=form_of(article, **change))
    assert answer.headers["location"].endswith(f"?did=saved&of={article.id}")
    saved = find(sessions, article.id)
    assert (saved.version, saved.tags, saved.html) == (2, ["tulips", "spring"], "<p>One.</p>\n<p>Three.</p>")
    assert saved.status == ContentStatus.REVIEW


def test_saving_what_is_there_makes_no_version(house: House, sessions: Sessions, article: Content) -> None:
    text = article.html.replace("\n", "\r\n")
    assert house.browser("editor").post(url(article), data=form_of(article, html=text)).status_code == 303
    assert find(sessions, article.id).version == 1


def test_save_and_approve_is_one_step(house: House, sessions: Sessions, article: Content) -> None:
    answer = house.browser("editor").post(url(article), data=form_of(article, title="Tulips", then="approve"))
    assert answer.headers["location"].endswith(f"/review?did=approved&of={article.id}")
    saved = find(sessions, article.id)
    assert (saved.version, saved.title, saved.status) == (2, "Tulips", ContentStatus.APPROVED)


def test_what_cannot_be_approved_is_not_saved_either(house: House, sessions: Sessions) -> None:
    (number,) = add_articles(sessions, house, status=ContentStatus.DRAFT)
    draft = find(sessions, number)
    answer = house.browser("editor").post(url(draft), data=form_of(draft, title="Tulips", then="approve"))
    assert answer.status_code == 409
    assert "is a draft" in answer.text
    assert 'value="Tulips"' in answer.text
    assert find(sessions, number).version == 1


@pytest.mark.parametrize("then", ["", "approve"])
def test_a_stale_version_names_both_keeps_what_was_typed_and_leads_to_the_comparison(
    house: House, sessions: Sessions, article: Content, then: str
) -> None:
    browser = house.browser("editor")
    browser.post(url(article), data=form_of(article, title="Theirs"))
    answer = browser.post(url(article), data=form_of(article, title="Mine & “yours”", then=then))
    assert answer.status_code == 409
    assert "Someone saved version 2 while you edited version 1" in answer.text
    assert f'value="{html.escape("Mine & “yours”")}"' in answer.text
    assert f"/content/{article.id}/compare?before=1&amp;after=2" in answer.text
    assert 'name="version" value="1"' in answer.text
    assert (find(sessions, article.id).title, find(sessions, article.id).status) == ("Theirs", ContentStatus.REVIEW)
    browser.post(url(article), data=form_of(article, title="Mine", over=2))
    assert (find(sessions, article.id).title, find(sessions, article.id).version) == ("Mine", 3)


def test_what_is_approved_unchanged_is_what_was_seen(house: House, sessions: Sessions, article: Content) -> None:
    browser = house.browser("editor")
    browser.post(url(article), data=form_of(article, title="Theirs"))
    newer = find(sessions, article.id)
    answer = browser.post(url(article), data=form_of(newer, version=1, then="approve"))
    assert answer.status_code == 409
    assert find(sessions, article.id).status == ContentStatus.REVIEW


MISFITS = [
    ("title", "", "needs at least one character"),
    ("slug", "!!!", "An address needs letters or digits"),
    ("html", "<p> </p>", "would be empty"),
    ("meta_title", "x" * 71, "at most 70"),
    ("tags", "\n".join(map(str, range(13))), "at most 12"),
]


@pytest.mark.parametrize("misfit", MISFITS, ids=lambda misfit: misfit[0])
def test_what_no_article_can_hold_is_told_and_what_was_typed_stays(
    house: House, sessions: Sessions, article: Content, misfit: tuple[str, str, str]
) -> None:
    field, typed, said = misfit
    form = form_of(article) | {"meta_description": "typed by me", field: typed}
    answer = house.browser("editor").post(url(article), data=form)
    assert (answer.status_code, said in answer.text, "typed by me" in answer.text) == (400, True, True)
    assert find(sessions, article.id).version == 1


def test_an_address_that_another_article_has_is_refused(house: House, sessions: Sessions, article: Content) -> None:
    add_articles(sessions, house, slug="taken")
    answer = house.browser("editor").post(url(article), data=form_of(article, slug="taken"))
    assert (answer.status_code, "another article of the site has the address" in answer.text) == (409, True)


def test_a_field_that_nobody_touched_is_left_alone_whatever_it_holds(house: House, sessions: Sessions) -> None:
    (number,) = add_articles(sessions, house, meta_title="x" * 100)
    content = find(sessions, number)
    assert house.browser("editor").post(url(content), data=form_of(content, title="New")).status_code == 303
    assert find(sessions, number).meta_title == "x" * 100


def test_the_editor_is_given_no_markup_that_could_act_and_its_page_lets_no_script_in(
    house: House, sessions: Sessions
) -> None:
    (number,) = add_articles(sessions, house, html=HOSTILE + "</textarea><script>top.hacked=1</script>")
    answer = house.browser("editor").get(url(find(sessions, number)))
    field = html.unescape(re.findall(r"<textarea[^>]*data-editor[^>]*>(.*?)</textarea>", answer.text, re.DOTALL)[0])
    for bad in ("<script", "onerror", "javascript:", "<style", "<iframe"):
        assert bad not in field, bad
    policy = answer.headers["content-security-policy"].split("; ")
    assert "script-src 'self'" in policy
    assert "style-src 'self'" in policy
    assert [part for part in policy if "unsafe" in part] == ["style-src-attr 'unsafe-inline'"]


def test_only_the_editors_page_loads_the_editor_and_its_looser_policy(house: House, article: Content) -> None:
    browser = house.browser("editor")
    assert "vendor/jodit" in browser.get(url(article)).text
    page = browser.get(url(article).removesuffix("/edit"))
    assert "jodit" not in page.text
    assert "unsafe" not in page.headers["content-security-policy"]


def test_a_viewer_edits_nothing(house: House, article: Content) -> None:
    viewer = house.browser("viewer")
    assert viewer.get(url(article)).status_code == 403
    assert viewer.post(url(article), data=form_of(article, title="x")).status_code == 403


def test_a_long_article_is_saved_whole(house: House, sessions: Sessions, article: Content) -> None:
    text = "".join(f"<p>Paragraph {number}.</p>" for number in range(20_000))
    files = {"html": (None, text)}
    rest = {name: (None, str(value)) for name, value in form_of(article).items() if name != "html"}
    assert house.browser("editor").post(url(article), files=rest | files).status_code == 303
    assert find(sessions, article.id).html == text
