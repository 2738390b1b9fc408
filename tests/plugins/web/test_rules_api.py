"""Rules by API: made, read, changed, switched, deleted, and what cannot be saved is refused where it is wrong."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import func, select

from igny8_lib.db.session import Sessions
from igny8_lib.models import AutomationRule, Module, Site
from igny8_lib.sites.modules import set_module
from tests.factories.planner import make_keywords
from tests.plugins.web.house import House
from tests.plugins.web.rules import CLUSTERING, made, post, rule, url

NAMED = "urn:igny8:problem"


def count_rules(sessions: Sessions) -> int:
    """How many rules there are, of whomever."""
    with sessions() as session:
        return session.scalar(select(func.count()).select_from(AutomationRule)) or 0


def test_a_rule_is_told_as_it_was_sent_with_a_sentence_and_its_version(house: House) -> None:
    told = made(house)
    assert {name: told[name] for name in CLUSTERING} == CLUSTERING
    assert (told["version"], told["is_active"], told["created_by"], told["executed_today"]) == (1, True, "owner", 0)
    assert "keywords are added and volume is at least 100" in told["sentence"]
    assert house.client("viewer").get(told["address"]).json() == told


def test_what_is_read_can_be_sent_back_as_it_is(house: House) -> None:
    told = made(house)
    sent = {name: told[name] for name in (*CLUSTERING, "schedule", "is_active", "version")}
    again = house.client("owner").put(told["address"], json=sent)
    assert (again.status_code, again.json()["version"]) == (200, 1)


def test_a_change_counts_the_version_and_a_stale_one_is_refused_with_both(house: House) -> None:
    address, owner = made(house)["address"], house.client("owner")
    change = rule(name="Another name", version=1)
    told = owner.put(address, json=change)
    assert (told.status_code, told.json()["version"], told.json()["name"]) == (200, 2, "Another name")
    stale = owner.put(address, json=change | {"name": "A third"})
    assert (stale.status_code, stale.json()["yours"], stale.json()["now"]) == (409, 1, 2)
    assert owner.get(address).json()["name"] == "Another name"


def test_a_change_without_the_version_that_was_read_is_refused(house: House) -> None:
    answer = house.client("owner").put(made(house)["address"], json=rule(name="Another name"))
    assert (answer.status_code, answer.json()["field"]) == (422, "version")


def test_a_rule_is_switched_off_and_on(house: House) -> None:
    told = made(house)
    said = [post(house, f"{told['id']}/switch", {"is_active": on}).json() for on in (False, False, True)]
    assert [(each["is_active"], each["version"]) for each in said] == [(False, 2), (False, 2), (True, 3)]
    assert said[-1]["active_since"] > told["active_since"]


def test_a_rule_is_deleted_and_gone(house: House) -> None:
    told = made(house)
    owner = house.client("owner")
    assert owner.delete(told["address"]).json() == {"id": told["id"], "name": told["name"]}
    assert owner.get(told["address"]).status_code == owner.delete(told["address"]).status_code == 404


def test_a_schedule_says_when_it_is_due_next(house: House) -> None:
    told = made(house, trigger="schedule", schedule="0 6 * * 1-5", conditions=[], actions=[{"type": "run_pipeline"}])
    assert told["next_due_at"].endswith("06:00:00Z")
    assert told["actions"] == [{"type": "run_pipeline", "params": {"stages": [1, 2, 3, 4, 5, 6, 7]}}]


def test_every_write_is_done_once_under_its_key(house: House, sessions: Sessions) -> None:
    first, again = (post(house, "", CLUSTERING, key="make") for _ in range(2))
    assert (first.status_code, again.status_code, first.json()) == (201, 201, again.json())
    assert count_rules(sessions) == 1
    address, owner = first.json()["address"], house.client("owner")
    change = rule(name="Another name", version=1)
    headers = {"Idempotency-Key": "change"}
    changed = [owner.put(address, json=change, headers=headers) for _ in range(2)]
    assert [(each.status_code, each.json()["version"]) for each in changed] == [(200, 2)] * 2
    gone = [owner.delete(address, headers={"Idempotency-Key": "delete"}) for _ in range(2)]
    assert [each.status_code for each in gone] == [200, 200]
    other = post(house, "", rule(name="A third"), key="make")
    assert (other.status_code, other.json()["type"]) == (409, f"{NAMED}:key-of-another-request")


def test_a_refused_request_is_not_remembered_under_its_key(house: House) -> None:
    assert (
        post(house, "", rule(conditions=[{"field": "apples", "operator": "eq", "value": 1}]), key="a").status_code
        == 422
    )
    assert post(house, "", CLUSTERING, key="a").status_code == 201


def test_the_list_is_paged_and_not_sent_again_where_nothing_changed(house: House) -> None:
    for name in ("c", "a", "b"):
        made(house, name=name)
    viewer = house.client("viewer")
    first = viewer.get(url(page_size=2))
    assert first.json()["pagination"] == {"page": 1, "page_size": 2, "total_count": 3, "total_pages": 2}
    names = [each["name"] for page in (1, 2) for each in viewer.get(url(page=page, page_size=2)).json()["rules"]]
    assert sorted(names) == ["a", "b", "c"]
    known = {"If-None-Match": first.headers["etag"]}
    assert viewer.get(url(page_size=2), headers=known).status_code == 304
    made(house, name="d")
    assert viewer.get(url(page_size=2), headers=known).status_code == 200


def condition(field: str, operator: str, value: Any) -> dict[str, Any]:
    """A rule with one condition."""
    return rule(conditions=[{"field": field, "operator": operator, "value": value}])


def items(**params: Any) -> dict[str, Any]:
    """A rule whose action has these params."""
    return rule(actions=[{"type": "cluster_keywords", "params": params}])


@pytest.mark.parametrize(
    ("document", "field"),
    [
        (condition("apples", "eq", 1), "conditions.0.field"),
        (condition("volume", "contains", 1), "conditions.0.operator"),
        (condition("volume", "gte", "many"), "conditions.0.value"),
        (condition("volume", "in", 7), "conditions.0.value"),
        (condition("volume", "gte", [7]), "conditions.0.value"),
        (condition("volume", "like", 7), "conditions.0.operator"),
        (condition("volume", "gte", None), "conditions.0.value"),
        (condition("volume", "gte", {"a": 1}), "conditions.0.value"),
        (rule(conditions=[CLUSTERING["conditions"][0]] * 21), "conditions"),
        (items(items=[]), "actions.0.params.items"),
        (items(items="some"), "actions.0.params.items"),
        (items(items=[7, 0]), "actions.0.params.items.1"),
        (items(items=[2**40]), "actions.0.params.items"),
        (items(item=[7]), "actions.0.params.item"),
        (rule(actions=[]), "actions"),
        (rule(actions=[{"type": "bake_bread"}]), "actions.0"),
        (rule(actions=[{"params": {}}]), "actions.0"),
        (rule(actions=[CLUSTERING["actions"][0], {"type": "notify", "params": {}}]), "actions.1.params.message"),
        (rule(actions=[{"type": "run_pipeline", "params": {"stages": [1, 8]}}]), "actions.0.params.stages.1"),
        (
            rule(actions=[{"type": "generate_site_structure", "params": {"blueprint_id": 1}}]),
            "actions.0.params.blueprint_id",
        ),
        (rule(trigger="cluster_created", conditions=[]), "actions.0.params.items"),
        (rule(trigger="rain"), "trigger"),
        (rule(schedule="0 6 * * *"), "schedule"),
        (rule(trigger="schedule", conditions=[], actions=[{"type": "run_pipeline"}]), "schedule"),
        (
            rule(trigger="schedule", conditions=[], actions=[{"type": "run_pipeline"}], schedule="0 0 30 2 *"),
            "schedule",
        ),
        (rule(trigger="schedule", conditions=[], actions=[{"type": "run_pipeline"}], schedule="often"), "schedule"),
        (rule(name=""), "name"),
        (rule(name="x" * 101), "name"),
        (rule(name=" \u200b "), "name"),
        (rule(name=None), "name"),
        (rule(max_executions_per_day=-1), "max_executions_per_day"),
        (rule(credit_limit_per_execution=0.3), "credit_limit_per_execution"),
        (rule(is_activ=True), "is_activ"),
        ({name: value for name, value in CLUSTERING.items() if name != "trigger"}, "trigger"),
    ],
    ids=lambda each: each if isinstance(each, str) else "",
)
@pytest.mark.parametrize("path", ["", "test"])
def test_what_is_wrong_is_named_as_it_was_sent(
    house: House, sessions: Sessions, document: dict[str, Any], field: str, path: str
) -> None:
    answer = post(house, path, document)
    told = answer.json()
    assert (answer.status_code, told["field"], told["errors"][0]["field"]) == (422, field, field)
    assert told["errors"][0]["message"]
    assert told["errors"][0]["message"] in told["detail"]
    assert count_rules(sessions) == 0


def test_a_change_is_refused_as_a_new_rule_is_and_leaves_the_old_one(house: House) -> None:
    told = made(house)
    wrong = condition("apples", "eq", 1) | {"version": 1}
    answer = house.client("owner").put(told["address"], json=wrong)
    assert (answer.status_code, answer.json()["field"]) == (422, "conditions.0.field")
    assert house.client("owner").get(told["address"]).json() == told


def test_a_name_is_unique_within_its_site_alone(house: House) -> None:
    made(house)
    taken = post(house, "", CLUSTERING)
    assert (taken.status_code, taken.json()["field"]) == (409, "name")
    assert CLUSTERING["name"] in taken.json()["detail"]
    assert post(house, "", CLUSTERING, site="shop").status_code == 201
    assert post(house, "", CLUSTERING, who="neighbour", site="rival-blog").status_code == 201


def test_items_of_another_site_are_as_little_there_as_none(house: House, sessions: Sessions) -> None:
    with sessions.begin() as session:
        own = make_keywords(session, session.get_one(Site, house.blog), 5)
        theirs = make_keywords(session, session.get_one(Site, house.rival_blog), 5)
        own_ids, foreign_id = [each.id for each in own], theirs[0].id
    foreign, nothing = (post(house, "", items(items=[*own_ids, other])) for other in (foreign_id, 2**40))
    assert (foreign.status_code, foreign.json()["field"]) == (422, "actions.0.params.items")
    assert foreign.text.replace(f"{foreign_id}", "#") == nothing.text.replace(f"{2**40:,}", "#").replace(
        f"{2**40}", "#"
    )
    assert post(house, "", items(items=own_ids)).status_code == 201


@pytest.mark.parametrize(("who", "site"), [("neighbour", "rival-blog"), ("owner", "shop")])
def test_a_rule_of_another_site_is_not_there(house: House, who: str, site: str) -> None:
    told = made(house)
    number, client = told["id"], house.client(who)
    answers = [
        client.get(url(f"{number}", site)),
        client.put(url(f"{number}", site), json=rule(version=1)),
        client.delete(url(f"{number}", site)),
        post(house, f"{number}/switch", {"is_active": False}, who=who, site=site),
        post(house, f"{number}/execute", who=who, site=site),
        post(house, f"{number}/test", who=who, site=site),
    ]
    assert [each.status_code for each in answers] == [404] * len(answers)
    assert client.get(url("", site)).json()["rules"] == []
    assert house.client("owner").get(told["address"]).json() == told


def test_only_who_manages_writes_rules_and_everybody_of_the_site_reads_them(house: House) -> None:
    told = made(house)
    for who in ("editor", "viewer"):
        assert post(house, "", rule(name="mine"), who=who).status_code == 403
        assert post(house, f"{told['id']}/switch", {"is_active": False}, who=who).status_code == 403
        assert house.client(who).delete(told["address"]).status_code == 403
        assert house.client(who).put(told["address"], json=rule(version=1)).status_code == 403
        assert house.client(who).get(told["address"]).json() == told
    assert post(house, f"{told['id']}/test", who="editor").status_code == 200
    assert post(house, f"{told['id']}/test", who="viewer").status_code == 403


def test_with_automation_switched_off_there_are_no_rules(house: House, sessions: Sessions) -> None:
    told = made(house)
    with sessions.begin() as session:
        set_module(session, house.agency, Module.AUTOMATION, enabled=False)
    owner = house.client("owner")
    answers = [
        owner.get(url()),
        owner.get(told["address"]),
        post(house, f"{told['id']}/execute"),
        owner.get(url("facts")),
    ]
    assert {each.json()["type"] for each in answers} == {f"{NAMED}:module-disabled"}
