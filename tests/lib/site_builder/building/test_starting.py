"""Airflow gets each build once, and again where that came to nothing."""

from __future__ import annotations

from datetime import timedelta

import pytest

from igny8_lib import clock
from igny8_lib.airflow_api.client import AirflowUnreachable
from igny8_lib.models import BlueprintStatus, BuildStatus, SiteBuild
from igny8_lib.site_builder.building import stepping, work
from igny8_lib.site_builder.building.cancelling import cancel
from igny8_lib.site_builder.building.rescuing import LATE, MOST_STARTS, rescue
from igny8_lib.site_builder.building.starting import DAG, name_of, start
from tests.airflow_fake import FakeAirflow
from tests.lib.site_builder.building.conftest import Yard


def long_ago(yard: Yard, build_id: int) -> None:
    """Let the build have waited for Airflow."""
    with yard.sessions.begin() as session:
        build = session.get_one(SiteBuild, build_id)
        build.created_at = clock.now() - LATE - timedelta(seconds=1)
        build.asked_at = None if build.asked_at is None else build.created_at


def test_a_build_is_started_once_however_often_it_is_asked_for(yard: Yard) -> None:
    airflow, build_id = FakeAirflow(), yard.open(structure=True)
    names = {start(airflow.api(), yard.sessions, build_id) for _ in range(3)}
    assert names == {name_of(build_id, 1)}
    assert list(airflow.runs) == [(DAG, name_of(build_id, 1))]
    assert airflow.confs[DAG, name_of(build_id, 1)]["build_id"] == build_id


def test_a_dag_run_of_an_earlier_database_is_not_taken_for_the_builds_own(yard: Yard) -> None:
    airflow, build_id = FakeAirflow(), yard.open(structure=True)
    airflow.add(DAG, name_of(build_id, 1), "success")
    assert start(airflow.api(), yard.sessions, build_id) == name_of(build_id, 2)


def test_a_build_that_airflow_never_got_is_handed_over_after_a_minute(yard: Yard) -> None:
    airflow, build_id = FakeAirflow(down=True), yard.open(structure=True)
    with pytest.raises(AirflowUnreachable):
        start(airflow.api(), yard.sessions, build_id)
    airflow.down = False
    assert rescue(yard.sessions, airflow.api()) == []
    long_ago(yard, build_id)
    assert len(rescue(yard.sessions, airflow.api())) == 1
    assert list(airflow.runs) == [(DAG, name_of(build_id, 1))]
    assert rescue(yard.sessions, airflow.api()) == []


def test_a_build_whose_dag_run_ended_is_started_again_and_fails_in_the_end(yard: Yard) -> None:
    airflow, build_id = FakeAirflow(), yard.open(structure=True)
    start(airflow.api(), yard.sessions, build_id)
    for number in range(1, MOST_STARTS + 1):
        assert (DAG, name_of(build_id, number)) in airflow.runs
        airflow.runs[DAG, name_of(build_id, number)] = "failed"
        rescue(yard.sessions, airflow.api())
    assert len(airflow.runs) == MOST_STARTS
    assert yard.progress(build_id).status is BuildStatus.FAILED
    assert yard.status() is BlueprintStatus.DRAFT


def test_what_a_dead_worker_left_of_a_cancelled_build_is_let_go(yard: Yard) -> None:
    airflow, page_id = FakeAirflow(), yard.add_page("boats")
    build_id = yard.open(pages=[page_id])
    name = start(airflow.api(), yard.sessions, build_id)
    (step_id,) = work.find_pages(yard.sessions, build_id)
    stepping.begin(yard.sessions, step_id)
    with yard.sessions.begin() as session:
        cancel(session, session.get_one(SiteBuild, build_id), by="ann")
    assert rescue(yard.sessions, airflow.api()) == []
    airflow.runs[DAG, name] = "failed"
    assert len(rescue(yard.sessions, airflow.api())) == 1
    assert yard.status() is BlueprintStatus.DRAFT
    assert (yard.charges(), yard.held()) == ([], 0)
