"""Scheduled tasks by API: what became of rules, filtered, in full, and tried again."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from igny8_lib import clock
from igny8_lib.amounts import Credits
from igny8_lib.db.session import Sessions
from igny8_lib.models import AutomationRule, BegunBy, ExecutionStatus, RuleExecution, Site
from tests.factories.rules import make_execution, make_rule
from tests.plugins.web.house import House
from tests.plugins.web.rules import made, tasks_url, url

ENDED = frozenset({ExecutionStatus.COMPLETED, ExecutionStatus.FAILED, ExecutionStatus.SKIPPED})
RESULT = {"action": "cluster_keywords", "status": "failed", "sentence": "The provider is away.", "credits": 2.5}


def add_execution(sessions: Sessions, rule_id: int, status: ExecutionStatus, **given: object) -> int:
    """An execution of a rule that stands there."""
    at = clock.now() if status in ENDED else None
    with sessions.begin() as session:
        rule = session.get_one(AutomationRule, rule_id)
        return make_execution(session, rule, status=status, finished_at=at, **given).id


@pytest.fixture
def rule_id(house: House) -> int:
    number: int = made(house)["id"]
    return number


@pytest.fixture
def failed(sessions: Sessions, rule_id: int) -> int:
    """An execution that used credits and failed."""
    told = {"result": "The first action failed.", "error": "The provider is away.", "results": [RESULT]}
    return add_execution(sessions, rule_id, ExecutionStatus.FAILED, credits_used=Credits.of("2.5"), **told)


def retry(
    house: House, task_id: int, who: str = "editor", key: str = "", site: str = "blog"
) -> tuple[int, dict[str, object]]:
    """Status and document."""
    answer = house.client(who).post(tasks_url(f"{task_id}/retry", site), headers={"Idempotency-Key": key})
    return answer.status_code, answer.json()


def test_an_execution_is_told_with_its_results_and_errors(house: House, failed: int, rule_id: int) -> None:
    told = house.client("viewer").get(tasks_url(f"{failed}")).json()
    assert (told["rule_id"], told["status"], told["error"]) == (rule_id, "failed", "The provider is away.")
    assert (told["credits_used"], told["is_retryable"], told["retried_by_id"]) == (2.5, True, None)
    assert [(each["action"], each["status"], each["credits"]) for each in told["results"]] == [
        ("cluster_keywords", "failed", 2.5)
    ]


def test_executions_are_listed_newest_first_by_rule_status_and_beginning(
    house: House, sessions: Sessions, rule_id: int
) -> None:
    other = made(house, name="Another")["id"]
    pending = add_execution(sessions, rule_id, ExecutionStatus.PENDING, begun_by=BegunBy.PERSON)
    completed = add_execution(sessions, rule_id, ExecutionStatus.COMPLETED)
    others = add_execution(sessions, other, ExecutionStatus.COMPLETED)
    viewer = house.client("viewer")

    def listed(**query: object) -> list[int]:
        return [each["id"] for each in viewer.get(tasks_url(**query)).json()["scheduled_tasks"]]

    assert listed() == [others, completed, pending]
    assert listed(rule_id=rule_id) == [completed, pending]
    assert listed(status="completed") == [others, completed]
    assert listed(begun_by="person") == [pending]
    assert listed(rule_id=rule_id, status="completed", begun_by="event") == [completed]
    assert listed(rule_id=2**40) == []
    assert listed(page=2, page_size=2) == [pending]
    for wrong in ({"status": "done"}, {"begun_by": "nobody"}, {"rule_id": 0}, {"rule_id": "x"}):
        answer = viewer.get(tasks_url(**wrong))
        assert (answer.status_code, answer.json()["field"]) == (422, next(iter(wrong)))


def test_an_unchanged_list_is_not_sent_again(house: House, failed: int) -> None:
    viewer = house.client("viewer")
    for address in (tasks_url(), tasks_url(f"{failed}"), url("overview"), url("facts")):
        tag = viewer.get(address).headers["etag"]
        assert viewer.get(address, headers={"If-None-Match": tag}).status_code == 304


def test_what_failed_is_tried_again_once_per_key_and_once_in_all(house: House, sessions: Sessions, failed: int) -> None:
    first, again, other = (retry(house, failed, key=key) for key in ("a", "a", "b"))
    assert (first[0], first[1]["status"], first[1]["begun_by"]) == (202, "pending", "retry")
    assert (first[1]["retry_of_id"], first[1]["requested_by"]) == (failed, "editor")
    assert first == again == other
    with sessions() as session:
        assert session.scalar(select(func.count()).select_from(RuleExecution)) == 2
    told = house.client("viewer").get(tasks_url(f"{failed}")).json()
    assert told["retried_by_id"] == first[1]["id"]


@pytest.mark.parametrize("status", [ExecutionStatus.PENDING, ExecutionStatus.RUNNING, ExecutionStatus.COMPLETED])
def test_what_neither_failed_nor_was_skipped_is_not_tried_again(
    house: House, sessions: Sessions, rule_id: int, status: ExecutionStatus
) -> None:
    answered, told = retry(house, add_execution(sessions, rule_id, status))
    assert (answered, told["type"]) == (409, "urn:igny8:problem:conflict")


def test_what_a_deleted_rule_did_is_told_and_not_tried_again(house: House, failed: int, rule_id: int) -> None:
    assert house.client("owner").delete(url(f"{rule_id}")).status_code == 200
    told = house.client("viewer").get(tasks_url(f"{failed}")).json()
    assert (told["rule_id"], told["rule_name"], told["is_retryable"]) == (None, "Cluster what is searched for", False)
    assert retry(house, failed)[0] == 409


def test_an_execution_of_another_site_is_not_there(house: House, sessions: Sessions, failed: int) -> None:
    for who, site in (("neighbour", "rival-blog"), ("owner", "shop")):
        assert house.client(who).get(tasks_url(f"{failed}", site)).status_code == 404
        assert retry(house, failed, who, site=site)[0] == 404
        assert house.client(who).get(tasks_url("", site)).json()["scheduled_tasks"] == []
    with sessions.begin() as session:
        theirs = make_rule(session, session.get_one(Site, house.rival_blog)).id
    add_execution(sessions, theirs, ExecutionStatus.FAILED)
    assert house.client("owner").get(tasks_url(rule_id=theirs)).json()["scheduled_tasks"] == []


def test_a_viewer_reads_and_tries_nothing_again(house: House, failed: int) -> None:
    assert house.client("viewer").get(tasks_url(f"{failed}")).status_code == 200
    assert retry(house, failed, "viewer")[0] == 403
