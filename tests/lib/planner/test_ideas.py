"""What people decide about ideas: all of what they name or nothing, within bounds, one person at a time."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from igny8_lib.db.session import Sessions
from igny8_lib.errors import Conflict, InvalidInput, NotFound
from igny8_lib.models import Cluster, CompetitionVerdict, ContentIdea, ContentType, IdeaStatus, Site, Task
from igny8_lib.planner import ideas
from igny8_lib.planner.clusters import cluster_scores
from igny8_lib.planner.edit_ideas import IdeaChanges, edit
from igny8_lib.planner.idea_listing import IdeaFilter, find_idea, list_ideas
from igny8_lib.planner.ideas import Chosen
from igny8_lib.text.plans import MAX_KEYWORD, MAX_KEYWORDS, MAX_POINT, MAX_POINTS, MAX_WORDS, MIN_WORDS
from tests.factories.planner import make_cluster, make_idea, make_task
from tests.factories.sites import make_site

TITLES = ("Roses", "Tulips", "Lilies")


@pytest.fixture
def site(session: Session) -> Site:
    return make_site(session)


@pytest.fixture
def cluster(session: Session, site: Site) -> Cluster:
    return make_cluster(session, site, "flowers")


@pytest.fixture
def new(session: Session, site: Site, cluster: Cluster) -> list[ContentIdea]:
    """Three new ideas."""
    return [make_idea(session, site, cluster, title) for title in TITLES]


def queued(session: Session, site: Site, cluster: Cluster) -> ContentIdea:
    return session.get_one(ContentIdea, make_task(session, site, cluster, "Asters").idea_id)


def order_of(session: Session, site: Site) -> list[str]:
    return [idea["title"] for idea in list_ideas(session, site.id)]


ACTIONS: dict[str, Callable[..., list[int]]] = {
    "approve": ideas.approve,
    "skip": ideas.skip,
    "restore": ideas.restore,
    "reset_order": ideas.reset_order,
}


@pytest.mark.parametrize("action", ACTIONS)
def test_which_ideas_are_meant_has_to_be_said(
    session: Session, site: Site, new: list[ContentIdea], action: str
) -> None:
    number = new[0].id
    for chosen in (
        Chosen(),
        Chosen((number,), everything=True),
        Chosen((number,), cluster="flowers"),
        Chosen((number, number)),
    ):
        with pytest.raises(InvalidInput):
            ACTIONS[action](session, site.id, chosen, "ann")


@pytest.mark.parametrize("action", ["approve", "skip"])
def test_a_refusal_names_every_idea_and_why_and_changes_nothing(
    session: Session, site: Site, cluster: Cluster, new: list[ContentIdea], action: str
) -> None:
    other = make_site(session)
    foreign = make_idea(session, other, make_cluster(session, other, "trees"), "Oaks")
    taken = queued(session, site, cluster)
    with pytest.raises(NotFound) as unknown:
        ACTIONS[action](session, site.id, Chosen((new[0].id, foreign.id, 999_999, taken.id)), "ann")
    for told in (
        f"{foreign.id}: the site has no such idea",
        "999999: the site has",
        f"{taken.id}: it is queued already",
    ):
        assert told in str(unknown.value)
    with pytest.raises(Conflict, match=f"Nothing was changed. {taken.id}: it is queued already: it has a writing task"):
        ACTIONS[action](session, site.id, Chosen((new[0].id, taken.id)), "ann")
    session.expire_all()
    assert (new[0].status, new[0].approved_at, foreign.status) == (IdeaStatus.NEW, None, IdeaStatus.NEW)


def test_all_and_a_cluster_take_what_it_can_be_done_to(
    session: Session, site: Site, cluster: Cluster, new: list[ContentIdea]
) -> None:
    queued(session, site, cluster)
    elsewhere = make_idea(session, site, make_cluster(session, site, "Trees"), "Oaks")
    assert ideas.approve(session, site.id, Chosen(cluster=" trees"), "ann") == [elsewhere.id]
    assert ideas.skip(session, site.id, Chosen((new[0].id,)), "ben", "we do not\nsell that") == [new[0].id]
    assert ideas.approve(session, site.id, Chosen(everything=True), "cy") == [new[1].id, new[2].id, elsewhere.id]
    assert (elsewhere.approved_by, new[1].approved_by, new[0].approved_by) == ("ann", "cy", None)
    assert (new[0].skipped_by, new[0].skipped_reason) == ("ben", "we do not sell that")
    with pytest.raises(NotFound, match="no cluster 'shrubs'"):
        ideas.approve(session, site.id, Chosen(cluster="shrubs"), "ann")


def test_approving_or_restoring_a_skipped_idea_takes_it_back_and_says_who(
    session: Session, site: Site, new: list[ContentIdea]
) -> None:
    for action in (ideas.approve, ideas.restore):
        ideas.skip(session, site.id, Chosen((new[0].id,)), "ben")
        assert new[0].skipped_reason == "ben skipped it"
        action(session, site.id, Chosen((new[0].id,)), "ann")
        assert (new[0].status, new[0].skipped_reason, new[0].skipped_by) == (IdeaStatus.NEW, None, None)
        assert (new[0].approved_by, new[0].changed_by) == ("ann", "ann")
    with pytest.raises(Conflict, match="it is not skipped"):
        ideas.restore(session, site.id, Chosen((new[0].id,)), "ann")


def test_an_idea_is_edited_within_the_bounds_of_a_plan(session: Session, site: Site, new: list[ContentIdea]) -> None:
    new[0].competition_verdict, new[0].competition = CompetitionVerdict.DOUBTFUL, {"kind": "idea", "id": 1}
    changes = IdeaChanges("  Red   roses\u200b ", ["Why", "How"], ["red roses"], ContentType.LIST, 1_200)
    edit(session, site.id, new[0].id, changes, "ann")
    session.expire_all()
    idea = new[0]
    assert (idea.title, idea.normalized, idea.outline) == ("Red roses", "red roses", ["Why", "How"])
    assert (idea.target_keywords, idea.content_type, idea.estimated_word_count) == (["red roses"], "list", 1_200)
    assert (idea.changed_by, idea.competition_verdict, idea.competition) == ("ann", "unchecked", None)


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        (IdeaChanges(), "Say what to change"),
        (IdeaChanges(title="\u200b"), "The title needs at least one character to see"),
        (IdeaChanges(title="x" * 201), "The title has at most 200 characters"),
        (IdeaChanges(outline=[]), f"1 to {MAX_POINTS} sections, not 0"),
        (IdeaChanges(outline=["x"] * (MAX_POINTS + 1)), f"1 to {MAX_POINTS} sections"),
        (IdeaChanges(outline=["x" * (MAX_POINT + 1)]), f"Each section has at most {MAX_POINT}"),
        (IdeaChanges(target_keywords=["x"] * (MAX_KEYWORDS + 1)), f"1 to {MAX_KEYWORDS} target keywords"),
        (IdeaChanges(target_keywords=["x" * (MAX_KEYWORD + 1)]), f"Each target keyword has at most {MAX_KEYWORD}"),
        (IdeaChanges(target_keywords=["ok", " "]), "Each target keyword needs"),
        (IdeaChanges(words=MIN_WORDS - 1), "200 to 5,000 words, not 199"),
        (IdeaChanges(words=MAX_WORDS + 1), "200 to 5,000 words, not 5,001"),
    ],
)
def test_what_no_plan_can_be_is_refused(
    session: Session, site: Site, new: list[ContentIdea], changes: IdeaChanges, told: str
) -> None:
    with pytest.raises(InvalidInput, match=told):
        edit(session, site.id, new[0].id, changes, "ann")
    assert (new[0].title, new[0].changed_by) == ("Roses", None)


def test_a_title_is_one_ideas_of_a_site(session: Session, site: Site, new: list[ContentIdea]) -> None:
    with pytest.raises(Conflict, match=f"The idea {new[1].id} of the site has that title"):
        edit(session, site.id, new[0].id, IdeaChanges(title="TULIPS "), "ann")
    edit(session, site.id, new[0].id, IdeaChanges(title="ROSES"), "ann")
    other = make_site(session)
    foreign = make_idea(session, other, make_cluster(session, other, "trees"), "Oaks")
    edit(session, other.id, foreign.id, IdeaChanges(title="Tulips"), "ann")
    with pytest.raises(NotFound):
        edit(session, site.id, foreign.id, IdeaChanges(title="Mine"), "ann")


def test_a_queued_idea_is_not_edited(session: Session, site: Site, cluster: Cluster) -> None:
    idea = queued(session, site, cluster)
    with pytest.raises(Conflict, match=f"{idea.id}: it is queued already"):
        edit(session, site.id, idea.id, IdeaChanges(title="Other"), "ann")


def test_an_edit_waits_for_whoever_has_the_row_and_then_looks_again(sessions: Sessions) -> None:
    """As when a batch queues the idea at the same instant: the edit is refused, and the task keeps its brief."""
    with sessions.begin() as session:
        site = make_site(session)
        idea = make_idea(session, site, make_cluster(session, site, "flowers"), "Roses")
    refused: list[Exception] = []

    def editing() -> None:
        try:
            with sessions.begin() as session:
                edit(session, site.id, idea.id, IdeaChanges(title="Other"), "ann")
        except Conflict as error:
            refused.append(error)

    with sessions.begin() as session:
        taken = session.scalars(select(ContentIdea).with_for_update()).one()
        thread = threading.Thread(target=editing, daemon=True)
        thread.start()
        thread.join(0.3)
        assert thread.is_alive(), "it waits"
        taken.status = IdeaStatus.QUEUED
    thread.join(60)
    assert "it is queued already" in str(refused[0])


def test_ideas_are_put_first_and_last_in_the_order_they_are_named(
    session: Session, site: Site, new: list[ContentIdea]
) -> None:
    roses, tulips, lilies = (idea.id for idea in new)
    assert order_of(session, site) == ["Roses", "Tulips", "Lilies"]
    assert ideas.put_first(session, site.id, [lilies, tulips], "ann") == [lilies, tulips]
    assert order_of(session, site) == ["Lilies", "Tulips", "Roses"]
    ideas.put_first(session, site.id, [roses], "ann")
    assert order_of(session, site) == ["Roses", "Lilies", "Tulips"]
    ideas.put_last(session, site.id, [roses, lilies], "ann")
    assert order_of(session, site) == ["Tulips", "Roses", "Lilies"]
    ideas.put_last(session, site.id, [tulips], "ann")
    assert order_of(session, site) == ["Roses", "Lilies", "Tulips"]
    ideas.reset_order(session, site.id, Chosen(everything=True), "ann")
    assert order_of(session, site) == ["Roses", "Tulips", "Lilies"]
    (score,) = cluster_scores(session, site.id, {new[0].cluster_id}).values()
    assert {idea.priority for idea in new} == {score}, "the opportunity of their cluster"


@given(moves=st.lists(st.tuples(st.booleans(), st.permutations([0, 1, 2, 3]), st.integers(1, 4)), max_size=6))
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_moving_ideas_moves_them_as_in_a_list(sessions: Sessions, moves: list[tuple[bool, list[int], int]]) -> None:
    with sessions() as session:
        site = make_site(session)
        cluster = make_cluster(session, site, "flowers")
        expected = [make_idea(session, site, cluster, f"Idea {number}").id for number in range(4)]
        numbers = list(expected)
        for first, order, many in moves:
            moved = [numbers[place] for place in order[:many]]
            (ideas.put_first if first else ideas.put_last)(session, site.id, moved, "ann")
            rest = [number for number in expected if number not in moved]
            expected = [*moved, *rest] if first else [*rest, *moved]
            assert [idea["id"] for idea in list_ideas(session, site.id)] == expected


def test_an_ideas_queued_task_moves_along_and_a_written_one_is_refused(
    session: Session, site: Site, cluster: Cluster
) -> None:
    idea = queued(session, site, cluster)
    task = session.scalars(select(Task)).one()
    ideas.put_first(session, site.id, [idea.id], "ann")
    session.refresh(task)
    assert (task.priority, idea.priority, idea.changed_by) == (1, 1, "ann")
    task.status = "failed"
    session.flush()
    ideas.put_last(session, site.id, [idea.id], "ann")
    session.refresh(task)
    assert task.priority == 1, "a task that does not wait keeps its own"
    idea.status = IdeaStatus.COMPLETED
    session.flush()
    with pytest.raises(Conflict, match="it is written already"):
        ideas.put_first(session, site.id, [idea.id], "ann")


def test_the_list_is_narrowed_by_status_and_cluster(session: Session, site: Site, new: list[ContentIdea]) -> None:
    ideas.skip(session, site.id, Chosen((new[1].id,)), "ann")
    make_idea(session, site, make_cluster(session, site, "trees"), "Oaks")

    def titles(limit: int = 100, **wanted: Any) -> list[str]:
        return [idea["title"] for idea in list_ideas(session, site.id, IdeaFilter(**wanted), limit=limit)]

    assert titles(status=IdeaStatus.SKIPPED) == ["Tulips"]
    assert titles(cluster="Trees") == ["Oaks"]
    assert titles(2) == ["Roses", "Tulips"]
    with pytest.raises(InvalidInput):
        titles(-1)
    with pytest.raises(NotFound):
        find_idea(session, make_site(session).id, new[0].id)
    assert find_idea(session, site.id, new[0].id)["outline"] == new[0].outline
