"""What people decide about ideas before they are written: approve, skip, restore, edit, order.

Each call takes a few ideas or all that it can be done to, and does it to all of them or to none: a refusal names every
idea that it cannot be done to, and why. The rows are locked in the order of their ids, as stage 3 locks them, so an
idea is either people's or the run's; who acted is kept in the row.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, select, update
from sqlalchemy.orm import Session

from igny8_lib import clock
from igny8_lib.errors import Conflict, InvalidInput, NotFound
from igny8_lib.models import Cluster, CompetitionVerdict, ContentIdea, IdeaStatus, Task, TaskStatus
from igny8_lib.planner.clusters import cluster_scores
from igny8_lib.planner.opportunity import default_priority
from igny8_lib.text.names import clean_name, is_blank
from igny8_lib.text.normalisation import normalise

MAX_REASON = 500
"""Characters of the reason for which people skip an idea."""
MOST_TOLD = 20
"""Refused ideas that a refusal names."""
UNWRITTEN = (IdeaStatus.NEW, IdeaStatus.SKIPPED)
"""Ideas that no run has taken."""

STANDS = {
    IdeaStatus.NEW: "is not skipped",
    IdeaStatus.SKIPPED: "is skipped; restore or approve it first",
    IdeaStatus.QUEUED: "is queued already: it has a writing task",
    IdeaStatus.COMPLETED: "is written already",
}
"""Why something cannot be done to an idea that stands here."""


@dataclass(frozen=True)
class Chosen:
    """Which ideas are meant: those of the ids, or all that it can be done to, of one cluster where one is named."""

    ids: tuple[int, ...] = ()
    everything: bool = False
    cluster: str = ""


def approve(session: Session, site_id: int, chosen: Chosen, actor: str) -> list[int]:
    """Approve ideas that no run has taken; skipped ones are restored where they are named by their ids.

    Returns the ids; whoever approved an idea first stays. Raises NotFound, Conflict, InvalidInput.
    """
    ideas = lock(session, site_id, chosen, UNWRITTEN if chosen.ids else (IdeaStatus.NEW,))
    for idea in ideas:
        if idea.status == IdeaStatus.SKIPPED:
            put_back(idea)
            touch(idea, actor)
        if idea.approved_at is None:
            idea.approved_at, idea.approved_by = clock.now(), actor
    return ids_of(session, ideas)


def skip(session: Session, site_id: int, chosen: Chosen, actor: str, reason: str = "") -> list[int]:
    """Let no run take these new ideas. Returns the ids. Raises NotFound, Conflict, InvalidInput."""
    told = clean_name(reason)
    if len(told) > MAX_REASON:
        raise InvalidInput(f"The reason has at most {MAX_REASON} characters, not {len(told):,}.")
    ideas = lock(session, site_id, chosen, (IdeaStatus.NEW,))
    for idea in ideas:
        idea.status, idea.skipped_by = IdeaStatus.SKIPPED, actor
        idea.skipped_reason = f"{actor} skipped it" if is_blank(told) else told
    return ids_of(session, ideas)


def restore(session: Session, site_id: int, chosen: Chosen, actor: str) -> list[int]:
    """Let runs take skipped ideas again; a page for which one was skipped is no reason any more. Returns the ids.

    Raises NotFound, Conflict, InvalidInput.
    """
    ideas = lock(session, site_id, chosen, (IdeaStatus.SKIPPED,))
    for idea in ideas:
        put_back(idea)
        touch(idea, actor)
    return ids_of(session, ideas)


def put_back(idea: ContentIdea) -> None:
    """Make a skipped idea a new one, and keep which page people did not think competing."""
    idea.status, idea.skipped_reason, idea.skipped_by = IdeaStatus.NEW, None, None
    if idea.competition_verdict == CompetitionVerdict.COMPETING and idea.competition:
        idea.competition_verdict = CompetitionVerdict.DOUBTFUL
        page = {name: idea.competition[name] for name in ("kind", "id")}
        idea.competition_overruled = [*idea.competition_overruled, page]


def touch(idea: ContentIdea, actor: str) -> None:
    """Note who changed the idea last."""
    idea.changed_at, idea.changed_by = clock.now(), actor


def put_first(session: Session, site_id: int, ids: Sequence[int], actor: str) -> list[int]:
    """Have runs take these ideas, and their queued tasks, before all others, in this order.

    Raises NotFound, Conflict, InvalidInput.
    """
    return reorder(session, site_id, ids, actor, lambda: ranks_above(session, site_id, len(ids)))


def put_last(session: Session, site_id: int, ids: Sequence[int], actor: str) -> list[int]:
    """Have runs take these ideas, and their queued tasks, after all others, in this order. Raises as `put_first`."""
    return reorder(session, site_id, ids, actor, lambda: ranks_below(session, site_id, len(ids)))


def reset_order(session: Session, site_id: int, chosen: Chosen, actor: str) -> list[int]:
    """Have runs take these ideas by their clusters' opportunity again. Raises NotFound, Conflict, InvalidInput."""
    ideas = lock_with_tasks(session, site_id, chosen)
    scores = cluster_scores(session, site_id, {idea.cluster_id for idea in ideas})
    for idea in ideas:
        set_priority(session, idea, default_priority(scores.get(idea.cluster_id)), actor)
    return ids_of(session, ideas)


def reorder(
    session: Session, site_id: int, ids: Sequence[int], actor: str, ranks: Callable[[], Sequence[int]]
) -> list[int]:
    """Give the ideas, in this order, the priorities that `ranks` finds once they are locked."""
    ideas = {idea.id: idea for idea in lock_with_tasks(session, site_id, Chosen(tuple(ids)))}
    for idea_id, rank in zip(ids, ranks(), strict=True):
        set_priority(session, ideas[idea_id], rank, actor)
    session.flush()
    return list(ids)


def ranks_above(session: Session, site_id: int, number: int) -> Sequence[int]:
    """So many priorities above all of the site's, falling."""
    query = select(func.coalesce(func.max(ContentIdea.priority), 0)).where(*to_be_written(site_id))
    highest = max(session.scalar(query) or 0, 0)
    return range(highest + number, highest, -1)


def ranks_below(session: Session, site_id: int, number: int) -> Sequence[int]:
    """So many priorities below all of the site's, falling."""
    query = select(func.coalesce(func.min(ContentIdea.priority), 0)).where(*to_be_written(site_id))
    lowest = min(session.scalar(query) or 0, 0)
    return range(lowest - 1, lowest - number - 1, -1)


def to_be_written(site_id: int) -> tuple[ColumnElement[bool], ...]:
    """The site's ideas that have no article yet."""
    return (ContentIdea.site_id == site_id, ContentIdea.status != IdeaStatus.COMPLETED)


def set_priority(session: Session, idea: ContentIdea, priority: int | None, actor: str) -> None:
    """Give it to the idea, and to its task while that waits."""
    idea.priority = priority
    touch(idea, actor)
    queued = (Task.site_id == idea.site_id, Task.idea_id == idea.id, Task.status == TaskStatus.QUEUED)
    session.execute(update(Task).where(*queued).values(priority=priority))


def lock_with_tasks(session: Session, site_id: int, chosen: Chosen) -> list[ContentIdea]:
    """The ideas and their queued tasks; the tasks first, as the stage that writes them locks them."""
    query = select(Task.id).join(ContentIdea, ContentIdea.id == Task.idea_id)
    query = query.where(Task.site_id == site_id, *conditions(session, site_id, chosen, (IdeaStatus.QUEUED,)))
    session.execute(query.order_by(Task.id).with_for_update(of=Task)).all()
    return lock(session, site_id, chosen, (*UNWRITTEN, IdeaStatus.QUEUED))


def lock(session: Session, site_id: int, chosen: Chosen, allowed: Collection[IdeaStatus]) -> list[ContentIdea]:
    """The chosen ideas, locked until the transaction ends; all of them stand where it is `allowed`.

    Raises InvalidInput where it is not said which ideas are meant, or an id is given twice; NotFound for ids that are
    none of the site's, and a cluster it does not have; Conflict for ideas that stand elsewhere.
    """
    query = select(ContentIdea).where(*conditions(session, site_id, chosen, allowed)).order_by(ContentIdea.id)
    rows = session.scalars(query.with_for_update().execution_options(populate_existing=True)).all()
    found = {idea.id: idea for idea in rows if chosen.ids or idea.status in allowed}
    unknown = [f"{number}: the site has no such idea" for number in chosen.ids if number not in found]
    wrong = [f"{idea.id}: it {STANDS[idea.status]}" for idea in found.values() if idea.status not in allowed]
    if unknown or wrong:
        told = "; ".join([*unknown, *wrong][:MOST_TOLD])
        more = f"; and {len(unknown) + len(wrong) - MOST_TOLD} more" if len(unknown) + len(wrong) > MOST_TOLD else ""
        raise (NotFound if unknown else Conflict)(f"Nothing was changed. {told}{more}.")
    return list(found.values())


def conditions(
    session: Session, site_id: int, chosen: Chosen, allowed: Collection[IdeaStatus]
) -> tuple[ColumnElement[bool], ...]:
    """What tells the chosen ideas; named ones wherever they stand. Raises InvalidInput, NotFound."""
    mine = ContentIdea.site_id == site_id
    if chosen.ids:
        if chosen.everything or chosen.cluster:
            raise InvalidInput("Name ideas by their ids, or all of them, or those of a cluster; not two of these.")
        if twice := sorted(number for number in set(chosen.ids) if chosen.ids.count(number) > 1):
            raise InvalidInput(f"Each idea once, please: {', '.join(map(str, twice))} is given twice.")
        return (mine, ContentIdea.id.in_(chosen.ids))
    if not (chosen.everything or chosen.cluster):
        raise InvalidInput("Say which ideas: their ids, --all, or --cluster NAME.")
    stands = (mine, ContentIdea.status.in_(allowed))
    return (
        (*stands, ContentIdea.cluster_id == cluster_id(session, site_id, chosen.cluster)) if chosen.cluster else stands
    )


def cluster_id(session: Session, site_id: int, name: str) -> int:
    """The site's cluster of this name. Raises NotFound."""
    query = select(Cluster.id).where(Cluster.site_id == site_id, Cluster.normalized == normalise(name))
    found = session.scalar(query)
    if found is None:
        raise NotFound(f"The site has no cluster {name[:100]!r}.")
    return found


def ids_of(session: Session, ideas: Sequence[ContentIdea]) -> list[int]:
    """Write the changes down; the ids of the ideas."""
    session.flush()
    return [idea.id for idea in ideas]
