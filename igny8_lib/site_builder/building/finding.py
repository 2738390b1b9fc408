"""Builds and their steps, as the database has them."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import case, exists, select
from sqlalchemy.orm import Session

from igny8_lib.errors import NotFound
from igny8_lib.models import (
    BuildStatus,
    BuildStepKind,
    BuildStepStatus,
    SiteBlueprint,
    SiteBuild,
    SiteBuildStep,
    SitePage,
)

OPEN = (BuildStatus.PENDING, BuildStatus.RUNNING)
LEFT = (BuildStepStatus.PENDING, BuildStepStatus.RUNNING)
"""Steps that have not ended."""
ORDER = {kind: number for number, kind in enumerate(BuildStepKind)}


def find_build(session: Session, site_id: int, build_id: int, *, lock: bool = False) -> SiteBuild:
    """A build of the site; locked, it is as the database has it now. Raises NotFound, also for another site's."""
    query = select(SiteBuild).where(SiteBuild.site_id == site_id, SiteBuild.id == build_id)
    query = query.with_for_update().execution_options(populate_existing=True) if lock else query
    build = session.scalar(query)
    if build is None:
        raise NotFound(f"The site has no build {build_id}.")
    return build


def steps_of(session: Session, build: SiteBuild, *, lock: bool = False) -> list[SiteBuildStep]:
    """All its steps in their order: pages as they stand in the navigation; one statement."""
    step = SiteBuildStep
    query = (
        select(step)
        .outerjoin(SitePage, SitePage.id == step.page_id)
        .where(step.site_id == build.site_id, step.build_id == build.id)
        .order_by(case(ORDER, value=step.kind), SitePage.position, step.id)
        .execution_options(populate_existing=True)
    )
    return list(session.scalars(query.with_for_update(of=step) if lock else query))


def find_open(session: Session, blueprint: SiteBlueprint) -> SiteBuild | None:
    """The blueprint's build that waits or is worked, or was cancelled and has a step that is still being ended."""
    under_way = exists().where(
        SiteBuildStep.site_id == SiteBuild.site_id,
        SiteBuildStep.build_id == SiteBuild.id,
        SiteBuildStep.status == BuildStepStatus.RUNNING,
    )
    mine = (SiteBuild.site_id == blueprint.site_id, SiteBuild.blueprint_id == blueprint.id)
    query = select(SiteBuild).where(*mine, SiteBuild.status.in_(OPEN) | under_way)
    return session.scalar(query.order_by(SiteBuild.id.desc()).limit(1))


def has_left(steps: Sequence[SiteBuildStep]) -> bool:
    """Whether any of the steps has not ended."""
    return any(step.status in LEFT for step in steps)
