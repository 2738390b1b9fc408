"""Which rows of Airflow's tables are old, and how a batch of them is removed.

Task instances, their history, XComs, rendered fields, maps, notes and reschedules hang on their DAG run by foreign keys
that delete (Airflow 3.3, checked by a test); the code and the serialised form of a DAG hang on its version.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from airflow.jobs.job import Job
from airflow.models import DagRun, Log
from airflow.models.callback import TERMINAL_STATES, Callback
from airflow.models.dag_version import DagVersion
from airflow.models.errors import ParseImportError
from airflow.models.revoked_token import RevokedToken
from airflow.models.taskinstance import TaskInstance
from sqlalchemy import (
    ColumnElement,
    Select,
    String,
    column,
    delete,
    func,
    inspect,
    not_,
    or_,
    select,
    table,
    true,
)
from sqlalchemy.orm import Session, aliased

from igny8_lib.retention.ages import Cuts
from igny8_lib.retention.airflow_rows import FREQUENT_DAGS

LOCK_TIMEOUT = "1s"
STATEMENT_TIMEOUT = "60s"
CELERY_RESULTS = table("celery_taskmeta", column("id"), column("status", String), column("date_done"))
FAB_SESSIONS = table("session", column("id"), column("expiry"))
"""Tables that no model of Airflow's core has; the first is there once Celery has run."""
OVER = ("success", "failed")


@dataclass(frozen=True)
class Rows:
    """One part."""

    table: Any
    old: Callable[[Cuts], ColumnElement[bool]]
    """What its old rows fulfil."""
    most: int
    """Rows of one batch."""
    key: str = "id"


def of_frequent(cuts: Cuts) -> ColumnElement[bool]:
    """Successful runs of the DAGs that run all day long; what failed can be looked at as long as other runs."""
    return DagRun.dag_id.in_(FREQUENT_DAGS) & (DagRun.state == OVER[0]) & is_old_run(cuts.frequent_dag_runs)


def of_others(cuts: Cuts) -> ColumnElement[bool]:
    """All runs that are over."""
    return DagRun.state.in_(OVER) & is_old_run(cuts.dag_runs)


def is_old_run(before: Any) -> ColumnElement[bool]:  # noqa: ANN401 - an instant
    """Ended before then, and not the newest of its DAG and kind."""
    later = aliased(DagRun)
    alike = (later.dag_id == DagRun.dag_id, later.run_type == DagRun.run_type)
    newest = select(func.max(later.id)).where(*alike).correlate(DagRun).scalar_subquery()
    found: ColumnElement[bool] = (DagRun.end_date < before) & (DagRun.id < newest)
    return found


def of_event_log(cuts: Cuts) -> ColumnElement[bool]:
    """Who did what, and what happened to task instances."""
    frequent = Log.dag_id.in_(FREQUENT_DAGS) & (Log.dttm < cuts.frequent_dag_runs)
    return or_(Log.dttm < cuts.dag_runs, frequent)


def of_celery(cuts: Cuts) -> ColumnElement[bool]:
    """What Celery keeps of finished tasks: asked for while a task runs, and never again."""
    ended = CELERY_RESULTS.c.status.in_(("SUCCESS", "FAILURE", "REVOKED"))
    return ended & (CELERY_RESULTS.c.date_done < cuts.frequent_dag_runs.replace(tzinfo=None))


def of_jobs(cuts: Cuts) -> ColumnElement[bool]:
    """Processes of Airflow without a sign of life since then."""
    return Job.latest_heartbeat < cuts.dag_runs


def of_import_errors(cuts: Cuts) -> ColumnElement[bool]:
    """Files that could not be read when they were last read."""
    return ParseImportError.timestamp < cuts.dag_runs


def of_dag_versions(cuts: Cuts) -> ColumnElement[bool]:
    """Earlier forms of DAGs that no run and no task instance names any more."""
    later = aliased(DagVersion)
    newest = select(func.max(later.version_number)).where(later.dag_id == DagVersion.dag_id).correlate(DagVersion)
    named = or_(
        select(TaskInstance.id).where(TaskInstance.dag_version_id == DagVersion.id).correlate(DagVersion).exists(),
        select(DagRun.id).where(DagRun.created_dag_version_id == DagVersion.id).correlate(DagVersion).exists(),
    )
    superseded = DagVersion.version_number < newest.scalar_subquery()
    return (DagVersion.created_at < cuts.dag_runs) & superseded & not_(named)


def of_callbacks(cuts: Cuts) -> ColumnElement[bool]:
    """Callbacks that are over."""
    return Callback.state.in_(sorted(TERMINAL_STATES)) & (Callback.created_at < cuts.dag_runs)


def of_sessions(cuts: Cuts) -> ColumnElement[bool]:
    """Sign-ins to FAB's own pages that have run out."""
    return FAB_SESSIONS.c.expiry < cuts.frequent_dag_runs.replace(tzinfo=None)


def of_tokens(cuts: Cuts) -> ColumnElement[bool]:
    """Tokens that were revoked, and have run out since."""
    return RevokedToken.exp < cuts.frequent_dag_runs


ROWS_OF = {
    "frequent_dag_runs": Rows(DagRun.__table__, of_frequent, 500),
    "dag_runs": Rows(DagRun.__table__, of_others, 20),
    "event_log": Rows(Log.__table__, of_event_log, 5_000),
    "celery_results": Rows(CELERY_RESULTS, of_celery, 5_000),
    "jobs": Rows(Job.__table__, of_jobs, 1_000),
    "import_errors": Rows(ParseImportError.__table__, of_import_errors, 1_000),
    "dag_versions": Rows(DagVersion.__table__, of_dag_versions, 20),
    "callbacks": Rows(Callback.__table__, of_callbacks, 1_000),
    "sessions": Rows(FAB_SESSIONS, of_sessions, 5_000),
    "revoked_tokens": Rows(RevokedToken.__table__, of_tokens, 5_000, key="jti"),
}
"""By the names of AIRFLOW_PARTS. A run of a site may have thousands of task instances, so few go at once."""


def old_keys(rows: Rows, cuts: Cuts) -> Select[Any]:
    """The keys of the part's old rows, in their order."""
    key = rows.table.c[rows.key]
    return select(key).select_from(rows.table).where(rows.old(cuts)).order_by(key)


def is_there(session: Session, rows: Rows) -> bool:
    """Whether the deployment has the table at all."""
    return inspect(session.connection()).has_table(str(rows.table.description))


def count_old(session: Session, rows: Rows, cuts: Cuts) -> int:
    """How many old rows there are."""
    if not is_there(session, rows):
        return 0
    return session.scalar(select(func.count()).select_from(old_keys(rows, cuts).order_by(None).subquery())) or 0


def remove_batch(session: Session, rows: Rows, cuts: Cuts) -> int:
    """Remove the first of them, those left out that somebody has locked; how many."""
    if not is_there(session, rows):
        return 0
    patience = [("lock_timeout", LOCK_TIMEOUT), ("statement_timeout", STATEMENT_TIMEOUT)]
    session.execute(select(*[func.set_config(name, value, true()) for name, value in patience]))
    some = old_keys(rows, cuts).limit(rows.most).with_for_update(skip_locked=True, of=rows.table)
    keys = session.execute(some).scalars().all()
    if not keys:
        return 0
    removed: Any = session.execute(delete(rows.table).where(rows.table.c[rows.key].in_(keys)))
    return int(removed.rowcount)
