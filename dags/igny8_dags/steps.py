"""The bodies of a site's tasks: take ids from the context, call the library, give back ids and counts."""

from __future__ import annotations

import os
import socket
from typing import Any

from airflow.sdk import get_current_context
from airflow.sdk.exceptions import AirflowFailException, AirflowSkipException

from igny8_dags.database import sessions
from igny8_dags.interruption import interruptible
from igny8_dags.toolbox import tools
from igny8_lib.models import ACTIVE_RUN, RunStatus, Trigger
from igny8_lib.pipeline import batches, runner, runs
from igny8_lib.pipeline.runs import Start
from igny8_lib.pipeline.stages import stage

START = "start"
FINISH = "finish"
SNAPSHOT = "snapshot"


def start(site_slug: str) -> str:
    """Record the run and its snapshot; returns where to go on: the first stage that can have work, or the end."""
    context = get_current_context()
    with sessions().begin() as session:
        run = runs.begin(session, start_of(site_slug, context))
    document = runs.start_document(run)
    context["ti"].xcom_push(key=SNAPSHOT, value=document)
    if run.status not in ACTIVE_RUN:
        raise AirflowFailException(run.stopped_detail)
    first = document["first_stage"]
    return f"{stage(first).group_id}.plan" if first else FINISH


def start_of(site_slug: str, context: Any) -> Start:  # noqa: ANN401 - Airflow's context
    """Who started what, as the DAG run tells it."""
    dag_run = context["dag_run"]
    told = (dag_run.conf or {}).get("trigger")
    by_hand = Trigger(told) if told in (Trigger.API, Trigger.RULE) else Trigger.MANUAL
    return Start(
        site_slug=site_slug,
        dag_id=dag_run.dag_id,
        dag_run_id=dag_run.run_id,
        trigger=by_hand if dag_run.run_type == "manual" else Trigger.SCHEDULED,
        triggered_by=dag_run.triggering_user_name or "",
        conf=context["params"],
    )


def plan(number: int) -> list[int]:
    """Fix the stage's work list; returns its batches, none to skip the stage."""
    return runner.plan_stage(sessions(), current_run(), number, holder())


def process(number: int, batch: int) -> dict[str, Any]:
    """Work one batch; returns its counts."""
    with interruptible():
        counts = batches.process_batch(tools(), current_run(), number, batch, holder())
    if counts is None:
        raise AirflowSkipException("The run is ending; the batch is left for the next run.")
    return counts


def complete(number: int) -> dict[str, Any]:
    """Book how the stage ended; returns its result."""
    return runner.complete_stage(sessions(), current_run(), number, holder())


def finish() -> dict[str, Any]:
    """End the run; the DAG run fails where the run did."""
    end = runner.finish_run(sessions(), current_run())
    if end["status"] != RunStatus.COMPLETED:
        raise AirflowFailException(end["sentence"])
    return end


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
