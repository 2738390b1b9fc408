"""Planning again keeps the pages that people made or edited, and makes a sound site around them."""

from __future__ import annotations

from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from igny8_lib.models import BlueprintStatus, PageChange, PageType, SitePageRevision, SitePageStatus
from igny8_lib.site_builder.asking.structure import SiteStructure
from igny8_lib.site_builder.blueprints import changing, pages
from igny8_lib.site_builder.blueprints.finding import pages_of
from igny8_lib.site_builder.blueprints.planning import apply_structure, would_replace
from tests.factories.sites import make_site
from tests.factories.websites import make_blueprint, make_page, make_website

FIVE = ("home", "about", "services", "blog", "contact")
TYPES = (*FIVE, "custom")
SLUGS = st.sampled_from(("home", "start", "about", "team", "services", "contact", "prices"))


def structure(*planned: tuple[str, str]) -> SiteStructure:
    made = [
        {
            "slug": slug, "title": f"New {slug}", "type": kind, "description": "D", "purpose": "P",
            "sections": [{"type": "text", "purpose": "Say who we are"}],
        }
        for slug, kind in planned or [(one, one) for one in FIVE]
    ]  # fmt: skip
    look = {"palette": "forest", "typography": "editorial", "personality": "friendly"}
    whole = look | {"tagline": "The AI's", "layout": "minimal", "template": "landing", "pages": made}
    return SiteStructure.model_validate(whole)


def test_a_plan_becomes_drafts_in_its_order(session: Session) -> None:
    blueprint = make_blueprint(session, make_site(session))
    planned = apply_structure(session, blueprint, structure(), by="owner", replace=False)
    there = pages_of(session, blueprint)
    assert [page.id for page in there] == list(planned.planned)
    assert [(page.slug, page.position) for page in there] == list(zip(FIVE, range(5), strict=True))
    assert {page.status for page in there} == {SitePageStatus.DRAFT}
    assert there[0].sections == [{"type": "text", "purpose": "Say who we are"}]
    assert session.get_one(SitePageRevision, (there[0].id, 1)).change is PageChange.PLANNED
    assert (blueprint.tagline, blueprint.theme["palette"], blueprint.status) == (
        "The AI's", "forest", BlueprintStatus.READY,
    )  # fmt: skip


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    there=st.lists(st.tuples(SLUGS, st.sampled_from(TYPES), st.booleans()), max_size=6, unique_by=lambda one: one[0]),
    plan=st.lists(st.tuples(SLUGS, st.sampled_from(TYPES)), max_size=6),
    replace=st.booleans(),
)
def test_edited_pages_stay_as_they_are_and_no_two_are_in_each_other_s_way(
    session: Session, there: list[tuple[str, str, bool]], plan: list[Any], *, replace: bool
) -> None:
    blueprint = make_blueprint(session, make_site(session))
    seen: set[str] = set()
    for position, (slug, kind, edited) in enumerate(there):
        only = kind if kind not in seen or kind == "custom" else "custom"
        seen.add(only)
        marks = ["title"] if edited else []
        make_page(session, blueprint, position=position, slug=slug, type=PageType(only), title=slug, edited=marks)
    theirs = {page.id: (page.slug, page.title, page.revision) for page in pages_of(session, blueprint) if page.edited}
    told = would_replace(session, blueprint, replace=replace)
    planned = apply_structure(session, blueprint, structure(*plan), by="owner", replace=replace)
    left = {page.id: (page.slug, page.title, page.revision) for page in pages_of(session, blueprint)}
    kept = {} if replace else theirs
    assert {one: left[one] for one in planned.kept} == kept
    assert len(told.kept) == len(planned.kept)
    assert len(told.replaced) == len(planned.removed)
    assert set(left) == {*planned.planned, *planned.kept}
    now = pages_of(session, blueprint)
    assert [page.position for page in now] == list(range(len(now)))
    assert len({page.slug for page in now}) == len(now)
    assert all([page.type.value for page in now].count(one) <= 1 for one in ("home", "blog"))


def test_what_people_chose_of_the_look_stays_unless_it_shall_be_replaced(session: Session) -> None:
    blueprint = make_website(session, make_site(session))
    changing.change(session, blueprint, {"tagline": "Ours", "palette": "harbour"}, revision=1, by="ann")
    apply_structure(session, blueprint, structure(), by="owner", replace=False)
    assert (blueprint.tagline, blueprint.theme, blueprint.layout) == ("Ours", {"palette": "harbour"}, "minimal")
    apply_structure(session, blueprint, structure(), by="owner", replace=True)
    assert (blueprint.tagline, blueprint.theme["palette"], blueprint.edited) == ("The AI's", "forest", [])


def test_a_page_whose_sections_people_planned_stays(session: Session) -> None:
    blueprint = make_website(session, make_site(session))
    about = pages_of(session, blueprint)[1]
    pages.change_page(session, about, {"sections": [{"type": "faq", "purpose": "Ask"}]}, revision=1, by="ann")
    planned = apply_structure(session, blueprint, structure(), by="owner", replace=False)
    assert planned.kept == (about.id,)
    assert about.sections == [{"type": "faq", "purpose": "Ask"}]
