"""Whatever kills a worker, and wherever: each action is begun once, told once at most, and its execution ends."""

from __future__ import annotations

from itertools import count
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from igny8_lib.models import ContentBatch, ExecutionStatus, RuleTrigger
from igny8_lib.rules.consuming import consume
from igny8_lib.sites.naming import dag_id
from tests.factories.articles import make_article
from tests.factories.planner import make_keywords
from tests.factories.rules import CLUSTER, TELL, make_event, make_execution, make_rule
from tests.killing import fork, live
from tests.lib.rules.mortal_worker import MortalWorker, served
from tests.lib.rules.world import World, executions, only_execution

LINK = {"type": "link_content", "params": {"articles": "matched"}}
ANSWERED = ExecutionStatus.COMPLETED


@pytest.mark.slow("a worker dies at each commit and request, and each time another one goes on")
def test_a_run_is_begun_once_and_people_are_told_once_at_most(
    session: Session, world: World, database_url: str, tmp_path: Path
) -> None:
    kills = sent_before = 0
    with served(world.airflow) as url:
        worker = MortalWorker(database_url, url, tmp_path / "letters")
        for dies_at in count(1):
            site = world.make_site(session)
            rule = make_rule(session, site, actions=[TELL, CLUSTER])
            make_execution(session, rule, matched_ids=[each.id for each in make_keywords(session, site, 10)])
            session.commit()
            died = worker.work_and_die(dies_at)
            kills += died
            world.work()
            world.play(session, site)
            world.work()
            ended = only_execution(session, site)
            assert (ended.status, len(ended.results)) == (ANSWERED, 2), dies_at
            assert len([key for key in world.airflow.runs if key[0] == dag_id(site.slug)]) == 1, dies_at
            all_sent = worker.told() + len(world.told)
            sent, sent_before = all_sent - sent_before, all_sent
            assert sent <= 1
            assert sent == 1 or ended.results[0]["sentence"] == "The message was about to be sent."
            session.refresh(rule)
            assert rule.executions_counted == 1
            if not died:
                break
    assert kills >= 10


@pytest.mark.slow("a worker dies at each boundary, and each time another one goes on")
def test_the_end_of_a_run_is_written_down_once(
    session: Session, world: World, database_url: str, tmp_path: Path
) -> None:
    kills = 0
    with served(world.airflow) as url:
        worker = MortalWorker(database_url, url, tmp_path / "letters")
        for dies_at in count(1):
            site = world.make_site(session)
            rule = make_rule(session, site, actions=[CLUSTER], failures_in_a_row=2)
            make_execution(session, rule, matched_ids=[each.id for each in make_keywords(session, site, 10)])
            session.commit()
            world.work()
            world.play(session, site, spent=7)
            died = worker.work_and_die(dies_at)
            kills += died
            world.work()
            ended = only_execution(session, site)
            assert (ended.status, ended.credits_used.as_number(), len(ended.results)) == (ANSWERED, 7, 1), dies_at
            session.refresh(rule)
            assert rule.failures_in_a_row == 0
            session.commit()
            if not died:
                break
    assert kills >= 4


@pytest.mark.slow("a worker dies at each boundary, and each time another one goes on")
def test_a_batch_is_opened_once(session: Session, world: World, database_url: str, tmp_path: Path) -> None:
    kills = 0
    with served(world.airflow) as url:
        worker = MortalWorker(database_url, url, tmp_path / "letters")
        for dies_at in count(1):
            site = world.make_site(session)
            rule = make_rule(session, site, trigger=RuleTrigger.CONTENT_GENERATED, actions=[LINK])
            make_execution(session, rule, matched_ids=[make_article(session, site).id])
            session.commit()
            died = worker.work_and_die(dies_at)
            kills += died
            world.work()
            mine = select(func.count()).where(ContentBatch.site_id == site.id)
            assert session.scalar(mine) == 1, dies_at
            assert only_execution(session, site).batch_id is not None
            world.work_batches()
            world.work()  # the next round's workers have nothing else to look at
            assert only_execution(session, site).status is ANSWERED
            session.commit()
            if not died:
                break
    assert kills >= 4


@pytest.mark.slow("three processes work ten executions at once")
def test_workers_side_by_side_execute_each_once(
    session: Session, world: World, database_url: str, tmp_path: Path
) -> None:
    site = world.make_site(session)
    rule = make_rule(session, site, actions=[TELL], max_executions_per_day=7)
    for _ in range(10):
        make_execution(session, rule)
    session.commit()
    with served(world.airflow) as url:
        worker = MortalWorker(database_url, url, tmp_path / "letters")
        workers = [fork.Process(target=worker.live, args=(0,)) for _ in range(3)]
        for each in workers:
            each.start()
        for each in workers:
            each.join(120)
    statuses = [each.status for each in executions(session, site)]
    assert (statuses.count(ANSWERED), statuses.count(ExecutionStatus.SKIPPED), worker.told()) == (7, 3, 7)


@pytest.mark.slow("two processes consume and two work at once")
def test_what_comes_while_an_execution_begins_is_in_it_or_in_the_next_one(
    session: Session, world: World, database_url: str, tmp_path: Path
) -> None:
    site = world.make_site(session)
    make_rule(session, site, actions=[TELL], max_executions_per_day=0)
    ids = [each.id for each in make_keywords(session, site, 300)]
    for number in ids:
        make_event(session, site, RuleTrigger.KEYWORD_ADDED, [number])
    session.commit()
    worker = MortalWorker(database_url, "", tmp_path / "letters")
    together = [fork.Process(target=live, args=(database_url, consume, 0)) for _ in range(2)]
    together += [fork.Process(target=worker.live_on, args=(10,)) for _ in range(2)]
    for each in together:
        each.start()
    for each in together:
        each.join(120)
    world.round()
    there = executions(session, site)
    assert {each.status for each in there} == {ANSWERED}
    assert sorted(matched for each in there for matched in each.matched_ids) == ids
    assert worker.told() + len(world.told) == len(there)
