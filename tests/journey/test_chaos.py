"""kill -9 of anything at any moment: task processes, scheduler, API server, triggerer, PostgreSQL.

Each round starts a run on each of two sites, kills something at random moments, waits until both sites are at rest, and
checks that nothing was lost, doubled, charged twice, asked twice or left stuck. After the last one there are as many
processes and database connections as before the first kill, and no zombies. By itself it begins no round after
CHAOS_SECONDS; CHAOS_ROUNDS (by `make chaos`) asks for so many rounds instead. CHAOS_SEED repeats a sequence.
"""

from __future__ import annotations

import os
import random
import secrets
import time
from collections import Counter
from contextlib import suppress

import httpx
import pytest
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from igny8_lib.errors import Igny8Error, SiteBusy
from igny8_lib.models import Keyword, RunStatus
from igny8_lib.pipeline import control, runs
from igny8_lib.pipeline.run_now import run_now
from igny8_lib.sites.configuration import configure
from tests.factories.planner import make_keywords
from tests.journey.invariants import (
    Asked,
    answered,
    assert_at_rest,
    assert_keywords_kept,
)
from tests.journey.leftovers import Footprint, assert_no_growth, footprint_of
from tests.journey.site_rows import newest_run, site_of
from tests.journey.sites import make_site
from tests.stack import LONG, Stack, kill_process

pytestmark = [
    pytest.mark.airflow,
    pytest.mark.chaos,
    pytest.mark.slow("begins rounds for 75 seconds; in each, two sites work, lose components and recover"),
]

ROUNDS = int(os.environ.get("CHAOS_ROUNDS", "0"))
SECONDS = float(os.environ.get("CHAOS_SECONDS", "75"))
SEED = int(os.environ.get("CHAOS_SEED") or (random.SystemRandom().randrange(1_000_000) if ROUNDS else 20_261))
"""Where rounds were asked for, another sequence each time; in the suite always the same."""
SITES = ("chaos-one", "chaos-two")
SMALL = {"ideas_per_cluster": 1, "images_per_content": 1, "max_tasks_per_run": 3, "stage_1_batch_size": 20}
VICTIMS = {"task": 6, "scheduler": 2, "api-server": 1, "triggerer": 1, "postgres": 2}
"""What is killed, and how often among twelve."""
OF_A_CLUSTER = {"worker-1": 2, "worker-2": 1, "scheduler-2": 1, "api-server-2": 1, "redis": 2, "pgbouncer": 2}
"""What a cluster has beside these."""
KEYWORDS_A_ROUND = 12
RECOVERY = 600.0
"""Seconds after the last kill within which both sites must be at rest."""
AWAY = (OperationalError, Igny8Error, httpx.HTTPError, ConnectionError)
"""How a component that was just killed shows."""


@pytest.fixture(scope="module")
def wild(stack: Stack) -> Stack:
    """The session's stack with two sites for chaos; these tests are the last that have it."""
    stack.reset_sandbox()
    for slug in SITES:
        make_site(stack, slug, keywords=None)
        with stack.sessions.begin() as session:
            configure(session, site_of(session, slug).id, SMALL)
    for slug in SITES:
        stack.wait_for_dag(f"site__{slug}")
    return stack


class Chaos:
    """One sequence of rounds."""

    def __init__(self, stack: Stack) -> None:
        self.stack = stack
        self.victims = VICTIMS | (OF_A_CLUSTER if stack.services.options.cluster else {})
        self.dice = random.Random(SEED)  # noqa: S311 - reproducible, guards nothing
        self.killed: Counter[str] = Counter()
        self.keywords: Counter[str] = Counter()
        self.asked: Asked = {}
        self.proofs: list[Asked] = []

    def round(self) -> None:
        """Start both sites, kill, wait, check."""
        self.stack.switch(latency_seconds=self.dice.choice([0.3, 0.8, 1.5]))
        for slug in SITES:
            self.feed(slug)
            self.start(slug)
        for _ in range(self.dice.randint(1, 2)):
            time.sleep(self.dice.uniform(3, 15))
            self.note_answers()
            self.kill(self.dice.choices(list(self.victims), list(self.victims.values()))[0])
        if self.dice.random() < 0.3:
            slug = self.dice.choice(SITES)
            with suppress(control.NoActiveRun):
                insist(lambda: control.cancel(self.stack.sessions, self.stack.airflow, slug, actor="chaos"))
        self.stack.switch(latency_seconds=0)
        self.rest()
        self.check()

    def start(self, slug: str) -> None:
        """Start the site; asked again with the same token, an answer that was lost makes no second run."""
        token = secrets.token_hex(8)
        insist(lambda: run_now(self.stack.sessions, self.stack.airflow, slug, {}, token=token))

    def warm_up(self) -> Footprint:
        """A round without a kill, and what is open after it."""
        for slug in SITES:
            self.feed(slug)
            self.start(slug)
        self.rest()
        return footprint_of(self.stack)

    def feed(self, slug: str) -> None:
        """New keywords, so that the run has something to do in each stage."""
        with self.stack.sessions.begin() as session:
            site = site_of(session, slug)
            known = len(session.scalars(select(Keyword.id).where(Keyword.site_id == site.id)).all())
            make_keywords(session, site, [f"{slug} topic {n % 4} aspect {n}" for n in range(known, known + 12)])
            self.keywords[slug] = known + KEYWORDS_A_ROUND

    def kill(self, victim: str) -> None:
        """SIGKILL, as a crash would be."""
        if victim != "task":
            self.stack.kill(victim)
            self.stack.forget()
            self.killed[victim] += 1
            return
        deadline = time.monotonic() + 15
        while not (victims := self.stack.task_processes()) and time.monotonic() < deadline:
            time.sleep(0.1)
        for process in victims:
            self.killed["task"] += kill_process(process)

    def note_answers(self) -> None:
        """Which requests are answered now, and how often they were asked: no later round may ask them again."""
        with suppress(*AWAY):
            first = answered(self.stack.sessions, dict.fromkeys(self.counts(), 0))
            counts = self.counts()
            self.proofs.append({key: counts[key] for key in first})

    def counts(self) -> Asked:
        """How often the sandbox was asked, by key."""
        return {key: count["started"] for key, count in self.stack.sandbox_requests()["keys"].items()}

    def rest(self) -> None:
        """Wait until no run is active."""
        deadline = time.monotonic() + RECOVERY
        while time.monotonic() < deadline:
            with suppress(*AWAY), self.stack.sessions() as session:
                active = [slug for slug in SITES if runs.active_run(session, site_of(session, slug).id)]
                if not active and not self.stack.airflow.open_runs([f"site__{slug}" for slug in SITES]):
                    return
            time.sleep(0.5)
        raise AssertionError(f"Not at rest after {RECOVERY:.0f} s (seed {SEED}); killed: {dict(self.killed)}")

    def check(self) -> None:
        """All invariants."""
        insist(lambda: [assert_at_rest(self.stack.sessions, slug) for slug in SITES])
        for slug in SITES:
            assert_keywords_kept(self.stack.sessions, slug, self.keywords[slug])
            run = newest_run(self.stack.sessions, slug)
            assert run.status in (RunStatus.COMPLETED, RunStatus.CANCELLED), (run.stopped_detail, SEED)
        counts = self.counts()
        for proof in self.proofs:
            again = {key: (times, counts[key]) for key, times in proof.items() if counts[key] != times}
            assert not again, f"answered requests were asked again (seed {SEED}): {again}"


def insist(action: object, *, seconds: float = LONG) -> object:
    """Do it again while a component that was killed comes back."""
    deadline = time.monotonic() + seconds
    while True:
        try:
            return action()  # type: ignore[operator]
        except (control.NoActiveRun, SiteBusy):
            raise
        except AWAY:
            if time.monotonic() > deadline:
                raise
            time.sleep(1)


@pytest.mark.timeout(0)
def test_nothing_is_lost_doubled_paid_twice_or_stuck_whatever_is_killed(wild: Stack) -> None:
    chaos = Chaos(wild)
    before = chaos.warm_up()
    began, rounds = time.monotonic(), 0
    while rounds < ROUNDS if ROUNDS else (rounds == 0 or time.monotonic() - began < SECONDS):
        chaos.round()
        rounds += 1
        print(f"chaos: round {rounds} survived, killed so far {dict(chaos.killed)}, seed {SEED}", flush=True)  # noqa: T201
    assert rounds
    assert_no_growth(wild, before)
