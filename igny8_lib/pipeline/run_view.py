"""A run as everybody is shown it: the command line, XCom and the API give these facts under these names."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from igny8_lib.models import AutomationRun
from igny8_lib.pipeline.stages import stage


def run_view(run: AutomationRun) -> dict[str, Any]:
    """The run's facts as a JSON document: times in ISO 8601, credits as a number, `run` is its primary key."""
    return {
        "run": run.id,
        "run_id": run.run_id,
        "run_number": run.run_number,
        "trigger": run.trigger.value,
        "triggered_by": run.triggered_by,
        "status": run.status.value,
        "current_stage": run.current_stage,
        "dry_run": run.dry_run,
        "direct": direct_work(run),
        "stopped_reason": run.stopped_reason.value if run.stopped_reason else None,
        "sentence": run.stopped_detail,
        "credits_used": run.total_credits_used.as_number(),
        "started_at": instant(run.started_at),
        "completed_at": instant(run.completed_at),
        "dag_id": run.dag_id,
        "dag_run_id": run.dag_run_id,
    }


def direct_work(run: AutomationRun) -> dict[str, int] | None:
    """Of a run on chosen items its stage, and how many items were chosen; None where it took whatever waited."""
    direct = run.initial_snapshot.get("direct")
    return {"stage": direct["stage"], "items": len(direct["items"])} if direct else None


def direct_words(direct: Mapping[str, int] | None) -> str:
    """The same for people: "3 chosen tasks"; empty where the run took whatever waited."""
    return f"{direct['items']:,} chosen {stage(direct['stage']).takes}" if direct else ""


def instant(at: datetime | None) -> str | None:
    """A time to the second; None where there is none."""
    return at.isoformat(timespec="seconds") if at else None
