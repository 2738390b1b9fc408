"""Remove all that is old, or tell how much that is; one process at a time."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from igny8_lib import clock
from igny8_lib.airflow_api.client import AirflowApi
from igny8_lib.db.holding import hold, require_held
from igny8_lib.db.session import Sessions
from igny8_lib.errors import Conflict, InvalidInput
from igny8_lib.models import Site
from igny8_lib.retention.ages import Cuts
from igny8_lib.retention.ai_answers import count_answers, remove_answers
from igny8_lib.retention.airflow_rows import AIRFLOW_PARTS, FREQUENT_DAGS, count_airflow_rows, remove_airflow_rows
from igny8_lib.retention.batching import count
from igny8_lib.retention.log_files import (
    LogPlace,
    count_files,
    old_parsing_logs,
    old_task_logs,
    remove_folders,
    runs_to_keep,
)
from igny8_lib.retention.records import RECORDS, count_records, old_requests, remove_records, remove_requests
from igny8_lib.retention.run_details import count_run_details, remove_run_details
from igny8_lib.retention.watch import Watch
from igny8_lib.settings import Settings

LOCK = 0x1697_C1EA
"""Advisory lock of the product database."""
RUN_DETAILS, AI_ANSWERS, REQUESTS = "run_details", "ai_answers", "repeated_requests"
TASK_LOGS, PARSING_LOGS = "task_logs", "parsing_logs"
PRODUCT_PARTS = (RUN_DETAILS, AI_ANSWERS, *RECORDS, REQUESTS)
PARTS = (*PRODUCT_PARTS, *AIRFLOW_PARTS, TASK_LOGS, PARSING_LOGS)
"""Everything that is removed, by name and in order."""


class CleanUpUnderWay(Conflict):
    """Another process cleans up."""

    def __init__(self) -> None:
        super().__init__("Another clean-up is under way: this one did nothing. Look again when that one has ended.")


@dataclass(frozen=True)
class PartDone:
    """What came of one part."""

    part: str
    before: datetime
    rows: int
    """Rows, or files; of a dry run those that would go."""


@dataclass
class CleanUp:
    """What came of a clean-up."""

    dry_run: bool
    stopped: str = ""
    """Why it stopped before its end: deadline or signal; empty where it came to its end."""
    done: list[PartDone] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        """As a JSON document."""
        parts = [{"part": each.part, "before": each.before.isoformat(), "rows": each.rows} for each in self.done]
        return {"dry_run": self.dry_run, "stopped": self.stopped or None, "parts": parts}


@dataclass(frozen=True)
class Cleaner:
    """Where it cleans. Without Airflow's API and places of log files only the product's tables."""

    sessions: Sessions
    settings: Settings
    airflow: Callable[[], AirflowApi] | None = None
    """Called when Airflow's part comes."""
    task_logs: Sequence[LogPlace] = ()
    parsing_logs: Sequence[LogPlace] = ()

    def clean_up(self, watch: Watch, *, only: Collection[str] = (), dry_run: bool = False) -> CleanUp:
        """Remove what is old of all parts, or of `only` some; a dry run counts it.

        Raises CleanUpUnderWay where another process is at it, InvalidInput for an unknown part, AirflowUnreachable
        where Airflow's part cannot be done: the parts before it are done then.
        """
        (parts, cuts), outcome = self.plan(only), CleanUp(dry_run)
        with self.sessions.begin() as guard:
            if not dry_run and not hold(guard, LOCK):
                raise CleanUpUnderWay
            for part in parts:
                if outcome.stopped:
                    break
                require_held(guard)
                before = cut_of(part, cuts)
                rows = self.count(part, cuts) if dry_run else self.remove(part, cuts, watch)
                outcome.done.append(PartDone(part, before, rows))
                outcome.stopped = watch.reason
        return outcome

    def plan(self, only: Collection[str]) -> tuple[list[str], Cuts]:
        """What it would go through, in order, and what is old: all that it reaches, or `only` some.

        Raises InvalidInput for a part that there is none of, and for an age below its least.
        """
        if unknown := sorted(set(only) - set(PARTS)):
            raise InvalidInput(f"There is no part {', '.join(unknown)}: there are {', '.join(PARTS)}.")
        parts = [part for part in PARTS if (not only or part in only) and self.reaches(part)]
        return parts, Cuts.of(self.settings, clock.now())

    def reaches(self, part: str) -> bool:
        """Whether it was told where the part is."""
        if part in PRODUCT_PARTS:
            return True
        places = {TASK_LOGS: self.task_logs, PARSING_LOGS: self.parsing_logs}
        return self.airflow is not None and bool(places.get(part, True))

    def remove(self, part: str, cuts: Cuts, watch: Watch) -> int:
        """Remove one part; how much."""
        if part in AIRFLOW_PARTS:
            return remove_airflow_rows(self.api(), part, watch)
        if part == TASK_LOGS:
            kept = runs_to_keep(self.api())
            return sum(remove_folders(place, old_task_logs(place, cuts, kept), watch) for place in self.task_logs)
        if part == PARSING_LOGS:
            return sum(remove_folders(place, old_parsing_logs(place, cuts), watch) for place in self.parsing_logs)
        before = cut_of(part, cuts)
        if part == REQUESTS:
            return remove_requests(self.sessions, before, watch)
        work = {RUN_DETAILS: remove_run_details, AI_ANSWERS: remove_answers}
        remove: Callable[..., int] = work[part] if part in work else partial(remove_of, part)
        return sum(remove(self.sessions, site_id, before, watch) for site_id in self.site_ids() if not watch.reason)

    def count(self, part: str, cuts: Cuts) -> int:
        """How much of one part would be removed."""
        if part in AIRFLOW_PARTS:
            return count_airflow_rows(self.api(), part)
        if part == TASK_LOGS:
            kept = runs_to_keep(self.api())
            return sum(count_files(place, old_task_logs(place, cuts, kept)) for place in self.task_logs)
        if part == PARSING_LOGS:
            return sum(count_files(place, old_parsing_logs(place, cuts)) for place in self.parsing_logs)
        before = cut_of(part, cuts)
        with self.sessions() as session:
            if part == REQUESTS:
                return count(session, old_requests(before))
            work = {RUN_DETAILS: count_run_details, AI_ANSWERS: count_answers}
            counting: Callable[..., int] = work[part] if part in work else partial(count_of, part)
            return sum(counting(session, site_id, before) for site_id in self.site_ids())

    def site_ids(self) -> Sequence[int]:
        """All sites, oldest first."""
        with self.sessions() as session:
            return session.scalars(select(Site.id).order_by(Site.id)).all()

    def api(self) -> AirflowApi:
        """Airflow's API."""
        if self.airflow is None:
            raise AssertionError("unreachable: `reaches` is asked before")
        return self.airflow()


def remove_of(part: str, sessions: Sessions, site_id: int, before: datetime, watch: Watch) -> int:
    """Remove the site's old records of that name."""
    return remove_records(sessions, RECORDS[part], site_id, before, watch)


def count_of(part: str, session: Session, site_id: int, before: datetime) -> int:
    """How many they are."""
    return count_records(session, RECORDS[part], site_id, before)


def cut_of(part: str, cuts: Cuts) -> datetime:
    """What of the part is older than this goes."""
    if part in RECORDS:
        return cuts.records
    told = {RUN_DETAILS: cuts.run_details, AI_ANSWERS: cuts.ai_answers, REQUESTS: cuts.repeated_requests}
    frequent = {"frequent_dag_runs", "celery_results", PARSING_LOGS}
    return told.get(part, cuts.frequent_dag_runs if part in frequent else cuts.dag_runs)


__all__ = ["FREQUENT_DAGS", "PARTS", "CleanUp", "CleanUpUnderWay", "Cleaner", "PartDone"]
