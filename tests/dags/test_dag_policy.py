"""Policy over all DAGs, whatever file they come from."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterator
from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from airflow.sdk import DAG
from airflow.sdk.definitions.retry_policy import RetryAction
from airflow.sdk.exceptions import ParamValidationError

from igny8_lib import errors
from igny8_lib.airflow_api.client import AirflowUnreachable
from igny8_lib.db.session import Sessions
from igny8_lib.retention.airflow_rows import FREQUENT_DAGS
from igny8_lib.settings import load
from igny8_lib.sites.naming import dag_id, pool_name
from tests.factories.in_runs import improve_in_runs
from tests.factories.sites import make_site

ROOT = Path(__file__).parents[2]
SIDE_BY_SIDE = ("build_site",)
"""DAGs whose runs have nothing to do with one another: each works on another website."""
FILES = sorted(path.stem for path in (ROOT / "dags").glob("*.py"))


@pytest.fixture
def dags(sessions: Sessions, database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[DAG]]:
    """Every DAG that the files make with four active sites, one on a schedule, two that make what they wrote better."""
    with sessions.begin() as session:
        make_site(session, slug="one")
        make_site(session, slug="two", config={"is_enabled": True})
        make_site(session, slug="off", status="inactive")
        improve_in_runs(session, make_site(session, slug="linking"), link=True)
        improve_in_runs(session, make_site(session, slug="improving"), link=True, optimize=True)
    monkeypatch.setenv("IGNY8_DATABASE_URL", database_url)
    monkeypatch.setenv("IGNY8_HOME", str(tmp_path))
    for folder in ("dags", "plugins"):
        monkeypatch.syspath_prepend(str(ROOT / folder))
    load.cache_clear()
    yield list(imported())
    load.cache_clear()


def imported() -> Iterator[DAG]:
    """The DAGs of freshly imported files, and those of the sites."""
    from igny8_dags import connections, shards  # noqa: PLC0415 - on the path only inside the fixture

    connections.sessions.cache_clear()
    for name in FILES:
        sys.modules.pop(name, None)
        module = importlib.import_module(name)
        yield from (value for value in vars(module).values() if isinstance(value, DAG))
        if hasattr(module, name):  # a single DAG, made by the function of the file's name
            yield getattr(module, name)()
    yield from shards.built_dags(None)[1].values()
    connections.sessions().kw["bind"].dispose()
    connections.sessions.cache_clear()


def test_runs_of_every_dag_that_runs_at_an_interval_go_after_a_day(dags: list[DAG]) -> None:
    assert {dag.dag_id for dag in dags if isinstance(dag.schedule, timedelta)} == set(FREQUENT_DAGS)


def test_one_dag_alone_costs_a_process_every_minute(dags: list[DAG]) -> None:
    """Each start is half a CPU second: what has nothing to do in most minutes is started where it has work."""
    assert [dag.dag_id for dag in dags if dag.schedule == timedelta(minutes=1)] == ["reconcile_runs"]


def test_there_is_one_dag_per_active_site(dags: list[DAG]) -> None:
    sites = {dag.dag_id for dag in dags if dag.dag_id.startswith("site__")}
    assert sites == {dag_id(slug) for slug in ("one", "two", "linking", "improving")}


def test_every_dag_has_owner_tags_docs_and_never_catches_up_by_accident(dags: list[DAG]) -> None:
    for dag in dags:
        assert dag.owner not in ("", "airflow"), dag.dag_id
        assert dag.tags, dag.dag_id
        assert dag.doc_md, dag.dag_id
        assert dag.max_active_runs == 1 or dag.dag_id in SIDE_BY_SIDE, dag.dag_id


def test_every_task_of_a_site_runs_in_the_sites_pool_and_survives_crashes(dags: list[DAG]) -> None:
    for dag in dags:
        if dag.dag_id.startswith("site__"):
            for task in dag.tasks:
                assert task.pool == pool_name(dag.dag_id.removeprefix("site__")), task.task_id
                assert task.retries >= 3, task.task_id
                assert task.retry_policy is not None, task.task_id


def test_a_task_pushes_its_result_as_one_xcom(dags: list[DAG]) -> None:
    """Airflow makes one of each key where a task is annotated to return a dict: a dozen requests and rows instead."""
    several = [f"{dag.dag_id}.{task.task_id}" for dag in dags for task in dag.tasks if pushes_each_key(task)]
    assert several == []


def pushes_each_key(task: Any) -> bool:
    own = getattr(task, "multiple_outputs", False)
    return bool(own or getattr(task, "partial_kwargs", {}).get("multiple_outputs", False))


def test_a_sites_dag_has_seven_groups_in_order_between_start_and_finish(dags: list[DAG]) -> None:
    dag = next(dag for dag in dags if dag.dag_id == dag_id("one"))
    groups = sorted(group for group in dag.task_group_dict if group)
    assert [group[:8] for group in groups] == [f"stage_{n}_" for n in range(1, 8)]
    for earlier, later in pairwise(groups):
        assert f"{earlier}.complete" in dag.get_task(f"{later}.plan").upstream_task_ids
    assert f"{groups[-1]}.complete" in dag.get_task("finish").upstream_task_ids


@pytest.mark.parametrize(("slug", "between"), [("linking", ["link"]), ("improving", ["link", "optimize"])])
def test_linking_and_optimizing_stand_between_the_sixth_and_the_seventh_stage_where_they_are_on(
    dags: list[DAG], slug: str, between: list[str]
) -> None:
    dag = next(dag for dag in dags if dag.dag_id == dag_id(slug))
    stages = sorted(group for group in dag.task_group_dict if group and group.startswith("stage_"))
    assert set(dag.task_group_dict) - {None} == {*stages, *between}
    for earlier, later in pairwise([stages[5], *between, stages[6]]):
        assert f"{earlier}.complete" in dag.get_task(f"{later}.plan").upstream_task_ids
    assert f"{stages[5]}.complete" not in dag.get_task(f"{stages[6]}.plan").upstream_task_ids


def test_linking_and_optimizing_have_no_task_where_they_are_off(dags: list[DAG]) -> None:
    tasks = next(dag for dag in dags if dag.dag_id == dag_id("one")).task_ids
    assert len(tasks) == 2 + 7 * 3
    assert not [name for name in tasks if "link" in name or "optimize" in name]


def test_only_a_site_with_an_enabled_schedule_starts_by_itself(dags: list[DAG]) -> None:
    schedules = {dag.dag_id: dag.schedule for dag in dags}
    assert schedules[dag_id("one")] is None
    assert schedules[dag_id("two")] is not None


def test_the_trigger_form_offers_all_limits_stages_and_the_dry_run(dags: list[DAG]) -> None:
    dag = next(dag for dag in dags if dag.dag_id == dag_id("one"))
    assert [name for name in dag.params if name.startswith("max_")] == [
        "max_keywords_per_run",
        "max_clusters_per_run",
        "max_ideas_per_run",
        "max_tasks_per_run",
        "max_content_per_run",
        "max_images_per_run",
        "max_approvals_per_run",
        "max_credits_per_run",
    ]
    assert {"stages", "items", "dry_run"} < set(dag.params)
    assert dag.params.dump()["dry_run"] is False
    assert dag.params.dump()["items"] is None


@pytest.mark.parametrize("given", [None, "", "3, 7, 9", "3\n7", [3, 7], ["3", "7"]])
def test_the_trigger_form_takes_ids_as_people_and_programs_write_them(dags: list[DAG], given: object) -> None:
    param = next(dag for dag in dags if dag.dag_id == dag_id("one")).params.get_param("items")
    assert param.resolve(given) == given


@pytest.mark.parametrize("given", ["three", "1-5", [1.5], {"id": 3}, 3])
def test_the_trigger_form_refuses_what_no_ids_are(dags: list[DAG], given: object) -> None:
    param = next(dag for dag in dags if dag.dag_id == dag_id("one")).params.get_param("items")
    with pytest.raises(ParamValidationError):
        param.resolve(given)


def test_the_form_is_the_dag_s_alone_and_not_copied_into_each_of_its_tasks(dags: list[DAG]) -> None:
    copies = [task.task_id for dag in dags for task in dag.tasks if task.params]
    assert copies == [], "with a thousand sites the copies take longer than everything else in the file"


def test_a_database_that_cannot_be_reached_at_parse_time_makes_no_dag_vanish(
    dags: list[DAG], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("IGNY8_DATABASE_URL", "postgresql+psycopg://nobody:x@127.0.0.1:1/nowhere")
    load.cache_clear()
    again = {dag.dag_id for dag in imported() if dag.dag_id.startswith("site__")}
    assert again == {dag.dag_id for dag in dags if dag.dag_id.startswith("site__")}


@pytest.mark.parametrize(
    ("error", "action"),
    [
        (errors.TemporaryError("busy"), RetryAction.RETRY),
        (AirflowUnreachable("http://airflow", "refused"), RetryAction.RETRY),
        (errors.InvalidInput("no"), RetryAction.FAIL),
        (errors.ProviderUnavailable("no key"), RetryAction.FAIL),
        (errors.LeaseLost(1, 2), RetryAction.FAIL),
        (ZeroDivisionError("a crash"), RetryAction.RETRY),
    ],
)
def test_a_task_is_tried_again_where_its_error_says_that_this_can_help(
    error: Exception, action: RetryAction, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(str(ROOT / "dags"))
    policy = importlib.import_module("igny8_dags.defaults").RETRY_POLICY
    assert policy.evaluate(error, 1, 10, None).action == action
