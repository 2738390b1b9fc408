"""Writing, and running the pipeline: ideas become tasks first, many items are worked in parts, or whatever waits."""

from __future__ import annotations

from dataclasses import replace

import pytest

from igny8_lib.db.session import Sessions
from igny8_lib.models import AutomationConfig, ContentIdea, IdeaStatus, RuleTrigger, Site, StoppedReason, TaskStatus
from igny8_lib.pipeline import end_run
from igny8_lib.pipeline.outcome import outcome_for
from igny8_lib.rules.actions import matched
from igny8_lib.rules.actions.base import Began, Ended
from igny8_lib.rules.actions.matched import part_of, parts_of
from tests.airflow_fake import FakeAirflow
from tests.factories.credits import make_funded_account
from tests.factories.planner import make_cluster, make_idea, make_keywords, make_task
from tests.factories.sites import make_site
from tests.lib.rules.acting import action_of, airflow_of, begin, conf_of, doors_of, first_task, follow, work_of

WRITE = action_of("generate_content")


@pytest.fixture
def site(sessions: Sessions) -> Site:
    with sessions.begin() as session:
        return make_site(session, make_funded_account(session))


@pytest.fixture
def airflow(site: Site) -> FakeAirflow:
    return airflow_of(site)


def finish(sessions: Sessions, airflow: FakeAirflow, site: Site, began: Began | Ended, told: str = "Done.") -> None:
    """The run begins and ends."""
    run = first_task(sessions, airflow, site, began)
    with sessions.begin() as session:
        end_run.end(session, run.id, outcome_for(StoppedReason.COMPLETED, told))
    airflow.runs = dict.fromkeys(airflow.runs, "success")


def test_tasks_that_matched_are_written_by_stage_four_alone(
    sessions: Sessions, site: Site, airflow: FakeAirflow
) -> None:
    with sessions.begin() as session:
        cluster = make_cluster(session, site, "roses")
        tasks = [make_task(session, site, cluster, f"Roses {number}") for number in range(3)]
        make_task(session, site, cluster, "Nobody asked for it")
        tasks[1].status = TaskStatus.COMPLETED
        work = work_of(session, site, RuleTrigger.TASK_CREATED, [each.id for each in tasks])
    conf = conf_of(airflow, site, begin(doors_of(sessions, site, airflow), work, WRITE))
    assert (conf["stages"], conf["items"]) == ([4], [tasks[0].id, tasks[2].id])


def test_ideas_that_matched_become_tasks_and_these_are_written(
    sessions: Sessions, site: Site, airflow: FakeAirflow
) -> None:
    with sessions.begin() as session:
        cluster = make_cluster(session, site, "roses")
        ideas = [make_idea(session, site, cluster, f"Roses {number}") for number in range(2)]
        make_task(session, site, cluster, "Nobody asked for it")
        work = work_of(session, site, RuleTrigger.IDEA_CREATED, [each.id for each in ideas])
    doors = doors_of(sessions, site, airflow)
    began = begin(doors, work, WRITE)
    assert (conf_of(airflow, site, began)["stages"], conf_of(airflow, site, began)["items"]) == (
        [3],
        [each.id for each in ideas],
    )
    finish(sessions, airflow, site, began)
    ended = follow(doors, work, WRITE, began)
    assert ended is not None
    assert ended.more
    with sessions.begin() as session:
        session.get_one(ContentIdea, ideas[0].id).status = IdeaStatus.QUEUED
        of_idea = make_task(session, site, cluster, "Made of the idea")
        of_idea.idea_id = ideas[0].id
    second = replace(work, part=1)
    began = begin(doors, second, WRITE)
    assert (conf_of(airflow, site, began)["stages"], conf_of(airflow, site, began)["items"]) == ([4], [of_idea.id])
    finish(sessions, airflow, site, began, "Everything chosen was worked: 1 items.")
    ended = follow(doors, second, WRITE, began)
    assert ended is not None
    assert (ended.result.status, ended.more) == ("completed", False)


def test_ideas_that_have_tasks_already_are_written_all_the_same(
    sessions: Sessions, site: Site, airflow: FakeAirflow
) -> None:
    with sessions.begin() as session:
        task = make_task(session, site, make_cluster(session, site, "roses"), "Roses")
        work = work_of(session, site, RuleTrigger.IDEA_CREATED, [task.idea_id])
    doors = doors_of(sessions, site, airflow)
    ended = begin(doors, work, WRITE)
    assert isinstance(ended, Ended)
    assert (ended.result.status, ended.more) == ("skipped", True)
    assert "has a writing task already (1)" in ended.result.sentence
    assert conf_of(airflow, site, begin(doors, replace(work, part=1), WRITE))["items"] == [task.id]


def test_ideas_that_people_have_still_to_approve_are_left_out(
    sessions: Sessions, site: Site, airflow: FakeAirflow
) -> None:
    with sessions.begin() as session:
        session.get_one(AutomationConfig, site.id).ideas_need_approval = True
        idea = make_idea(session, site, make_cluster(session, site, "roses"), "Roses")
        work = work_of(session, site, RuleTrigger.IDEA_CREATED, [idea.id])
    ended = begin(doors_of(sessions, site, airflow), work, WRITE)
    assert isinstance(ended, Ended)
    assert "waits for approval (1)" in ended.result.sentence
    assert airflow.runs == {}


@pytest.mark.parametrize(
    ("action", "stages"),
    [
        (action_of("generate_content", items="waiting"), [3, 4]),
        (action_of("run_pipeline"), [1, 2, 3, 4, 5, 6, 7]),
        (action_of("run_pipeline", stages=[1, 4]), [1, 4]),
    ],
)
def test_whatever_waits_is_worked_and_where_nothing_does_no_run_is_started(
    sessions: Sessions, site: Site, airflow: FakeAirflow, action: object, stages: list[int]
) -> None:
    with sessions.begin() as session:
        work = work_of(session, site, RuleTrigger.SCHEDULE, left=20)
    doors = doors_of(sessions, site, airflow)
    ended = begin(doors, work, action)
    assert isinstance(ended, Ended)
    assert ended.result.status == "skipped"
    assert ended.result.sentence.startswith("Nothing waits for stages ")
    assert airflow.runs == {}
    with sessions.begin() as session:
        make_task(session, site, make_cluster(session, site, "roses"), "Roses")
    conf = conf_of(airflow, site, begin(doors, work, action))
    assert conf["stages"] == stages
    assert "items" not in conf
    assert conf["max_credits_per_run"] == 20


def test_more_items_than_a_run_takes_are_worked_in_parts_none_of_which_is_too_small(
    sessions: Sessions, site: Site, airflow: FakeAirflow, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(matched, "MOST_AT_ONCE", 10)
    with sessions.begin() as session:
        ids = [each.id for each in make_keywords(session, site, 21)]
        work = work_of(session, site, RuleTrigger.KEYWORD_ADDED, ids)
    doors, taken, more = doors_of(sessions, site, airflow), list[int](), True
    cluster = action_of("cluster_keywords")
    for part in range(3):
        assert more
        this = replace(work, part=part)
        began = begin(doors, this, cluster)
        taken += conf_of(airflow, site, began)["items"]
        finish(sessions, airflow, site, began)
        ended = follow(doors, this, cluster, began)
        assert ended is not None
        more = ended.more
    assert not more
    assert taken == ids


@pytest.mark.parametrize("number", [0, 1, 5_000, 5_001, 9_999, 10_001, 100_000])
def test_the_parts_together_are_all_items_once_in_their_order_and_as_few_as_can_be(number: int) -> None:
    ids = list(range(1, number + 1))
    parts = [part_of(ids, part) for part in range(parts_of(ids))]
    assert [each for part in parts for each in part] == ids
    assert len(parts) == max(1, -(-number // 5_000))
    sizes = [len(part) for part in parts]
    assert max(sizes) <= 5_000
    assert max(sizes) - min(sizes) <= 1
