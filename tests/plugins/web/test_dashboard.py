"""A site's dashboard: what is it doing, how long still, may I interfere?"""

from __future__ import annotations

import re

import igny8_product
import pytest

from igny8_lib.amounts import Credits
from igny8_lib.credits.ledger import add_credits
from igny8_lib.db.session import Sessions
from igny8_lib.models import (
    AICall,
    AutomationRun,
    EntryType,
    ItemState,
    RunStatus,
    Site,
    SiteStatus,
    StageItem,
    StageStatus,
    StoppedReason,
)
from tests.factories.articles import make_article
from tests.factories.planner import make_cluster, make_keywords, make_task
from tests.factories.runs import add_stage, make_run
from tests.plugins.web.house import API, PAGES, House
from tests.statements import count_statements

SITE = f"{PAGES}/sites/blog"
SNAPSHOT = {"stages": {"5": {"pending": 7}}, "limits": {"max_credits_per_run": 600}}


def text_of(house: House, path: str = "", username: str = "owner") -> str:
    answer = house.browser(username).get(SITE + path)
    assert answer.status_code == 200, answer.text
    return " ".join(answer.text.split())


def begin_writing(sessions: Sessions, house: House, *, tasks: int = 4, status: RunStatus = RunStatus.RUNNING) -> str:
    """A run that has written half of its tasks, and has the next one with the provider; its name."""
    with sessions.begin() as session:
        site = session.get_one(Site, house.blog)
        run = make_run(session, site, status, current_stage=4, initial_snapshot=SNAPSHOT)
        add_stage(session, run, 4, status=StageStatus.RUNNING, details={"held_back": 66})
        cluster = make_cluster(session, site, f"roses {tasks}")
        for number in range(tasks):
            done = number < tasks // 2
            state = ItemState.DONE if done else ItemState.PENDING
            task = make_task(session, site, cluster, f"Pruning {number}" + (" again" if tasks > 4 else ""))
            at = {"position": number, "request": number, "batch": 0, "item_id": task.id}
            session.add(StageItem(run_id=run.id, site_id=site.id, stage=4, state=state, created=int(done), **at))
        asked = {"charge_key": "k", "idempotency_key": "k", "operation": "o", "model": "m", "prompt_version": "1"}
        session.add(AICall(site_id=site.id, run_id=run.id, stage=4, request=tasks // 2, **asked))
        house.airflow.add(run.dag_id, run.dag_run_id)
        return run.run_id


def test_a_running_site_says_what_it_does_what_comes_and_what_is_left(house: House, sessions: Sessions) -> None:
    begin_writing(sessions, house)
    text = text_of(house)
    assert "Stage 4, write: 2 of 4 tasks done, 1 with the provider, 1 waiting" in text
    assert "<li>Pruning 2</li>" in text
    assert "starting with “Pruning 3”" in text
    assert "2 articles, 66 left for a later run" in text
    assert "and what stage 4 makes" in text
    assert "of at most 600" in text
    assert 'hx-trigger="every 3s"' in text


def test_the_bar_agrees_with_what_the_api_says(house: House, sessions: Sessions) -> None:
    begin_writing(sessions, house)
    said = house.client("owner").get(f"{API}/automation/current_processing/?site=blog").json()
    shown = re.search(r'role="progressbar"[^>]*aria-valuenow="(\d+)"', text_of(house))
    assert shown
    assert int(shown[1]) == int(said["percentage"]) > 0


def test_an_idle_site_says_first_why_its_last_run_stopped(house: House, sessions: Sessions) -> None:
    with sessions.begin() as session:
        site = session.get_one(Site, house.blog)
        failed = {"stopped_reason": StoppedReason.STAGE_FAILED, "stopped_detail": "Stage 4 failed: no answer."}
        make_run(session, site, RunStatus.FAILED, **failed)
        make_keywords(session, site, 20)
        make_article(session, site)
    text = text_of(house)
    assert "Failed: Stage 4 failed: no answer." in text
    assert text.index("no answer.") < text.index("Ready for a run: cluster, 20 keywords first")
    assert "1 article to review" in text
    assert 'hx-trigger="every 15s"' in text


def test_a_site_without_anything_says_what_to_do(house: House) -> None:
    text = text_of(house)
    assert "Nothing waits for a run. Add keywords to begin." in text
    assert "No run yet." in text
    assert "Nothing waits for anybody." in text


def test_a_viewer_has_no_button_and_an_editor_has(house: House, sessions: Sessions) -> None:
    begin_writing(sessions, house)
    assert "hx-post" not in text_of(house, username="viewer")
    assert "hx-post" in text_of(house, username="editor")
    assert house.browser("viewer").get(f"{SITE}/start").status_code == 403


def test_pause_resume_and_cancel_act_on_the_run_that_was_shown(house: House, sessions: Sessions) -> None:
    run_id = begin_writing(sessions, house)
    browser = house.browser("editor")
    for action, state in (("pause", "Paused"), ("resume", "Running"), ("cancel", "Idle")):
        answer = browser.post(f"{SITE}/run/{action}?run_id={run_id}")
        assert answer.status_code == 200, answer.text
        assert f"{state}</span>" in answer.text
        assert run_id in answer.headers["X-Said"]
    with sessions() as session:
        assert session.query(AutomationRun).one().status is RunStatus.CANCELLED
    assert browser.post(f"{SITE}/run/explode").status_code == 422


def test_an_error_of_an_action_goes_to_the_top_and_leaves_the_page_as_it_is(house: House) -> None:
    answer = house.browser("editor").post(f"{SITE}/run/pause", headers={"HX-Request": "true"})
    assert answer.status_code == 409
    assert "has no active run" in answer.text
    assert answer.headers["HX-Retarget"] == "#problem"


def test_a_start_leads_to_the_dashboard_which_waits_for_airflow(house: House, sessions: Sessions) -> None:
    with sessions.begin() as session:
        make_keywords(session, session.get_one(Site, house.blog), 20)
    form = {"stages": ["1", "2"], "max_keywords_per_run": "10", "max_credits_per_run": "2.5", "ticket": "t1"}
    browser = house.browser("editor")
    answer = browser.post(f"{SITE}/start", data=form)
    assert answer.status_code == 204, answer.text
    there = answer.headers["HX-Redirect"]
    assert there == f"{SITE}?accepted=manual__1"
    conf = house.airflow.confs["site__blog", "manual__1"]
    assert (conf["stages"], conf["max_keywords_per_run"], conf["max_credits_per_run"]) == ([1, 2], 10, 2.5)
    assert browser.post(f"{SITE}/start", data=form).headers["HX-Redirect"] == there, "sent twice, started once"
    text = text_of(house, there.removeprefix(SITE))
    assert "accepted and has not begun yet" in text
    assert "every 3s" in text
    assert "accepted and has not begun yet" in text_of(house), "who opens the page anew is told, too"
    with sessions.begin() as session:
        make_run(session, session.get_one(Site, house.blog), dag_run_id="manual__1")
    assert "not begun yet" not in text_of(house, "/live?accepted=manual__1")


def test_a_start_that_ended_before_it_began_is_told(house: House) -> None:
    house.airflow.add("site__blog", "manual__1", "failed")
    text = text_of(house, "/live?accepted=manual__1")
    assert "The run ended before it began" in text
    assert 'data-airflow href="/dags/site__blog/runs/manual__1"' in text


def test_a_start_that_has_not_begun_can_be_withdrawn(house: House) -> None:
    house.airflow.add("site__blog", "manual__1", "queued")
    assert "Withdraw" in text_of(house)
    answer = house.browser("editor").post(f"{SITE}/run/cancel")
    assert "withdrawn" in answer.headers["X-Said"]
    assert house.airflow.runs["site__blog", "manual__1"] == "failed"


def test_an_airflow_that_does_not_answer_does_not_take_the_dashboard_with_it(house: House) -> None:
    house.airflow.down = True
    assert "Nothing waits for a run" in text_of(house)


def test_the_estimate_follows_the_form(house: House, sessions: Sessions) -> None:
    with sessions.begin() as session:
        make_keywords(session, session.get_one(Site, house.blog), 40)
    assert "Enough credits" in text_of(house, "/start", "editor")
    some = text_of(house, "/start/estimate?stages=1&max_keywords_per_run=10", "editor")
    assert "The limit of keywords a run" in some
    assert 'data-l="Takes">10<' in some
    assert "Not among the stages chosen for this run" in some


def test_a_run_that_would_be_refused_says_why_and_has_no_button(house: House, sessions: Sessions) -> None:
    begin_writing(sessions, house)
    text = text_of(house, "/start", "editor")
    assert "Cannot start." in text
    assert 'form="start" disabled' in text
    with sessions.begin() as session:
        session.query(AutomationRun).delete()
        session.get_one(Site, house.blog).status = SiteStatus.INACTIVE
    assert "This site is switched off" in text_of(house)
    assert "disabled" in text_of(house, "/start", "editor")


def test_credits_that_do_not_cover_the_first_request_refuse_the_start(house: House, sessions: Sessions) -> None:
    with sessions.begin() as session:
        make_keywords(session, session.get_one(Site, house.blog), 40)
        spent = {"entry_type": EntryType.ADJUSTMENT, "key": "all", "created_by": "test"}
        add_credits(session, house.agency, Credits.of(-1000), **spent)
    text = text_of(house, "/start", "editor")
    assert "Cannot start." in text
    assert house.browser("editor").post(f"{SITE}/start", data={"stages": "1"}).status_code == 402


@pytest.mark.parametrize(
    ("form", "told"),
    [
        ({"stages": "1", "max_keywords_per_run": "many"}, "keywords: enter a whole number"),
        ({"stages": "1", "max_credits_per_run": "0.3"}, "credits: enter a number in halves"),
        ({"stages": "1", "max_ideas_per_run": "-1"}, "ideas: enter a whole number"),
        ({"stages": "1", "max_ideas_per_run": "nan"}, "ideas: enter a whole number"),
        ({}, "Choose at least one stage"),
    ],
)
def test_a_form_that_does_not_fit_says_what_to_enter(house: House, form: dict[str, str], told: str) -> None:
    answer = house.browser("editor").post(f"{SITE}/start", data=form)
    assert answer.status_code == 400
    assert told in answer.text
    assert house.airflow.changes() == []


def test_a_long_stage_takes_as_many_statements_as_a_short_one(house: House, sessions: Sessions) -> None:
    begin_writing(sessions, house, tasks=4)
    browser, engine = house.browser("owner"), igny8_product.product_engine()
    browser.get(SITE)
    few = count_statements(engine, lambda: browser.get(f"{SITE}/live"))
    with sessions.begin() as session:
        session.query(AICall).delete()
        session.query(AutomationRun).delete()
    begin_writing(sessions, house, tasks=60)
    assert count_statements(engine, lambda: browser.get(f"{SITE}/live")) <= few
