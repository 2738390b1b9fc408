"""Airflow's old rows go from its own tables as PostgreSQL has them; what is not over, and the newest runs, stay."""

from __future__ import annotations

import importlib
import uuid
from collections.abc import Iterator
from contextlib import nullcontext
from datetime import datetime, timedelta
from typing import Any

import pytest
from airflow.jobs.job import Job
from airflow.models import DagModel, DagRun, Log, import_all_models
from airflow.models.base import Base
from airflow.models.dag_version import DagVersion
from airflow.models.dagbundle import DagBundleModel
from airflow.models.errors import ParseImportError
from airflow.models.pool import Pool
from airflow.models.revoked_token import RevokedToken
from airflow.models.taskinstance import TaskInstance
from airflow.models.xcom import XComModel
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import Engine, create_engine, func, insert, select
from sqlalchemy import text as sql
from sqlalchemy.orm import Session

from igny8_lib import clock
from igny8_lib.retention.ages import Cuts
from igny8_lib.retention.airflow_rows import AIRFLOW_PARTS, FREQUENT_DAGS
from igny8_lib.settings import Settings
from tests.conftest import run_on_server, with_database
from tests.plugins.conftest import PLUGINS
from tests.statements import statements_on

FREQUENT = FREQUENT_DAGS[0]
NOW = clock.now()
CUTS = Cuts.of(Settings(_env_file=None), NOW)
OLD, YOUNG = timedelta(days=40), timedelta(days=20)
CELERY = "CREATE TABLE celery_taskmeta (id serial PRIMARY KEY, status text, date_done timestamp)"
SESSION = "CREATE TABLE session (id serial PRIMARY KEY, expiry timestamp)"


@pytest.fixture(scope="module")
def metadata_engine(postgres_url: str) -> Iterator[Engine]:
    """A database with Airflow's tables."""
    name = f"test_airflow_{uuid.uuid4().hex[:8]}"
    run_on_server(postgres_url, f'CREATE DATABASE "{name}"')
    import_all_models()  # type: ignore[no-untyped-call]
    engine = create_engine(with_database(postgres_url, name))
    with engine.begin() as connection:
        Base.metadata.create_all(connection)
        connection.execute(sql(SESSION))
    yield engine
    engine.dispose()
    run_on_server(postgres_url, f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture
def metadata(metadata_engine: Engine) -> Iterator[Session]:
    """A session that is rolled back."""
    with metadata_engine.connect() as connection, connection.begin() as outer:
        yield Session(connection, join_transaction_mode="create_savepoint")
        outer.rollback()


@pytest.fixture
def rows(monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.syspath_prepend(str(PLUGINS))
    return importlib.import_module("igny8_upkeep_rows")


def add_dag(session: Session, dag_id: str, versions: int = 1) -> list[DagVersion]:
    session.merge(DagBundleModel(name="dags"))
    session.flush()
    session.add(DagModel(dag_id=dag_id, bundle_name="dags", fileloc="x.py"))  # type: ignore[no-untyped-call]
    session.flush()
    made = [
        DagVersion(dag_id=dag_id, version_number=number + 1, bundle_name="dags", created_at=NOW - OLD)
        for number in range(versions)
    ]
    session.add_all(made)
    session.flush()
    return made


def add_run(
    session: Session, version: DagVersion, ago: timedelta, state: str = "success", kind: str = "scheduled"
) -> int:
    """A run with a task instance and an XCom; its number."""
    at, run_id = NOW - ago, f"{kind}__{uuid.uuid4()}"
    values: dict[str, Any] = {"dag_id": version.dag_id, "run_id": run_id, "run_type": kind, "state": state}
    ended = {"end_date": at if state in ("success", "failed") else None, "created_dag_version_id": version.id}
    done: Any = session.execute(
        insert(DagRun.__table__).values(values | ended | {"run_after": at, "start_date": at, "clear_number": 0})
    )
    key = done.inserted_primary_key
    of_task = {"dag_id": version.dag_id, "run_id": run_id, "task_id": "t", "map_index": -1}
    instance = {"id": uuid.uuid4(), "pool": "p", "pool_slots": 1, "dag_version_id": version.id, "try_number": 1}
    session.execute(insert(TaskInstance.__table__).values(of_task | instance | {"max_tries": 0, "span_status": "x"}))
    session.execute(insert(XComModel.__table__).values(of_task | {"key": "k", "dag_run_id": key[0], "timestamp": at}))
    return int(key[0])


def remove_all(rows: Any, session: Session, part: str) -> int:
    """As the clean-up does it; how many, after it was counted."""
    counted = rows.count_old(session, rows.ROWS_OF[part], CUTS)
    total = 0
    while removed := rows.remove_batch(session, rows.ROWS_OF[part], CUTS):
        total += removed
    assert total == counted
    return total


def number(session: Session, model: Any) -> int:
    return session.scalar(select(func.count()).select_from(model.__table__)) or 0


def runs(session: Session) -> set[int]:
    return set(session.scalars(select(DagRun.__table__.c.id)))


def test_there_are_rows_for_every_part(rows: Any) -> None:
    assert tuple(rows.ROWS_OF) == AIRFLOW_PARTS


def test_old_runs_go_with_all_that_hangs_on_them(rows: Any, metadata: Session) -> None:
    (version,) = add_dag(metadata, "site__blog")
    add_run(metadata, version, OLD)
    add_run(metadata, version, OLD, "failed")
    kept = {
        add_run(metadata, version, OLD, "running"),
        add_run(metadata, version, OLD, "queued"),
        add_run(metadata, version, YOUNG),
    }
    assert remove_all(rows, metadata, "dag_runs") == 2
    assert (runs(metadata), number(metadata, TaskInstance), number(metadata, XComModel)) == (kept, 3, 3)


def test_the_newest_run_of_each_kind_of_a_dag_stays_however_old_it_is(rows: Any, metadata: Session) -> None:
    (version,) = add_dag(metadata, "site__blog")
    for kind in ("scheduled", "manual"):
        add_run(metadata, version, OLD * 2, kind=kind)
    kept = {add_run(metadata, version, OLD, kind=kind) for kind in ("scheduled", "manual")}
    assert remove_all(rows, metadata, "dag_runs") == 2
    assert runs(metadata) == kept


def test_successful_runs_of_frequent_dags_go_after_a_day_and_failed_ones_as_all_others(
    rows: Any, metadata: Session
) -> None:
    (frequent,), (other,) = add_dag(metadata, FREQUENT), add_dag(metadata, "site__blog")
    add_run(metadata, frequent, timedelta(hours=25))
    kept = {
        add_run(metadata, frequent, timedelta(hours=25), "failed"),
        add_run(metadata, frequent, timedelta(hours=23)),
        add_run(metadata, frequent, timedelta(0), "running"),
        add_run(metadata, other, timedelta(hours=25)),
        add_run(metadata, other, timedelta(hours=1)),
    }
    assert remove_all(rows, metadata, "frequent_dag_runs") == 1
    assert runs(metadata) == kept


def test_the_event_log_goes_by_the_same_ages(rows: Any, metadata: Session) -> None:
    ages = {"site__blog": (OLD, YOUNG), FREQUENT: (YOUNG, timedelta(hours=1)), None: (OLD, YOUNG)}
    for dag_id, both in ages.items():
        metadata.execute(insert(Log.__table__), [{"event": "x", "dag_id": dag_id, "dttm": NOW - ago} for ago in both])
    assert remove_all(rows, metadata, "event_log") == 3
    left = {(dag_id, NOW - at) for dag_id, at in metadata.execute(select(Log.__table__.c.dag_id, Log.__table__.c.dttm))}
    assert left == {("site__blog", YOUNG), (FREQUENT, timedelta(hours=1)), (None, YOUNG)}


def test_versions_of_dags_go_once_nothing_names_them_and_the_newest_stays(rows: Any, metadata: Session) -> None:
    first, named, third, newest = add_dag(metadata, "site__blog", versions=4)
    add_run(metadata, named, YOUNG)
    young = DagVersion(dag_id="site__blog", version_number=0, bundle_name="dags", created_at=NOW - YOUNG)
    metadata.add(young)
    metadata.flush()
    assert remove_all(rows, metadata, "dag_versions") == 2
    left = set(metadata.scalars(select(DagVersion.__table__.c.id)))
    assert left == {named.id, newest.id, young.id}
    assert not {first.id, third.id} & left


@pytest.mark.parametrize(
    ("part", "model", "values"),
    [
        ("jobs", Job, {"latest_heartbeat": "at", "hostname": "h"}),
        ("import_errors", ParseImportError, {"timestamp": "at", "filename": "x.py"}),
        ("revoked_tokens", RevokedToken, {"jti": "name", "exp": "at"}),
    ],
)
def test_other_rows_go_by_their_age(
    rows: Any, metadata: Session, part: str, model: Any, values: dict[str, str]
) -> None:
    for ago in (OLD, timedelta(hours=1)):
        given = {"at": NOW - ago, "name": str(ago)}
        row = {name: given.get(value, value) for name, value in values.items()}
        metadata.execute(insert(model.__table__).values(row))
    assert remove_all(rows, metadata, part) == 1
    assert number(metadata, model) == 1


def test_results_of_celery_go_where_there_are_any(rows: Any, metadata: Session) -> None:
    assert remove_all(rows, metadata, "celery_results") == 0, "a deployment without Celery"
    metadata.execute(sql(CELERY))
    add = sql("INSERT INTO celery_taskmeta (status, date_done) VALUES (:status, :at)")
    for status, ago in (("SUCCESS", OLD), ("STARTED", OLD), ("FAILURE", timedelta(hours=1))):
        metadata.execute(add, {"status": status, "at": naive(NOW - ago)})
    assert remove_all(rows, metadata, "celery_results") == 1


def test_sign_ins_go_when_they_have_run_out(rows: Any, metadata: Session) -> None:
    for expiry in (NOW - OLD, NOW + OLD):
        metadata.execute(sql("INSERT INTO session (expiry) VALUES (:at)"), {"at": naive(expiry)})
    assert remove_all(rows, metadata, "sessions") == 1


def naive(at: datetime) -> datetime:
    return at.replace(tzinfo=None)


def test_a_batch_leaves_out_what_somebody_has_locked(rows: Any, metadata_engine: Engine) -> None:
    with Session(metadata_engine) as session:
        (version,) = add_dag(session, "site__locked")
        held, _, _ = (add_run(session, version, OLD) for _ in range(3))
        session.commit()
    with Session(metadata_engine) as scheduler, Session(metadata_engine) as session:
        scheduler.execute(select(DagRun.__table__.c.id).where(DagRun.__table__.c.id == held).with_for_update())
        assert rows.remove_batch(session, rows.ROWS_OF["dag_runs"], CUTS) == 1
        session.rollback()
    with metadata_engine.begin() as connection:
        connection.execute(sql("TRUNCATE dag_run, dag CASCADE"))


def test_who_may_not_delete_runs_of_all_dags_is_refused(rows: Any) -> None:
    assert rows.ROWS_OF
    upkeep = importlib.import_module("igny8_upkeep")
    app: FastAPI = upkeep.make_app()
    for route in app.routes:
        assert [each.call for each in route.dependant.dependencies], route.path  # type: ignore[attr-defined]
    assert TestClient(app).post("/dag_runs").status_code in (401, 403)


def test_all_pools_are_read_by_one_query(
    rows: Any, metadata: Session, metadata_engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert rows.ROWS_OF
    upkeep = importlib.import_module("igny8_upkeep")
    pools = [{"pool": f"site_{number}", "slots": number, "include_deferred": False} for number in range(1, 4)]
    metadata.execute(insert(Pool), pools)
    monkeypatch.setattr(upkeep, "create_session", lambda **_: nullcontext(metadata))
    with statements_on(metadata_engine) as sent:
        assert upkeep.list_pools() == {"slots": {"site_1": 1, "site_2": 2, "site_3": 3}}
    assert len(sent) == 1, "Airflow's own list counts the tasks of each pool, six times"
