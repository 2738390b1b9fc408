"""The automation group: what goes on, and starting, pausing, resuming and cancelling as the caller."""

from __future__ import annotations

import pytest
from igny8_web.as_caller import AT_ONCE, Busy, acting, airflow_of
from igny8_web.caller import Caller

from igny8_lib.db.session import Sessions
from igny8_lib.models import Site
from igny8_lib.sites.access import Person
from tests.factories.in_runs import improve_in_runs, make_finished
from tests.factories.planner import make_keywords
from tests.lib.pipeline.drive import begin
from tests.plugins.web.house import API, PAGES, House

AUTOMATION = f"{API}/automation"


@pytest.fixture
def with_keywords(house: House, sessions: Sessions) -> House:
    """The blog has enough to do for a run."""
    with sessions.begin() as session:
        site = session.get_one(Site, house.blog)
        make_keywords(session, site, 10)
    return house


def test_a_site_without_a_run_has_nothing_that_goes_on(house: House) -> None:
    viewer = house.client("viewer")
    assert viewer.get(f"{AUTOMATION}/current_run/?site=blog").json()["run"] is None
    assert viewer.get(f"{AUTOMATION}/current_processing/?site=blog").json()["active"] is False


def test_an_active_run_is_told_with_each_stage_and_its_log(with_keywords: House, sessions: Sessions) -> None:
    run = begin(sessions, "blog")
    told = with_keywords.client("viewer").get(f"{AUTOMATION}/current_run/?site=blog").json()
    assert (told["run"]["run_id"], told["run"]["status"]) == (run.run_id, "running")
    assert [told[f"stage_{number}_result"]["number"] for number in range(1, 8)] == list(range(1, 8))
    assert told["log"]
    assert with_keywords.client("viewer").get(f"{AUTOMATION}/current_processing/?site=blog").json()["active"] is True


def test_a_run_that_links_and_optimizes_tells_that_beside_its_stages(house: House, sessions: Sessions) -> None:
    with sessions.begin() as session:
        site = session.get_one(Site, house.blog)
        improve_in_runs(session, site, link=True, optimize=True)
        make_finished(session, site)
    begin(sessions, "blog")
    viewer = house.client("viewer")
    told = viewer.get(f"{AUTOMATION}/current_run/?site=blog").json()
    assert (told["link_result"]["number"], told["optimize_result"]["title"]) == (8, "Optimizing")
    processing = viewer.get(f"{AUTOMATION}/current_processing/?site=blog").json()
    assert [stage["number"] for stage in processing["stages"]] == [1, 2, 3, 4, 5, 6, 8, 9, 7]
    expected = viewer.get(f"{AUTOMATION}/estimate/?site=blog").json()["stages"]
    assert [(stage["stage"], stage["pending"]) for stage in expected[6:8]] == [(8, 1), (9, 1)]
    shown = house.browser("viewer").get(f"{PAGES}/sites/blog").text
    assert ">Link</span>" in shown
    assert ">Optimize</span>" in shown


def test_a_run_is_started_in_airflow_and_the_same_key_starts_no_second_one(with_keywords: House) -> None:
    editor = with_keywords.client("editor")
    key = {"Idempotency-Key": "monday"}
    first, again = (editor.post(f"{AUTOMATION}/run_now/?site=blog", json={}, headers=key) for _ in range(2))
    assert (first.status_code, again.status_code) == (202, 202)
    assert first.json() == again.json()
    assert list(with_keywords.airflow.runs) == [("site__blog", first.json()["dag_run_id"])]


def test_limits_and_stages_of_one_run_are_handed_to_it(with_keywords: House) -> None:
    wish = {"stages": [1, 2], "limits": {"max_keywords_per_run": 5}}
    answer = with_keywords.client("editor").post(f"{AUTOMATION}/run_now/?site=blog", json=wish)
    conf = with_keywords.airflow.confs["site__blog", answer.json()["dag_run_id"]]
    assert (conf["stages"], conf["max_keywords_per_run"], conf["trigger"]) == ([1, 2], 5, "api")


@pytest.mark.parametrize(
    ("wish", "status"),
    [
        ({"stages": [8]}, 422),
        ({"stages": []}, 422),
        ({"limits": {"max_apples_per_run": 1}}, 422),
        ({"limits": {"max_keywords_per_run": -1}}, 422),
        ({"stage": [1]}, 422),
        ({"stages": [1], "items": [999_999]}, 400),
    ],
    ids=str,
)
def test_a_wish_that_no_run_can_have_is_refused_and_starts_nothing(
    with_keywords: House, wish: dict[str, object], status: int
) -> None:
    answer = with_keywords.client("editor").post(f"{AUTOMATION}/run_now/?site=blog", json=wish)
    assert answer.status_code == status
    assert answer.json()["detail"]
    assert with_keywords.airflow.runs == {}


def test_a_second_run_is_refused_with_the_name_of_the_first(with_keywords: House) -> None:
    owner = with_keywords.client("owner")
    first = owner.post(f"{AUTOMATION}/run_now/?site=blog", json={}).json()["dag_run_id"]
    second = owner.post(f"{AUTOMATION}/run_now/?site=blog", json={})
    assert second.status_code == 409
    assert first in second.json()["detail"]


@pytest.mark.parametrize("action", ["pause", "resume", "cancel"])
def test_without_a_run_there_is_none_to_pause_resume_or_cancel(house: House, action: str) -> None:
    assert house.client("editor").post(f"{AUTOMATION}/{action}/?site=blog", json={}).status_code == 409


def test_an_active_run_is_paused_resumed_and_cancelled_in_airflow_too(house: House, sessions: Sessions) -> None:
    run = begin(sessions, "blog")
    house.airflow.add(run.dag_id, run.dag_run_id)
    key = (run.dag_id, run.dag_run_id)
    editor = house.client("editor")
    said = []
    for action in ("pause", "resume", "cancel"):
        answer = editor.post(f"{AUTOMATION}/{action}/?site=blog", json={}).json()
        said.append((answer["status"], house.airflow.paused["site__blog"]))
    assert said == [("paused", True), ("running", False), ("cancelled", False)]
    assert house.airflow.runs[key] == "failed"


def test_settings_change_all_or_none_and_not_over_a_change_made_meanwhile(house: House) -> None:
    owner = house.client("owner")
    url = f"{AUTOMATION}/config/?site=blog"
    version = owner.get(url).json()["version"]
    assert owner.put(url, json={"settings": {"max_tasks_per_run": 3, "max_apples": 1}}).status_code == 400
    changed = owner.put(url, json={"version": version, "settings": {"max_tasks_per_run": 3}})
    assert changed.json()["settings"]["max_tasks_per_run"] == 3
    stale = owner.put(url, json={"version": version, "settings": {"max_tasks_per_run": 9}})
    assert stale.status_code == 409
    assert owner.get(url).json()["settings"]["max_tasks_per_run"] == 3


def test_an_estimate_says_what_a_run_would_cost(with_keywords: House) -> None:
    told = with_keywords.client("viewer").get(f"{AUTOMATION}/estimate/?site=blog").json()
    assert told["stages"][0]["let_through"] == 10
    assert told["total_credits"] > 0


def test_a_list_that_has_not_changed_is_not_sent_again(house: House) -> None:
    viewer = house.client("viewer")
    url = f"{AUTOMATION}/history/?site=blog"
    tag = viewer.get(url).headers["etag"]
    assert viewer.get(url, headers={"If-None-Match": tag}).status_code == 304


def test_airflow_is_asked_with_the_callers_own_token_and_its_refusal_is_told(house: House) -> None:
    sent: list[str] = []
    house.airflow.before = sent.append
    caller = Caller(Person("editor"), None, "the token of editor")  # type: ignore[arg-type] - asks no database
    assert airflow_of(caller).dag("site__blog")["is_paused"] is False
    assert sent == ["GET /dags/site__blog"]


@pytest.mark.usefixtures("house")
def test_so_many_act_in_airflow_at_once_and_the_next_one_is_told_to_come_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("igny8_web.as_caller.WAIT_SECONDS", 0.01)
    for _ in range(AT_ONCE):
        assert acting.acquire(timeout=1)
    try:
        caller = Caller(Person("editor"), None, "t")  # type: ignore[arg-type] - asks no database
        with pytest.raises(Busy):
            airflow_of(caller).dag("site__blog")
    finally:
        for _ in range(AT_ONCE):
            acting.release()
    assert airflow_of(caller).dag("site__blog")["dag_id"] == "site__blog"
