"""What a paid request of a run costs the database, and what it holds while it waits."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import Engine, event
from sqlalchemy.orm import Session

from igny8_lib.amounts import Credits
from igny8_lib.pipeline import process_batch, stage_tasks
from igny8_lib.pipeline.batch import Tools
from tests.lib.pipeline.drive import begin
from tests.lib.pipeline.ready import ready_site
from tests.sandbox_server import SandboxServer
from tests.statements import statements_on

COMMITS = 3
"""`leave`, `answer`, `result`."""
STATEMENTS = {4: 30, 5: 17, 6: 21}
"""At most so many by stage, those that write the results among them."""
FEW, MANY = 2, 7


def planned(tools: Tools, number: int, items: int, **config: Any) -> int:
    site = ready_site(tools, number, items=items, **config)
    run = begin(tools.sessions, site.slug, {"stages": [number]})
    assert stage_tasks.plan_stage(tools.sessions, run.id, number, "test") == [0]
    return run.id


@contextmanager
def commits() -> Iterator[list[Session]]:
    """The transactions that are committed meanwhile, in whichever scope."""
    seen: list[Session] = []

    def note(session: Session) -> None:
        seen.append(session)

    event.listen(Session, "after_commit", note)
    try:
        yield seen
    finally:
        event.remove(Session, "after_commit", note)


def work(tools: Tools, engine: Engine, number: int, items: int) -> tuple[int, list[str]]:
    """Work a batch of so many items; its commits and its statements."""
    run_id = planned(tools, number, items)
    with commits() as committed, statements_on(engine) as sent:
        counts = process_batch.process_batch(tools, run_id, number, 0, "test")
    assert counts
    assert counts["done"] == items
    return len(committed), sent


@pytest.mark.parametrize("number", STATEMENTS)
def test_a_paid_request_takes_three_commits_and_what_a_batch_loads_is_loaded_once(
    tools: Tools, engine: Engine, number: int
) -> None:
    work(tools, engine, number, 1)  # the model's dialect is known from here on
    few, many = (work(tools, engine, number, items) for items in (FEW, MANY))
    assert many[0] - few[0] == COMMITS * (MANY - FEW)
    assert len(many[1]) - len(few[1]) <= STATEMENTS[number] * (MANY - FEW)
    looks = [[each for each in sent if each.startswith("SELECT ai_calls")] for _, sent in (few, many)]
    assert [len(each) for each in looks] == [1, 1], "stored answers are looked for once"


@pytest.mark.timeout(60)
def test_a_request_that_the_credits_do_not_cover_yet_waits_without_a_place_at_the_provider(
    tools: Tools, sandbox: SandboxServer
) -> None:
    """The first one is refused once and needs the only place again, while the second one waits for what it leaves."""
    run_id = planned(tools, 5, 2, stage_5_in_flight=1, max_credits_per_run=Credits.of(3))
    sandbox.switch(fail_next=["rate_limited"], retry_after_seconds=0)
    counts = process_batch.process_batch(tools, run_id, 5, 0, "test")
    assert counts == {"done": 1, "left": 1, "credits": 2}
