"""Planning the pages of a website: a build of a blueprint, the named one or the site's newest."""

from __future__ import annotations

import logging
from functools import partial

from sqlalchemy import select
from sqlalchemy.orm import Session

from igny8_lib.amounts import ZERO, Credits
from igny8_lib.errors import Igny8Error, InsufficientCredits, NotAllowed, NotFound
from igny8_lib.models import BuildStatus, RuleAction, RuleTrigger, Site, SiteBlueprint, SiteBuild
from igny8_lib.rules.actions.base import ActionKind, Asked, Began, Doors, Ended, Plan, Work
from igny8_lib.rules.documents import BadRule, StructureParams
from igny8_lib.site_builder.blueprints.finding import find_blueprint
from igny8_lib.site_builder.building.estimating import Estimate, estimate
from igny8_lib.site_builder.building.finding import OPEN, find_build, find_open, has_left, steps_of
from igny8_lib.site_builder.building.opening import open_build, require_workable
from igny8_lib.site_builder.building.progress import progress_of
from igny8_lib.site_builder.building.starting import start

log = logging.getLogger(__name__)

NO_WEBSITE = "The site has no website whose pages could be planned: describe one on its page Website first."


class GenerateSiteStructureKind(ActionKind[StructureParams]):
    """One build that plans the pages, and does nothing else: what people edited is kept, nothing is deployed."""

    action = RuleAction.GENERATE_SITE_STRUCTURE

    def check(self, session: Session, site: Site, trigger: RuleTrigger, params: StructureParams, place: str) -> None:  # noqa: ARG002
        """A named blueprint must be the site's."""
        if params.blueprint_id is None:
            return
        try:
            find_blueprint(session, site.id, params.blueprint_id)
        except NotFound as missing:
            raise BadRule(f"{place}.params.blueprint_id", str(missing)) from None

    def plan(self, session: Session, asked: Asked, params: StructureParams, left: Credits | None) -> Plan:
        """What the planning costs, and what it would leave alone."""
        try:
            require_workable(session, asked.site, writes=False)
            blueprint = blueprint_of(session, asked.site.id, params)
        except (NotAllowed, NotFound) as reason:
            return Plan.refusing(str(reason))
        if blueprint is None:
            return Plan.refusing(NO_WEBSITE)
        expected = estimate(session, blueprint, structure=True)
        if is_too_dear(expected, left):
            return Plan.refusing(too_dear(expected, left))
        busy = find_open(session, blueprint)
        wait = f" It would wait for build {busy.id}, which is under way." if busy else ""
        return Plan(1, (), expected.credits, f"{would(blueprint, expected)}{wait}")

    def open(self, session: Session, work: Work, params: StructureParams) -> Began | Ended:
        """Open the build, or say why there is none. Raises BeingBuilt where another one is under way, NotFound for a
        named blueprint that is gone."""
        site = session.get_one(Site, work.site.id)
        try:
            require_workable(session, site, writes=False)
            blueprint = blueprint_of(session, site.id, params)
            if blueprint is None:
                return Ended(self.ended("skipped", NO_WEBSITE))
            expected = estimate(session, blueprint, structure=True)
            if is_too_dear(expected, work.left):
                return Ended(self.ended("skipped", too_dear(expected, work.left)))
            build = open_build(
                session,
                blueprint,
                structure=True,
                by=work.actor,
                rule_execution_id=work.execution_id,
                credit_limit=work.left or ZERO,
            )
        except (NotAllowed, InsufficientCredits) as reason:
            return Ended(self.ended("skipped", str(reason)))
        return Began(build_id=build.id, after=partial(begin_soon, build.id))

    def follow(self, doors: Doors, work: Work, params: StructureParams) -> Ended | None:  # noqa: ARG002
        """How the build ended; None also while a step of a cancelled one is still being ended and charged."""
        with doors.sessions() as session:
            try:
                build = find_build(session, work.site.id, int(work.build_id or 0))
            except NotFound:
                return Ended(self.ended("failed", f"Its build {work.build_id} is gone."))
            if is_under_way(session, build):
                return None
            figures = progress_of(session, build)
        done = figures.status is BuildStatus.COMPLETED
        named = {"build_id": figures.id, "credits": figures.credits.as_number()}
        return Ended(self.ended("completed" if done else "failed", figures.sentence, **named))


def begin_soon(build_id: int, doors: Doors) -> None:
    """Have Airflow begin the build. Where that comes to nothing, the reconciler asks again within a minute or two."""
    try:
        start(doors.airflow(), doors.sessions, build_id)
    except Igny8Error as error:
        log.warning("Airflow did not take build %s of a website yet: %s", build_id, error)


def is_under_way(session: Session, build: SiteBuild) -> bool:
    """Whether it is open, or has a step that has not ended."""
    return build.status in OPEN or has_left(steps_of(session, build))


def blueprint_of(session: Session, site_id: int, params: StructureParams) -> SiteBlueprint | None:
    """The named blueprint, or the site's newest; None where it has none. Raises NotFound for a named one that is not
    the site's."""
    if params.blueprint_id is not None:
        return find_blueprint(session, site_id, params.blueprint_id)
    mine = select(SiteBlueprint).where(SiteBlueprint.site_id == site_id)
    return session.scalar(mine.order_by(SiteBlueprint.id.desc()).limit(1))


def is_too_dear(expected: Estimate, left: Credits | None) -> bool:
    """Whether what is left of the rule's limit pays for no planning."""
    return left is not None and left < expected.credits


def too_dear(expected: Estimate, left: Credits | None) -> str:
    """Why no build is opened."""
    return f"Planning the pages costs {expected.credits} credits, and {left} are left of the rule's limit."


def would(blueprint: SiteBlueprint, expected: Estimate) -> str:
    """What the build would do, in a sentence."""
    kept, gone = len(expected.would_replace.kept), len(expected.would_replace.replaced)
    pages = f"; {kept:,} of its pages would be kept, {gone:,} replaced" if kept or gone else ""
    return f"It would plan the pages of “{blueprint.name}” for {expected.credits} credits{pages}."
