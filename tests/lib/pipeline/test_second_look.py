"""What is left alone is looked at once more: single-keyword clusters whose topic is another cluster's are merged before
ideas are paid for (SPEC §3)."""

from __future__ import annotations

from math import ceil
from pathlib import Path

import pytest
from sqlalchemy import event, func, select
from sqlalchemy.orm import Session

from igny8_lib.db.session import Sessions
from igny8_lib.errors import Conflict, NotFound
from igny8_lib.models import (
    AutomationRun,
    Cluster,
    ClusterMerge,
    ItemState,
    Keyword,
    LedgerEntry,
    MergeOffer,
    RunEvent,
    Site,
)
from igny8_lib.pipeline import process_batch, stage_tasks
from igny8_lib.pipeline.batch import Tools
from igny8_lib.pipeline.end_run import finish
from igny8_lib.planner import merges
from igny8_lib.planner.importing import import_keywords
from tests.factories.credits import grant
from tests.factories.sites import make_site
from tests.lib.pipeline.drive import begin, stage
from tests.lib.pipeline.invariants import assert_invariants
from tests.lib.pipeline.test_deaths import Bomb, Died
from tests.sandbox_server import SandboxServer

DEMO = Path(__file__).parents[3] / "include" / "demo" / "search_console.csv"


def demo_site(sessions: Sessions, *, credits_granted: int = 20_000, **config: object) -> Site:
    """A site with the demo's keywords."""
    with sessions.begin() as session:
        site = make_site(session, config=config)
        grant(session, site.account_id, credits_granted)
        import_keywords(session, site.id, DEMO)
    return site


def alone(sessions: Sessions, site: Site) -> int:
    """How many of the site's clusters have one keyword."""
    with sessions() as session:
        sizes = select(func.count()).where(Keyword.site_id == site.id, Keyword.cluster_id.is_not(None))
        return sum(size == 1 for size in session.scalars(sizes.group_by(Keyword.cluster_id)))


def groups(sessions: Sessions, site: Site) -> dict[str, str]:
    """Each keyword's cluster."""
    with sessions() as session:
        query = select(Keyword.text, Cluster.name).join(Cluster).where(Keyword.site_id == site.id)
        return {row.text: row.name for row in session.execute(query)}


def test_lone_clusters_of_another_s_topic_are_merged_told_and_charged_as_clustering(
    tools: Tools, sessions: Sessions
) -> None:
    site = demo_site(sessions)
    run = begin(sessions, site.slug, {"stages": [1]})
    result = stage(tools, run.id, 1)
    finish(sessions, run.id)
    assert result is not None
    assert_invariants(sessions)
    with sessions() as session:
        offers = session.scalars(select(MergeOffer)).all()
        made = session.scalars(select(ClusterMerge)).all()
        charged = select(LedgerEntry.amount).where(LedgerEntry.idempotency_key.in_(keys(run.id, offers)))
        paid = [-amount.hundredths for amount in session.scalars(charged)]
        lines = session.scalars(select(RunEvent.message).where(RunEvent.message.startswith("Second look"))).all()
        assert session.scalar(select(func.count()).select_from(Cluster)) == result["clusters_created"] - len(made)
    assert made
    assert result["second_look"] == sum(len(offer.alone) for offer in offers)
    assert sorted(paid) == sorted(-(-len(offer.alone) // 5) * 100 for offer in offers)
    assert len(lines) == len(offers)
    for merge in made:
        assert any(f"“{merge.before['name']}” into “{merge.into_name}”" in line for line in lines)


def keys(run_id: int, offers: list[MergeOffer]) -> list[str]:
    return [f"run/{run_id}/stage/1/request/{offer.request}" for offer in offers]


def test_a_site_may_do_without_it(tools: Tools, sessions: Sessions) -> None:
    site = demo_site(sessions, second_look_enabled=False)
    run = begin(sessions, site.slug, {"stages": [1]})
    stage(tools, run.id, 1)
    with sessions() as session:
        assert session.scalars(select(MergeOffer)).all() == []


def test_at_most_three_clusters_in_ten_of_the_demo_have_one_keyword(tools: Tools, sessions: Sessions) -> None:
    site = demo_site(sessions)
    run = begin(sessions, site.slug, {"stages": [1]})
    stage(tools, run.id, 1)
    with sessions() as session:
        clusters = session.scalar(select(func.count()).select_from(Cluster)) or 0
    assert 40 < clusters < 80
    assert alone(sessions, site) <= 0.3 * clusters


def test_a_merge_can_be_taken_back_once(tools: Tools, sessions: Sessions) -> None:
    site = demo_site(sessions)
    run = begin(sessions, site.slug, {"stages": [1]})
    stage(tools, run.id, 1)
    before = alone(sessions, site)
    with sessions.begin() as session:
        merge = session.scalars(select(ClusterMerge).order_by(ClusterMerge.id)).first()
        assert merge is not None
        number, name, keyword = merge.id, merge.before["name"], merge.keyword_ids[0]
        cluster = merges.take_back(session, site.id, number, actor="anna")
        assert cluster.name == name
        assert session.get_one(Keyword, keyword, populate_existing=True).cluster_id == cluster.id
    assert alone(sessions, site) == before + 1
    with sessions.begin() as session, pytest.raises(Conflict, match="already, by anna"):
        merges.take_back(session, site.id, number, actor="bert")
    with sessions.begin() as session, pytest.raises(NotFound):
        merges.take_back(session, site.id + 1, number, actor="bert")


def test_a_merge_is_not_taken_back_over_a_cluster_of_that_name(tools: Tools, sessions: Sessions) -> None:
    site = demo_site(sessions)
    run = begin(sessions, site.slug, {"stages": [1]})
    stage(tools, run.id, 1)
    with sessions.begin() as session:
        merge = session.scalars(select(ClusterMerge)).first()
        assert merge is not None
        merges.make_again(session, site.id, merge.before["name"], "")
        with pytest.raises(Conflict, match="rename or empty"):
            merges.take_back(session, site.id, merge.id, actor="anna")


@pytest.mark.slow("the last batch dies at each of the commits of its second look")
def test_a_death_at_any_commit_of_the_second_look_ends_as_an_undisturbed_one(
    tools: Tools, sessions: Sessions, sandbox: SandboxServer
) -> None:
    site, run_id = small_run(sessions)
    commits = die_at(tools, run_id, 0).commits
    undisturbed = groups(sessions, site)
    with sessions() as session:
        assert session.scalar(select(func.count()).select_from(ClusterMerge))
    last = commits - 1  # the first run commits once more than those after it: it learns how long the provider takes
    for at in range(last - COMMITS_OF_A_LOOK + 1, last + 1):
        sandbox.reset()
        site, run_id = small_run(sessions)
        assert die_at(tools, run_id, at).went_off
        process_batch.process_batch(tools, run_id, 1, 0, "retry")
        stage_tasks.complete_stage(sessions, run_id, 1, "test")
        finish(sessions, run_id)
        assert groups(sessions, site) == undisturbed, f"died at commit {at} of {commits}"
        assert_invariants(sessions, site.id)


COMMITS_OF_A_LOOK = 5
"""Offers, the request's leaving, its answer, merges and charge, and the end of the batch."""


def small_run(sessions: Sessions) -> tuple[Site, int]:
    """A run with one batch of the demo's keywords."""
    site = demo_site(sessions, max_keywords_per_run=80)
    run = begin(sessions, site.slug, {"stages": [1]})
    assert stage_tasks.plan_stage(sessions, run.id, 1, "test") == [0]
    return site, run.id


def die_at(tools: Tools, run_id: int, at: int) -> Bomb:
    """Work the batch with a bomb at one of its commits; none where `at` is 0."""
    bomb = Bomb(at)
    event.listen(Session, "before_commit", bomb)
    try:
        process_batch.process_batch(tools, run_id, 1, 0, "first")
    except Died:
        pass
    finally:
        event.remove(Session, "before_commit", bomb)
    return bomb


def test_where_credits_are_short_the_stage_is_done_without_it(tools: Tools, sessions: Sessions) -> None:
    twin = demo_site(sessions, second_look_enabled=False)
    needed = begin(sessions, twin.slug, {"stages": [1]})
    stage(tools, needed.id, 1)
    finish(sessions, needed.id)
    with sessions() as session:
        price = session.get_one(AutomationRun, needed.id).total_credits_used
    site = demo_site(sessions, credits_granted=ceil(price.hundredths / 100))
    run = begin(sessions, site.slug, {"stages": [1]})
    stage(tools, run.id, 1)
    finish(sessions, run.id)
    with sessions() as session:
        states = set(session.scalars(select(MergeOffer.state)))
        done = session.scalar(select(func.count()).where(Keyword.site_id == site.id, Keyword.cluster_id.is_not(None)))
    assert done == 201
    assert states == {ItemState.LEFT}
    assert_invariants(sessions)
