"""Blueprints by their numbers."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from igny8_lib.errors import NotFound
from igny8_lib.models import SiteBlueprint, SitePage


def find_blueprint(session: Session, site_id: int, blueprint_id: int, *, lock: bool = False) -> SiteBlueprint:
    """The site's blueprint of this number. Raises NotFound."""
    query = select(SiteBlueprint).where(SiteBlueprint.site_id == site_id, SiteBlueprint.id == blueprint_id)
    found = session.scalar(query.with_for_update() if lock else query)
    if found is None:
        raise NotFound(f"The site has no blueprint number {blueprint_id}.")
    return found


def pages_of(session: Session, blueprint: SiteBlueprint) -> list[SitePage]:
    """Its pages in their order."""
    mine = (SitePage.site_id == blueprint.site_id, SitePage.blueprint_id == blueprint.id)
    return list(session.scalars(select(SitePage).where(*mine).order_by(SitePage.position, SitePage.id)))
