"""A blueprint and its pages, by their numbers."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from igny8_lib.errors import NotFound
from igny8_lib.models import SiteBlueprint, SitePage


def find_blueprint(session: Session, site_id: int, blueprint_id: int, *, lock: bool = False) -> SiteBlueprint:
    """A blueprint of the site as the database has it now. Raises NotFound, also for another site's."""
    query = select(SiteBlueprint).where(SiteBlueprint.site_id == site_id, SiteBlueprint.id == blueprint_id)
    # Builds and pages refer to it all the time: they need not wait for a lock that leaves its key alone.
    query = query.with_for_update(key_share=True) if lock else query
    found = session.scalar(query.execution_options(populate_existing=True))
    if found is None:
        raise NotFound(f"The site has no blueprint {blueprint_id}.")
    return found


def find_page(session: Session, site_id: int, page_id: int, *, lock: bool = False) -> SitePage:
    """A page of the site as the database has it now. Raises NotFound, also for another site's.

    A locked one has its blueprint locked before it: the order in which planning locks them, too.
    """
    wanted = (SitePage.site_id == site_id, SitePage.id == page_id)
    query = select(SitePage).where(*wanted)
    if lock:
        blueprint_id = session.scalar(select(SitePage.blueprint_id).where(*wanted))
        if blueprint_id is not None:
            find_blueprint(session, site_id, blueprint_id, lock=True)
        query = query.with_for_update(key_share=True)
    found = session.scalar(query.execution_options(populate_existing=True))
    if found is None:
        raise NotFound(f"The site has no page {page_id}.")
    return found


def pages_of(session: Session, blueprint: SiteBlueprint) -> list[SitePage]:
    """The blueprint's pages in the order of the navigation."""
    mine = (SitePage.site_id == blueprint.site_id, SitePage.blueprint_id == blueprint.id)
    return list(session.scalars(select(SitePage).where(*mine).order_by(SitePage.position, SitePage.id)))
