"""The eight per-run limits and the stage switches: from the configuration, the trigger form and the command line."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from igny8_lib.amounts import Credits
from igny8_lib.commands.run import make_conf
from igny8_lib.credits.costs import DEFAULT_COSTS
from igny8_lib.errors import InvalidInput
from igny8_lib.models import (
    AutomationConfig,
    AutomationRun,
    Operation,
    RunStatus,
    Site,
    StageResult,
    StageStatus,
    StoppedReason,
)
from igny8_lib.pipeline import runs
from igny8_lib.pipeline.batch import Tools
from igny8_lib.pipeline.limits import Limits, RunOptions
from igny8_lib.pipeline.snapshot import Snapshot, take
from igny8_lib.pipeline.stages import STAGES
from igny8_lib.sites.configuration import MOST_CREDITS, MOST_ITEMS, configure
from tests.factories.credits import grant
from tests.factories.planner import make_cluster, make_keywords, make_task
from tests.factories.sites import make_site
from tests.lib.pipeline.drive import begin, drive

COUNTS = [stage.limit for stage in STAGES]


@pytest.fixture
def site(tools: Tools) -> Site:
    """A site with at least four items in reach of each stage."""
    with tools.sessions.begin() as session:
        site = make_site(
            session,
            config={"ideas_per_cluster": 2, "images_per_content": 2},
            publishing={"auto_approval_enabled": True},
        )
        grant(session, site.account_id, 1_000)
        make_keywords(session, site, 30)
        cluster = make_cluster(session, site, "oak table")
        for number in range(5):
            make_task(session, site, cluster, f"Oak table guide {number}")
        return site


def results(tools: Tools, run: AutomationRun) -> dict[int, StageResult]:
    with tools.sessions() as session:
        query = select(StageResult).where(StageResult.run_id == run.id)
        return {result.stage: result for result in session.scalars(query)}


def given(tools: Tools, site: Site, way: str, limits: dict[str, Any]) -> dict[str, Any]:
    """The limits set in one of the three ways; what the run is then triggered with."""
    if way == "configuration":
        with tools.sessions.begin() as session:
            configure(session, site.id, limits)
        return {}
    if way == "form":
        return dict.fromkeys(Limits.model_fields) | limits
    return make_conf([f"{name}={value}" for name, value in limits.items()], "", dry_run=False)


@pytest.mark.parametrize("way", ["configuration", "form", "command line"])
def test_all_seven_item_limits_bound_their_stages_and_the_rest_is_the_next_runs(
    tools: Tools, site: Site, way: str
) -> None:
    limits = dict(zip(COUNTS, (10, 2, 3, 4, 3, 5, 1), strict=True))
    run = drive(tools, site.slug, given(tools, site, way, limits))
    assert (run.status, run.stopped_reason) == (RunStatus.COMPLETED, StoppedReason.PER_RUN_LIMIT)
    taken = {stage.limit: results(tools, run)[stage.number].items_total for stage in STAGES}
    assert taken == limits
    assert "stage 4" in run.stopped_detail
    snapshot = Snapshot.model_validate(run.initial_snapshot)
    assert {name: getattr(snapshot.limits, name) for name in COUNTS} == limits
    following = begin(tools.sessions, site.slug)
    assert Snapshot.model_validate(following.initial_snapshot).stages[1].pending == 20


@pytest.mark.parametrize("way", ["configuration", "form", "command line"])
def test_the_credit_limit_ends_the_run_properly_in_the_middle_of_its_stages(tools: Tools, site: Site, way: str) -> None:
    run = drive(tools, site.slug, given(tools, site, way, {"max_credits_per_run": 20.5}))
    assert (run.status, run.stopped_reason) == (RunStatus.COMPLETED, StoppedReason.CREDIT_BUDGET)
    assert run.total_credits_used.as_number() <= 20.5
    assert run.stopped_detail


def test_an_empty_balance_ends_the_run_properly_in_the_middle_of_a_stage(tools: Tools) -> None:
    with tools.sessions.begin() as session:
        site = make_site(session)
        grant(session, site.account_id, 3)
        cluster = make_cluster(session, site, "oak table")
        for number in range(5):
            make_task(session, site, cluster, f"Oak table guide {number}")
    run = drive(tools, site.slug, {"stages": [4]})
    assert run.status == RunStatus.COMPLETED
    assert run.stopped_reason in (StoppedReason.INSUFFICIENT_CREDITS, StoppedReason.CREDIT_BUDGET)


def test_a_trigger_overrides_the_configuration_and_zero_lifts_its_limit(tools: Tools, site: Site) -> None:
    given(tools, site, "configuration", {"max_tasks_per_run": 1, "max_keywords_per_run": 10})
    run = begin(tools.sessions, site.slug, {"max_tasks_per_run": 0, "max_images_per_run": None})
    limits = Snapshot.model_validate(run.initial_snapshot).limits
    assert (limits.max_tasks_per_run, limits.max_keywords_per_run, limits.max_images_per_run) == (0, 10, 0)


def test_a_setting_changed_during_a_run_holds_from_the_next_one(tools: Tools, site: Site) -> None:
    run = begin(tools.sessions, site.slug)
    given(tools, site, "configuration", {"max_keywords_per_run": 5, "stage_4_enabled": "false"})
    with tools.sessions() as session:
        taken = Snapshot.model_validate(session.get_one(AutomationRun, run.id).initial_snapshot)
    assert taken.limits.max_keywords_per_run == 0
    assert not taken.stages[4].off


@pytest.mark.parametrize("way", ["configuration", "form", "command line"])
def test_a_stage_that_is_switched_off_is_skipped_with_its_reason_and_the_others_run(
    tools: Tools, site: Site, way: str
) -> None:
    if way == "configuration":
        with tools.sessions.begin() as session:
            configure(session, site.id, {f"stage_{number}_enabled": "no" for number in (2, 3, 5, 6, 7)})
        conf = {}
    else:
        conf = {"stages": ["1", "4"]} if way == "form" else make_conf([], "1, 4", dry_run=False)
    run = drive(tools, site.slug, conf)
    done = {number: result.status for number, result in results(tools, run).items()}
    assert done == {n: StageStatus.COMPLETED if n in (1, 4) else StageStatus.SKIPPED for n in range(1, 8)}
    reason = results(tools, run)[2].details["reason"]
    assert reason == (
        "disabled in the site's configuration" if way == "configuration" else "not among the stages chosen for this run"
    )


UNUSABLE: list[dict[str, Any]] = [
    *({name: -1} for name in Limits.model_fields),
    *({name: 2e19} for name in Limits.model_fields),
    *({"max_credits_per_run": value} for value in (float("nan"), float("inf"), 10**400, 0.3, MOST_CREDITS + 1)),
    {"max_tasks_per_run": 1.5},
    {"max_tasks_per_run": MOST_ITEMS + 1},
    {"stages": []},
    {"stages": [8]},
    {"stages": [10**30]},
    {"stages": "all"},
    {"dry_run": "perhaps"},
]


@pytest.mark.parametrize("conf", UNUSABLE)
def test_unusable_options_are_refused_with_their_name(conf: dict[str, Any]) -> None:
    with pytest.raises(InvalidInput, match=next(iter(conf))):
        RunOptions.parse(conf)


def test_a_run_that_airflow_accepted_with_unusable_options_is_recorded_as_failed_and_the_site_stays_free(
    tools: Tools, site: Site
) -> None:
    run = begin(tools.sessions, site.slug, {"max_credits_per_run": 2e19})
    assert (run.status, run.completed_at) == (RunStatus.FAILED, run.started_at)
    assert "max_credits_per_run" in run.stopped_detail
    assert "1000000000" in run.stopped_detail, "the bound is told"
    assert runs.why_not_started(run) == run.stopped_detail
    assert begin(tools.sessions, site.slug).status == RunStatus.RUNNING


def test_the_highest_limits_are_taken() -> None:
    limits = dict.fromkeys(Limits.model_fields, MOST_ITEMS) | {"max_credits_per_run": MOST_CREDITS}
    assert RunOptions.parse(limits).apply_to(Limits()).max_credits_per_run == MOST_CREDITS


@pytest.mark.parametrize("pair", ["credits=2e19", "4=99999999999", "credits=nan", "credits=inf", "4=-1", "9=1", "4"])
def test_limits_of_the_command_line_are_checked_before_airflow_is_asked(pair: str) -> None:
    with pytest.raises(InvalidInput):
        make_conf([pair], "", dry_run=False)


def test_every_limit_is_a_setting_a_form_field_and_a_column() -> None:
    assert set(Limits.model_fields) == {c.name for c in AutomationConfig.__table__.columns if c.name.startswith("max_")}
    assert [stage.limit for stage in STAGES] == [name for name in Limits.model_fields if "credits" not in name]


@pytest.mark.parametrize(
    ("stages", "shares"),
    [
        ([1], {Operation.CLUSTERING: 10}),
        ([4], {Operation.CONTENT_GENERATION: 10}),
        ([1, 2], {Operation.CLUSTERING: 6, Operation.IDEA_GENERATION: 4}),
        ([1, 3, 7], {Operation.CLUSTERING: 10}),
    ],
)
def test_a_run_of_some_stages_shares_its_credits_among_these(
    session: Session, stages: list[int], shares: dict[Operation, int]
) -> None:
    site = make_site(session)
    grant(session, site.account_id, 100)
    options = RunOptions.parse({"stages": stages, "max_credits_per_run": 10})
    budget = take(session, site, options).credit_budget
    assert {each: budget.share_of(each) for each in budget.shares if budget.share_of(each)} == {
        each: Credits.of(share) for each, share in shares.items()
    }


@pytest.mark.parametrize("stages", [[1, 2, 3, 4, 5, 6, 7], [3], [7]])
def test_a_whole_run_has_the_site_s_shares_and_one_that_costs_nothing_too(session: Session, stages: list[int]) -> None:
    site = make_site(session)
    grant(session, site.account_id, 100)
    budget = take(session, site, RunOptions.parse({"stages": stages})).credit_budget
    assert budget.shares == DEFAULT_COSTS.shares
