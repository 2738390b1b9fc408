"""What the tests of runs against the faulty provider share: its tools, its sites, and what must hold after each run."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from sqlalchemy import select, update

from igny8_lib.ai.deployment import deployment_code
from igny8_lib.ai.endpoint import Endpoint
from igny8_lib.ai.retrying import Retrying
from igny8_lib.db.session import Sessions
from igny8_lib.models import (
    AICall,
    AICallStatus,
    AutomationRun,
    Content,
    Image,
    ImageStatus,
    ItemState,
    Site,
    StageItem,
    Task,
    TaskStatus,
)
from igny8_lib.pipeline import refusals
from igny8_lib.pipeline.batch import Tools
from igny8_lib.pipeline.snapshot import count_pending
from igny8_lib.pipeline.stages import stage
from tests.faulty_provider import FaultyProvider
from tests.lib.pipeline.drive import drive, tools_for
from tests.lib.pipeline.invariants import assert_invariants

KEY = "sk-proj-Zq8vT3kL0xW9nB4yRt7uHs2"
QUICK = Retrying(attempts=3, first_wait_seconds=0.002, longest_wait_seconds=0.01)
"""Waits of a test; what the provider asks for is waited for all the same."""
TIMEOUT = 1.5
"""Seconds; above what a busy machine needs for an answer, below what `slow_drip` takes."""


def faulty_tools(sessions: Sessions, provider: FaultyProvider, media: Path, timeout: float = 20) -> Tools:
    """What a task process brings along, with a key that is a secret."""
    tools = tools_for(sessions, provider.base_url, media)
    return replace(tools, endpoint=Endpoint(provider.base_url, KEY, "text", "image", timeout), retrying=QUICK)


def run_and_check(tools: Tools, provider: FaultyProvider, site: Site, **conf: object) -> AutomationRun:
    """A whole run, after which everything must hold."""
    run = drive(tools, site.slug, conf)
    check_after(tools, provider, site)
    return run


def check_after(tools: Tools, provider: FaultyProvider, site: Site) -> None:
    """All invariants; and no answered request was sent again."""
    assert_invariants(tools.sessions, site.id)
    assert_asked_once(tools, provider, site)


def assert_asked_once(tools: Tools, provider: FaultyProvider, site: Site) -> None:
    """Each request of the journal left as often as the journal says: none was sent again after its answer was kept."""
    with tools.sessions() as session:
        code = deployment_code(session)
        calls = session.scalars(select(AICall).where(AICall.site_id == site.id)).all()
        sent = {call.idempotency_key: provider.requests[f"{code}/{call.idempotency_key}"] for call in calls}
        more = [
            (call.idempotency_key, call.attempts, sent[call.idempotency_key])
            for call in calls
            if call.status is AICallStatus.ANSWERED and sent[call.idempotency_key] > call.attempts
        ]
        paid = [call for call in calls if call.status is AICallStatus.ANSWERED and not sent[call.idempotency_key]]
    assert not more, "asked again after an answer"
    assert not paid, "answered without having been asked"


def finish_cleanly(tools: Tools, provider: FaultyProvider, site: Site, **conf: object) -> AutomationRun:
    """Mend the provider, let people try again what failed for good, and run: then nothing is pending any more."""
    provider.mend()
    requeue(tools, site)
    run = run_and_check(tools, provider, site, **conf)
    assert (run.status, run.stopped_reason) in {("completed", "completed"), ("completed", "nothing_pending")}, (
        run.stopped_detail
    )
    chosen = conf.get("stages", range(1, 7))
    assert isinstance(chosen, Iterable)
    with tools.sessions() as session:
        waiting = {number: count_pending(session, stage(number), site.id) for number in chosen}
    waiting = {number: left for number, left in waiting.items() if left >= stage(number).minimum}
    assert not waiting
    return run


def requeue(tools: Tools, site: Site) -> None:
    """What people do with what failed for good: keywords, clusters, articles, tasks and images."""
    with tools.sessions.begin() as session:
        for number in refusals.COMMANDS:
            refusals.retry(session, site.id, stage(number), (), everything=True)
        tasks = update(Task).where(Task.site_id == site.id, Task.status == TaskStatus.FAILED)
        session.execute(tasks.values(status=TaskStatus.QUEUED))
        failed = (Image.site_id == site.id, Image.status == ImageStatus.FAILED)
        articles = session.scalars(select(Image.content_id).where(*failed)).all()
        session.execute(update(Image).where(*failed).values(status=ImageStatus.PENDING, error=None))
        session.execute(update(Content).where(Content.id.in_(articles)).values(status="draft"))


def states(tools: Tools, run: AutomationRun, number: int) -> dict[int, set[str]]:
    """For each request of a stage the states of its items."""
    with tools.sessions() as session:
        query = select(StageItem.request, StageItem.state).where(StageItem.run_id == run.id, StageItem.stage == number)
        found: dict[int, set[str]] = {}
        for request, state in session.execute(query):
            found.setdefault(request, set()).add(ItemState(state).value)
        return found


def reasons(tools: Tools, run: AutomationRun) -> list[str]:
    """Why the run's items failed or were left."""
    with tools.sessions() as session:
        query = select(StageItem.error).where(StageItem.run_id == run.id, StageItem.error.is_not(None))
        return [str(reason) for reason in session.scalars(query.order_by(StageItem.stage, StageItem.position))]
