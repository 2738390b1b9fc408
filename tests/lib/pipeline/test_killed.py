"""A stage's process is killed (SIGKILL) at each of its commits: a paid request leaves, its answer is kept, its result
is booked, the batch ends, the stage is closed. What it had on record at that moment covers all that the provider was
asked, and the retry ends with the rows, the charges and the requests of an undisturbed stage."""

from __future__ import annotations

import itertools
from dataclasses import replace
from math import inf

import pytest
from sqlalchemy import func, select

from igny8_lib.db.session import Sessions
from igny8_lib.models import (
    AICall,
    AICallStatus,
    ClusterMerge,
    LedgerEntry,
    MergeOffer,
    Reservation,
    Site,
    StageResult,
    StageStatus,
)
from igny8_lib.pipeline import second_look, stage_tasks, work_stage
from igny8_lib.pipeline.batch import Tools
from igny8_lib.pipeline.end_run import finish
from igny8_lib.pipeline.work_stage import Left
from tests.killing import do_and_die
from tests.lib.pipeline.drive import begin
from tests.lib.pipeline.invariants import assert_invariants
from tests.lib.pipeline.ready import ready_site
from tests.lib.pipeline.test_deaths import Died, rows, sent_key
from tests.lib.pipeline.test_second_look import groups, small_run
from tests.sandbox_server import SandboxServer

BOUNDARIES = 2 * (1 + 3 + 1 + 1)
"""Before and after the commits of a stage with one request: its batch is opened; leave, answer, result; the batch is
closed, and the stage."""
BEFORE_EACH = 2
"""Steps between two boundaries before commits."""


def one_item(tools: Tools, number: int) -> tuple[Site, int]:
    """A run whose stage has one item, and so one request."""
    site = ready_site(tools, number, items=1)
    run = begin(tools.sessions, site.slug, {"stages": [number]})
    assert stage_tasks.plan_stage(tools.sessions, run.id, number, "test") == [0]
    return site, run.id


def started(sandbox: SandboxServer) -> dict[str, int]:
    """HTTP requests by their idempotency key."""
    return {key: counts["started"] for key, counts in sandbox.requests()["keys"].items()}


def work(tools: Tools, run_id: int, number: int, holder: str) -> None:
    """The stage's task."""
    work_stage.work(tools, run_id, number, 0, holder, seconds=inf)


def killed(database_url: str, tools: Tools, run_id: int, number: int, boundary: int) -> bool:
    """Work the stage in a process that is killed there; whether it came so far."""

    def task(sessions: Sessions) -> None:
        work(replace(tools, sessions=sessions), run_id, number, "killed")

    return do_and_die(database_url, task, boundary)


def assert_asked_is_on_record(sessions: Sessions, run_id: int, asked: set[str]) -> set[str]:
    """Whatever the provider was asked has left by the journal, with its credits held or paid; the answered keys."""
    with sessions() as session:
        calls = session.scalars(select(AICall).where(AICall.run_id == run_id)).all()
        left = {sent_key(session, call.idempotency_key) for call in calls if call.sent_at}
        held = session.scalar(select(func.count()).where(Reservation.run_id == run_id))
        assert asked <= left, "asked for without a trace"
        assert held == len(calls), "what leaves and its credits are one commit"
        return {sent_key(session, call.idempotency_key) for call in calls if call.status is AICallStatus.ANSWERED}


def assert_closed_and_paid_once(sessions: Sessions, site: Site, run_id: int, number: int) -> None:
    with sessions() as session:
        result = session.get_one(StageResult, (run_id, number))
        assert (result.status, result.items_failed) == (StageStatus.COMPLETED, 0)
        states = session.scalars(select(Reservation.status).where(Reservation.run_id == run_id)).all()
        paid = session.scalar(select(func.count()).where(LedgerEntry.run_id == run_id))
        assert (set(states), paid) == ({"settled"}, len(states))
    finish(sessions, run_id)
    assert_invariants(sessions, site.id)


@pytest.mark.slow("a process of its own is killed at each boundary of a stage's commits, and each time a retry follows")
@pytest.mark.parametrize("number", [4, 6])
def test_killed_at_any_commit_a_request_is_on_record_before_it_is_asked_and_paid_once(
    tools: Tools, sandbox: SandboxServer, database_url: str, number: int
) -> None:
    site, run_id = one_item(tools, number)
    work(tools, run_id, number, "undisturbed")
    undisturbed = rows(tools, site, run_id)
    for boundary in itertools.count(1):
        sandbox.reset()
        site, run_id = one_item(tools, number)
        if not killed(database_url, tools, run_id, number, boundary):
            break
        asked = started(sandbox)
        answered = assert_asked_is_on_record(tools.sessions, run_id, set(asked))
        work(tools, run_id, number, "retry")
        assert rows(tools, site, run_id) == undisturbed, f"killed at boundary {boundary}"
        assert_closed_and_paid_once(tools.sessions, site, run_id, number)
        assert {key: started(sandbox)[key] for key in answered} == {key: asked[key] for key in answered}
    assert boundary == BOUNDARIES + 1, "killed at every boundary, and there are no others"


@pytest.mark.slow("a process of its own is killed at each commit of a second look, and each time a retry follows")
def test_killed_in_its_second_look_a_stage_looks_again_before_it_is_closed(
    tools: Tools, sandbox: SandboxServer, database_url: str
) -> None:
    site, run_id = clustered(tools)
    work(tools, run_id, 1, "undisturbed")
    undisturbed = groups(tools.sessions, site)
    with tools.sessions() as session:
        assert session.scalar(select(func.count()).where(ClusterMerge.site_id == site.id))
    for boundary in itertools.count(1, BEFORE_EACH):
        sandbox.reset()
        site, run_id = clustered(tools)
        if not killed(database_url, tools, run_id, 1, boundary):
            break
        asked = started(sandbox)
        answered = assert_asked_is_on_record(tools.sessions, run_id, set(asked))
        work(tools, run_id, 1, "retry")
        assert groups(tools.sessions, site) == undisturbed, f"killed at boundary {boundary}"
        assert_closed_and_paid_once(tools.sessions, site, run_id, 1)
        assert {key: started(sandbox)[key] for key in answered} == {key: asked[key] for key in answered}
    assert boundary > BOUNDARIES, "killed at every commit"


def clustered(tools: Tools) -> tuple[Site, int]:
    """A run whose task died as all keywords of stage 1 were done, and nothing was offered yet."""
    site, run_id = small_run(tools.sessions)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(second_look, "fix_offers", die)
        with pytest.raises(Died):
            work(tools, run_id, 1, "first")
    assert work_stage.look(tools.sessions, run_id, 1)[0] is Left.NOTHING
    with tools.sessions() as session:
        assert not session.scalar(select(func.count()).where(MergeOffer.run_id == run_id))
    return site, run_id


def die(*_given: object) -> None:
    raise Died
