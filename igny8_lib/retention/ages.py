"""How long each kind of thing is kept."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Self

from igny8_lib.settings import Settings
from igny8_lib.sites.repeats import KEPT as REPEATED_KEPT


@dataclass(frozen=True)
class Cuts:
    """What is older than these instants goes; all aware, in UTC."""

    run_details: datetime
    ai_answers: datetime
    records: datetime
    repeated_requests: datetime
    dag_runs: datetime
    frequent_dag_runs: datetime

    @classmethod
    def of(cls, settings: Settings, now: datetime) -> Self:
        """As the settings say, reckoned from now."""
        return cls(
            run_details=now - timedelta(days=settings.keep_run_details_days),
            ai_answers=now - timedelta(days=settings.keep_ai_answers_days),
            records=now - timedelta(days=settings.keep_records_days),
            repeated_requests=now - REPEATED_KEPT,
            dag_runs=now - timedelta(days=settings.keep_dag_runs_days),
            frequent_dag_runs=now - timedelta(days=settings.keep_frequent_dag_runs_days),
        )
