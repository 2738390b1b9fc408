"""Addresses of a run in Airflow's own pages (3.3: ui/src/router.tsx)."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote

from igny8_lib.pipeline.stages import stage


@dataclass(frozen=True)
class AirflowRun:
    """A DAG run; its id holds colons and a plus sign where the schedule started it."""

    dag_id: str
    dag_run_id: str

    @property
    def path(self) -> str:
        """The DAG run."""
        return f"dags/{quote(self.dag_id, safe='')}/runs/{quote(self.dag_run_id, safe='')}"

    def group(self, number: int) -> str:
        """A stage's task group: the tasks that worked its batches, with their logs."""
        return f"{self.path}/tasks/group/{stage(number).group_id}"
