"""Each part says how it is, and what to do where it is ill."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, text, update

from igny8_lib import clock
from igny8_lib.db.scope import PLATFORM
from igny8_lib.db.session import Sessions, make_engine, session_factory
from igny8_lib.metrics.airflow_parts import airflow_parts, heartbeat_ages
from igny8_lib.metrics.part import Part, State
from igny8_lib.metrics.parts import look_at_parts, told_of_database
from igny8_lib.models import AICall, AICallFailure, AICallStatus, MetricBound
from igny8_lib.settings import Settings
from tests.factories.credits import make_funded_account
from tests.factories.sites import make_site


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path)


def part(sessions: Sessions, settings: Settings, name: str) -> Part:
    return next(each for each in look_at_parts(sessions, settings) if each.name == name)


def test_a_new_platform_is_well(sessions: Sessions, settings: Settings) -> None:
    with sessions.begin() as session:  # the tests' databases are copies of one that may have been made an hour ago
        session.scalars(select(MetricBound)).one().counted_until = clock.now()
    parts = look_at_parts(sessions, settings)
    assert [p for p in parts if p.state is State.ILL or (p.state is State.SLOW and p.name != "database")] == []


def test_a_provider_that_refuses_is_ill(sessions: Sessions, settings: Settings) -> None:
    with sessions.begin() as session:
        site = make_site(session, make_funded_account(session))
        session.add(
            AICall(
                site_id=site.id,
                charge_key="c",
                idempotency_key="k",
                operation="generate_ideas",
                model="m",
                prompt_version="1",
                status=AICallStatus.FAILED,
                failure=AICallFailure.PROVIDER,
                answered_at=clock.now(),
            )
        )
    found = part(sessions, settings, "AI endpoint")
    assert found.state is State.ILL
    assert "igny8 ai check" in found.todo


def test_a_schema_that_is_behind_is_ill(sessions: Sessions, settings: Settings) -> None:
    with sessions.begin() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '0001'"))
    assert "igny8 init" in part(sessions, settings, "database").todo


def test_how_long_the_database_takes_is_told_and_a_second_is_slow(sessions: Sessions, settings: Settings) -> None:
    assert re.search(r"answers in \d+ ms; its schema", part(sessions, settings, "database").says)
    slow = told_of_database("0042", "0042", 1.5)
    assert (slow.state, slow.says[:22]) == (State.SLOW, "It answers in 1500 ms;")
    assert "pg_stat_activity" in slow.todo


def test_a_silent_reconciler_is_ill(sessions: Sessions, settings: Settings) -> None:
    with sessions.begin() as session:
        session.execute(update(MetricBound).values(counted_until=clock.now() - timedelta(hours=1)))
    assert part(sessions, settings, "reconciler").state is State.ILL


def test_a_database_that_is_away_hides_no_other_part(settings: Settings) -> None:
    away = session_factory(make_engine("postgresql+psycopg://x:secret@127.0.0.1:1/none", connect_seconds=2), PLATFORM)
    parts = {each.name: each for each in look_at_parts(away, settings)}
    assert parts["database"].state is State.ILL
    assert "secret" not in parts["database"].says
    assert parts["media store"].state is State.OK


def test_a_folder_that_takes_no_files_is_ill(sessions: Sessions, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    found = part(sessions, Settings(home=tmp_path, media_url=str(tmp_path / "file")), "media store")
    assert found.state is State.ILL


def test_airflows_parts_by_their_heartbeats() -> None:
    beat = (clock.now() - timedelta(minutes=3)).isoformat()
    report = {
        "metadatabase": {"status": "healthy"},
        "scheduler": {"status": "unhealthy", "latest_scheduler_heartbeat": beat},
        "triggerer": {"status": "healthy", "latest_triggerer_heartbeat": beat},
        "dag_processor": {"status": None, "latest_dag_processor_heartbeat": None},
    }
    parts = {each.name: each for each in airflow_parts(report)}
    assert [parts[name].state.value for name in ("scheduler", "triggerer", "dag-processor")] == ["ill", "ok", "ill"]
    assert heartbeat_ages(report).keys() == {"scheduler", "triggerer"}
    assert [each.state for each in airflow_parts(None)] == [State.ILL]
