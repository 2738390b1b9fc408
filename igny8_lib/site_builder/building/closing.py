"""The end of a build: when nothing of it is left to do, or nothing more can be done; how its website stands then."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import exists, func, select, update
from sqlalchemy.orm import Session

from igny8_lib import clock
from igny8_lib.models import (
    BlueprintStatus,
    BuildStatus,
    BuildStepKind,
    BuildStepStatus,
    SiteBlueprint,
    SiteBuild,
    SiteBuildStep,
    SitePage,
    SitePageStatus,
)
from igny8_lib.site_builder.blueprints.finding import find_blueprint
from igny8_lib.site_builder.building.finding import OPEN, find_open, has_left, steps_of

ENDED_BEFORE = "The build ended before it."
TOLD = 10
"""Pages that a build's error names."""


def end(session: Session, build: SiteBuild, status: BuildStatus, error: str | None = None) -> None:
    """End a build that is locked: what was not begun is left, what is under way ends by itself."""
    build.status, build.error, build.finished_at = status, error, clock.now()
    left = (SiteBuildStep.site_id == build.site_id, SiteBuildStep.build_id == build.id)
    session.execute(
        update(SiteBuildStep)
        .where(*left, SiteBuildStep.status == BuildStepStatus.PENDING)
        .values(status=BuildStepStatus.SKIPPED, outcome=ENDED_BEFORE, finished_at=clock.now())
        .execution_options(synchronize_session=False)
    )
    session.flush()
    settle(session, build)


def end_if_over(session: Session, build: SiteBuild) -> bool:
    """End a build, locked, of which no step is left; or fail it where pages came to nothing and it was to be deployed.

    Whether it has ended. One that ended before is not changed, but for its website, which may be free now.
    """
    session.flush()
    if build.status not in OPEN:
        settle(session, build)
        return True
    steps = steps_of(session, build)
    if has_left([step for step in steps if step.kind in (BuildStepKind.STRUCTURE, BuildStepKind.PAGE)]):
        return False
    error = what_is_missing(session, build, steps)
    if has_left(steps) and not error:
        return False
    end(session, build, BuildStatus.FAILED if error else BuildStatus.COMPLETED, error)
    return True


def what_is_missing(session: Session, build: SiteBuild, steps: Sequence[SiteBuildStep]) -> str | None:
    """Why a build has failed whose planning and writing is over; None where it has not.

    A page that was left because of a limit is missing only where the site was to be deployed.
    """
    failed = [step for step in steps if step.status is BuildStepStatus.FAILED]
    others = [step for step in failed if step.kind is not BuildStepKind.PAGE]
    if others:
        return others[0].outcome
    lost = [step for step in failed if step.kind is BuildStepKind.PAGE]
    skipped = [step for step in steps if step.kind is BuildStepKind.PAGE and step.status is BuildStepStatus.SKIPPED]
    if not lost and not (skipped and build.deploy):
        return None
    missing = lost or skipped
    titles = titles_of(session, build, missing)
    more = f" and {len(missing) - TOLD} more" if len(missing) > TOLD else ""
    named = ", ".join(titles[:TOLD])
    nothing = " Nothing was deployed." if build.deploy else ""
    return f"{count_told(len(missing))} not written: {named}{more}. {missing[0].outcome}{nothing}"


def count_told(number: int) -> str:
    """ "1 page was", or "3 pages were"."""
    return "1 page was" if number == 1 else f"{number} pages were"


def titles_of(session: Session, build: SiteBuild, steps: Sequence[SiteBuildStep]) -> list[str]:
    """The titles of the steps' pages, in the steps' order."""
    ids = [step.page_id for step in steps]
    query = select(SitePage.id, SitePage.title).where(SitePage.site_id == build.site_id, SitePage.id.in_(ids))
    titles = {row.id: str(row.title) for row in session.execute(query)}
    return [titles[page_id] for page_id in ids if page_id in titles]


def settle(session: Session, build: SiteBuild) -> None:
    """Say how the website stands, unless something of it is still under way."""
    blueprint = find_blueprint(session, build.site_id, build.blueprint_id, lock=True)
    if find_open(session, blueprint) is None:
        blueprint.status = status_of(session, blueprint)


def status_of(session: Session, blueprint: SiteBlueprint) -> BlueprintStatus:
    """How a website stands that nobody works on: by its live version, else by whether its pages have texts."""
    if blueprint.deployed_version is not None:
        return BlueprintStatus.DEPLOYED
    mine = (SitePage.site_id == blueprint.site_id, SitePage.blueprint_id == blueprint.id)
    is_empty = func.jsonb_array_length(SitePage.blocks) == 0
    has_pages, has_empty = session.execute(select(exists().where(*mine), exists().where(*mine, is_empty))).one()
    return BlueprintStatus.READY if has_pages and not has_empty else BlueprintStatus.DRAFT


def free_page(session: Session, site_id: int, page_id: int | None) -> None:
    """A page that the AI does not write any more stands as its blocks say."""
    page = session.get(SitePage, page_id, populate_existing=True, with_for_update=True) if page_id else None
    if page is not None and page.site_id == site_id and page.status is SitePageStatus.GENERATING:
        page.status = SitePageStatus.READY if page.blocks else SitePageStatus.DRAFT
