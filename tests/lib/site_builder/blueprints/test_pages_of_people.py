"""People make, change, move, restore and delete pages and blocks: what is marked, refused and kept."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy.orm import Session

from igny8_lib.errors import ChangedMeanwhile, Conflict, InvalidInput, NotFound
from igny8_lib.models import PageChange, PageType, SiteBlueprint, SitePageStatus
from igny8_lib.site_builder.blocks import BLOCKS
from igny8_lib.site_builder.blueprints import blocks, pages, revisions
from igny8_lib.site_builder.blueprints.finding import find_page, pages_of
from igny8_lib.site_builder.documents import BadStructure
from tests.factories.sites import make_site
from tests.factories.websites import make_blueprint, make_page, make_website, text_block

PAGE: dict[str, Any] = {"slug": "prices", "title": "Prices", "type": "custom", "blocks": [text_block()]}


@pytest.fixture
def blueprint(session: Session) -> SiteBlueprint:
    return make_website(session, make_site(session))


def test_a_page_of_people_is_all_theirs(session: Session, blueprint: SiteBlueprint) -> None:
    page = pages.create_page(session, blueprint, PAGE, by="ann")
    assert (page.position, page.status, page.edited) == (5, SitePageStatus.READY, ["page", "block:text-1"])
    assert [row.change for row in revisions.revisions_of(session, page).rows] == [PageChange.CREATED]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"slug": "about"}, "slug"),
        ({"slug": "Über uns"}, "slug"),
        ({"type": "home"}, "type"),
        ({"title": ""}, "title"),
        ({"colour": "red"}, "colour"),
        ({"purpose": "x" * 1001}, "purpose"),
        ({"sections": [{"type": "no_such", "purpose": ""}]}, "sections.0.type"),
        ({"blocks": [text_block(), text_block("two", title="x" * 121)]}, "blocks.1.data.title"),
        ({"blocks": [{"id": "a", "type": "text", "data": {}}]}, "blocks.0.data.body"),
    ],
)
def test_what_no_page_can_be_is_refused_by_its_field(
    session: Session, blueprint: SiteBlueprint, change: dict[str, Any], field: str
) -> None:
    with pytest.raises(BadStructure) as refused:
        pages.create_page(session, blueprint, PAGE | change, by="ann")
    assert refused.value.field == field
    page = pages.create_page(session, blueprint, PAGE, by="ann")
    with pytest.raises(BadStructure) as again:
        pages.change_page(session, page, change, revision=1, by="ann")
    assert again.value.field == field
    assert page.revision == 1


def test_only_what_differs_is_marked_and_nothing_different_is_no_revision(
    session: Session, blueprint: SiteBlueprint
) -> None:
    page = pages_of(session, blueprint)[1]
    two = [text_block("text-1"), text_block("text-2", body="New.")]
    pages.change_page(session, page, {"title": "About", "blocks": two}, revision=1, by="ann")
    assert (page.edited, page.revision, page.edited_by) == (["block:text-2"], 2, "ann")
    pages.change_page(session, page, {"title": "About", "blocks": two}, revision=2, by="bob")
    assert (page.revision, page.edited_by) == (2, "ann")


def test_a_change_of_an_older_or_a_coming_revision_is_refused(session: Session, blueprint: SiteBlueprint) -> None:
    page = pages_of(session, blueprint)[1]
    pages.change_page(session, page, {"title": "Once"}, revision=1, by="ann")
    with pytest.raises(ChangedMeanwhile):
        pages.change_page(session, page, {"title": "Twice"}, revision=1, by="bob")
    with pytest.raises(InvalidInput, match="no version 9"):
        blocks.remove_block(session, page, "text-1", revision=9, by="bob")
    assert page.title == "Once"


def test_nobody_changes_a_page_that_is_being_written(session: Session, blueprint: SiteBlueprint) -> None:
    page = pages_of(session, blueprint)[1]
    page.status = SitePageStatus.GENERATING
    session.flush()
    with pytest.raises(Conflict, match="The AI writes"):
        pages.change_page(session, page, {"title": "Ours"}, revision=1, by="ann")
    with pytest.raises(Conflict, match="The AI writes"):
        pages.delete_page(session, page, by="ann")


@pytest.mark.parametrize("kind", sorted(BLOCKS))
def test_a_block_of_every_type_begins_as_its_example(session: Session, blueprint: SiteBlueprint, kind: str) -> None:
    page = pages_of(session, blueprint)[1]
    blocks.add_block(session, page, kind, 0, None, revision=1, by="ann")
    name = kind.replace("_", "-")
    assert page.blocks[0]["id"] == (f"{name}-2" if kind == "text" else f"{name}-1")
    assert page.edited == [f"block:{page.blocks[0]['id']}"]


def test_blocks_are_moved_and_removed_and_only_their_order_is_marked(
    session: Session, blueprint: SiteBlueprint
) -> None:
    page = make_page(session, blueprint, blocks=[text_block("a"), text_block("b"), text_block("c")])
    blocks.move_block(session, page, "a", 99, revision=1, by="ann")
    assert [block["id"] for block in page.blocks] == ["b", "c", "a"]
    blocks.remove_block(session, page, "c", revision=2, by="ann")
    assert ([block["id"] for block in page.blocks], page.edited) == (["b", "a"], ["order"])
    with pytest.raises(NotFound):
        blocks.change_block(session, page, "c", {"body": "x"}, revision=3, by="ann")


def test_a_revision_is_taken_back_whole_and_that_can_be_taken_back(session: Session, blueprint: SiteBlueprint) -> None:
    page = pages_of(session, blueprint)[1]
    pages.change_page(session, page, {"title": "Ours", "blocks": [], "slug": "who"}, revision=1, by="ann")
    assert page.status is SitePageStatus.DRAFT
    revisions.restore(session, page, 1, by="bob")
    assert (page.title, page.slug, page.revision, len(page.blocks)) == ("About", "about", 3, 1)
    assert "title" in page.edited, "what people took back is theirs"
    revisions.restore(session, page, 2, by="bob")
    assert (page.title, page.slug, page.blocks) == ("Ours", "who", [])
    found = revisions.revisions_of(session, page, page=1, page_size=2)
    assert [(row.revision, row.change, row.blocks_count) for row in found.rows] == [
        (4, PageChange.RESTORED, 0),
        (3, PageChange.RESTORED, 1),
    ]
    assert found.total == 4


def test_a_revision_whose_slug_another_page_has_is_not_taken_back(session: Session, blueprint: SiteBlueprint) -> None:
    page = pages_of(session, blueprint)[1]
    pages.change_page(session, page, {"slug": "who"}, revision=1, by="ann")
    pages.create_page(session, blueprint, PAGE | {"slug": "about"}, by="ann")
    with pytest.raises(BadStructure, match="slug"):
        revisions.restore(session, page, 1, by="ann")


def test_pages_are_moved_and_deleted_without_gaps(session: Session, blueprint: SiteBlueprint) -> None:
    home = pages_of(session, blueprint)[0]
    pages.move_page(session, home, 2, by="ann")
    assert [page.slug for page in pages_of(session, blueprint)] == ["about", "services", "home", "blog", "contact"]
    pages.delete_page(session, home, by="ann")
    assert [page.position for page in pages_of(session, blueprint)] == [0, 1, 2, 3]
    with pytest.raises(NotFound):
        find_page(session, blueprint.site_id, home.id)


def test_a_blueprint_is_ready_with_pages_and_a_draft_without(session: Session) -> None:
    blueprint = make_blueprint(session, make_site(session))
    page = pages.create_page(session, blueprint, PAGE, by="ann")
    assert blueprint.status.value == "ready"
    pages.delete_page(session, page, by="ann")
    assert blueprint.status.value == "draft"


def test_another_site_s_page_is_not_found(session: Session, blueprint: SiteBlueprint) -> None:
    page = pages_of(session, blueprint)[0]
    assert page.type is PageType.HOME
    with pytest.raises(NotFound):
        find_page(session, make_site(session).id, page.id, lock=True)
