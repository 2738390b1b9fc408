"""The editor of a website's pages without script: each change is one request, and what does not fit stays typed."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from httpx import Response
from igny8_web.pages.builder_editor.block_forms import form, paths, typed
from sqlalchemy.orm import Session

from igny8_lib.models import Site, SiteBlueprint, SitePage
from igny8_lib.site_builder.blocks import BLOCKS
from igny8_lib.site_builder.blueprints.finding import pages_of
from igny8_lib.site_builder.blueprints.given import block_values
from tests.factories.websites import make_page, make_website
from tests.plugins.web.filled import sent
from tests.plugins.web.house import PAGES, House

HOSTILE = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>"
HTMX = {"HX-Request": "true"}
BUTTONS = [{"label": "Ask", "target": "page:contact"}, {"label": "Call", "target": "tel:+44-1"}]


@pytest.fixture
def page(house: House, session: Session, media_folder: Path) -> SitePage:
    """A page of a website with an opening and a text that the AI wrote."""
    assert media_folder
    website = make_website(session, session.get_one(Site, house.blog), name="Harbour boats")
    blocks = [
        block_values({"id": "hero-1", "type": "hero", "data": {"title": "Boats", "buttons": BUTTONS}}),
        block_values({"id": "text-1", "type": "text", "data": {"title": "Repairs", "body": "Big ones."}}),
    ]
    made = make_page(session, website, slug="boats", title="Boats", blocks=blocks)
    session.commit()
    return made


def edit_of(page: SitePage) -> str:
    return f"{PAGES}/sites/blog/website/{page.blueprint_id}/edit"


def opened(house: House, page: SitePage, block: str = "", who: str = "editor") -> str:
    answer = house.browser(who).get(f"{edit_of(page)}?page={page.id}&block={block}")
    assert answer.status_code == 200, answer.text
    return str(answer.text)


def send(house: House, page: SitePage, path: str, form: dict[str, str], who: str = "editor") -> Response:
    answer: Response = house.browser(who).post(f"{edit_of(page)}{path}", data=form)
    return answer


def kept(session: Session, page: SitePage) -> list[str]:
    """The ids of the page's blocks."""
    session.expire_all()
    return [block["id"] for block in session.get_one(SitePage, page.id).blocks]


@pytest.mark.parametrize("kind", sorted(BLOCKS))
def test_every_block_s_form_sends_back_what_stood_in_it(
    house: House, session: Session, page: SitePage, kind: str
) -> None:
    whole = BLOCKS[kind].schema.model_validate(BLOCKS[kind].example).model_dump(mode="json")
    page.blocks = [{"id": "one-1", "type": kind, "data": whole}]
    session.commit()
    told = sent(opened(house, page, "one-1"), "#block-form")
    assert BLOCKS[kind].schema.model_validate(typed(kind, told)).model_dump(mode="json") == whole
    assert send(house, page, f"/{page.id}/blocks/one-1", told).status_code == 303
    session.expire_all()
    assert session.get_one(SitePage, page.id).blocks[0]["data"] == whole


def test_a_block_is_changed_and_its_page_remembers_that_people_did(
    house: House, session: Session, page: SitePage
) -> None:
    told = sent(opened(house, page, "text-1"), "#block-form") | {"title": HOSTILE}
    answer = send(house, page, f"/{page.id}/blocks/text-1", told)
    assert answer.headers["location"] == f"{edit_of(page)}?page={page.id}&block=text-1"
    session.expire_all()
    assert (page.blocks[1]["data"]["title"], page.edited) == (HOSTILE, ["block:text-1"])
    shown = opened(house, page, "text-1")
    assert "<script>alert" not in shown
    assert re.sub(r"\s+", " ", shown).count("Written by hand") == 1


def test_what_is_wrong_stands_at_its_field_and_what_was_typed_stays(
    house: House, session: Session, page: SitePage
) -> None:
    wrong = {"buttons.1.target": "javascript:alert(1)", "title": "Ships"}
    told = sent(opened(house, page, "hero-1"), "#block-form") | wrong
    answer = send(house, page, f"/{page.id}/blocks/hero-1", told)
    assert answer.status_code == 422
    assert re.search(r'id="f-buttons-1-target"[^>]*aria-invalid="true"', answer.text)
    assert wrong.items() <= sent(answer.text, "#block-form").items()
    session.expire_all()
    assert page.revision == 1


def test_items_are_added_moved_and_removed_before_anything_is_saved(
    house: House, session: Session, page: SitePage
) -> None:
    told = sent(opened(house, page, "hero-1"), "#block-form")
    moved = send(house, page, f"/{page.id}/blocks/hero-1", told | {"press": "up:buttons.1"})
    told = sent(moved.text, "#block-form")
    assert (moved.status_code, told["buttons.0.label"]) == (200, "Call")
    told = sent(
        send(house, page, f"/{page.id}/blocks/hero-1", told | {"press": "remove:buttons.0"}).text, "#block-form"
    )
    assert (told["buttons.#"], told["buttons.0.label"]) == ("1", "Ask")
    told = sent(send(house, page, f"/{page.id}/blocks/hero-1", told | {"press": "add:buttons"}).text, "#block-form")
    assert (told["buttons.#"], told["buttons.1.label"]) == ("2", "")
    for press in ("up:buttons.7", "remove:nothing.0", "add:title", "jump:buttons.0", "up:"):
        assert send(house, page, f"/{page.id}/blocks/hero-1", told | {"press": press}).status_code == 400, press
    session.expire_all()
    assert page.revision == 1


def test_blocks_are_added_moved_removed_and_that_is_undone_and_brought_back(
    house: House, session: Session, page: SitePage
) -> None:
    def act(path: str, **form: str) -> None:
        session.expire_all()
        answer = send(house, page, path, {"revision": str(page.revision)} | form)
        assert answer.status_code == 303, answer.text
        act.at = answer.headers["location"]  # type: ignore[attr-defined]

    act(f"/{page.id}/blocks", type="faq", place="1")
    assert kept(session, page) == ["hero-1", "faq-1", "text-1"]
    act(f"/{page.id}/blocks/faq-1/place", press="down")
    act(f"/{page.id}/blocks/hero-1/place", press="remove")
    assert kept(session, page) == ["text-1", "faq-1"]
    act(f"/{page.id}/history", press="undo", at="4", top="4")
    act(f"/{page.id}/history", press="undo", at="3", top="4")
    assert kept(session, page) == ["hero-1", "faq-1", "text-1"]
    assert act.at.endswith("at=2&top=4")  # type: ignore[attr-defined]
    shown = house.browser("editor").get(act.at).text  # type: ignore[attr-defined]
    assert re.search(r'id="redo"[^>]*>', shown)[0].count("disabled") == 0  # type: ignore[index]
    act(f"/{page.id}/history", press="redo", at="2", top="4")
    assert kept(session, page) == ["hero-1", "text-1", "faq-1"]


def test_whoever_was_slower_is_told_who_saved_and_can_put_his_over_it(
    house: House, session: Session, page: SitePage
) -> None:
    mine = sent(opened(house, page, "text-1"), "#block-form") | {"title": "Mine"}
    theirs = sent(opened(house, page, "text-1", "owner"), "#block-form") | {"title": "Theirs"}
    assert send(house, page, f"/{page.id}/blocks/text-1", theirs, "owner").status_code == 303
    answer = send(house, page, f"/{page.id}/blocks/text-1", mine)
    assert (answer.status_code, "owner saved revision 2" in answer.text) == (409, True)
    told = sent(answer.text, "#block-form")
    assert told["title"] == "Mine"
    late = {"revision": "1", "press": "remove"}
    assert send(house, page, f"/{page.id}/blocks/text-1/place", late).status_code == 409
    assert send(house, page, f"/{page.id}/blocks/text-1", told).status_code == 303
    session.expire_all()
    assert page.blocks[1]["data"]["title"] == "Mine"


def test_pages_are_made_renamed_moved_and_deleted(house: House, session: Session, page: SitePage) -> None:
    website = session.get_one(SiteBlueprint, page.blueprint_id)

    def slugs() -> list[str]:
        session.expire_all()
        return [each.slug for each in pages_of(session, website)]

    new = {"page": str(page.id), "title": "Our fleet", "slug": "", "type": "custom"}
    assert send(house, page, "/pages", new).status_code == 303
    assert slugs()[-1] == "our-fleet"
    twice = send(house, page, "/pages", new)
    assert (twice.status_code, 'id="new-slug-said"' in twice.text) == (422, True)
    own = {"title": "Ships", "slug": "about", "type": "custom", "description": "", "purpose": ""}
    wrong = send(house, page, f"/pages/{page.id}", own | {"revision": "1"})
    assert (wrong.status_code, 'id="own-slug-said"' in wrong.text) == (422, True)
    assert send(house, page, f"/pages/{page.id}", own | {"slug": "ships", "revision": "1"}).status_code == 303
    assert send(house, page, f"/pages/{page.id}/place", {"press": "up"}).status_code == 303
    assert slugs()[-3:] == ["ships", "contact", "our-fleet"]
    assert send(house, page, f"/pages/{page.id}/place", {"press": "delete"}).status_code == 303
    assert "ships" not in slugs()


def test_a_part_is_drawn_with_its_preview_at_the_block(house: House, page: SitePage) -> None:
    told = sent(opened(house, page, "text-1"), "#block-form")
    answer = house.browser("editor").post(f"{edit_of(page)}/{page.id}/blocks/text-1", data=told, headers=HTMX)
    assert answer.status_code == 200
    seen = re.search(r'data-preview="([^"]*)"', answer.text)
    assert seen is not None
    assert seen[1].endswith("boats/?r=1#text-1")
    assert house.client().get(seen[1]).status_code == 200


def test_whoever_only_reads_sees_the_preview_and_no_form(house: House, page: SitePage) -> None:
    shown = opened(house, page, "text-1", "viewer")
    assert 'sandbox="allow-popups' in shown
    assert "<form" not in shown.partition('id="editor"')[2].partition("</main>")[0]
    told = {"revision": "1", "press": "remove"}
    assert send(house, page, f"/{page.id}/blocks/text-1/place", told, "viewer").status_code == 403
    assert send(house, page, "/999999/blocks/text-1/place", told).status_code == 404


def test_an_error_in_no_field_stands_at_the_nearest_around_it() -> None:
    shown = form("hero-1", "hero", {"title": "A", "picture": None}, {"picture.size.x": "No."})
    assert shown.errors == {"picture": "No."}
    assert "picture.file" in set(paths(shown.fields))
