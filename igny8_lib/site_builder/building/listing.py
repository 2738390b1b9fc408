"""A site's builds, or those of one website."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from igny8_lib.db.paging import Listed, one_page
from igny8_lib.models import BuildStatus, SiteBuild
from igny8_lib.site_builder.building.finding import find_build
from igny8_lib.site_builder.building.progress import Progress, all_progress, progress_of


@dataclass(frozen=True)
class View:
    """Which builds are wanted; None is no wish."""

    blueprint_id: int | None = None
    status: BuildStatus | None = None


def list_builds(
    session: Session, site_id: int, view: View = View(), *, page: int = 1, page_size: int = 50
) -> Listed[Progress]:
    """The site's builds, the newest first, with their steps; four statements at most."""
    query = select(SiteBuild).where(SiteBuild.site_id == site_id)
    query = query.where(SiteBuild.blueprint_id == view.blueprint_id) if view.blueprint_id is not None else query
    query = query.where(SiteBuild.status == view.status) if view.status else query
    total = session.scalar(select(func.count()).select_from(query.subquery())) or 0
    rows = session.scalars(one_page(query.order_by(SiteBuild.id.desc()), page, page_size))
    return Listed(all_progress(session, rows.all()), total)


def show_build(session: Session, site_id: int, build_id: int) -> Progress:
    """One build with its steps. Raises NotFound, also for another site's."""
    return progress_of(session, find_build(session, site_id, build_id))
