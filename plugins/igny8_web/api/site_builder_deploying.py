"""What visitors see: checking a site, deploying it, earlier versions, and going back to one."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Body, Depends

from igny8_lib.errors import Conflict
from igny8_lib.models import SiteVersion, SiteVersionStatus
from igny8_lib.site_builder.blueprints.finding import find_blueprint
from igny8_lib.site_builder.deploying.checking import check
from igny8_lib.site_builder.deploying.rolling_back import rollback
from igny8_lib.site_builder.deploying.versions import find_version, versions_of
from igny8_web.api.site_builder_builds import Starting, open_once
from igny8_web.api.site_builder_doors import PREFIX, TAG, BlueprintId, Reading, Running
from igny8_web.api.site_builder_versions_shapes import (
    DeployAsked,
    DeployWish,
    RollbackWish,
    RolledBack,
    SiteVersionList,
    checked_of,
    rolled_back_of,
    version_of,
)
from igny8_web.api.writer_doors import Paging
from igny8_web.media import media
from igny8_web.rates import DEPLOYING
from igny8_web.repeats import Named
from igny8_web.website_places import WebsitePlaces

router = APIRouter(prefix=f"{PREFIX}/blueprints", tags=[TAG])


@router.post(
    "/{blueprint_id}/deploy/",
    status_code=202,
    responses={200: {"model": DeployAsked, "description": "What it would come to."}},
    dependencies=[Depends(DEPLOYING)],
)
def deploy_blueprint(  # noqa: PLR0917 - a route's whole request
    door: Running,
    blueprint_id: BlueprintId,
    wish: Annotated[DeployWish, Body()],
    request: Named,
    start: Starting,
    places: WebsitePlaces,
) -> DeployAsked:
    """Check the site and show it to visitors as its next version: a build, told with its address. One with faults is
    not deployed, and its step says where. A dry run checks now and says what visitors would see otherwise; nothing is
    changed."""
    if not wish.dry_run:
        asked = open_once(
            door,
            request,
            start,
            lambda session, site: find_blueprint(session, site.id, blueprint_id),
            {"deploy": True},
            dry_run=False,
        )
        return DeployAsked(build=asked.build, check=None)
    start.answer.status_code = 200
    with door.begin() as (_, site):
        pass
    report = check(door.caller.sessions, places, media(), site.id, blueprint_id)
    return DeployAsked(build=None, check=checked_of(report))


@router.get("/{blueprint_id}/versions/")
def list_blueprint_versions(door: Reading, blueprint_id: BlueprintId, paging: Paging) -> SiteVersionList:
    """The versions that the site has had, the newest first, also those of other blueprints: a rollback may name any
    that is still there."""
    with door.begin() as (session, site):
        find_blueprint(session, site.id, blueprint_id)
        found = versions_of(session, site.id, page=paging.page, page_size=paging.page_size)
    return SiteVersionList(versions=[version_of(row) for row in found.rows], pagination=paging.among(found.total))


@router.post("/{blueprint_id}/rollback/", dependencies=[Depends(DEPLOYING)])
def roll_blueprint_back(
    door: Running, blueprint_id: BlueprintId, wish: Annotated[RollbackWish, Body()], places: WebsitePlaces
) -> RolledBack:
    """Show visitors an earlier version again, file by file as it was. What the blueprint says stays, for the next
    deployment. Repeated it does the same, so this write takes no Idempotency-Key."""
    with door.begin() as (session, site):
        find_blueprint(session, site.id, blueprint_id)
        version = find_version(session, site.id, wish.version)
        require_kept(version)
    done = rollback(
        door.caller.sessions,
        places,
        media(),
        site.id,
        wish.version,
        by=door.caller.name,
        with_articles=wish.with_articles,
    )
    return rolled_back_of(done, version.base_url)


def require_kept(version: SiteVersion) -> None:
    """Raises Conflict for a version whose files are gone, or never were whole."""
    if version.status is not SiteVersionStatus.KEPT:
        why = "its files were removed" if version.status is SiteVersionStatus.REMOVED else "it never became live"
        raise Conflict(f"Version {version.number} cannot be shown again: {why}. `versions` tells which can be.")
