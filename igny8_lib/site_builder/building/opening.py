"""Opening a build: what is to be done with a website, written down in one transaction; Airflow begins it afterwards."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.orm import Session

from igny8_lib.amounts import ZERO, Credits
from igny8_lib.credits.costs import costs_in_force
from igny8_lib.credits.ledger import check_credits
from igny8_lib.errors import Conflict
from igny8_lib.models import (
    BlueprintStatus,
    BuildStatus,
    BuildStepKind,
    Module,
    Site,
    SiteBlueprint,
    SiteBuild,
    SiteBuildStep,
    SitePage,
)
from igny8_lib.site_builder.blueprints.finding import find_blueprint
from igny8_lib.site_builder.building.estimating import least_cost
from igny8_lib.site_builder.building.finding import find_open
from igny8_lib.site_builder.building.wishes import Wishes, meant
from igny8_lib.sites.modules import require_active, require_module

MOST_REMARK = 2_000
"""Characters of a remark that the AI is told."""


class BeingBuilt(Conflict):
    """A build of the website is under way."""

    def __init__(self, build: SiteBuild) -> None:
        told = "is" if build.status is not BuildStatus.CANCELLED else "was cancelled, and what was begun of it is"
        super().__init__(f"Build {build.id} of this website {told} still under way: wait for it, or cancel it.")
        self.build_id = build.id


def open_build(
    session: Session,
    blueprint: SiteBlueprint,
    *,
    by: str,
    structure: bool = False,
    pages: Sequence[int] = (),
    every_page: bool = False,
    replace: bool = False,
    deploy: bool = False,
    remark: str = "",
    rule_execution_id: int | None = None,
    credit_limit: Credits = ZERO,
) -> SiteBuild:
    """Write down what is to be done with the website, with the steps that are known; those of pages that are still to
    be planned are added when the plan is there.

    `rule_execution_id` is of the rule that opens it, `credit_limit` what it may cost in all (0: no limit but the
    account's). Raises InvalidInput where nothing is asked for or nothing is left to do, NotFound for pages that are not
    there, SwitchedOff, ModuleDisabled, BeingBuilt (a Conflict) and InsufficientCredits.
    """
    wishes = Wishes(structure, tuple(pages), every_page, replace, deploy)
    site = session.get_one(Site, blueprint.site_id)
    require_workable(session, site, writes=wishes.writes)
    blueprint = find_blueprint(session, blueprint.site_id, blueprint.id, lock=True)
    if under_way := find_open(session, blueprint):
        raise BeingBuilt(under_way)
    found = meant(session, blueprint, wishes)
    least = least_cost(costs_in_force(session), wishes, found)
    check_credits(session, site.account_id, min(least, credit_limit) if credit_limit else least)
    build = SiteBuild(
        site_id=site.id,
        blueprint_id=blueprint.id,
        status=BuildStatus.PENDING,
        structure=structure,
        every_page=every_page,
        replace=replace,
        deploy=deploy,
        remark=remark.strip()[:MOST_REMARK],
        requested_by=by,
        rule_execution_id=rule_execution_id,
        credit_limit=credit_limit,
    )
    session.add(build)
    session.flush()
    add_steps(session, build, wishes, () if structure else found.pages)
    blueprint.status = BlueprintStatus.GENERATING
    session.flush()
    return build


def require_workable(session: Session, site: Site, *, writes: bool) -> None:
    """Raises SwitchedOff for a site that takes no part, ModuleDisabled where the account has the site builder off, or
    the writer, where pages are to be written."""
    require_active(session, site)
    require_module(session, site.account_id, Module.SITE_BUILDER)
    if writes:
        require_module(session, site.account_id, Module.WRITER)


def add_steps(session: Session, build: SiteBuild, wishes: Wishes, pages: Sequence[SitePage]) -> None:
    """The build's first steps."""
    if wishes.structure:
        session.add(step_of(build, BuildStepKind.STRUCTURE))
    add_page_steps(session, build, pages)
    if wishes.deploy:
        session.add_all([step_of(build, BuildStepKind.CHECK), step_of(build, BuildStepKind.DEPLOY)])


def add_page_steps(session: Session, build: SiteBuild, pages: Sequence[SitePage]) -> None:
    """A step for each of the pages."""
    session.add_all([step_of(build, BuildStepKind.PAGE, page.id) for page in pages])


def step_of(build: SiteBuild, kind: BuildStepKind, page_id: int | None = None) -> SiteBuildStep:
    """A step that nobody has begun."""
    return SiteBuildStep(site_id=build.site_id, build_id=build.id, kind=kind, page_id=page_id)
