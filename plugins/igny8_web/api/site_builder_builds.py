"""Builds of websites: opened by other routes, followed and cancelled here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Response
from sqlalchemy.orm import Session

from igny8_lib.models import BuildStatus, Site, SiteBlueprint, SiteBuild
from igny8_lib.site_builder.building import cancelling, listing
from igny8_lib.site_builder.building.estimating import estimate
from igny8_lib.site_builder.building.finding import find_build
from igny8_lib.site_builder.building.listing import View
from igny8_lib.site_builder.building.opening import open_build
from igny8_lib.site_builder.building.progress import progress_of
from igny8_lib.sites.repeats import Repeatable
from igny8_web.api.site_builder_builds_shapes import BuildAsked, BuildFacts, BuildList, estimate_of, facts_of
from igny8_web.api.site_builder_doors import PREFIX, TAG, BuildId, Reading, Running
from igny8_web.api.writer_doors import HIGHEST_ID, Paging
from igny8_web.as_product import ProductAirflow
from igny8_web.doors import SiteDoor
from igny8_web.repeats import Named, do_once
from igny8_web.site_builds import start_soon

router = APIRouter(prefix=f"{PREFIX}/builds", tags=[TAG])

OfBlueprint = Annotated[int | None, Query(ge=1, le=HIGHEST_ID, description="Those of this blueprint alone.")]
FindBlueprint = Callable[[Session, Site], SiteBlueprint]


@dataclass(frozen=True)
class Start:
    """How a route begins a build once it is opened."""

    airflow: ProductAirflow
    answer: Response


Starting = Annotated[Start, Depends()]


@router.get("/")
def list_site_builds(
    door: Reading, paging: Paging, blueprint_id: OfBlueprint = None, status: BuildStatus | None = None
) -> BuildList:
    """The site's builds with their steps, the newest first."""
    view = View(blueprint_id, status)
    with door.begin() as (session, site):
        found = listing.list_builds(session, site.id, view, page=paging.page, page_size=paging.page_size)
        rows = [facts_of(row, site.slug) for row in found.rows]
    return BuildList(builds=rows, pagination=paging.among(found.total))


@router.get("/{build_id}/")
def show_site_build(door: Reading, build_id: BuildId) -> BuildFacts:
    """One build, step by step: what is done, what it cost, what went wrong."""
    with door.begin() as (session, site):
        return facts_of(listing.show_build(session, site.id, build_id), site.slug)


@router.post("/{build_id}/cancel/")
def cancel_site_build(door: Running, build_id: BuildId, request: Named) -> BuildFacts:
    """Let no further step be begun: the page under way is ended and charged, and what was done stays. May be sent
    twice."""

    def do(session: Session, site: Site) -> BuildFacts:
        build = cancelling.cancel(session, find_build(session, site.id, build_id), by=door.caller.name)
        session.flush()
        return facts_of(progress_of(session, build), site.slug)

    return do_once(door, request, BuildFacts, do)


def open_once(
    door: SiteDoor,
    request: Repeatable,
    start: Start,
    find: FindBlueprint,
    wishes: dict[str, Any],
    *,
    dry_run: bool,
    remark: str = "",
) -> BuildAsked:
    """Open a build, one per key, and have Airflow begin it; a dry run says what it would come to, and is answered by
    200. Where Airflow does not answer now the build begins within a minute or two."""
    if dry_run:
        start.answer.status_code = 200
        with door.begin() as (session, site):
            return BuildAsked(build=None, estimate=estimate_of(estimate(session, find(session, site), **wishes)))

    def do(session: Session, site: Site) -> BuildAsked:
        blueprint = find(session, site)
        expected = estimate_of(estimate(session, blueprint, **wishes))
        build: SiteBuild = open_build(session, blueprint, by=door.caller.name, remark=remark, **wishes)
        return BuildAsked(build=facts_of(progress_of(session, build), site.slug), estimate=expected)

    asked = do_once(door, request, BuildAsked, do)
    if asked.build is not None:
        start_soon(start.airflow, door.caller.sessions, asked.build.id)
    return asked
