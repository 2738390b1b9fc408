"""Clusters changed by hand: named, merged, filled and emptied."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from igny8_lib.db.session import Sessions
from igny8_lib.errors import Conflict, InvalidInput, NotFound
from igny8_lib.models import Cluster, ClusterStatus, Content, ContentIdea, Keyword, KeywordStatus, RunStatus, Site, Task
from igny8_lib.pipeline import leases
from igny8_lib.planner import edit_clusters, merges
from igny8_lib.planner.clusters import ClusterFilter, ClusterOrder, count_clusters, find_cluster, list_clusters
from igny8_lib.planner.edit_clusters import ClusterChanges
from tests.factories.articles import make_article
from tests.factories.planner import make_cluster, make_idea, make_keywords, make_task
from tests.factories.runs import make_ended_run
from tests.factories.sites import make_site


@pytest.fixture
def site(session: Session) -> Site:
    return make_site(session)


@pytest.fixture
def oak(session: Session, site: Site) -> Cluster:
    return make_cluster(session, site, "oak")


@pytest.fixture
def elm(session: Session, site: Site) -> Cluster:
    return make_cluster(session, site, "elm")


def keywords_of(session: Session, cluster_id: int | None) -> list[str]:
    query = select(Keyword.text).where(Keyword.cluster_id == cluster_id).order_by(Keyword.text)
    return list(session.scalars(query))


def clusters_of(session: Session, row: type[Task] | type[ContentIdea] | type[Content]) -> set[int | None]:
    return set(session.scalars(select(row.cluster_id)))


def test_a_name_is_cleaned_and_the_description_stays_where_none_is_given(
    session: Session, site: Site, oak: Cluster
) -> None:
    oak.refused_reason = "weapons"
    edit_clusters.edit(session, site.id, oak.id, ClusterChanges(name=" Oak  Floors\u202e"))
    assert (oak.name, oak.normalized, oak.description) == ("Oak Floors", "oak floors", "All about oak")
    assert oak.refused_reason is None
    edit_clusters.edit(session, site.id, oak.id, ClusterChanges(description=" "))
    assert (oak.name, oak.description) == ("Oak Floors", "")


def test_a_name_that_another_cluster_has_is_refused_and_names_it(
    session: Session, site: Site, oak: Cluster, elm: Cluster
) -> None:
    with pytest.raises(Conflict, match=f"Cluster {elm.id} of the site is called “elm”"):
        edit_clusters.edit(session, site.id, oak.id, ClusterChanges(name="ELM"))
    edit_clusters.edit(session, site.id, oak.id, ClusterChanges(name="OAK"))
    assert oak.name == "OAK"


@pytest.mark.parametrize("changes", [{}, {"name": "\u200b"}, {"name": "x" * 121}, {"description": "x" * 601}])
def test_what_no_cluster_can_be_is_refused(session: Session, site: Site, oak: Cluster, changes: dict[str, Any]) -> None:
    with pytest.raises(InvalidInput):
        edit_clusters.edit(session, site.id, oak.id, ClusterChanges(**changes))


def test_ids_of_other_sites_are_not_found_and_nothing_is_changed(session: Session, site: Site, oak: Cluster) -> None:
    foreign = make_cluster(session, make_site(session), "ash")
    keyword = session.scalars(select(Keyword.id).where(Keyword.cluster_id == foreign.id)).first()
    assert keyword
    own = make_keywords(session, site, ["birch"])[0]
    with pytest.raises(NotFound, match=str(foreign.id)):
        edit_clusters.merge_into(session, site.id, oak.id, [foreign.id], "ann")
    with pytest.raises(NotFound, match=str(foreign.id)):
        edit_clusters.edit(session, site.id, foreign.id, ClusterChanges(name="x"))
    with pytest.raises(NotFound, match=str(keyword)):
        edit_clusters.move_keywords(session, site.id, [own.id, keyword], oak.id)
    with pytest.raises(NotFound, match=str(foreign.id)):
        edit_clusters.move_keywords(session, site.id, [own.id], foreign.id)
    assert own.cluster_id is None


def test_what_came_of_a_merged_cluster_goes_along_and_comes_back(
    session: Session, site: Site, oak: Cluster, elm: Cluster
) -> None:
    task = make_task(session, site, oak, "Oaks")
    make_article(session, site, task_id=task.id, cluster_id=oak.id)
    oak.status = ClusterStatus.MAPPED
    session.flush()
    (merged,) = edit_clusters.merge_into(session, site.id, elm.id, [oak.id], "ann")
    assert (merged.cluster, merged.into, merged.keywords) == ("oak", "elm", 2)
    assert keywords_of(session, elm.id) == ["elm cost", "elm ideas", "oak cost", "oak ideas"]
    assert elm.status == ClusterStatus.MAPPED
    assert [clusters_of(session, row) for row in (Task, ContentIdea, Content)] == [{elm.id}] * 3
    again = merges.take_back(session, site.id, merged.id, actor="ann")
    session.expire_all()
    assert [clusters_of(session, row) for row in (Task, ContentIdea, Content)] == [{again.id}] * 3
    assert (again.status, elm.status) == (ClusterStatus.MAPPED, ClusterStatus.NEW)
    assert keywords_of(session, again.id) == ["oak cost", "oak ideas"]


def test_ideas_that_the_other_cluster_has_of_its_own_stay_there(
    session: Session, site: Site, oak: Cluster, elm: Cluster
) -> None:
    make_idea(session, site, oak, "Oaks")
    own = make_idea(session, site, elm, "Elms")
    (merged,) = edit_clusters.merge_into(session, site.id, elm.id, [oak.id], "ann")
    merges.take_back(session, site.id, merged.id, actor="ann")
    session.expire_all()
    assert (own.cluster_id, elm.status) == (elm.id, ClusterStatus.MAPPED)


def test_several_are_merged_at_once_and_none_into_itself(
    session: Session, site: Site, oak: Cluster, elm: Cluster
) -> None:
    ash = make_cluster(session, site, "ash")
    with pytest.raises(InvalidInput, match="itself"):
        edit_clusters.merge_into(session, site.id, ash.id, [oak.id, ash.id], "ann")
    merged = edit_clusters.merge_into(session, site.id, ash.id, [oak.id, elm.id], "ann")
    assert [each.cluster for each in merged] == ["oak", "elm"]
    assert len(keywords_of(session, ash.id)) == 6
    assert [each.before["by"] for each in merges.list_merges(session, site.id, limit=9)] == ["ann", "ann"]


def test_moved_keywords_are_mapped_and_without_a_cluster_they_wait(
    session: Session, site: Site, oak: Cluster, elm: Cluster
) -> None:
    new = make_keywords(session, site, ["birch"])[0]
    new.refused_reason = "weapons"
    session.flush()
    moved = session.scalars(select(Keyword).where(Keyword.cluster_id == elm.id)).all()
    ids = [new.id, *(each.id for each in moved)]
    assert edit_clusters.move_keywords(session, site.id, ids, elm.id) == 1
    session.expire_all()
    assert (new.status, new.cluster_id, new.refused_reason) == (KeywordStatus.MAPPED, elm.id, None)
    assert edit_clusters.move_keywords(session, site.id, ids, oak.id) == 3
    assert keywords_of(session, elm.id) == []
    assert edit_clusters.move_keywords(session, site.id, [new.id], None) == 1
    session.expire_all()
    assert (new.status, new.cluster_id) == (KeywordStatus.NEW, None)


def test_only_an_empty_cluster_is_deleted(session: Session, site: Site, oak: Cluster) -> None:
    with pytest.raises(Conflict, match="2 keywords and 0 ideas"):
        edit_clusters.delete(session, site.id, oak.id)
    ids = session.scalars(select(Keyword.id).where(Keyword.cluster_id == oak.id)).all()
    edit_clusters.move_keywords(session, site.id, ids, None)
    idea = make_idea(session, site, oak, "Oaks")
    with pytest.raises(Conflict, match="0 keywords and 1 ideas"):
        edit_clusters.delete(session, site.id, oak.id)
    session.delete(idea)
    session.flush()
    edit_clusters.delete(session, site.id, oak.id)
    with pytest.raises(NotFound):
        edit_clusters.delete(session, site.id, oak.id)


def test_clusters_are_narrowed_and_tell_their_ideas_and_difficulty(
    session: Session, site: Site, oak: Cluster, elm: Cluster
) -> None:
    make_idea(session, site, elm, "Elms")
    for number, keyword in enumerate(session.scalars(select(Keyword).where(Keyword.cluster_id == oak.id))):
        keyword.difficulty = Decimal(10 + number)
    session.flush()
    assert (find_cluster(session, site.id, oak.id).difficulty, find_cluster(session, site.id, elm.id).ideas) == (
        Decimal("10.5"),
        1,
    )

    def names(order: ClusterOrder = ClusterOrder.ID, *, reverse: bool = False, **wanted: Any) -> list[str]:
        chosen = ClusterFilter(**wanted)
        found = list_clusters(session, site.id, chosen, order=order, reverse=reverse)
        assert len(found) == count_clusters(session, site.id, chosen)
        return [each.name for each in found]

    assert names(text="OA") == ["oak"]
    assert names(with_ideas=True) == ["elm"]
    assert names(with_ideas=False) == ["oak"]
    assert names(ClusterOrder.IDEAS) == ["elm", "oak"]
    assert names(ClusterOrder.IDEAS, reverse=True) == ["oak", "elm"]
    assert names(ClusterOrder.DIFFICULTY) == names(ClusterOrder.DIFFICULTY, reverse=True) == ["oak", "elm"]
    for order in ClusterOrder:
        assert sorted(names(order)) == ["elm", "oak"]
    with pytest.raises(NotFound):
        find_cluster(session, make_site(session).id, oak.id)


def test_a_change_waits_for_the_run_that_writes_and_a_run_for_the_change(
    sessions: Sessions, session: Session, site: Site, oak: Cluster
) -> None:
    run = make_ended_run(session, site, {})
    run.status, run.stopped_reason = RunStatus.RUNNING, None
    session.commit()
    with sessions.begin() as running:
        lease = leases.take(running, site_id=site.id, run_id=run.id, holder="worker")
    with sessions.begin() as running, sessions() as person:
        leases.hold(running, lease)
        person.execute(text("SET LOCAL lock_timeout = '50ms'"))
        with pytest.raises(OperationalError, match="lock timeout"):
            edit_clusters.move_keywords(person, site.id, [1], oak.id)
    with sessions() as running, sessions.begin() as person:
        edit_clusters.edit(person, site.id, oak.id, ClusterChanges(name="Oaks"))
        running.execute(text("SET LOCAL lock_timeout = '50ms'"))
        with pytest.raises(OperationalError, match="lock timeout"):
            leases.hold(running, lease)
