"""Trying rules by API: of what they are made, what one would do now, and doing it by hand."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import func, select, text

from igny8_lib.db.base import Base
from igny8_lib.db.session import Sessions
from igny8_lib.models import Keyword, RuleExecution, Site
from igny8_lib.rules.documents import MOST_CONDITIONS
from tests.factories.planner import make_keywords
from tests.plugins.web.house import House
from tests.plugins.web.rules import CLUSTERING, made, post, rule, tasks_url, url


@pytest.fixture
def keywords(house: House, sessions: Sessions) -> list[int]:
    """Seven keywords of the blog with 100 searches each, and one more with 80."""
    with sessions.begin() as session:
        found = make_keywords(session, session.get_one(Site, house.blog), 8)
        found[-1].volume = 80
        return [each.id for each in found]


def rows(sessions: Sessions) -> dict[str, int]:
    """How many rows each table has."""
    with sessions() as session:
        tables = Base.metadata.sorted_tables
        return {each.name: session.scalar(select(func.count()).select_from(each)) or 0 for each in tables}


@pytest.mark.usefixtures("keywords")
def test_facts_say_of_what_a_rule_that_can_be_saved_is_made(house: House) -> None:
    told = house.client("viewer").get(url("facts")).json()["triggers"]
    assert len(told) == 10
    for each in told:
        takes = [action for action in each["actions"] if action["takes_matched"]]
        assert takes or each["trigger"] in {"schedule", "run_completed", "run_failed"}
        assert len(each["facts"]) <= MOST_CONDITIONS
        answer = post(house, "test", of_trigger(each["trigger"], [condition_on(fact) for fact in each["facts"]]))
        assert answer.status_code == 200, answer.text


def condition_on(fact: dict[str, Any]) -> dict[str, Any]:
    """A condition that the fact's description allows."""
    value = {"number": 1, "flag": True, "text": "x"}.get(fact["kind"]) or fact["choices"][0]
    return {"field": fact["name"], "operator": fact["operators"][0]["operator"], "value": value}


def of_trigger(trigger: str, conditions: list[dict[str, Any]]) -> dict[str, Any]:
    """A rule of the trigger that tells people."""
    when = {"schedule": "0 6 * * *"} if trigger == "schedule" else {}
    tell = {"type": "notify", "params": {"message": "It happened."}}
    return rule(trigger=trigger, conditions=conditions, actions=[tell], **when)


def test_every_ready_made_rule_can_be_saved_as_it_is(house: House) -> None:
    told = house.client("viewer").get(url("ready-made")).json()["ready_made"]
    assert len(told) > 5
    for each in told:
        answer = post(house, "", each["rule"])
        assert answer.status_code == 201, answer.text
        assert answer.json()["sentence"] == each["sentence"]


@pytest.mark.parametrize("saved", ["saved", "unsaved"])
def test_a_test_says_what_matches_why_the_rest_does_not_and_what_it_would_cost(
    house: House, keywords: list[int], saved: str
) -> None:
    path, body = (f"{made(house)['id']}/test", None) if saved == "saved" else ("test", CLUSTERING)
    told = post(house, path, body, who="editor").json()
    assert (told["holds"], told["matched"], told["looked_at"]) == (True, 7, 8)
    assert [each["id"] for each in told["items"]] == keywords[:-1]
    assert [(each["id"], each["why_not"]) for each in told["others"]] == [(keywords[-1], ["volume 80 is not ≥ 100"])]
    (plan,) = told["plans"]
    assert (plan["type"], plan["items"], plan["refused"]) == ("cluster_keywords", 7, "")
    assert 0 < told["cost"] == plan["cost"] <= told["available"]
    assert "7 of 8 keywords match" in told["would"]
    assert told["limit"].startswith("0 of 3 executions")


def test_a_test_of_what_nothing_fulfils_says_so_and_plans_nothing(house: House) -> None:
    told = post(house, "test", CLUSTERING).json()
    assert (told["holds"], told["matched"], told["plans"], told["cost"]) == (False, 0, [], 0)
    assert "Nothing would happen" in told["would"]


@pytest.mark.usefixtures("keywords")
def test_a_test_changes_nothing(house: House, sessions: Sessions) -> None:
    number = made(house)["id"]
    before = rows(sessions)
    post(house, f"{number}/test")
    post(house, "test", CLUSTERING)
    after = rows(sessions)
    assert {name for name in after if after[name] != before[name]} <= {"request_rates"}


def test_what_matches_is_executed_once_per_key_and_told_as_a_scheduled_task(
    house: House, sessions: Sessions, keywords: list[int]
) -> None:
    number = made(house)["id"]
    first, again = (post(house, f"{number}/execute", who="editor", key="monday") for _ in range(2))
    told = first.json()
    assert (first.status_code, again.status_code, again.json()) == (202, 202, told)
    assert (told["status"], told["begun_by"], told["requested_by"]) == ("pending", "person", "editor")
    assert (told["matched"], told["looked_at"], told["chain"]) == (7, 8, [CLUSTERING["name"]])
    assert [each["id"] for each in told["matched_items"]] == keywords[:-1]
    assert house.client("viewer").get(told["address"]).json() == told
    assert house.client("viewer").get(tasks_url()).json()["pagination"]["total_count"] == 1
    with sessions() as session:
        assert session.scalars(select(RuleExecution.matched_ids)).one() == keywords[:-1]


def test_where_nothing_matches_nothing_is_executed(house: House, sessions: Sessions, keywords: list[int]) -> None:
    number = made(house)["id"]
    with sessions.begin() as session:
        session.execute(text("UPDATE keywords SET volume = 1"))
        assert session.scalar(select(func.count()).select_from(Keyword)) == len(keywords)
    answer = post(house, f"{number}/execute")
    assert (answer.status_code, "none of 8 keywords" in answer.json()["detail"]) == (400, True)
    assert house.client("owner").get(tasks_url()).json()["scheduled_tasks"] == []


@pytest.mark.usefixtures("keywords")
def test_a_rule_that_is_off_is_executed_by_hand_all_the_same(house: House) -> None:
    number = made(house, is_active=False)["id"]
    assert post(house, f"{number}/execute").status_code == 202


@pytest.mark.usefixtures("keywords")
def test_the_overview_counts_rules_and_what_they_did(house: House) -> None:
    empty = house.client("viewer").get(url("overview")).json()
    assert (empty["total"], empty["success_rate"], empty["latest"], empty["days"]) == (0, None, [], 30)
    number = made(house)["id"]
    made(house, name="Off", is_active=False)
    post(house, f"{number}/execute")
    told = house.client("viewer").get(url("overview", days=7)).json()
    assert (told["active"], told["total"], told["waiting"], told["days"]) == (1, 2, 1, 7)
    assert told["executions"]["pending"] == 1
    assert [(each["rule_id"], each["executions"], each["credits"]) for each in told["by_rule"]] == [(number, 1, 0)]
    assert [each["rule_name"] for each in told["latest"]] == [CLUSTERING["name"]]
