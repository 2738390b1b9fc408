"""Ctrl-C and closed pipes, on the real command in a process of its own."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from igny8_lib import clock
from igny8_lib.models import AutomationRun, RunStatus, Site, Trigger
from tests.factories.sites import make_site

ROOT = Path(__file__).parents[3]
IGNY8 = [sys.executable, "-m", "igny8_lib.cli"]


def start(database_url: str, *arguments: str) -> subprocess.Popen[str]:
    """The command, with Airflow away."""
    environment = os.environ | {"IGNY8_DATABASE_URL": database_url, "IGNY8_AIRFLOW_URL": "http://127.0.0.1:1"}
    pipe = subprocess.PIPE
    return subprocess.Popen([*IGNY8, *arguments], env=environment, cwd=ROOT, text=True, stdout=pipe, stderr=pipe)


@pytest.fixture
def running(session: Session) -> Site:
    """Site `blog` with a run under way."""
    site = make_site(session, slug="blog")
    session.add(
        AutomationRun(
            account_id=site.account_id,
            site_id=site.id,
            run_id="run_20260113_140523_manual",
            run_number=1,
            trigger=Trigger.MANUAL,
            triggered_by="tester",
            status=RunStatus.RUNNING,
            started_at=clock.now(),
            dag_id="site__blog",
            dag_run_id="manual__1",
        )
    )
    session.commit()
    return site


@pytest.mark.parametrize("library", ["pydantic_core", "sqlalchemy"])
def test_ctrl_c_while_python_imports_is_no_traceback(database_url: str, library: str) -> None:
    process = start(database_url, "status", "nowhere")
    maps = Path(f"/proc/{process.pid}/maps")
    while process.poll() is None and library not in maps.read_text():
        time.sleep(0.01)
    process.send_signal(signal.SIGINT)
    _out, err = process.communicate(timeout=60)
    assert "Traceback" not in err
    assert (process.returncode, "Interrupted" in err) in ((130, True), (3, False)), "told, or done already"


@pytest.mark.usefixtures("running")
@pytest.mark.parametrize("extra", [(), ("--json",)])
def test_ctrl_c_while_following_says_what_goes_on_and_how_to_stop_it(
    database_url: str, engine: Engine, extra: tuple[str, ...]
) -> None:
    before = connections(engine)
    process = start(database_url, "status", "blog", "--follow", *extra)
    while connections(engine) == before:
        assert process.poll() is None, "it ended by itself"
        time.sleep(0.1)
    time.sleep(2)  # it follows from then on
    process.send_signal(signal.SIGINT)
    _out, err = process.communicate(timeout=60)
    assert process.returncode == 130
    said = json.loads(err)["message"] if extra else err
    assert "igny8 status blog --follow" in said
    assert "igny8 cancel blog" in said
    assert "Traceback" not in err


def connections(engine: Engine) -> int:
    """Connections to the test's database."""
    query = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
    with engine.connect() as connection:
        return connection.scalar(text(query)) or 0


def test_a_reader_that_leaves_is_no_error(database_url: str, session: Session) -> None:
    for number in range(200):
        make_site(session, slug=f"site-{number}")
    session.commit()
    for extra in ([], ["--json"]):
        process = start(database_url, "sites", "list", *extra)
        assert process.stdout is not None
        process.stdout.close()
        assert process.stderr is not None
        assert process.stderr.read() == ""
        assert process.wait(timeout=60) == 141
