"""The timetable of a site's DAG: Airflow's face of igny8_lib.sites.schedule.

It lives in the plugins folder because scheduler, API server, dag-processor and task processes all have that folder on
their path; the dags folder is only on the dag-processor's and the tasks'.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pendulum
from airflow.timetables.base import DagRunInfo, DataInterval, TimeRestriction, Timetable

from igny8_lib import clock
from igny8_lib.sites.schedule import Schedule, next_start

INSTANT = timedelta(microseconds=1)


class SiteTimetable(Timetable):
    """Starts at the instants of a site's schedule.

    Unlike Airflow's cron timetables it never makes up for a start that lies more than a few minutes back, nor for one
    before `since`, when the schedule came into force: unpausing a DAG or adding a site starts nothing at once.
    """

    def __init__(self, schedule: Schedule, *, since: datetime) -> None:
        self.schedule = schedule
        self.since = since
        self.description = schedule.describe()

    @property
    def summary(self) -> str:
        """The schedule in Airflow's list of DAGs: "Daily at 02:00 Europe/Berlin"."""
        return self.description

    def serialize(self) -> dict[str, Any]:
        """What `deserialize` needs, as JSON."""
        return {"schedule": self.schedule.as_json(), "since": self.since.isoformat()}

    @classmethod
    def deserialize(cls, data: dict[str, Any]) -> Timetable:
        """The timetable that `serialize` wrote."""
        return cls(Schedule.from_json(data["schedule"]), since=datetime.fromisoformat(data["since"]))

    def infer_manual_data_interval(self, *, run_after: pendulum.DateTime) -> DataInterval:
        """A run covers no interval: it works on what is pending at its instant."""
        return DataInterval.exact(run_after)

    def next_dagrun_info(
        self, *, last_automated_data_interval: DataInterval | None, restriction: TimeRestriction
    ) -> DagRunInfo | None:
        """The next start; None where the DAG's end date forbids it."""
        last = last_automated_data_interval.end if last_automated_data_interval else None
        start = self._start_after(last, restriction)
        if restriction.latest is not None and start > restriction.latest:
            return None
        return DagRunInfo.exact(pendulum.instance(start))

    def _start_after(self, last: datetime | None, restriction: TimeRestriction) -> datetime:
        # Starts come strictly after an instant; Airflow's `earliest` is a start itself.
        earliest = restriction.earliest - INSTANT if restriction.earliest else None
        now = clock.now()
        if restriction.catchup:  # a backfill that somebody asked for walks through the past
            return self.schedule.next_after(last or earliest or now)
        since = max(self.since, earliest) if earliest else self.since
        return next_start(self.schedule, now=now, since=since, last=last)
