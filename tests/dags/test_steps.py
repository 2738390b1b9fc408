"""The bodies of a site's tasks, with a context as Airflow gives it: what makes a task fail, and with which words."""

from __future__ import annotations

import importlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest
from airflow.sdk.exceptions import AirflowFailException, AirflowRescheduleException, AirflowSkipException
from sqlalchemy import delete, select, update

from igny8_lib.db.session import Sessions
from igny8_lib.models import AutomationConfig, ContentIdea, Keyword, Site, StageResult, Task, Trigger
from igny8_lib.pipeline import runs
from igny8_lib.pipeline.stages import LINK, PATH, STAGES, Stage, stage
from igny8_lib.settings import load
from tests.factories.credits import grant
from tests.factories.in_runs import improve_in_runs, make_finished
from tests.factories.planner import make_cluster, make_keywords, make_task
from tests.factories.sites import make_site
from tests.sandbox_server import SandboxServer

ROOT = Path(__file__).parents[2]


class TaskInstance:
    """The task's XComs."""

    def __init__(self, map_index: int = -1) -> None:
        self.dag_id, self.task_id, self.try_number, self.map_index = "site__garden", "process", 1, map_index
        self.pushed: dict[str, Any] = {}

    def xcom_push(self, *, key: str, value: Any) -> None:
        self.pushed[key] = value

    def xcom_pull(self, *, task_ids: str, key: str = "return_value") -> Any:
        return self.pushed.get(task_ids if key == "return_value" else key)


@pytest.fixture
def steps(sessions: Sessions, database_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[ModuleType]:
    """The module, on the test's database, with the site `garden`."""
    with sessions.begin() as session:
        make_keywords(session, make_site(session, slug="garden"), 8)
    monkeypatch.setenv("IGNY8_DATABASE_URL", database_url)
    monkeypatch.setenv("IGNY8_AI_API_KEY", "test")
    monkeypatch.syspath_prepend(str(ROOT / "dags"))
    load.cache_clear()
    connections = importlib.import_module("igny8_dags.connections")
    connections.sessions.cache_clear()
    yield importlib.import_module("igny8_dags.steps")
    connections.sessions().kw["bind"].dispose()
    connections.sessions.cache_clear()
    load.cache_clear()


def in_dag_run(
    monkeypatch: pytest.MonkeyPatch, steps: ModuleType, conf: dict[str, Any], ti: TaskInstance | None = None
) -> None:
    """Let the steps run in a DAG run that people started with these options."""
    dag_run = SimpleNamespace(
        conf=conf, dag_id="site__garden", run_id="manual__1", run_type="manual", triggering_user_name="anna"
    )
    context = {"dag_run": dag_run, "params": conf, "ti": ti or TaskInstance()}
    monkeypatch.setattr(steps, "get_current_context", lambda: context)
    monkeypatch.setattr(steps, "tell", lambda _: None)  # mail and Slack have their own tests


def test_options_that_cannot_be_used_fail_the_first_and_the_last_task_with_their_sentence(
    sessions: Sessions, steps: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    in_dag_run(monkeypatch, steps, {"max_tasks_per_run": -1})
    for step in (lambda: steps.start("garden", STAGES), steps.finish):
        with pytest.raises(AirflowFailException, match=r"The run's options are not usable: .*max_tasks_per_run"):
            step()
    with sessions() as session:
        run = runs.find(session, "site__garden", "manual__1")
    assert run is not None
    assert run.status == "failed"


def test_the_last_task_gives_back_the_run_as_everybody_is_shown_it(
    steps: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    in_dag_run(monkeypatch, steps, {"dry_run": True})
    assert steps.start("garden", STAGES) == "finish"
    end = steps.finish()
    assert {"run", "run_id", "status", "trigger", "sentence"} <= set(end)
    assert (end["status"], end["triggered_by"]) == ("completed", "anna")


def test_the_first_task_of_a_stage_that_is_cut_short_books_it_and_later_ones_are_skipped(
    steps: ModuleType, sessions: Sessions, monkeypatch: pytest.MonkeyPatch
) -> None:
    in_dag_run(monkeypatch, steps, {})
    steps.start("garden", STAGES)
    pushed = steps.get_current_context()["ti"].pushed
    assert steps.plan(1) == [0]
    with sessions.begin() as session:
        session.scalars(select(StageResult)).one().details = {"cut": True, "short": "4 credits are missing"}
    for place in (0, 1):
        ti = TaskInstance(map_index=place)
        ti.pushed = pushed
        in_dag_run(monkeypatch, steps, {}, ti)
        if place:
            with pytest.raises(AirflowSkipException, match="Nothing is left of the stage"):
                steps.process(1, place)
        else:
            assert steps.process(1, place) == {}
        with sessions() as session:
            assert session.scalars(select(StageResult)).one().status == "completed"


@pytest.mark.parametrize(("way", "first"), [(PATH, "link.plan"), (STAGES, "stage_7_review_to_approved.plan")])
def test_a_run_begins_at_the_first_task_with_work_that_its_dag_has_whatever_was_switched_on_just_now(
    steps: ModuleType, sessions: Sessions, monkeypatch: pytest.MonkeyPatch, way: Sequence[Stage], first: str
) -> None:
    with sessions.begin() as session:
        site = session.scalars(select(Site)).one()
        session.execute(delete(Keyword))
        improve_in_runs(session, site, link=True)
        make_finished(session, site)
    in_dag_run(monkeypatch, steps, {})
    assert steps.start("garden", way) == first
    ti = steps.get_current_context()["ti"]
    assert ti.pushed["snapshot"]["first_stage"] == LINK.number


def test_what_a_run_does_not_know_is_planned_as_nothing_and_leaves_no_result(
    steps: ModuleType, sessions: Sessions, monkeypatch: pytest.MonkeyPatch
) -> None:
    in_dag_run(monkeypatch, steps, {})
    steps.start("garden", PATH)
    assert steps.plan(LINK.number) == []
    with sessions() as session:
        assert session.scalars(select(StageResult)).all() == []


CONFS: dict[str, tuple[dict[str, Any], Trigger, object]] = {
    "nothing": ({}, Trigger.MANUAL, None),
    "the API": ({"trigger": "api"}, Trigger.API, None),
    "a rule": ({"trigger": "rule", "rule_execution": 7}, Trigger.RULE, 7),
    "a rule without its execution": ({"trigger": "rule"}, Trigger.RULE, None),
    "an execution in another's name": ({"trigger": "api", "rule_execution": "x"}, Trigger.RULE, "x"),
    "anything": ({"trigger": ["rule"]}, Trigger.MANUAL, None),
}


@pytest.mark.parametrize("told", CONFS)
def test_who_started_a_run_is_read_from_its_conf_and_an_execution_makes_it_a_rule_s(
    steps: ModuleType, monkeypatch: pytest.MonkeyPatch, told: str
) -> None:
    conf, trigger, execution = CONFS[told]
    in_dag_run(monkeypatch, steps, conf)
    start = steps.start_of("garden", steps.get_current_context())
    assert (start.trigger, start.rule_execution) == (trigger, execution)


def test_a_run_whose_execution_is_not_there_fails_with_its_sentence(
    steps: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    in_dag_run(monkeypatch, steps, {"trigger": "rule", "rule_execution": 7})
    with pytest.raises(AirflowFailException, match="the execution of a rule of site garden that starts it"):
        steps.start("garden", STAGES)


def test_the_last_task_of_a_stage_is_started_again_when_its_time_is_used_and_an_earlier_one_leaves_the_rest_to_it(
    steps: ModuleType, sandbox: SandboxServer, sessions: Sessions, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("IGNY8_AI_BASE_URL", sandbox.base_url)
    monkeypatch.setenv("IGNY8_TASK_SECONDS", "0.001")
    load.cache_clear()
    with sessions.begin() as session:
        site = session.scalars(select(Site)).one()
        grant(session, site.account_id, 100)
        session.execute(delete(Keyword))
        make_keywords(session, site, 60)
        session.execute(update(AutomationConfig).values(stage_1_batch_size=20))
    in_dag_run(monkeypatch, steps, {})
    steps.start("garden", STAGES)
    pushed = steps.get_current_context()["ti"].pushed
    planned = pushed[f"{stage(1).group_id}.plan"] = steps.plan(1)
    assert planned == [0], "nobody knows yet how long the provider takes: one task begins"

    def process(map_index: int, batch: int) -> Any:
        ti = TaskInstance(map_index=map_index)
        ti.pushed = pushed
        in_dag_run(monkeypatch, steps, {}, ti)
        return steps.process(1, batch)

    with pytest.raises(AirflowRescheduleException):
        process(0, 0)
    pushed[f"{stage(1).group_id}.plan"] = [0, 1]
    assert process(0, 0)["done"] == 20
    assert process(1, 1)["done"] == 20
    with sessions() as session:
        assert session.scalars(select(StageResult)).one().status == "completed"
    with pytest.raises(AirflowSkipException):
        process(1, 1)


def test_a_short_list_of_a_stage_that_asks_no_ai_is_worked_and_booked_by_its_plan(
    steps: ModuleType, sandbox: SandboxServer, sessions: Sessions, monkeypatch: pytest.MonkeyPatch
) -> None:
    with sessions.begin() as session:
        site = session.scalars(select(Site)).one()
        cluster = make_cluster(session, site, "oak table")
        for title in ("Oak table guide", "Walnut chairs compared", "How to oil a floor"):
            make_task(session, site, cluster, title)
        session.execute(delete(Task))
        session.execute(update(ContentIdea).values(status="new"))
    monkeypatch.setenv("IGNY8_AI_BASE_URL", sandbox.base_url)
    load.cache_clear()
    in_dag_run(monkeypatch, steps, {"stages": [3]})
    steps.start("garden", STAGES)
    assert steps.plan(3) == [], "no task is started for it"
    with sessions() as session:
        result = session.scalars(select(StageResult).where(StageResult.stage == 3)).one()
        assert (result.status, result.items_created) == ("completed", 3)
    assert steps.plan(3) == [], "and a retry finds it booked"
