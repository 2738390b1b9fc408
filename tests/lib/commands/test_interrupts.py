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
NAME = "command-under-test"
"""Of its connections in the server's list."""
LOOKS = 6
"""Transactions that a command has ended only once it follows."""


def start(database_url: str, *arguments: str) -> subprocess.Popen[str]:
    """The command, with Airflow away."""
    addresses = {"IGNY8_DATABASE_URL": database_url, "IGNY8_AIRFLOW_URL": "http://127.0.0.1:1"}
    environment = os.environ | addresses | {"PGAPPNAME": NAME}
    pipe = subprocess.PIPE
    return subprocess.Popen(
        [*IGNY8, *arguments],
        env=environment,
        cwd=ROOT,
        text=True,
        stdout=pipe,
        stderr=pipe,
        preexec_fn=heed_ctrl_c,  # noqa: PLW1509 - one line, which needs nothing that another thread could hold
    )


def heed_ctrl_c() -> None:
    """As in a terminal, also where this session is a job in the background, which inherits that it is ignored."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


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
    process = start(database_url, "status", "blog", "--follow", *extra)
    looks: set[object] = set()
    while len(looks) < LOOKS:
        assert process.poll() is None, "it ended by itself"
        looks |= looks_of(engine)
        time.sleep(0.05)
    process.send_signal(signal.SIGINT)
    _out, err = process.communicate(timeout=60)
    assert process.returncode == 130
    said = json.loads(err)["message"] if extra else err
    assert "igny8 status blog --follow" in said
    assert "igny8 cancel blog" in said
    assert "Traceback" not in err


def looks_of(engine: Engine) -> set[object]:
    """When the command's connections ended their last transactions."""
    query = (
        "SELECT query_start FROM pg_stat_activity"
        " WHERE datname = current_database() AND application_name = :name AND query = 'ROLLBACK'"
    )
    with engine.connect() as connection:
        return set(connection.scalars(text(query), {"name": NAME}))


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
