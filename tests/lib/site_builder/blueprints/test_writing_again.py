"""Whatever people did to a page, writing it again leaves theirs as it is, at its place, and replaces the rest."""

from __future__ import annotations

from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from igny8_lib.models import PageChange, SitePage, SitePageRevision
from igny8_lib.site_builder.asking.page import WrittenPage
from igny8_lib.site_builder.blueprints.blocks import add_block, change_block, move_block, remove_block
from igny8_lib.site_builder.blueprints.given import page_values
from igny8_lib.site_builder.blueprints.page_rows import fields_of
from igny8_lib.site_builder.blueprints.pages import change_page
from igny8_lib.site_builder.blueprints.writing import apply_page, writing_would_replace
from tests.factories.sites import make_site
from tests.factories.websites import make_blueprint, make_page, text_block

ANY_FIXTURE = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
STEPS = st.lists(st.tuples(st.sampled_from("acmrw"), st.integers(0, 5), st.integers(0, 5)), max_size=8)


def answer(number: int, ids: tuple[str, ...] = ("text-1", "text-2")) -> WrittenPage:
    blocks = [text_block(one, body=f"Written {number}.") for one in ids]
    return WrittenPage.model_validate({"title": f"T{number}", "description": f"D{number}", "blocks": blocks})


def said(page: SitePage) -> dict[str, Any]:
    return {block["id"]: block["data"]["body"] for block in page.blocks}


@settings(max_examples=30, deadline=None, suppress_health_check=ANY_FIXTURE)
@given(steps=STEPS, replace=st.booleans())
def test_what_people_wrote_stays_whatever_came_before(session: Session, steps: list[Any], *, replace: bool) -> None:
    page = make_page(session, make_blueprint(session, make_site(session)))
    apply_page(session, page, answer(0), by="owner", replace=False)
    theirs: dict[str, str] = {}
    for number, (what, which, where) in enumerate(steps, 1):
        ids = [block["id"] for block in page.blocks]
        one = ids[which % len(ids)] if ids else ""
        by: dict[str, Any] = {"revision": page.revision, "by": "ann"}
        body = f"People {number}."
        if what == "a":
            add_block(session, page, "text", where, {"body": body}, **by)
            theirs |= {block["id"]: body for block in page.blocks if block["id"] not in ids}
        elif what == "w":
            apply_page(session, page, answer(number), by="owner", replace=False)
        elif one and what == "c":
            change_block(session, page, one, {"body": body}, **by)
            theirs[one] = body
        elif one and what == "m":
            move_block(session, page, one, where, **by)
        elif one and what == "r":
            remove_block(session, page, one, **by)
            theirs.pop(one, None)
        assert theirs.items() <= said(page).items()
    before = [block["id"] for block in page.blocks]
    told = writing_would_replace(page, replace=replace)
    apply_page(session, page, answer(99), by="owner", replace=replace)
    kept = {} if replace else theirs
    assert set(told.kept) == set(kept)
    assert set(told.kept) | set(told.replaced) == set(before)
    assert {one: body for one, body in said(page).items() if body != "Written 99."} == kept
    assert [one for one in before if one in kept] == [block["id"] for block in page.blocks if block["id"] in kept]
    assert len(page.blocks) == len(kept) + 2 == len(said(page)), "all that was written is there under an id of its own"
    assert page_values(fields_of(page)) == fields_of(page)
    numbers = session.scalars(
        select(SitePageRevision.revision).where(SitePageRevision.page_id == page.id).order_by(SitePageRevision.revision)
    ).all()
    assert numbers == list(range(1, page.revision + 1))


def test_a_title_that_people_wrote_stays_and_the_description_is_the_ai_s(session: Session) -> None:
    page = make_page(session, make_blueprint(session, make_site(session)))
    change_page(session, page, {"title": "Ours"}, revision=1, by="ann")
    apply_page(session, page, answer(1), by="owner", replace=False)
    assert (page.title, page.description, page.edited) == ("Ours", "D1", ["title"])
    apply_page(session, page, answer(2), by="owner", replace=True)
    assert (page.title, page.edited) == ("T2", [])


def test_a_page_that_was_written_without_blocks_is_ready(session: Session) -> None:
    page = make_page(session, make_blueprint(session, make_site(session)), slug="blog", type="blog", blocks=[])
    assert page.status.value == "draft"
    apply_page(session, page, answer(1, ()), by="owner", replace=False)
    assert page.status.value == "ready"
    assert page.written_at is not None
    assert session.get_one(SitePageRevision, (page.id, 2)).change is PageChange.WRITTEN


def test_kept_blocks_stand_at_their_places(session: Session) -> None:
    there = [text_block("text-1"), text_block("mine"), text_block("text-2")]
    page = make_page(session, make_blueprint(session, make_site(session)), blocks=there, edited=["block:mine"])
    apply_page(session, page, answer(1, ("a", "mine", "c")), by="owner", replace=False)
    assert [block["id"] for block in page.blocks] == ["a", "mine", "text-1", "c"]
    assert said(page)["mine"] == "Big ones."
