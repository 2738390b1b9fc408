import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from igny8_lib import clock
from igny8_lib.amounts import Credits
from igny8_lib.credits.costs import DEFAULT_COSTS
from igny8_lib.models import (
    ClusterMerge,
    ContentIdea,
    IdeaStatus,
    RunStatus,
    StageResult,
    StoppedReason,
    Task,
    TaskStatus,
)
from igny8_lib.pipeline.run_history import StageTotals, history_of, words_asked_for
from igny8_lib.text.plans import MAX_WORDS
from tests.factories.planner import make_cluster, make_task
from tests.factories.runs import make_ended_run
from tests.factories.sites import make_site


def test_a_new_site_has_no_history(session: Session) -> None:
    assert history_of(session, make_site(session).id).of(1) == StageTotals()


def test_a_stage_is_known_after_three_runs_that_had_work_for_it(session: Session) -> None:
    site = make_site(session)
    for _ in range(2):
        make_ended_run(session, site, {1: (100, 10, 0), 4: (9, 9, 1)})
    make_ended_run(session, site, {1: (50, 10, 10), 4: (0, 0, 0)})
    history = history_of(session, site.id)
    assert history.of(1) == StageTotals(runs=3, worked=260, failed=10, created=30, asked=250)
    assert history.of(4) == StageTotals()


def test_only_completed_runs_of_the_site_count_and_only_the_last_ten(session: Session) -> None:
    site, other = make_site(session), make_site(session)
    make_ended_run(session, site, {1: (1000, 1, 0)})
    for _ in range(10):
        make_ended_run(session, site, {1: (100, 10, 0)})
    make_ended_run(session, site, {1: (100, 0, 0)}, status=RunStatus.CANCELLED)
    make_ended_run(session, other, {1: (100, 0, 0)})
    assert history_of(session, site.id).of(1) == StageTotals(runs=10, worked=1000, created=100, asked=1000)


def test_runs_that_found_nothing_push_no_run_with_work_out_of_the_last_ten(session: Session) -> None:
    site = make_site(session)
    for _ in range(3):
        make_ended_run(session, site, {1: (100, 10, 0)})
    for _ in range(10):
        make_ended_run(session, site, {}).stopped_reason = StoppedReason.NOTHING_PENDING
    session.flush()
    assert history_of(session, site.id).of(1).runs == 3


@pytest.mark.parametrize(("stage", "setting"), [(2, "ideas_per_cluster"), (5, "images_per_content")])
def test_output_is_kept_relative_to_what_the_settings_asked_for(session: Session, stage: int, setting: str) -> None:
    site = make_site(session)
    for asked in (2, 4, 4):
        make_ended_run(session, site, {stage: (10, 10 * asked // 2, 0)}, snapshot={setting: asked})
    assert history_of(session, site.id).of(stage).output == pytest.approx(0.5)


def test_articles_are_remembered_by_billed_words_so_that_a_change_of_costs_does_no_harm(session: Session) -> None:
    site = make_site(session)
    dearer = DEFAULT_COSTS.as_json()
    dearer["content_generation"] |= {"cost": 4}
    make_ended_run(session, site, {4: (2, 2, 0)}, credits_used={4: Credits.of(5)})
    make_ended_run(session, site, {4: (2, 2, 0)}, credits_used={4: Credits.of(20)}, snapshot={"costs": dearer})
    make_ended_run(session, site, {4: (1, 1, 0)}, credits_used={4: Credits.of(2)})
    assert history_of(session, site.id).of(4).billed_words_per_article == (2500 + 2500 + 1000) / 5


def test_clusters_that_a_runs_second_look_merged_into_others_are_not_among_those_it_made(session: Session) -> None:
    site = make_site(session)
    for offered, merged in ((6, 2), (0, 0), (4, 1)):
        run = make_ended_run(session, site, {1: (50, 10, 0)})
        session.get_one(StageResult, (run.id, 1)).details = {"second_look": offered}
        for _ in range(merged):
            session.add(ClusterMerge(site_id=site.id, run_id=run.id, before={}, keyword_ids=[], into_name="topic"))
    session.flush()
    known = history_of(session, site.id).of(1)
    assert (known.created, known.looked_at, known.offered) == (27, 27, 10)


def test_a_run_without_a_second_look_says_nothing_of_what_one_costs(session: Session) -> None:
    site = make_site(session)
    for _ in range(3):
        make_ended_run(session, site, {1: (50, 10, 0)})
    assert history_of(session, site.id).of(1).offered_per_cluster is None


def test_where_ideas_need_approval_only_approved_ones_ask_for_words(session: Session) -> None:
    site = make_site(session)
    for words in (800, 1600):
        make_task(session, site, make_cluster(session, site, f"topic {words}"), f"title {words}", words=words)
    session.execute(update(Task).values(status=TaskStatus.COMPLETED))
    session.execute(update(ContentIdea).values(status=IdeaStatus.NEW))
    session.execute(update(ContentIdea).where(ContentIdea.title == "title 800").values(approved_at=clock.now()))
    assert words_asked_for(session, site.id) == 1200
    assert words_asked_for(session, site.id, approved_only=True) == 800


def test_the_words_asked_for_are_those_of_waiting_tasks_and_ideas(session: Session) -> None:
    site, other = make_site(session), make_site(session)
    assert words_asked_for(session, site.id) is None
    for words, status in ((800, TaskStatus.QUEUED), (1600, TaskStatus.QUEUED), (9000, TaskStatus.COMPLETED)):
        make_task(
            session, site, make_cluster(session, site, f"topic {words}"), f"title {words}", words=words
        ).status = status
    make_task(session, other, make_cluster(session, other, "topic"), "title", words=5000)
    session.flush()
    assert words_asked_for(session, site.id) == 1200
    session.execute(update(ContentIdea).where(ContentIdea.title == "title 9000").values(status=IdeaStatus.NEW))
    assert words_asked_for(session, site.id) == round((800 + 1600 + MAX_WORDS) / 3), "no more than a plan may ask for"
