from itertools import product

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from igny8_lib.db.session import Sessions
from igny8_lib.models import ACTIVE_RUN, AutomationRun, RunEvent, RunStatus, Site
from igny8_lib.pipeline import lifecycle
from igny8_lib.pipeline.lifecycle import ALLOWED, FINAL, WrongTransition
from tests.factories.planner import make_keywords
from tests.factories.sites import make_site
from tests.lib.pipeline.drive import begin


@pytest.fixture
def site(sessions: Sessions) -> Site:
    with sessions.begin() as session:
        site = make_site(session)
        make_keywords(session, site, 8)
        return site


def events(session: Session, run: AutomationRun) -> list[RunEvent]:
    return list(session.scalars(select(RunEvent).where(RunEvent.run_id == run.id).order_by(RunEvent.id)))


def test_only_an_active_run_changes_and_an_ended_one_never_again() -> None:
    assert set(ALLOWED) == set(RunStatus)
    for before, after in product(RunStatus, RunStatus):
        allowed = before in ACTIVE_RUN and before != after and after in FINAL | set(ACTIVE_RUN)
        assert (after in ALLOWED[before]) == allowed, (before, after)


@pytest.mark.parametrize("before", [RunStatus.RUNNING, RunStatus.PAUSED])
@pytest.mark.parametrize("after", list(RunStatus))
def test_a_change_is_done_once_written_down_with_its_actor_or_refused_with_the_facts(
    sessions: Sessions, site: Site, before: RunStatus, after: RunStatus
) -> None:
    run = begin(sessions, site.slug)
    with sessions() as session:
        run = lifecycle.lock_run(session, run.id)
        run.status = before
        known = len(events(session, run))
        if after == before:
            assert not lifecycle.change(session, run, after, "Again.", actor="anna")
            assert len(events(session, run)) == known
        elif after in ALLOWED[before]:
            with session.no_autoflush:
                assert lifecycle.change(session, run, after, "Changed.", actor="anna")
            assert run.status == after
            event = next(new for new in session.new if isinstance(new, RunEvent))
            assert (event.actor, event.message, event.at is not None) == ("anna", "Changed.", True)
        else:
            with pytest.raises(WrongTransition) as refused:
                lifecycle.change(session, run, after, "No.", actor="anna")
            assert refused.value.facts == {"run_id": run.run_id, "status": before.value, "wanted": after.value}


def test_pause_and_resume_are_idempotent_and_leave_their_trace_in_the_log(sessions: Sessions, site: Site) -> None:
    run = begin(sessions, site.slug)
    with sessions.begin() as session:
        assert lifecycle.pause(session, run.id, actor="anna")
        assert not lifecycle.pause(session, run.id, actor="ben")
        assert lifecycle.lock_run(session, run.id).paused_at is not None
    with sessions.begin() as session:
        assert lifecycle.resume(session, run.id, actor="ben")
        assert not lifecycle.resume(session, run.id, actor="anna")
        assert lifecycle.lock_run(session, run.id).paused_at is None
        told = [(event.actor, event.message.split(" ")[0]) for event in events(session, run)]
    assert told[-2:] == [("anna", "Paused"), ("ben", "Resumed")]
