"""The minute's look: which DAGs have work, that those are started, each once, and what an idle minute costs."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from types import ModuleType
from typing import Any

import pytest
from airflow.models import DagRun
from sqlalchemy import text
from sqlalchemy.orm import Session

from igny8_lib.batches.opening import Choice, open_batch
from igny8_lib.models import BatchKind, RuleTrigger
from tests.airflow_fake import FakeAirflow
from tests.dags.conftest import on_database
from tests.factories.articles import make_article
from tests.factories.rules import make_event
from tests.factories.sites import make_site
from tests.lib.publishing.static_site import make_due, make_static_site
from tests.statements import statements_on

ROUND = datetime(2026, 3, 2, 8, 31, tzinfo=UTC)
QUARTER = ROUND.replace(minute=45)
NAME = "due__2026-03-02T08:31:00+00:00"
LIST = "POST /dags/~/dagRuns/list"


@pytest.fixture
def starting(database_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """The look, on the test's database."""
    with on_database("igny8_dags.connections", database_url, monkeypatch):
        import igny8_dags.starting as module  # noqa: PLC0415 - on the path only inside the fixture

        yield module


@pytest.fixture
def airflow() -> FakeAirflow:
    return FakeAirflow()


def open_one(session: Session, kind: str) -> None:
    """Work for one of the DAGs, committed."""
    site = make_static_site(session) if kind == "publish_due" else make_site(session)
    if kind == "content_batches":
        open_batch(session, site, BatchKind.ANALYZE, Choice([make_article(session, site).id]), by="ann")
    elif kind == "publish_due":
        make_due(session, site)
    else:
        make_event(session, site, RuleTrigger.KEYWORD_ADDED, [1])
    session.execute(text("DELETE FROM link_changes"))  # articles that nobody has read are work for the publisher
    session.commit()


def test_an_idle_minute_starts_nothing_and_asks_airflow_nothing(
    starting: Any, airflow: FakeAirflow, session: Session
) -> None:
    make_site(session)
    session.commit()
    with statements_on(starting.batches.sessions().kw["bind"]) as sent:
        assert starting.start_due(airflow.api(), ROUND) == []
    assert airflow.asked == []
    assert len(sent) <= 8, "for all DAGs together, in one task"


@pytest.mark.parametrize("kind", ["content_batches", "publish_due", "run_rules"])
def test_the_dag_that_has_work_is_started_and_no_other(
    starting: Any, airflow: FakeAirflow, session: Session, kind: str
) -> None:
    open_one(session, kind)
    assert starting.start_due(airflow.api(), ROUND) == [kind]
    assert airflow.runs == {(kind, NAME): "queued"}


def test_what_a_round_does_by_the_clock_is_work(starting: Any, airflow: FakeAirflow) -> None:
    assert starting.start_due(airflow.api(), QUARTER) == ["publish_due"]


def test_a_round_that_waits_is_enough_and_one_under_way_gets_another_one_behind_it(
    starting: Any, airflow: FakeAirflow, session: Session
) -> None:
    open_one(session, "run_rules")
    airflow.runs["run_rules", "due__before"] = "running"
    assert starting.start_due(airflow.api(), ROUND) == ["run_rules"]
    assert starting.start_due(airflow.api(), QUARTER) == ["publish_due"]


def test_a_look_that_is_done_again_after_a_crash_starts_nothing_twice(
    starting: Any, airflow: FakeAirflow, session: Session
) -> None:
    open_one(session, "run_rules")
    starting.start_due(airflow.api(), ROUND)
    airflow.runs["run_rules", NAME] = "success"
    assert starting.start_due(airflow.api(), ROUND) == ["run_rules: was started before"]
    assert airflow.runs == {("run_rules", NAME): "success"}


def test_a_dag_that_cannot_be_told_of_is_started_so_that_its_log_says_why(
    starting: Any, airflow: FakeAirflow, session: Session
) -> None:
    session.execute(text("ALTER TABLE content_batches RENAME TO lost_batches"))
    session.commit()
    assert starting.start_due(airflow.api(), ROUND) == ["content_batches"]


def test_an_airflow_that_does_not_answer_keeps_the_reconciler_from_nothing(
    starting: Any, airflow: FakeAirflow, session: Session, asked_again_at_once: None
) -> None:
    assert asked_again_at_once is None
    open_one(session, "run_rules")
    airflow.down = True
    (told,) = starting.start_due(airflow.api(), ROUND)
    assert told.startswith("not started: Airflow does not answer")


def test_a_round_belongs_to_the_minute_that_began_it_and_by_hand_to_its_own(starting: ModuleType) -> None:
    later = ROUND.replace(minute=33)
    assert starting.round_of(DagRun(run_after=later, conf={"round_at": ROUND.isoformat()})) == ROUND
    assert starting.round_of(DagRun(run_after=later, conf={})) == later
