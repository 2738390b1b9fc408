"""A backup that is taken in the middle of a real run goes on on another machine, and the keys are changed there."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass

import psycopg
import pytest
from cryptography.fernet import Fernet
from sqlalchemy import select

from igny8_lib.backup.rotation import ROTATED, former_of
from igny8_lib.models import Reservation, ReservationStatus, RunStatus
from igny8_lib.pipeline.run_now import run_now
from igny8_lib.pipeline.runs import active_run
from igny8_lib.sites.configuration import configure
from igny8_lib.stack import postgres
from igny8_lib.stack.database_roles import plain
from tests import session_folder
from tests.factories.planner import make_keywords
from tests.journey.invariants import assert_at_rest, assert_keywords_kept
from tests.journey.site_rows import newest_run, site_of
from tests.journey.sites import make_site
from tests.lib.pipeline.invariants import assert_invariants
from tests.stack import LONGER, Stack, until

pytestmark = [
    pytest.mark.airflow,
    pytest.mark.timeout(1800),
    pytest.mark.slow("starts two stacks one after the other, and lets a run go on in the second"),
]

SITE = "moved"
PASSPHRASE = "a passphrase for moving"
SMALL = {"ideas_per_cluster": 1, "images_per_content": 1, "max_tasks_per_run": 3, "stage_1_batch_size": 20}
KEYWORDS = 12


@dataclass(frozen=True)
class Moved:
    """The second machine, and what was in the middle in the first one's backup."""

    stack: Stack
    held: int
    """Reservations of credits that were open in the first one a moment before."""


@pytest.fixture(scope="module")
def moved() -> Iterator[Moved]:
    """One stack makes a backup in the middle of its run and is gone; another one is restored from it and started."""
    backup = session_folder.stack_home() / "one.tar"
    with Stack.started(parallelism=2) as first:
        make_site(first, SITE, keywords=None)
        with first.sessions.begin() as session:
            site = site_of(session, SITE)
            configure(session, site.id, SMALL)
            make_keywords(session, site, [f"{SITE} topic {n % 4} aspect {n}" for n in range(KEYWORDS)])
        first.wait_for_dag(f"site__{SITE}")
        first.switch(latency_seconds=3)
        run_now(first.sessions, first.airflow, SITE, {}, token="moving")
        held = until(lambda: held_in_the_middle(first), "a request of stage 4 or later is under way", LONGER)
        done = first.igny8("backup", str(backup), "--json", IGNY8_BACKUP_PASSPHRASE=PASSPHRASE)
        assert done.returncode == 0, done.stderr
    home = session_folder.stack_home()
    second = Stack.described(home, parallelism=2)
    try:
        done = second.igny8("restore", str(backup), "--json", IGNY8_BACKUP_PASSPHRASE=PASSPHRASE)
        assert done.returncode == 0, done.stderr
        document = json.loads(done.stdout)
        assert document["missing"] == []
        for one in ("credentials", "access"):
            second.services.__dict__.pop(one, None)
        second.up()
        yield Moved(second, held)
    finally:
        second.down()
        shutil.rmtree(home, ignore_errors=True)
        shutil.rmtree(backup.parent, ignore_errors=True)


def held_in_the_middle(stack: Stack) -> int | None:
    """How many reservations are open, once the run has come far."""
    with stack.sessions() as session:
        run = active_run(session, site_of(session, SITE).id)
        if run is None or (run.current_stage or 0) < 4:
            return None
        pending = select(Reservation.id).where(Reservation.status == ReservationStatus.PENDING)
        return len(session.scalars(pending).all()) or None


def test_a_run_that_a_backup_caught_in_the_middle_comes_to_its_end_on_the_other_machine(moved: Moved) -> None:
    assert moved.held > 0
    until(lambda: at_rest(moved.stack) or None, "the restored run has ended", LONGER)
    run = newest_run(moved.stack.sessions, SITE)
    assert run.status == RunStatus.COMPLETED, run.stopped_detail
    assert_at_rest(moved.stack.sessions, SITE)
    assert_keywords_kept(moved.stack.sessions, SITE, KEYWORDS)
    assert_invariants(moved.stack.sessions, media=moved.stack.services.layout.media)
    with moved.stack.sessions() as session:
        assert not session.scalars(select(Reservation).where(Reservation.status == ReservationStatus.PENDING)).all()


def at_rest(stack: Stack) -> bool:
    """Whether no run is active, neither here nor in Airflow."""
    with stack.sessions() as session:
        active = active_run(session, site_of(session, SITE).id)
    return active is None and not stack.airflow.open_runs([f"site__{SITE}"])


def test_new_keys_open_everything_and_the_old_ones_nothing(moved: Moved) -> None:
    stack = moved.stack
    path = stack.services.layout.credentials
    old, old_url = json.loads(path.read_text()), stack.database_url
    stack.forget()
    done = stack.igny8("rotate-keys", "--json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["started"] is True
    new = json.loads(path.read_text())
    assert {name for name in new if new[name] != old[name]} == {"fernet_key", *ROTATED} & set(new)
    assert not former_of(path).exists()
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(plain(old_url, database="igny8"))
    assert b"gAAAA" in encrypted_password(stack, new)
    for one in ("credentials", "access"):
        stack.services.__dict__.pop(one, None)
    assert stack.airflow.call("GET", "/connections/igny8_airflow")["login"] == "igny8-reconciler"
    with stack.sessions() as session:
        assert site_of(session, SITE).slug == SITE
    assert stack.igny8("ps", "--json").returncode == 0


def encrypted_password(stack: Stack, secrets: dict[str, str]) -> bytes:
    """What Airflow's database keeps of the technical user's password; the first key alone opens it."""
    url = postgres.url("airflow", secrets["airflow_database_password"], stack.services.options.postgres_port, "airflow")
    with psycopg.connect(url) as connection:
        row = connection.execute("SELECT password FROM connection WHERE conn_id = 'igny8_airflow'").fetchone()
    assert row
    Fernet(secrets["fernet_key"]).decrypt(row[0].encode())
    return bytes(row[0].encode())
