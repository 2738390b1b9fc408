"""`kill -9` of the process that works a batch, in the middle of stages 1, 4 and 6, twenty times in all."""

from __future__ import annotations

import random
import time
from collections import Counter

import psutil
import pytest
from sqlalchemy import func, select, update
from sqlalchemy.exc import NoResultFound

from igny8_lib.db.session import Sessions
from igny8_lib.models import AICall, AICallStatus, AutomationConfig, AutomationRun, LedgerEntry
from tests.journey.invariants import assert_at_rest
from tests.journey.site_rows import answered_keys, newest_run, rows_of, site_of
from tests.journey.sites import make_site, run_site
from tests.stack import ENDED, Stack, kill_process

pytestmark = [
    pytest.mark.airflow,
    pytest.mark.slow("20 kills in the middle of requests of 2 seconds, each followed by Airflow's retry"),
]

KILLS = {1: 5, 4: 9, 6: 6}
LATENCY = 2.0
"""Of a request: long enough for a busy machine to meet it in the middle."""
DRAW = random.Random(20_261)  # noqa: S311 - a reproducible test, not a secret


def configure(sessions: Sessions, slug: str) -> None:
    """Small batches, so that kills meet several of them, and more rounds of requests in each stage than kills, so that
    none is done before its share of kills is."""
    values = {"stage_1_batch_size": 20, "stage_4_batch_size": 4, "stage_6_batch_size": 12}
    values |= {"ideas_per_cluster": 1, "images_per_content": 2}
    limits = {"max_tasks_per_run": 30, "stage_1_in_flight": 2, "stage_4_in_flight": 2, "stage_6_in_flight": 4}
    with sessions.begin() as session:
        mine = AutomationConfig.site_id == site_of(session, slug).id
        session.execute(update(AutomationConfig).where(mine).values(**values, **limits))


def in_flight(sessions: Sessions, run: AutomationRun, stage: int) -> int:
    """AI requests of the stage that are under way."""
    with sessions() as session:
        query = select(func.count()).where(
            AICall.run_id == run.id, AICall.stage == stage, AICall.status == AICallStatus.PENDING
        )
        return session.scalar(query) or 0


def kill_task(stack: Stack) -> bool:
    """Kill what runs task code now; whether anything did."""
    victims = stack.task_processes()
    killed = [kill_process(victim) for victim in victims]
    psutil.wait_procs(victims, timeout=30)
    return any(killed)


def storm(stack: Stack, slug: str, dag_run_id: str) -> list[dict[str, int]]:
    """Kill until every stage had its share; for each kill, how often the sandbox had been asked what was answered."""
    left, proofs = Counter(KILLS), []
    deadline = time.monotonic() + 1200
    while left.total() and time.monotonic() < deadline:
        if stack.airflow.dag_run(f"site__{slug}", dag_run_id)["state"] in ENDED:
            break
        try:
            run = newest_run(stack.sessions, slug)
        except NoResultFound:
            continue
        stage = run.current_stage or 0
        if left[stage] > 0 and in_flight(stack.sessions, run, stage):
            time.sleep(DRAW.uniform(0, LATENCY * 1.25))
            if kill_task(stack):
                left[stage] -= 1
                answered = answered_keys(stack.sessions)  # before the counts: what is answered later is no proof
                asked = stack.sandbox_requests()["keys"]
                proofs.append({key: asked[key]["started"] for key in answered if key in asked})
                time.sleep(1.5)
        time.sleep(0.1)
    state = stack.airflow.dag_run(f"site__{slug}", dag_run_id)["state"]
    assert not +left, f"the run is {state}, and not all kills were done: {left}"
    return proofs


@pytest.mark.timeout(3000)
def test_twenty_kills_leave_the_rows_of_an_undisturbed_run_and_charge_and_ask_nothing_twice(stack: Stack) -> None:
    stack.reset_sandbox()
    make_site(stack, "calm")
    make_site(stack, "hunted")
    configure(stack.sessions, "calm")
    configure(stack.sessions, "hunted")
    assert run_site(stack, "calm") == "success"

    stack.switch(latency_seconds=LATENCY)
    dag_run_id = stack.trigger("site__hunted")
    proofs = storm(stack, "hunted", dag_run_id)
    stack.switch(latency_seconds=0)
    assert stack.wait(dag_run_id, dag_id="site__hunted")["state"] == "success"

    assert len(proofs) == sum(KILLS.values()) == 20
    asked = stack.sandbox_requests()["keys"]
    for proof in proofs:
        assert {key: asked[key]["started"] for key in proof} == proof, "an answered request was sent again"
    assert rows_of(stack.sessions, "hunted") == rows_of(stack.sessions, "calm")
    assert_at_rest(stack.sessions, "hunted")
    with stack.sessions() as session:
        site = site_of(session, "hunted")
        keys = session.scalars(select(LedgerEntry.idempotency_key).where(LedgerEntry.site_id == site.id)).all()
        assert len(keys) == len(set(keys))
        spent = {
            slug: session.scalar(
                select(func.sum(-LedgerEntry.amount)).where(LedgerEntry.site_id == site_of(session, slug).id)
            )
            for slug in ("calm", "hunted")
        }
    assert spent["hunted"] == spent["calm"]
