"""Blueprints are made, changed, listed, deleted, and read as one structure."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy.orm import Session

from igny8_lib.errors import ChangedMeanwhile, Conflict, NotFound
from igny8_lib.models import BlueprintStatus, PageType
from igny8_lib.site_builder.blueprints import changing, creating
from igny8_lib.site_builder.blueprints.finding import find_blueprint, pages_of
from igny8_lib.site_builder.blueprints.listing import list_blueprints
from igny8_lib.site_builder.blueprints.whole import site_document, structure_of
from igny8_lib.site_builder.documents import BadStructure
from tests.factories.sites import make_site
from tests.factories.websites import make_blueprint, make_page, make_website


def test_a_blueprint_is_what_people_said_and_the_site_s_language(session: Session) -> None:
    site = make_site(session, language="de")
    said = {"name": " Boote  & Söhne ", "palette": "forest", "tagline": "Seit 1987", "objectives": ["Anrufe"]}
    made = creating.create(session, site, said, by="ann")
    assert (made.name, made.language, made.theme, made.objectives) == (
        "Boote & Söhne", "de", {"palette": "forest"}, ["Anrufe"],
    )  # fmt: skip
    assert (made.edited, made.status, made.revision) == (["tagline", "theme"], BlueprintStatus.DRAFT, 1)


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"name": " "}, "name"),
        ({"name": "x" * 101}, "name"),
        ({"palette": "none"}, "palette"),
        ({"brand": "red"}, "brand"),
        ({"objectives": ["x"] * 11}, "objectives"),
        ({"objectives": [""]}, "objectives.0"),
        ({"brief": "x" * 10_001}, "brief"),
        ({"hosting_type": "ftp"}, "hosting_type"),
        ({"language": "deutsch!"}, "language"),
        ({"icon_asset_id": 7}, "icon_asset_id"),
        ({"layout": None}, "layout"),
        ({"status": "ready"}, "status"),
    ],
)
def test_what_is_wrong_is_told_by_its_field(session: Session, said: dict[str, Any], field: str) -> None:
    site = make_site(session)
    with pytest.raises(BadStructure) as refused:
        creating.create(session, site, {"name": "Boats"} | said, by="ann")
    assert refused.value.field == field
    with pytest.raises(BadStructure) as again:
        changing.change(session, make_blueprint(session, site), said, revision=None, by="ann")
    assert again.value.field == field


def test_a_name_is_needed(session: Session) -> None:
    with pytest.raises(BadStructure, match="name: this field is missing"):
        creating.create(session, make_site(session), {}, by="ann")


def test_a_change_counts_once_and_an_older_one_is_refused(session: Session) -> None:
    blueprint = make_blueprint(session, make_site(session))
    changing.change(session, blueprint, {"palette": "forest"}, revision=1, by="ann")
    changing.change(session, blueprint, {"brand": "#0f5c7a", "palette": "forest"}, revision=2, by="ann")
    changing.change(session, blueprint, {"palette": "forest"}, revision=3, by="ann")
    assert (blueprint.revision, blueprint.theme) == (3, {"palette": "forest", "brand": "#0f5c7a"})
    with pytest.raises(ChangedMeanwhile):
        changing.change(session, blueprint, {"name": "Late"}, revision=2, by="bob")


def test_a_tagline_that_is_emptied_is_the_ai_s_again(session: Session) -> None:
    blueprint = make_blueprint(session, make_site(session), tagline="Ours", edited=["tagline"])
    changing.change(session, blueprint, {"tagline": ""}, revision=1, by="ann")
    assert blueprint.edited == []


def test_what_visitors_see_or_a_build_works_on_is_not_deleted(session: Session) -> None:
    site = make_site(session)
    live = make_blueprint(session, site, deployed_version=1, status=BlueprintStatus.DEPLOYED)
    busy = make_blueprint(session, site, status=BlueprintStatus.GENERATING)
    for blueprint in (live, busy):
        with pytest.raises(Conflict):
            changing.delete(session, site.id, blueprint.id, by="ann")
    free = make_website(session, site)
    changing.delete(session, site.id, free.id, by="ann")
    with pytest.raises(NotFound):
        find_blueprint(session, site.id, free.id)


def test_another_site_s_blueprint_is_not_found(session: Session) -> None:
    blueprint = make_blueprint(session, make_site(session))
    with pytest.raises(NotFound):
        find_blueprint(session, make_site(session).id, blueprint.id)


def test_lists_are_newest_first_with_the_pages_that_have_a_text(session: Session) -> None:
    site = make_site(session)
    first, second = make_website(session, site), make_blueprint(session, site)
    make_page(session, first, blocks=[])
    make_website(session, make_site(session))
    found = list_blueprints(session, site.id)
    assert [(row.id, row.pages_total, row.pages_ready) for row in found.rows] == [(second.id, 0, 0), (first.id, 6, 5)]
    assert found.total == 2
    assert [row.id for row in list_blueprints(session, site.id, page=2, page_size=1).rows] == [first.id]


def test_the_structure_is_the_pages_in_order_and_wrong_data_is_told_by_its_place(session: Session) -> None:
    blueprint = make_website(session, make_site(session))
    document = site_document(session, blueprint)
    assert [page.slug for page in document.pages] == ["home", "about", "services", "blog", "contact"]
    page = pages_of(session, blueprint)[2]
    page.blocks = [{"id": "hero-1", "type": "hero", "data": {}}]
    session.flush()
    with pytest.raises(BadStructure) as refused:
        site_document(session, blueprint)
    assert refused.value.field == "pages.2.blocks.0.data.title"
    assert structure_of(session, blueprint)["pages"][2]["blocks"] == page.blocks


def test_a_preview_shows_what_there_is_whatever_is_missing(session: Session) -> None:
    blueprint = make_blueprint(session, make_site(session), name="Boats")
    assert site_document(session, blueprint, partial=True).home.title == "Boats"
    make_page(session, blueprint, slug="blog", type=PageType.BLOG, blocks=[])
    make_page(session, blueprint, title="About us", blocks=[{"id": "hero-1", "type": "hero", "data": {}}])
    document = site_document(session, blueprint, partial=True)
    assert document.home.title == "About us"
    assert document.home.blocks[0].data["title"] == "About us"
