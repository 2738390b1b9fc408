"""Up, down and up again, on a real stack of its own."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator

import psutil
import pytest
from sqlalchemy import select

from igny8_lib.models import Account
from igny8_lib.stack import health, processes
from igny8_lib.stack.machine import MEBIBYTE
from igny8_lib.stack.ports import LOOPBACK
from igny8_lib.stack.supervisor import Supervisor
from tests.factories.sites import make_site
from tests.stack import LONG, Stack, until

pytestmark = [
    pytest.mark.airflow,
    pytest.mark.timeout(1800),
    pytest.mark.slow(
        "starts PostgreSQL, two servers and four components of Airflow, twice, and waits until each is healthy"
    ),
]

SERVICES = {"postgres", "sandbox", "sites", "api-server", "scheduler", "dag-processor", "triggerer"}


@pytest.fixture(scope="module")
def own_stack() -> Iterator[Stack]:
    """A stack that these tests may stop."""
    with Stack.started(parallelism=2) as stack:
        yield stack


def test_every_service_runs_in_a_process_of_its_own_and_is_reported(own_stack: Stack) -> None:
    done = own_stack.igny8("ps", "--json")
    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout)
    assert {item["name"]: item["state"] for item in report["services"]} == dict.fromkeys(SERVICES, "RUNNING")
    assert len({item["pid"] for item in report["services"]}) == len(SERVICES)
    assert report["pss"] == sum(item["pss"] for item in report["processes"])


def test_the_whole_stack_takes_less_than_two_gigabytes(own_stack: Stack) -> None:
    memory = processes.memory(own_stack.services.layout)
    assert sum(entry.pss for entry in memory) < 2_000 * MEBIBYTE
    assert {entry.pid for entry in memory} >= {state.pid for state in Supervisor(own_stack.services.layout).processes()}


def test_starting_what_runs_does_nothing(own_stack: Stack) -> None:
    before = {state.pid for state in Supervisor(own_stack.services.layout).processes()}
    assert own_stack.up() is False
    assert {state.pid for state in Supervisor(own_stack.services.layout).processes()} == before


@pytest.mark.parametrize("service", ["scheduler", "postgres", "sandbox"])
def test_a_service_that_dies_is_started_anew(own_stack: Stack, service: str) -> None:
    former = own_stack.kill(service)
    assert own_stack.wait_for_restart(service, former).pid != former
    if service == "sandbox":
        health.wait_for_sandbox(own_stack.services)
    else:
        health.wait_for_postgres(own_stack.services)


def test_a_killed_scheduler_takes_its_idle_workers_with_it(own_stack: Stack) -> None:
    def forked() -> list[psutil.Process] | None:
        state = own_stack.state("scheduler")
        workers = psutil.Process(state.pid).children() if state.runs else []
        return workers if len(workers) >= own_stack.services.options.parallelism else None

    workers = until(forked, "the scheduler has its workers", LONG)
    own_stack.kill("scheduler")
    _, alive = psutil.wait_procs(workers, timeout=60)
    assert alive == [], "each crash would leave some"


def test_the_initialisation_may_run_again_and_gives_every_site_a_pool_of_one_slot(own_stack: Stack) -> None:
    with own_stack.sessions.begin() as session:
        make_site(session, slug="pooled")
    done = own_stack.igny8("init", "--json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["admin"] == "kept"
    assert own_stack.airflow.call("GET", "/pools/site_pooled")["slots"] == 1


def test_down_leaves_no_process_and_no_port_behind_and_up_again_finds_the_data(own_stack: Stack) -> None:
    with own_stack.sessions.begin() as session:
        session.add(Account(name="Kept", slug="kept"))
    former = own_stack.processes()
    assert len(former) >= len(SERVICES)
    assert own_stack.down() >= len(SERVICES)
    assert own_stack.processes() == []
    assert not [process for process in former if process.is_running() and process.status() != psutil.STATUS_ZOMBIE]
    for port, _ in own_stack.services.ports().values():
        socket.create_server((LOOPBACK, port)).close()
    assert own_stack.igny8("init").returncode == 75  # not running, and it says so
    assert own_stack.up() is True
    with own_stack.sessions() as session:
        assert session.scalar(select(Account.name).where(Account.slug == "kept")) == "Kept"


def test_a_stack_whose_supervisor_was_killed_is_still_stopped_completely(own_stack: Stack) -> None:
    pid = int(own_stack.services.layout.supervisor_pid.read_text())
    psutil.Process(pid).kill()
    assert own_stack.down() >= len(SERVICES)
    assert own_stack.processes() == []


def test_a_dead_service_is_named_with_its_last_words(own_stack: Stack) -> None:
    own_stack.services.layout.logs.joinpath("nothing.log").write_text("started\nno such table: x.\n\n---\n")
    sentence = str(health.down(own_stack.services.layout, "nothing", "fatal"))
    assert sentence.startswith("nothing is not up (fatal). Its last words: no such table: x. The whole log: ")
    assert str(own_stack.services.layout.logs) in sentence
