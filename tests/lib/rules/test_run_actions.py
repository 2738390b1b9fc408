"""Actions that make runs: what the runs are given, that each part has one, and how their ends are told."""

from __future__ import annotations

from dataclasses import replace

import httpx
import pytest
from sqlalchemy import delete, select, update

from igny8_lib.amounts import Credits
from igny8_lib.db.session import Sessions
from igny8_lib.errors import Conflict, NotFound, SiteBusy, TemporaryError
from igny8_lib.models import (
    AutomationConfig,
    AutomationRun,
    Keyword,
    KeywordStatus,
    ModuleSettings,
    RuleTrigger,
    RunStatus,
    Site,
    StoppedReason,
    Trigger,
)
from igny8_lib.pipeline import end_run
from igny8_lib.pipeline.outcome import outcome_for
from igny8_lib.rules.actions.base import Began, Ended
from igny8_lib.sites.naming import dag_id
from tests.airflow_fake import FakeAirflow
from tests.factories.credits import grant, make_funded_account
from tests.factories.planner import make_cluster, make_keywords
from tests.factories.sites import make_site
from tests.lib.rules.acting import action_of, airflow_of, begin, conf_of, doors_of, first_task, follow, work_of

ADDED = RuleTrigger.KEYWORD_ADDED
CLUSTER = action_of("cluster_keywords")

pytestmark = pytest.mark.usefixtures("asked_again_at_once")


@pytest.fixture
def site(sessions: Sessions) -> Site:
    with sessions.begin() as session:
        return make_site(session, make_funded_account(session), domain="roses.example")


@pytest.fixture
def airflow(site: Site) -> FakeAirflow:
    return airflow_of(site)


@pytest.fixture
def keywords(sessions: Sessions, site: Site) -> list[int]:
    with sessions.begin() as session:
        return [each.id for each in make_keywords(session, site, 12)]


def end(sessions: Sessions, run: AutomationRun, reason: StoppedReason, sentence: str) -> None:
    """The run ends so."""
    with sessions.begin() as session:
        end_run.end(session, run.id, outcome_for(reason, sentence))


def sentence_of(ended: Began | Ended | None) -> tuple[str, str]:
    """How a part ended."""
    assert isinstance(ended, Ended)
    return ended.result.status, ended.result.sentence


def test_what_matched_and_still_waits_is_clustered_in_the_rules_name(
    sessions: Sessions, site: Site, airflow: FakeAirflow, keywords: list[int]
) -> None:
    with sessions.begin() as session:
        done = {"status": KeywordStatus.MAPPED, "cluster_id": make_cluster(session, site, "roses").id}
        session.execute(update(Keyword).where(Keyword.id == keywords[0]).values(**done))
        session.execute(update(Keyword).where(Keyword.id == keywords[1]).values(disabled=True))
        session.execute(delete(Keyword).where(Keyword.id == keywords[2]))
        work = work_of(session, site, ADDED, keywords)
    doors = doors_of(sessions, site, airflow)
    began = begin(doors, work, CLUSTER)
    conf = conf_of(airflow, site, began)
    assert (conf["stages"], conf["items"]) == ([1], keywords[3:])
    assert "max_credits_per_run" not in conf
    run = first_task(sessions, airflow, site, began)
    assert (run.trigger, run.triggered_by, run.rule_execution_id) == (Trigger.RULE, "rule: Roses", work.execution_id)
    assert follow(doors, work, CLUSTER, began) is None
    end(sessions, run, StoppedReason.COMPLETED, "Everything chosen was worked: 9 items.")
    ended = follow(doors, work, CLUSTER, began)
    left_out = "3 of 12 keywords are left out: has a cluster already (1), disabled (1), is gone (1)."
    assert sentence_of(ended) == ("completed", f"Everything chosen was worked: 9 items. {left_out}")
    assert isinstance(ended, Ended)
    assert (ended.result.run_id, ended.more) == (run.run_id, False)


@pytest.mark.parametrize(
    ("left", "own", "given"),
    [("50", 0, 50), ("50.25", 0, 50), ("0.75", 0, 0.5), ("50", 20, 20), ("50", 80, 50), (None, 20, None)],
)
def test_a_run_may_spend_what_is_left_of_the_rules_limit_and_no_more_than_the_site_allows(  # noqa: PLR0917 - fixtures
    sessions: Sessions, site: Site, airflow: FakeAirflow, keywords: list[int], left: str | None, own: int, given: float
) -> None:
    with sessions.begin() as session:
        session.get_one(AutomationConfig, site.id).max_credits_per_run = Credits.of(own)
        work = work_of(session, site, ADDED, keywords, left=left)
    began = begin(doors_of(sessions, site, airflow), work, CLUSTER)
    assert conf_of(airflow, site, began).get("max_credits_per_run") == given


@pytest.mark.parametrize("left", ["0", "0.49"])
def test_nothing_begins_where_nothing_is_left_of_the_rules_limit(
    sessions: Sessions, site: Site, airflow: FakeAirflow, keywords: list[int], left: str
) -> None:
    with sessions.begin() as session:
        work = work_of(session, site, ADDED, keywords, left=left)
    ended = begin(doors_of(sessions, site, airflow), work, CLUSTER)
    assert sentence_of(ended) == ("skipped", f"The rule's credit limit is used up: {left} credits are left of it.")
    assert airflow.runs == {}


@pytest.mark.parametrize("until", ["accepted", "begun", "ended", "another ran since"])
def test_a_part_that_is_begun_again_finds_its_run(
    sessions: Sessions, site: Site, airflow: FakeAirflow, keywords: list[int], until: str
) -> None:
    with sessions.begin() as session:
        work = work_of(session, site, ADDED, keywords)
    doors = doors_of(sessions, site, airflow)
    began = begin(doors, work, CLUSTER)
    if until != "accepted":
        run = first_task(sessions, airflow, site, began)
    if until in {"ended", "another ran since"}:
        end(sessions, run, StoppedReason.COMPLETED, "Done.")
        airflow.runs = dict.fromkeys(airflow.runs, "success")
        with sessions.begin() as session:
            session.execute(update(Keyword).values(status=KeywordStatus.MAPPED))
    if until == "another ran since":
        with sessions.begin() as session:
            make_keywords(session, site, [f"lily {number}" for number in range(6)])
            other = work_of(session, site, RuleTrigger.CLUSTER_CREATED)
        waiting = action_of("cluster_keywords", items="waiting")
        first_task(sessions, airflow, site, begin(doors, other, waiting))
    before = len(airflow.runs)
    assert begin(doors, work, CLUSTER) == began
    assert len(airflow.runs) == before


def test_a_start_whose_answer_was_lost_waits_and_is_found_as_ones_own(
    sessions: Sessions, site: Site, airflow: FakeAirflow, keywords: list[int]
) -> None:
    with sessions.begin() as session:
        work = work_of(session, site, ADDED, keywords)
    doors = doors_of(sessions, site, airflow)

    def lose(asked: str) -> None:
        if asked.endswith("/dagRuns"):
            raise httpx.ReadTimeout("slow")

    airflow.after = lose
    airflow.before = lambda _: setattr(airflow, "down", bool(airflow.runs))
    with pytest.raises(TemporaryError):
        begin(doors, work, CLUSTER)
    airflow.after = airflow.before = lambda _: None
    airflow.down = False
    assert isinstance(begin(doors, work, CLUSTER), Began)
    assert len(airflow.runs) == 1


def test_a_busy_site_is_waited_for_and_then_taken(
    sessions: Sessions, site: Site, airflow: FakeAirflow, keywords: list[int]
) -> None:
    doors = doors_of(sessions, site, airflow)
    with sessions.begin() as session:
        make_cluster(session, site, "roses")
        first = work_of(session, site, ADDED, keywords)
    run = first_task(sessions, airflow, site, begin(doors, first, CLUSTER))
    second = replace(first, step=1)
    with pytest.raises(SiteBusy, match=run.run_id):
        begin(doors, second, action_of("generate_ideas", items="waiting"))
    end(sessions, run, StoppedReason.COMPLETED, "Done.")
    airflow.runs = dict.fromkeys(airflow.runs, "success")
    assert isinstance(begin(doors, second, action_of("generate_ideas", items="waiting")), Began)


def test_a_run_that_found_the_site_busy_is_begun_anew(
    sessions: Sessions, site: Site, airflow: FakeAirflow, keywords: list[int]
) -> None:
    doors = doors_of(sessions, site, airflow)
    with sessions.begin() as session:
        work = work_of(session, site, ADDED, keywords)
    began = begin(doors, work, CLUSTER)
    with sessions.begin() as session:
        session.add(active_by_hand(site))
    assert first_task(sessions, airflow, site, began).status is RunStatus.SKIPPED
    with pytest.raises(SiteBusy, match=r"Site .* is busy"):
        follow(doors, work, CLUSTER, began)
    airflow.runs = dict.fromkeys(airflow.runs, "success")
    with sessions.begin() as session:
        session.execute(delete(AutomationRun).where(AutomationRun.status == RunStatus.RUNNING))
    again = begin(doors, work, CLUSTER)
    assert isinstance(again, Began)
    assert again != began
    assert first_task(sessions, airflow, site, again).status is RunStatus.RUNNING


def active_by_hand(site: Site) -> AutomationRun:
    """A run that somebody started at the same instant."""
    return AutomationRun(
        account_id=site.account_id,
        site_id=site.id,
        run_id="run_by_hand",
        run_number=99,
        trigger=Trigger.MANUAL,
        started_at=site.created_at,
        dag_id=dag_id(site.slug),
        dag_run_id="manual__99",
    )


@pytest.mark.parametrize(
    ("reason", "status"),
    [
        (StoppedReason.COMPLETED, "completed"),
        (StoppedReason.CREDIT_BUDGET, "completed"),
        (StoppedReason.PER_RUN_LIMIT, "completed"),
        (StoppedReason.INSUFFICIENT_CREDITS, "completed"),
        (StoppedReason.NOTHING_PENDING, "completed"),
        (StoppedReason.CANCELLED, "failed"),
        (StoppedReason.STAGE_FAILED, "failed"),
        (StoppedReason.PROVIDER_UNAVAILABLE, "failed"),
    ],
)
def test_an_action_ends_as_its_run_does_with_its_sentence(  # noqa: PLR0917 - fixtures
    sessions: Sessions, site: Site, airflow: FakeAirflow, keywords: list[int], reason: StoppedReason, status: str
) -> None:
    doors = doors_of(sessions, site, airflow)
    with sessions.begin() as session:
        work = work_of(session, site, ADDED, keywords)
    began = begin(doors, work, CLUSTER)
    run = first_task(sessions, airflow, site, began)
    end(sessions, run, reason, "So it ended.")
    assert sentence_of(follow(doors, work, CLUSTER, began)) == (status, "So it ended.")


@pytest.mark.parametrize(
    ("state", "status", "told"),
    [("queued", None, ""), ("failed", "failed", "ended in Airflow before it began"), ("", "failed", "was deleted")],
)
def test_a_run_without_a_record_is_looked_up_in_airflow(  # noqa: PLR0917 - fixtures
    sessions: Sessions,
    site: Site,
    airflow: FakeAirflow,
    keywords: list[int],
    state: str,
    status: str | None,
    told: str,
) -> None:
    doors = doors_of(sessions, site, airflow)
    with sessions.begin() as session:
        work = work_of(session, site, ADDED, keywords)
    began = begin(doors, work, CLUSTER)
    airflow.runs = dict.fromkeys(airflow.runs, state) if state else {}
    ended = follow(doors, work, CLUSTER, began)
    assert (ended and ended.result.status) == status
    assert ended is None or told in ended.result.sentence


def test_too_few_items_or_a_stage_that_is_off_or_no_credits_leave_the_action_out(
    sessions: Sessions, site: Site, airflow: FakeAirflow, keywords: list[int]
) -> None:
    doors = doors_of(sessions, site, airflow)
    with sessions.begin() as session:
        few = work_of(session, site, ADDED, keywords[:3])
    status, told = sentence_of(begin(doors, few, CLUSTER))
    assert (status, told) == ("skipped", "Only 3 keywords are chosen, at least 5 are needed.")
    with sessions.begin() as session:
        session.get_one(AutomationConfig, site.id).stage_1_enabled = False
    assert "disabled in the configuration" in sentence_of(begin(doors, replace(few, part=0), CLUSTER))[1]
    with sessions.begin() as session:
        session.get_one(AutomationConfig, site.id).stage_1_enabled = True
        session.get_one(ModuleSettings, site.account_id).automation_enabled = False
    whole = replace(few, matched_ids=keywords)
    assert "automation module is switched off" in sentence_of(begin(doors, whole, CLUSTER))[1]
    assert airflow.runs == {}


def test_without_credits_for_the_first_request_the_action_is_left_out(sessions: Sessions) -> None:
    with sessions.begin() as session:
        site = make_site(session)
        keywords = [each.id for each in make_keywords(session, site, 12)]
        work = work_of(session, site, ADDED, keywords)
    airflow = airflow_of(site)
    status, told = sentence_of(begin(doors_of(sessions, site, airflow), work, CLUSTER))
    assert status == "skipped"
    assert "credits are needed, 0 are available" in told
    with sessions.begin() as session:
        grant(session, site.account_id, 100)
    assert isinstance(begin(doors_of(sessions, site, airflow), work, CLUSTER), Began)


def test_a_paused_dag_is_told_and_starts_nothing(
    sessions: Sessions, site: Site, airflow: FakeAirflow, keywords: list[int]
) -> None:
    airflow.paused[dag_id(site.slug)] = True
    with sessions.begin() as session:
        work = work_of(session, site, ADDED, keywords)
    with pytest.raises(Conflict, match="paused in Airflow"):
        begin(doors_of(sessions, site, airflow), work, CLUSTER)
    assert airflow.runs == {}


def test_a_dag_that_is_not_there_yet_is_not_waited_for(
    sessions: Sessions, site: Site, airflow: FakeAirflow, keywords: list[int]
) -> None:
    airflow.paused.clear()
    with sessions.begin() as session:
        work = work_of(session, site, ADDED, keywords)
    with pytest.raises(TemporaryError, match="does not know"):
        begin(doors_of(sessions, site, airflow), work, CLUSTER)


def test_named_items_that_are_gone_fail_the_action(sessions: Sessions, site: Site, airflow: FakeAirflow) -> None:
    with sessions.begin() as session:
        work = work_of(session, site, ADDED)
    with pytest.raises(NotFound, match="no keywords with these ids: 4711"):
        begin(doors_of(sessions, site, airflow), work, action_of("cluster_keywords", items=[4711]))


def test_somebody_elses_items_never_get_into_a_run(sessions: Sessions, site: Site, airflow: FakeAirflow) -> None:
    with sessions.begin() as session:
        foreign = [each.id for each in make_keywords(session, make_site(session), 8)]
        work = work_of(session, site, ADDED, foreign)
    doors = doors_of(sessions, site, airflow)
    assert sentence_of(begin(doors, work, CLUSTER)) == (
        "skipped",
        "None of the keywords waits any more. 8 of 8 keywords are left out: is gone (8).",
    )
    with pytest.raises(NotFound):
        begin(doors, work, action_of("cluster_keywords", items=foreign))
    with sessions() as session:
        assert session.scalars(select(AutomationRun)).all() == []
