"""A rule that plans the pages of a website: which one, within which limit, and how its build is followed."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from igny8_lib.amounts import Credits
from igny8_lib.db.session import Sessions
from igny8_lib.errors import NotFound
from igny8_lib.models import (
    BuildStatus,
    DomainEvent,
    ExecutionStatus,
    ModuleSettings,
    RuleAction,
    RuleExecution,
    RuleTrigger,
    Site,
    SiteBlueprint,
    SiteBuild,
)
from igny8_lib.rules.actions.base import Asked, Began, Ended, Work
from igny8_lib.rules.actions.kinds import KINDS
from igny8_lib.site_builder.building import closing
from igny8_lib.site_builder.building.cancelling import cancel
from igny8_lib.site_builder.building.finding import steps_of
from igny8_lib.site_builder.building.opening import open_build
from igny8_lib.site_builder.building.starting import DAG, name_of
from tests.factories.credits import make_funded_account
from tests.factories.rules import make_execution, make_rule
from tests.factories.sites import make_site
from tests.factories.websites import make_blueprint
from tests.lib.rules.acting import action_of, airflow_of, doors_of, follow, work_of
from tests.lib.rules.world import World, only_execution

PLAN = action_of("generate_site_structure")
SCHEDULE = RuleTrigger.SCHEDULE


@pytest.fixture
def site(session: Session) -> Site:
    return make_site(session, make_funded_account(session))


def opened(session: Session, work: Work, action: Any = PLAN) -> Began | Ended:
    """Open it, and commit."""
    became = KINDS[action.type].open(session, work, action.params)
    session.commit()
    return became


def build_of(session: Session, became: Began | Ended) -> SiteBuild:
    """The build that was opened."""
    assert isinstance(became, Began)
    return session.get_one(SiteBuild, became.build_id)


def skipped(became: Began | Ended) -> str:
    """Why there is no build."""
    assert isinstance(became, Ended)
    assert became.result.status == "skipped"
    return became.result.sentence


def executed(session: Session, world: World, site: Site, **params: object) -> RuleExecution:
    """An execution of a rule that plans the pages, after the first worker looked at it."""
    actions = [{"type": "generate_site_structure", "params": params}]
    rule = make_rule(session, site, trigger=SCHEDULE, schedule="0 6 * * *", actions=actions, name="Spring")
    make_execution(session, rule, matched_ids=[])
    session.commit()
    world.work()
    return only_execution(session, site)


def finish(session: Session, build: SiteBuild, status: BuildStatus, error: str | None = None) -> None:
    """End the build as its worker would."""
    closing.end(session, build, status, error)
    session.commit()


def test_the_newest_website_is_planned_in_the_rules_name_and_limit_or_the_named_one(
    session: Session, site: Site
) -> None:
    older, newest = (make_blueprint(session, site) for _ in range(2))
    make_blueprint(session, make_site(session))
    work = work_of(session, site, SCHEDULE, left="62.5")
    build = build_of(session, opened(session, work))
    told = (build.requested_by, build.rule_execution_id, build.credit_limit, build.structure)
    assert told == ("rule: Roses", work.execution_id, Credits.of("62.5"), True)
    assert (build.blueprint_id, build.every_page, build.replace, build.deploy) == (newest.id, False, False, False)
    named = action_of("generate_site_structure", blueprint_id=older.id)
    assert build_of(session, opened(session, work, named)).blueprint_id == older.id


def test_without_a_website_the_module_credits_or_enough_of_the_limit_no_build_is_opened(
    session: Session, site: Site
) -> None:
    work = work_of(session, site, SCHEDULE)
    assert "no website" in skipped(opened(session, work))
    make_blueprint(session, site)
    dear = "Planning the pages costs 50 credits, and 49.5 are left of the rule's limit."
    assert skipped(opened(session, replace(work, left=Credits.of("49.5")))) == dear
    poor = make_site(session, make_funded_account(session, 10))
    make_blueprint(session, poor)
    assert "credits" in skipped(opened(session, work_of(session, poor, SCHEDULE)))
    session.get_one(ModuleSettings, site.account_id).site_builder_enabled = False
    assert "switched off" in skipped(opened(session, work))
    assert session.scalar(select(func.count()).select_from(SiteBuild)) == 0


def test_a_named_website_that_is_not_the_sites_any_more_fails_the_action(session: Session, site: Site) -> None:
    foreign = make_blueprint(session, make_site(session))
    named = action_of("generate_site_structure", blueprint_id=foreign.id)
    with pytest.raises(NotFound, match=f"no blueprint {foreign.id}"):
        opened(session, work_of(session, site, SCHEDULE), named)


def test_a_test_tells_what_it_costs_and_waits_for_and_changes_nothing(session: Session, site: Site) -> None:
    def plan(left: str | None = None) -> Any:
        most = None if left is None else Credits.of(left)
        return KINDS[PLAN.type].plan(session, Asked(site, SCHEDULE, ()), PLAN.params, most)

    assert "no website" in plan().refused
    blueprint = make_blueprint(session, site, name="Harbour")
    free = plan()
    assert (free.items, free.cost, free.refused) == (1, Credits.of(50), "")
    assert free.sentence == "It would plan the pages of “Harbour” for 50 credits."
    assert "costs 50 credits" in plan("20").refused
    build = open_build(session, blueprint, structure=True, by="ann")
    assert plan().sentence.endswith(f"It would wait for build {build.id}, which is under way.")


def test_the_build_is_handed_to_airflow_and_its_end_ends_the_execution_with_its_credits(
    session: Session, world: World
) -> None:
    site = world.make_site(session)
    make_blueprint(session, site)
    begun = executed(session, world, site)
    assert (begun.status, begun.result) == (ExecutionStatus.RUNNING, "")
    assert (DAG, name_of(int(begun.build_id or 0), 1)) in world.airflow.runs
    world.work()
    assert only_execution(session, site).status is ExecutionStatus.RUNNING
    build = session.get_one(SiteBuild, begun.build_id)
    (step,) = steps_of(session, build)
    step.status, step.outcome, step.credits = "done", "Seven pages were planned.", Credits.of(50)  # type: ignore[assignment]
    finish(session, build, BuildStatus.COMPLETED)
    world.work()
    ended = only_execution(session, site)
    assert (ended.status, ended.build_id, ended.credits_used) == (ExecutionStatus.COMPLETED, None, Credits.of(50))
    assert ended.results == [
        {
            "action": RuleAction.GENERATE_SITE_STRUCTURE.value,
            "status": "completed",
            "sentence": "Seven pages were planned.",
            "run_id": None,
            "batch_id": None,
            "build_id": build.id,
            "credits": 50,
        }
    ]
    assert session.scalar(select(func.count()).select_from(SiteBuild)) == 1


def test_what_a_rule_builds_sets_no_rule_off(session: Session, world: World) -> None:
    site = world.make_site(session)
    make_blueprint(session, site)
    begun = executed(session, world, site)
    finish(session, session.get_one(SiteBuild, begun.build_id), BuildStatus.COMPLETED)
    world.round()
    assert session.scalar(select(func.count()).select_from(DomainEvent)) == 0
    assert only_execution(session, site).status is ExecutionStatus.COMPLETED


def test_where_airflow_is_away_the_build_is_opened_and_waits_for_the_reconciler(session: Session, world: World) -> None:
    site = world.make_site(session)
    make_blueprint(session, site)
    world.airflow.down = True
    begun = executed(session, world, site)
    build = session.get_one(SiteBuild, begun.build_id)
    assert (begun.status, build.status, build.dag_run_id) == (ExecutionStatus.RUNNING, BuildStatus.PENDING, None)


def test_a_website_that_is_being_built_is_waited_for(session: Session, world: World) -> None:
    site = world.make_site(session)
    blueprint = make_blueprint(session, site)
    other = open_build(session, blueprint, structure=True, by="ann")
    waits = executed(session, world, site)
    assert waits.build_id is None
    assert f"Build {other.id} of this website" in waits.waits_for
    finish(session, other, BuildStatus.COMPLETED)
    world.work()
    begun = only_execution(session, site)
    assert (begun.waits_for, begun.build_id is not None, begun.build_id != other.id) == ("", True, True)


def test_a_cancelled_failed_or_deleted_build_fails_the_action(session: Session, sessions: Sessions, site: Site) -> None:
    make_blueprint(session, site)
    work = work_of(session, site, SCHEDULE)
    began = opened(session, work)
    doors, build = doors_of(sessions, site, airflow_of(site)), build_of(session, began)
    assert follow(doors, work, PLAN, began) is None
    cancel(session, build, by="owner")
    session.commit()
    ended = follow(doors, work, PLAN, began)
    assert ended is not None
    assert (ended.result.status, ended.result.sentence) == ("failed", "Cancelled by owner.")
    session.delete(session.get_one(SiteBlueprint, build.blueprint_id))
    session.commit()
    gone = follow(doors, work, PLAN, began)
    assert gone is not None
    assert (gone.result.status, gone.result.sentence) == ("failed", f"Its build {build.id} is gone.")
