"""Stage 2 is paid for by the clusters that ideas came of."""

from __future__ import annotations

import pytest
from sqlalchemy import select, update

from igny8_lib.amounts import Credits
from igny8_lib.models import (
    Cluster,
    ClusterStatus,
    ContentIdea,
    Keyword,
    KeywordStatus,
    LedgerEntry,
    Site,
    StageResult,
    Task,
)
from igny8_lib.pipeline import plan_ideas
from igny8_lib.pipeline.batch import Tools
from igny8_lib.pipeline.waiting import ideas_waiting
from igny8_lib.planner.opportunity import expected_clicks, score
from tests.factories.planner import make_cluster, make_idea
from tests.lib.pipeline.drive import drive
from tests.lib.pipeline.invariants import assert_invariants
from tests.lib.pipeline.ready import ready_site


def planned_titles(tools: Tools, items: int) -> list[list[str]]:
    """The titles that are planned for the clusters of a site like the one that is tested, cluster by cluster."""
    twin = ready_site(tools, 2, items=items)
    drive(tools, twin.slug, {"stages": [2]})
    titles: dict[int, list[str]] = {}
    with tools.sessions() as session:
        for idea in session.scalars(select(ContentIdea).where(ContentIdea.site_id == twin.id)):
            titles.setdefault(idea.cluster_id, []).append(idea.title)
    return [titles[cluster] for cluster in sorted(titles)]


@pytest.fixture(autouse=True)
def _prompts_show_no_titles(monkeypatch: pytest.MonkeyPatch) -> None:
    """So that the AI plans what the site has, as a real one may do all the same."""
    monkeypatch.setattr(plan_ideas, "TITLES_SHOWN", 0)


def know_titles(tools: Tools, site: Site, titles: list[str]) -> None:
    """Give the site ideas of these titles."""
    with tools.sessions.begin() as session:
        cluster = make_cluster(session, site, "older things")
        cluster.status = ClusterStatus.MAPPED
        session.execute(update(Keyword).where(Keyword.cluster_id == cluster.id).values(status=KeywordStatus.MAPPED))
        for title in titles:
            make_idea(session, site, cluster, title)


def test_a_cluster_whose_ideas_the_site_knows_all_is_done_and_costs_nothing(tools: Tools) -> None:
    known, _ = planned_titles(tools, 2)
    site = ready_site(tools, 2, items=2)
    know_titles(tools, site, known)
    run = drive(tools, site.slug, {"stages": [2]})
    with tools.sessions() as session:
        result = session.get_one(StageResult, (run.id, 2))
        assert (result.items_processed, result.items_failed) == (2, 0)
        assert result.details["clusters_without_new_ideas"] == 1
        assert result.credits_used == Credits.of(2), "the other cluster's price"
        first = select(Cluster.id).where(Cluster.site_id == site.id).order_by(Cluster.id).limit(1)
        assert session.get_one(Cluster, session.scalar(first)).status == ClusterStatus.MAPPED
        assert session.scalars(select(ContentIdea.id).where(ContentIdea.cluster_id.in_(first))).all() == []
    assert_invariants(tools.sessions)


def test_a_request_that_nothing_new_came_of_costs_nothing(tools: Tools) -> None:
    (known,) = planned_titles(tools, 1)
    site = ready_site(tools, 2, items=1)
    know_titles(tools, site, known)
    run = drive(tools, site.slug, {"stages": [2]})
    with tools.sessions() as session:
        assert session.scalars(select(LedgerEntry.id).where(LedgerEntry.run_id == run.id)).all() == []
        assert session.get_one(StageResult, (run.id, 2)).items_processed == 1
    assert_invariants(tools.sessions)


def test_ideas_of_the_dearer_cluster_are_taken_first_where_nobody_gave_an_order(tools: Tools) -> None:
    site = ready_site(tools, 2, items=2)
    with tools.sessions.begin() as session:
        cheap, dear = session.scalars(select(Cluster.id).where(Cluster.site_id == site.id).order_by(Cluster.id))
        for cluster, volume in ((cheap, 100), (dear, 5_000)):
            session.execute(update(Keyword).where(Keyword.cluster_id == cluster).values(volume=volume))
    drive(tools, site.slug, {"stages": [2]})
    with tools.sessions() as session:
        found = select(ContentIdea.cluster_id, ContentIdea.priority).where(ContentIdea.site_id == site.id)
        scores = {cheap: score(expected_clicks(volume=200)), dear: score(expected_clicks(volume=10_000))}
        assert set(map(tuple, session.execute(found))) == set(scores.items())
        first = session.scalars(ideas_waiting(site.id)).first()
        assert session.get_one(ContentIdea, first).cluster_id == dear
    drive(tools, site.slug, {"stages": [3], "max_ideas_per_run": 1})
    with tools.sessions() as session:
        task = session.scalars(select(Task).where(Task.site_id == site.id)).one()
        assert (task.idea_id, task.priority) == (first, scores[dear])
