"""Linking and optimizing die at each of their commits, before it and after it: the retry ends with one version, one
charge, and the article where it belongs."""

from __future__ import annotations

import itertools

import pytest
from sqlalchemy import event
from sqlalchemy.orm import Session

from igny8_lib.models import ContentStatus
from igny8_lib.pipeline import process_batch, stage_tasks
from igny8_lib.pipeline.batch import Tools
from igny8_lib.pipeline.stages import LINK, OPTIMIZE
from tests.lib.pipeline.drive import begin
from tests.lib.pipeline.invariants import assert_invariants
from tests.lib.pipeline.test_deaths import Bomb, Died
from tests.lib.pipeline.test_improving_runs import charges, garden, kinds

ENDS = {LINK.number: (ContentStatus.LINKED, "linked"), OPTIMIZE.number: (ContentStatus.OPTIMIZED, "optimized")}


@pytest.mark.parametrize("number", ENDS)
@pytest.mark.parametrize("when", ["before_commit", "after_commit"])
def test_killed_at_any_commit_an_article_is_made_better_once_and_paid_once(
    tools: Tools, session: Session, number: int, when: str
) -> None:
    for at in itertools.count(1):
        if not die_at(tools, session, number, when, at):
            break
    assert at > 2


def die_at(tools: Tools, session: Session, number: int, when: str, at: int) -> bool:
    """One batch that dies there, and its retry; whether it died at all."""
    site, article = garden(session, link=number == LINK.number, optimize=number == OPTIMIZE.number)
    run = begin(tools.sessions, site.slug)
    assert stage_tasks.plan_stage(tools.sessions, run.id, number, "test") == [0]
    bomb = Bomb(at)
    event.listen(Session, when, bomb)
    try:
        process_batch.process_batch(tools, run.id, number, 0, "first")
    except Died:
        pass
    finally:
        event.remove(Session, when, bomb)
    for batch in stage_tasks.plan_stage(tools.sessions, run.id, number, "again"):
        process_batch.process_batch(tools, run.id, number, batch, "second")
    session.expire_all()
    status, kind = ENDS[number]
    assert (article.status, kinds(session, article)) == (status, ["written", kind]), at
    assert len(charges(session, run)) == 1, at
    stage_tasks.complete_stage(tools.sessions, run.id, number, "test")
    assert_invariants(tools.sessions, site.id)
    return bomb.went_off
