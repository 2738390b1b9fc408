"""Ended runs as people are told of them."""

from __future__ import annotations

from datetime import UTC, datetime

from igny8_lib.amounts import Credits
from igny8_lib.models import RunStatus, StageStatus, StoppedReason
from igny8_lib.notifications.run_end import RunEnd, StageRow


def make_run_end(**values: object) -> RunEnd:
    """A completed run of one stage."""
    row = StageRow(4, "Tasks → Content", StageStatus.COMPLETED, 12, 11, 1, Credits.of("34.5"))
    facts: dict[str, object] = {
        "account_id": 1,
        "title": "mysite.com #42",
        "run_name": "run_20260113_020000_scheduled",
        "site_name": "My site",
        "domain": "mysite.com",
        "timezone": "Europe/Berlin",
        "status": RunStatus.COMPLETED,
        "stopped_reason": StoppedReason.COMPLETED,
        "sentence": "Everything pending was worked: 12 items.",
        "dry_run": False,
        "started_at": datetime(2026, 1, 13, 1, tzinfo=UTC),
        "completed_at": datetime(2026, 1, 13, 2, 30, tzinfo=UTC),
        "stages": (row,),
        "credits_used": Credits.of("34.5"),
        "balance": Credits.of(965),
        "link": "https://airflow.example/dags/site__mysite/runs/scheduled__1",
    }
    return RunEnd(**(facts | values))
