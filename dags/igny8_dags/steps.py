"""The bodies of a site's tasks: take ids from the context, call the library, give back ids and counts."""

from __future__ import annotations

import logging
import os
import socket
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from datetime import timedelta
from itertools import dropwhile
from typing import Any

from airflow.sdk import get_current_context
from airflow.sdk.exceptions import AirflowFailException, AirflowRescheduleException, AirflowSkipException

from igny8_dags.connections import airflow_api, endpoint, sessions, tools
from igny8_dags.interruption import interruptible
from igny8_lib import clock
from igny8_lib.errors import Igny8Error
from igny8_lib.logs import about
from igny8_lib.models import ACTIVE_RUN, RunStatus, Trigger
from igny8_lib.pipeline import airflow_mirror, end_run, runs, stage_tasks, work_stage
from igny8_lib.pipeline.lifecycle import RunPaused
from igny8_lib.pipeline.rule_runs import RULE_EXECUTION
from igny8_lib.pipeline.runs import Start
from igny8_lib.pipeline.stages import PATH, Stage, stage
from igny8_lib.settings import load
from igny8_lib.sites.naming import slug_of

log = logging.getLogger(__name__)

START = "start"
FINISH = "finish"
SNAPSHOT = "snapshot"
LOOK_AGAIN = timedelta(seconds=2)
"""A task that met a pause waits at least so long."""


def start(site_slug: str, path: Sequence[Stage]) -> str:
    """Record the run and its snapshot; returns where to go on: the first stage that can have work, or the end.

    `path` is what the DAG has tasks for. What was switched on in this very instant is the next run's.
    """
    context = get_current_context()
    with sessions().begin() as session:
        run = runs.begin(session, start_of(site_slug, context))
    document = runs.start_document(run)
    context["ti"].xcom_push(key=SNAPSHOT, value=document)
    if run.status not in ACTIVE_RUN and not left_out(run.status, run.trigger):
        raise AirflowFailException(runs.why_not_started(run))
    first = document["first_stage"]
    way = dropwhile(lambda each: each.number != first, PATH)
    return next((f"{each.group_id}.plan" for each in way if each in path), FINISH)


def left_out(status: str, trigger: str) -> bool:
    """Whether this is a scheduled start that met an active run: it is skipped, and no failure."""
    return status == RunStatus.SKIPPED and trigger == Trigger.SCHEDULED


def start_of(site_slug: str, context: Any) -> Start:  # noqa: ANN401 - Airflow's context
    """Who started what, as the DAG run tells it."""
    dag_run = context["dag_run"]
    conf = dag_run.conf or {}
    told = Trigger.RULE if conf.get(RULE_EXECUTION) is not None else conf.get("trigger")
    by_hand = Trigger(told) if told in (Trigger.API, Trigger.RULE) else Trigger.MANUAL
    scheduled = dag_run.run_type == "scheduled"
    return Start(
        site_slug=site_slug,
        dag_id=dag_run.dag_id,
        dag_run_id=dag_run.run_id,
        trigger=by_hand if dag_run.run_type == "manual" else Trigger.SCHEDULED,
        scheduled_for=dag_run.run_after if scheduled else None,
        triggered_by=dag_run.triggering_user_name or "",
        conf=context["params"],
        rule_execution=conf.get(RULE_EXECUTION),
    )


def plan(number: int) -> list[int]:
    """Fix the stage's work list; returns the batches that its tasks begin with.

    None where nothing is left for them: the stage is skipped, or its short list needs no AI and was worked here.
    """
    run, seconds = current_run(), load().task_seconds
    with telling(number), waiting_while_paused(run):
        batches = stage_tasks.plan_stage(sessions(), run, number, holder(), endpoint)
        if not work_stage.is_worked_in_plan(number, batches):
            return work_stage.turns(sessions(), run, number, batches, seconds=seconds)
        with interruptible():
            work_stage.work(tools(), run, number, 0, holder(), seconds=seconds)
    return []


def process(number: int, batch: int) -> dict[str, Any]:
    """Work batches for about a minute; returns their counts. The last task of the stage is started again for the rest.

    The first of a stage is never skipped: its group would look as if nothing had been done.
    """
    with telling(number), interruptible(), waiting_while_paused(current_run()):
        worked = work_stage.work(tools(), current_run(), number, batch, holder(), seconds=load().task_seconds)
    if worked.more and is_last(number, batch):
        raise AirflowRescheduleException(clock.now())
    if not worked.batches and get_current_context()["ti"].map_index > 0:
        raise AirflowSkipException("Nothing is left of the stage: earlier tasks worked it, or the run is ending.")
    return worked.counts


def is_last(number: int, batch: int) -> bool:
    """Whether no task of the stage comes after the one that begins with this batch."""
    planned = get_current_context()["ti"].xcom_pull(task_ids=f"{stage(number).group_id}.plan")
    return batch == max(planned, default=batch)


def finish() -> dict[str, Any]:
    """End the run; the DAG run fails where the run did."""
    end = end_run.finish(sessions(), current_run())
    tell(end["run"])
    if left_out(end["status"], end["trigger"]):
        raise AirflowSkipException(end["sentence"])
    if end["status"] != RunStatus.COMPLETED:
        raise AirflowFailException(end["sentence"])
    return end


def tell(run_id: int) -> None:
    """Notify the account; never a reason to fail."""
    from igny8_dags.notify import notify_run_ended  # noqa: PLC0415 - mail and Slack are slow to import, for one task

    notify_run_ended(sessions(), run_id)


@contextmanager
def waiting_while_paused(run_id: int) -> Iterator[None]:
    """Put the task back while its run is paused; Airflow starts it again after the DAG was unpaused.

    A task that slipped through as the DAG was paused waits so. After people unpaused the DAG in Airflow's UI, the first
    task finds the record still paused, brings it up to date, and starts again at once.
    """
    try:
        yield
    except RunPaused as paused:
        log.info("%s", paused)
        with suppress(Igny8Error):
            airflow_mirror.go_on_if_unpaused(sessions(), airflow_api(), run_id)
        raise AirflowRescheduleException(clock.now() + LOOK_AGAIN) from None


def telling(number: int) -> AbstractContextManager[None]:
    """Every line of the log says which run of which site, and which stage, it is about."""
    site = slug_of(get_current_context()["ti"].dag_id) or ""
    return about(run=current_run(), site=site, stage=number)


def current_run() -> int:
    """Primary key of the run this task belongs to, from the snapshot in XCom."""
    snapshot = get_current_context()["ti"].xcom_pull(task_ids=START, key=SNAPSHOT)
    if not snapshot:
        raise AirflowFailException("The run was never started: see the log of its start task.")
    return int(snapshot["run"])


def holder() -> str:
    """This process, as the site's lease names it."""
    ti = get_current_context()["ti"]
    return f"{socket.gethostname()}:{os.getpid()} {ti.task_id}[{ti.map_index}] try {ti.try_number}"
