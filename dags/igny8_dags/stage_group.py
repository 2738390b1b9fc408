"""A stage as a task group: plan → process (one mapped task per minute of work, about) → complete.

The task that finds nothing left of the stage closes it; `complete` is the mark that it is over, which the scheduler
sets without a process.
"""

from __future__ import annotations

from typing import Any

from airflow.providers.standard.operators.empty import EmptyOperator
from airflow.sdk import task, task_group

from igny8_dags import steps
from igny8_lib.pipeline.stages import Stage


def stage_group(stage: Stage, start: Any) -> Any:  # noqa: ANN401 - Airflow's operators and groups
    """The stage's tasks, behind `start`, which skips the stages that can have no work.

    A stage with nothing to do is one short task, and so is a short list of a stage that asks no AI: `plan` works it and
    skips the rest, and the next stage goes on.
    """
    number = stage.number

    @task.short_circuit(trigger_rule="none_failed", ignore_downstream_trigger_rules=False)
    def plan() -> list[int]:
        return steps.plan(number)

    @task(map_index_template="from batch {{ task.op_kwargs['batch'] + 1 }}", multiple_outputs=False)
    def process(batch: int) -> dict[str, Any]:
        return steps.process(number, batch)

    @task_group(group_id=stage.group_id, tooltip=f"{stage.title}: takes {stage.takes}, makes {stage.makes}")
    def group() -> None:
        planned = plan()
        start >> planned
        complete = EmptyOperator(task_id="complete", trigger_rule="none_failed_min_one_success")
        process.expand(batch=planned) >> complete

    return group()
