"""Where a site's versions go, and how much is kept: read by everybody of the site, changed by owners and admins."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Body
from sqlalchemy.orm import Session

from igny8_lib.models import Site
from igny8_lib.site_builder.deploying import settings
from igny8_lib.site_builder.deploying.versions import live_of
from igny8_web.api.site_builder_doors import PREFIX, TAG, Managing, Reading
from igny8_web.api.site_builder_settings_shapes import SiteBuilderConfig, SiteBuilderConfigChange
from igny8_web.repeats import Named, do_once

router = APIRouter(prefix=f"{PREFIX}/settings", tags=[TAG])


@router.get("/")
def show_site_builder_settings(door: Reading) -> SiteBuilderConfig:
    """Where the site's versions go, how many are kept, and how much may be uploaded."""
    with door.begin() as (session, site):
        return config_of(session, site)


@router.put("/")
def change_site_builder_settings(
    door: Managing, change: Annotated[SiteBuilderConfigChange, Body()], request: Named
) -> SiteBuilderConfig:
    """Change settings, all or none. The next deployment goes by them; what visitors see stays until then. Keys of an
    object store belong into the site's connection in Airflow, never into its URL."""

    def do(session: Session, site: Site) -> SiteBuilderConfig:
        settings.change(session, site.id, change.given(), revision=change.revision, by=door.caller.name)
        return config_of(session, site)

    return do_once(door, request, SiteBuilderConfig, do)


def config_of(session: Session, site: Site) -> SiteBuilderConfig:
    """The site's settings as they are now."""
    found, revision = settings.read(session, site.id)
    return SiteBuilderConfig(site=site.slug, revision=revision, settings=found, live_version=live_of(session, site.id))
