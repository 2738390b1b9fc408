"""Blueprints of websites: read, made, changed, deleted, and planned by the AI."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Body, Depends
from sqlalchemy.orm import Session

from igny8_lib.models import Site
from igny8_lib.site_builder.blueprints import changing, creating, listing
from igny8_lib.site_builder.blueprints.finding import find_blueprint, pages_of
from igny8_lib.site_builder.blueprints.whole import structure_of
from igny8_lib.site_builder.building.listing import View, list_builds
from igny8_web.api.site_builder_blueprints_shapes import (
    Blueprint,
    BlueprintChange,
    BlueprintDeleted,
    BlueprintList,
    BlueprintWhole,
    BlueprintWish,
    blueprint_facts,
)
from igny8_web.api.site_builder_builds import Starting, open_once
from igny8_web.api.site_builder_builds_shapes import BuildAsked, BuildList, StructureWish, facts_of
from igny8_web.api.site_builder_doors import PREFIX, TAG, BlueprintId, Reading, Running, Writing
from igny8_web.api.writer_doors import Paging
from igny8_web.rates import BUILDING_SITES
from igny8_web.repeats import Named, do_once

router = APIRouter(prefix=f"{PREFIX}/blueprints", tags=[TAG])


@router.get("/")
def list_blueprints(door: Reading, paging: Paging) -> BlueprintList:
    """The site's blueprints, the newest first: a site may have several, one of which visitors see."""
    with door.begin() as (session, site):
        found = listing.list_blueprints(session, site.id, page=paging.page, page_size=paging.page_size)
        rows = [Blueprint.model_validate(blueprint_facts(row, site.slug)) for row in found.rows]
    return BlueprintList(blueprints=rows, pagination=paging.among(found.total))


@router.post("/", status_code=201)
def create_blueprint(door: Writing, wish: Annotated[BlueprintWish, Body()], request: Named) -> BlueprintWhole:
    """Say what a website shall be. Nothing is planned or charged yet."""

    def do(session: Session, site: Site) -> BlueprintWhole:
        made = creating.create(session, site, wish.given(), by=door.caller.name)
        return told(session, site, made.id)

    return do_once(door, request, BlueprintWhole, do)


@router.get("/{blueprint_id}/")
def show_blueprint(door: Reading, blueprint_id: BlueprintId) -> BlueprintWhole:
    """One blueprint with its structure: pages and their blocks, layout, theme."""
    with door.begin() as (session, site):
        return told(session, site, blueprint_id)


@router.patch("/{blueprint_id}/")
def change_blueprint(
    door: Writing, blueprint_id: BlueprintId, change: Annotated[BlueprintChange, Body()], request: Named
) -> BlueprintWhole:
    """Change what people said of a website. What visitors see stays until the next deployment."""

    def do(session: Session, site: Site) -> BlueprintWhole:
        found = find_blueprint(session, site.id, blueprint_id, lock=True)
        changing.change(session, found, change.given(), revision=change.revision, by=door.caller.name)
        return told(session, site, blueprint_id)

    return do_once(door, request, BlueprintWhole, do)


@router.delete("/{blueprint_id}/")
def delete_blueprint(door: Writing, blueprint_id: BlueprintId, request: Named) -> BlueprintDeleted:
    """Delete a blueprint with its pages. Refused while a build is under way, and for the one that visitors see."""

    def do(session: Session, site: Site) -> BlueprintDeleted:
        name = find_blueprint(session, site.id, blueprint_id).name
        changing.delete(session, site.id, blueprint_id, by=door.caller.name)
        return BlueprintDeleted(id=blueprint_id, name=name)

    return do_once(door, request, BlueprintDeleted, do)


@router.post(
    "/{blueprint_id}/generate_structure/",
    status_code=202,
    responses={200: {"model": BuildAsked, "description": "What it would come to."}},
    dependencies=[Depends(BUILDING_SITES)],
)
def generate_structure(
    door: Running,
    blueprint_id: BlueprintId,
    wish: Annotated[StructureWish, Body()],
    request: Named,
    start: Starting,
) -> BuildAsked:
    """Have the AI plan the pages (50 credits), and, where asked, write them (20 each) and deploy the site: a build,
    told with its address. Pages that people made or changed stay, unless `replace`; a dry run says which, and what it
    costs."""
    return open_once(
        door,
        request,
        start,
        lambda session, site: find_blueprint(session, site.id, blueprint_id),
        {"structure": True, "every_page": wish.pages, "replace": wish.replace, "deploy": wish.deploy},
        dry_run=wish.dry_run,
    )


@router.get("/{blueprint_id}/builds/")
def list_blueprint_builds(door: Reading, blueprint_id: BlueprintId, paging: Paging) -> BuildList:
    """The blueprint's builds with their steps, the newest first."""
    with door.begin() as (session, site):
        find_blueprint(session, site.id, blueprint_id)
        found = list_builds(session, site.id, View(blueprint_id), page=paging.page, page_size=paging.page_size)
        rows = [facts_of(row, site.slug) for row in found.rows]
    return BuildList(builds=rows, pagination=paging.among(found.total))


def told(session: Session, site: Site, blueprint_id: int) -> BlueprintWhole:
    """A blueprint as it is now. Raises NotFound, also for another site's."""
    session.flush()
    found = find_blueprint(session, site.id, blueprint_id)
    pages = pages_of(session, found)
    row = listing.row_of(found, len(pages), sum(bool(page.blocks) for page in pages))
    facts = blueprint_facts(row, site.slug)
    return BlueprintWhole.model_validate(facts | {"structure": structure_of(session, found)})
