"""One run: why did it stop, and was it worth it?"""

from __future__ import annotations

from datetime import timedelta

import igny8_product
import pytest
from sqlalchemy.orm import Session

from igny8_lib import clock
from igny8_lib.amounts import Credits
from igny8_lib.db.session import Sessions
from igny8_lib.models import (
    AutomationRun,
    ItemState,
    RunEvent,
    RunStatus,
    Site,
    StageItem,
    StageStatus,
    StoppedReason,
    Trigger,
)
from tests.factories.planner import make_cluster, make_task
from tests.factories.runs import add_stage, make_ended_run, make_run
from tests.plugins.web.house import PAGES, House
from tests.statements import count_statements

RUNS = f"{PAGES}/sites/blog/runs"
SNAPSHOT = {"stages": {"1": {"pending": 50}, "4": {"pending": 30}}}


def text_of(house: House, run: str, username: str = "viewer") -> str:
    answer = house.browser(username).get(f"{RUNS}/{run}")
    assert answer.status_code == 200, answer.text
    return " ".join(answer.text.split())


def add_items(session: Session, run: AutomationRun, *, failed: int, done: int, size: int = 2) -> None:
    """Tasks of stage 4, in batches of that size; the first ones failed."""
    site = session.get_one(Site, run.site_id)
    cluster = make_cluster(session, site, f"roses of run {run.id}")
    for number in range(failed + done):
        task = make_task(session, site, cluster, f"Pruning {number} of run {run.id}")
        state = ItemState.FAILED if number < failed else ItemState.DONE
        said = "The answer was cut off." if number < failed else None
        at = {"position": number, "request": number, "batch": number // size, "item_id": task.id, "created": 1}
        session.add(StageItem(run_id=run.id, site_id=site.id, stage=4, state=state, error=said, **at))
    session.flush()


def write_run(sessions: Sessions, house: House, *, failed: int = 1, done: int = 3) -> AutomationRun:
    """A scheduled run that wrote articles, and left some to the next one."""
    with sessions.begin() as session:
        site = session.get_one(Site, house.blog)
        limit = {"stopped_reason": StoppedReason.PER_RUN_LIMIT, "stopped_detail": "The limits left 26 in stage 4."}
        run = make_run(session, site, RunStatus.COMPLETED, **limit, initial_snapshot=SNAPSHOT)
        run.dag_run_id, run.trigger = f"scheduled__2026-01-01T02:00:00+00:00_{run.id}", Trigger.SCHEDULED
        run.total_credits_used = Credits.of(9)
        add_stage(session, run, 1, status=StageStatus.SKIPPED, details={"reason": "no keywords pending"})
        worked = {"items_total": failed + done, "items_processed": done, "items_failed": failed, "items_created": done}
        add_stage(session, run, 4, **worked, credits_used=Credits.of(9), details={"held_back": 26})
        add_items(session, run, failed=failed, done=done)
        session.add(RunEvent(run_id=run.id, site_id=site.id, at=clock.now(), message="Run started."))
        return run


def test_the_stop_and_what_is_left_come_first(house: House, sessions: Sessions) -> None:
    run = write_run(sessions, house)
    text = text_of(house, run.run_id)
    assert f"Run #{run.run_number} completed: The limits left 26 in stage 4." in text
    assert "Left for the next run: 50 keywords and 26 tasks. Nothing is lost." in text
    assert text.index("The limits left 26") < text.index("What went in, what came out")
    assert "26 left" in text
    assert "Skipped: no keywords pending." in text
    assert "Run started." in text


def test_linking_and_optimizing_are_shown_between_the_sixth_and_the_seventh_stage(
    house: House, sessions: Sessions
) -> None:
    with sessions.begin() as session:
        site = session.get_one(Site, house.blog)
        stages = {str(number): {"pending": 3} for number in range(1, 10)}
        run = make_ended_run(session, site, {6: (3, 3, 0), 8: (3, 2, 0), 9: (3, 1, 0)}, snapshot={"stages": stages})
    text = text_of(house, run.run_id)
    order = ["6 Draw images", ">Link<", ">Optimize<", "7 Approve"]
    places = [text.index(name, text.index("Stage by stage")) for name in order]
    assert places == sorted(places)
    assert text.count("After stage 6") == 2
    assert "2 linked articles" in text
    assert "1 optimized articles" in text
    assert "Stage 8" not in text


def test_stages_with_failures_are_open_and_lead_to_the_tasks_that_worked_them(house: House, sessions: Sessions) -> None:
    run = write_run(sessions, house)
    text = text_of(house, run.run_id)
    assert 'id="stage-4" open' in text
    assert 'id="stage-5" open' not in text
    assert "Done, 1 failed" in text
    quoted = run.dag_run_id.replace(":", "%3A").replace("+", "%2B")
    tasks = f"/dags/site__blog/runs/{quoted}/tasks/group/stage_4_tasks_to_content"
    assert text.count(f'data-airflow href="{tasks}"') >= 2
    failed = text.split('id="failed"')[1]
    assert f"Pruning 0 of run {run.id}" in failed
    assert "The answer was cut off." in failed
    assert "It fails again unless it is changed." in failed


def test_a_run_is_found_by_its_number_too_and_leads_to_its_neighbours(house: House, sessions: Sessions) -> None:
    first = write_run(sessions, house)
    with sessions.begin() as session:
        make_run(session, session.get_one(Site, house.blog))
    text = text_of(house, str(first.run_number))
    assert f"Run #{first.run_number + 1}, one later" in text
    assert house.browser("viewer").get(f"{RUNS}/999").status_code == 404
    assert house.browser("neighbour").get(f"{RUNS}/{first.run_id}").status_code == 404


def test_a_running_run_is_followed_and_tells_what_is_to_come(house: House, sessions: Sessions) -> None:
    with sessions.begin() as session:
        run = make_run(session, session.get_one(Site, house.blog), current_stage=4, initial_snapshot=SNAPSHOT)
        add_stage(session, run, 4, status=StageStatus.RUNNING, items_total=9, details={"held_back": 21})
        add_items(session, run, failed=0, done=4)
        name = run.run_id
    text = text_of(house, name)
    assert "is running in stage 4" in text
    assert "Still to come: 50 keywords and 5 tasks." in text
    assert "5 to come, 21 for later" in text
    assert 'hx-trigger="every 5s"' in text
    assert "Follow it" in text
    assert "<html" not in text_of(house, f"{name}/live")


ENDS = [
    (RunStatus.COMPLETED, StoppedReason.NOTHING_PENDING, "Nothing was pending."),
    (RunStatus.FAILED, StoppedReason.PROVIDER_UNAVAILABLE, "The provider did not answer."),
    (RunStatus.CANCELLED, StoppedReason.CANCELLED, "Cancelled by owner."),
]


@pytest.mark.parametrize(("status", "reason", "sentence"), ENDS)
def test_a_run_without_a_stage_says_how_it_ended(
    house: House, sessions: Sessions, status: RunStatus, reason: StoppedReason, sentence: str
) -> None:
    with sessions.begin() as session:
        ended = {"stopped_reason": reason, "stopped_detail": sentence}
        name = make_run(session, session.get_one(Site, house.blog), status, **ended).run_id
    text = text_of(house, name)
    assert sentence in text
    assert "Nothing is left of what waited." in text
    assert "No stage of this run has worked anything." in text
    assert "This run was charged nothing." in text
    assert "hx-trigger" not in text


def test_a_run_that_never_began_shows_no_figures(house: House, sessions: Sessions) -> None:
    with sessions.begin() as session:
        now = clock.now()
        busy = {"stopped_reason": StoppedReason.SITE_BUSY, "stopped_detail": "Site blog has run #1 active."}
        run = make_run(session, session.get_one(Site, house.blog), RunStatus.SKIPPED, **busy)
        run.started_at = run.completed_at = now
        name = run.run_id
    text = text_of(house, name)
    assert "did not start: Site blog has run #1 active." in text
    assert "Nothing was taken and nothing charged." in text
    assert "What went in, what came out" not in text


def test_a_failed_stage_is_open_with_its_error(house: House, sessions: Sessions) -> None:
    with sessions.begin() as session:
        failed = {"stopped_reason": StoppedReason.STAGE_FAILED, "stopped_detail": "Stage 2 failed: no answer."}
        run = make_run(session, session.get_one(Site, house.blog), RunStatus.FAILED, **failed)
        add_stage(session, run, 2, status=StageStatus.FAILED, error="No answer came.", items_total=5, items_failed=5)
        name = run.run_id
    text = text_of(house, name)
    assert 'id="stage-2" open' in text
    assert "No answer came." in text
    assert "are not on record any more" in text, "items are cleaned up after a while"


def test_a_run_of_seven_hours_is_drawn_whole(house: House, sessions: Sessions) -> None:
    with sessions.begin() as session:
        begun = clock.now() - timedelta(hours=7)
        run = make_run(session, session.get_one(Site, house.blog), RunStatus.COMPLETED, started_at=begun)
        half = begun + timedelta(hours=3, minutes=30)
        add_stage(session, run, 1, finished_at=begun + timedelta(seconds=2), seconds=2.0, items_total=1)
        add_stage(session, run, 4, started_at=half, finished_at=clock.now(), seconds=12600.0, items_total=1)
        name = run.run_id
    text = text_of(house, name)
    assert 'x="0.00%" y="2" width="0.50%"' in text, "the shortest stage is seen"
    assert 'x="50.00%" y="2" width="50.00%"' in text
    assert "7 h" in text


def test_a_run_is_compared_with_its_history(house: House, sessions: Sessions) -> None:
    with sessions.begin() as session:
        site = session.get_one(Site, house.blog)
        for _ in range(3):
            make_ended_run(session, site, {4: (10, 10, 0)}, credits_used={4: Credits.of(20)})
        run = make_ended_run(session, site, {4: (13, 13, 0)}, credits_used={4: Credits.of(27)})
        run.completed_at = run.started_at + timedelta(minutes=5)
        name = run.run_id
    text = text_of(house, name)
    assert "against the 3 runs before it" in text
    assert "+35 %" in text
    assert ">10.0<" in text


def test_many_items_and_batches_take_as_many_statements_as_few(house: House, sessions: Sessions) -> None:
    small, large = write_run(sessions, house), write_run(sessions, house, failed=120, done=60)
    browser, engine = house.browser("viewer"), igny8_product.product_engine()
    browser.get(f"{RUNS}/{small.run_id}")
    few = count_statements(engine, lambda: browser.get(f"{RUNS}/{small.run_id}"))
    assert count_statements(engine, lambda: browser.get(f"{RUNS}/{large.run_id}")) == few
    text = text_of(house, large.run_id)
    assert "120 items failed, the first 100 are listed" in text
    assert "40 of 90 batches are shown" in text
