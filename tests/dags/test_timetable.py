"""The timetable with Airflow's own classes; the parts that need a plugin registry run in a process of their own."""

import json
import os
import subprocess
import sys
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

import pendulum
import pytest
from airflow.timetables.base import DataInterval, TimeRestriction
from hypothesis import given
from hypothesis import strategies as st

from igny8_lib import clock
from igny8_lib.models import Frequency
from igny8_lib.sites.schedule import GRACE, Schedule, next_run_at
from plugins.igny8_timetable import SiteTimetable

ROOT = Path(__file__).parents[2]
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
ANY_TIME = TimeRestriction(earliest=None, latest=None, catchup=False)
BACKFILL = ANY_TIME._replace(catchup=True)


def daily(at: time, timezone: str = "UTC") -> Schedule:
    return Schedule(Frequency.DAILY, at, 0, 1, timezone)


def next_of(
    timetable: SiteTimetable, last: datetime | None = None, restriction: TimeRestriction = ANY_TIME
) -> datetime | None:
    interval = DataInterval.exact(pendulum.instance(last)) if last else None
    info = timetable.next_dagrun_info(last_automated_data_interval=interval, restriction=restriction)
    if info is None:
        return None
    assert info.data_interval == DataInterval.exact(info.run_after)
    return info.run_after


def latest_start(schedule: Schedule, now: datetime) -> datetime:
    """The schedule's last start at or before now."""
    start = schedule.next_after(now - timedelta(days=70))
    while (following := schedule.next_after(start)) <= now:
        start = following
    return start


SCHEDULES = st.builds(
    Schedule,
    st.sampled_from(Frequency),
    st.times().map(lambda at: at.replace(microsecond=0)),
    st.integers(0, 6),
    st.integers(1, 31),
    st.sampled_from(["UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu"]),
)


@given(SCHEDULES)
def test_airflow_waits_for_the_very_start_that_the_product_shows(schedule: Schedule) -> None:
    now = clock.now()
    last = latest_start(schedule, now)
    shown = next_run_at(schedule, now)
    assert shown is not None
    found = next_of(SiteTimetable(schedule, since=LONG_AGO), last)
    assert found in (shown, schedule.next_after(shown)), "the second only where a start passed during this test"


@given(SCHEDULES)
def test_a_schedule_that_is_new_never_starts_at_once(schedule: Schedule) -> None:
    now = clock.now()
    found = next_of(SiteTimetable(schedule, since=now))
    assert found is not None
    assert found > now


def test_a_start_missed_for_a_minute_is_made_up_for_and_an_old_one_is_not() -> None:
    now = clock.now()
    minute_ago, hour_ago = now - timedelta(minutes=1), now - timedelta(hours=1)
    yesterday = minute_ago - timedelta(days=1)
    assert next_of(SiteTimetable(daily(minute_ago.time()), since=LONG_AGO), yesterday) == minute_ago
    assert next_of(SiteTimetable(daily(hour_ago.time()), since=LONG_AGO), yesterday) == hour_ago + timedelta(days=1)


def test_the_dags_start_and_end_date_hold() -> None:
    timetable = SiteTimetable(daily(time(2)), since=LONG_AGO)
    earliest = pendulum.instance(clock.now()).add(days=30).at(2)
    assert next_of(timetable, None, ANY_TIME._replace(earliest=earliest)) == earliest
    assert next_of(timetable, None, ANY_TIME._replace(earliest=earliest, latest=earliest.subtract(seconds=1))) is None


def test_a_backfill_walks_through_every_start_of_the_past() -> None:
    timetable = SiteTimetable(daily(time(2), "Europe/Berlin"), since=clock.now())
    restriction = BACKFILL._replace(
        earliest=pendulum.datetime(2026, 3, 28, 1), latest=pendulum.datetime(2026, 3, 29, 23)
    )
    first = next_of(timetable, None, restriction)
    second = next_of(timetable, first, restriction)
    assert (first, second) == (pendulum.datetime(2026, 3, 28, 1), pendulum.datetime(2026, 3, 29, 1))
    assert next_of(timetable, second, restriction) is None


SCRIPT = """
import json
from datetime import UTC, datetime, time
from airflow.sdk import DAG
from airflow.serialization.serialized_objects import DagSerialization, LazyDeserializedDAG
from igny8_lib.models import Frequency
from igny8_lib.sites.schedule import Schedule
from igny8_timetable import SiteTimetable

schedule = Schedule(Frequency.WEEKLY, time(2, 30), 4, 1, "Europe/Berlin")
timetable = SiteTimetable(schedule, since=datetime(2026, 1, 1, tzinfo=UTC))
with DAG("site__demo", schedule=timetable, catchup=False) as dag:
    pass
stored = json.loads(json.dumps(DagSerialization.to_dict(dag)))
read = DagSerialization.from_dict(stored)
print(json.dumps({
    "type": stored["dag"]["timetable"]["__type"],
    "same": read.timetable.schedule == schedule and read.timetable.since == timetable.since,
    "summary": read.timetable.summary,
    "description": read.timetable.description,
    "next": read.next_dagrun_info(last_automated_run_info=None).run_after.isoformat(),
    "again": DagSerialization.to_dict(dag) == DagSerialization.to_dict(dag),
}))
"""


@pytest.fixture
def airflow_environment(tmp_path: Path) -> dict[str, str]:
    """A home of its own, and a plugins folder that registers the timetable and nothing else."""
    folder = tmp_path / "plugins"
    folder.mkdir()
    registration = (
        "from airflow.plugins_manager import AirflowPlugin\n"
        "from igny8_timetable import SiteTimetable\n\n\n"
        "class Registration(AirflowPlugin):\n"
        '    name = "schedules"\n'
        "    timetables = [SiteTimetable]\n"
    )
    (folder / "registration.py").write_text(registration)
    return os.environ | {
        "AIRFLOW_HOME": str(tmp_path),
        "AIRFLOW__CORE__PLUGINS_FOLDER": str(folder),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "plugins")]),
    }


def test_a_dag_keeps_its_timetable_through_airflows_database(airflow_environment: dict[str, str]) -> None:
    before = clock.now()
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT], env=airflow_environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout.splitlines()[-1])
    schedule = Schedule(Frequency.WEEKLY, time(2, 30), 4, 1, "Europe/Berlin")
    expected = [schedule.next_after(moment - GRACE) for moment in (before, clock.now())]
    assert told["type"] == "igny8_timetable.SiteTimetable"
    assert told["same"]
    assert told["again"], "re-parsing an unchanged site makes no new version of its DAG"
    assert told["summary"] == told["description"] == "Weekly on Friday at 02:30 Europe/Berlin"
    assert datetime.fromisoformat(told["next"]) in expected, "two only where a start's grace ended during this test"
