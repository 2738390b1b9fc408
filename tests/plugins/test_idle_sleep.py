"""The scheduler's sleep between its rounds: short while a run is active, longer while none is."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from tests.stack import clean_environment

ROOT = Path(__file__).parents[2]
SCRIPT = """
from airflow.jobs.job import Job
from airflow.jobs.scheduler_job_runner import SchedulerJobRunner
from airflow.utils.session import create_session
from sqlalchemy import text
import igny8_idle_sleep as plugin

runner = SchedulerJobRunner(Job())
assert plugin.is_read(), "the scheduler's loop reads the attribute"
assert runner.__dict__[plugin.ATTRIBUTE] == 0.1, "the scheduler takes it from the configuration"
plugin.install(SchedulerJobRunner, 0.1)

def sleeps():
    vars(SchedulerJobRunner)[plugin.ATTRIBUTE].looked_at = -1
    return getattr(runner, plugin.ATTRIBUTE)

without_table = sleeps()
from airflow import settings
with settings.engine.begin() as connection:
    connection.execute(text("CREATE TABLE dag_run (id INTEGER, state TEXT)"))
idle = sleeps()
with create_session(scoped=False) as session:
    session.execute(text("INSERT INTO dag_run VALUES (1, 'running')"))
busy = sleeps()
with create_session(scoped=False) as session:
    session.execute(text("UPDATE dag_run SET state = 'success'"))
remembered = getattr(runner, plugin.ATTRIBUTE)
print(without_table, idle, busy, remembered, sleeps())
"""


def test_the_scheduler_sleeps_longer_while_nothing_runs(tmp_path: Path) -> None:
    environment = clean_environment() | {
        "AIRFLOW_HOME": str(tmp_path),
        "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": f"sqlite:///{tmp_path}/airflow.db",
        "AIRFLOW__SCHEDULER__SCHEDULER_IDLE_SLEEP_TIME": "0.1",
        "PYTHONPATH": os.pathsep.join(str(ROOT / name) for name in ("plugins", "dags", "")),
    }
    command = [sys.executable, "-c", SCRIPT]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    without_table, idle, busy, remembered, later = done.stdout.splitlines()[-1].split()
    assert without_table == "0.1", "where it cannot be told nothing is later"
    assert (idle, busy) == ("0.5", "0.1")
    assert remembered == "0.1", "it looks a few times a second at the most"
    assert later == "0.5"
