"""A stage as a task group: plan → process (one mapped task per batch) → complete."""

from __future__ import annotations

from typing import Any

from airflow.sdk import task, task_group

from igny8_dags import steps
from igny8_lib.pipeline.stages import Stage


def stage_group(stage: Stage, start: Any) -> Any:  # noqa: ANN401 - Airflow's operators and groups
    """The stage's tasks, behind `start`, which skips the stages that can have no work.

    A stage with nothing to do is one short task: `plan` skips the rest, and the next stage goes on.
    """
    number = stage.number

    @task.short_circuit(trigger_rule="none_failed", ignore_downstream_trigger_rules=False)
    def plan() -> list[int]:
        return steps.plan(number)

    @task(map_index_template="batch {{ task.op_kwargs['batch'] + 1 }}", multiple_outputs=False)
    def process(batch: int) -> dict[str, Any]:
        return steps.process(number, batch)

    @task(trigger_rule="none_failed_min_one_success", multiple_outputs=False)
    def complete() -> dict[str, Any]:
        return steps.complete(number)

    @task_group(group_id=stage.group_id, tooltip=f"{stage.title}: takes {stage.takes}, makes {stage.makes}")
    def group() -> None:
        planned = plan()
        start >> planned
        process.expand(batch=planned) >> complete()

    return group()
