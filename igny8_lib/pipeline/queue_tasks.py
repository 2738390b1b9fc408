"""Stage 3: ideas become writing tasks, in bulk and free of charge. First each is held against everything the site has:
what would compete with a page for the same searches is skipped before money is spent on it."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Collection, Mapping, Sequence

from sqlalchemy import ColumnElement, func, insert, literal, select, update
from sqlalchemy.orm import Session

from igny8_lib.ai.metered_call import Failure
from igny8_lib.models import (
    AutomationRun,
    CompetitionVerdict,
    ContentIdea,
    IdeaStatus,
    RuleTrigger,
    Task,
    TaskStatus,
)
from igny8_lib.outbox.writing import write_events
from igny8_lib.pipeline import activity, worklist
from igny8_lib.pipeline.batch import Batch
from igny8_lib.pipeline.waiting import by_priority
from igny8_lib.pipeline.worklist import RequestItems
from igny8_lib.planner.hold_ideas import Measure, hold_ideas, texts_to_hold
from igny8_lib.planner.likeness import note_on
from igny8_lib.text.plans import MAX_WORDS, MIN_WORDS

BRIEF = func.jsonb_build_object(
    "title",
    ContentIdea.title,
    "outline",
    ContentIdea.outline,
    "content_type",
    ContentIdea.content_type,
    "intent",
    ContentIdea.intent,
    "target_keywords",
    ContentIdea.target_keywords,
)  # fmt: skip - name and value belong on one line
"""What the writer will be told."""


async def work(batch: Batch, items: RequestItems) -> Failure | None:
    """Queue a few hundred ideas in one transaction."""
    async with batch.order.turn(items.number):
        without = await fill_vectors(batch, items)
        await asyncio.to_thread(queue, batch, items, without)
    return None


async def fill_vectors(batch: Batch, items: RequestItems) -> str:
    """Have the vectors that the ideas and the site's pages are compared by; why some are missing, if any."""
    if not (batch.snapshot.competing_pages and batch.embedding.model):
        return ""

    def texts() -> list[str]:
        with batch.tools.sessions() as session:
            ideas = session.scalars(select(ContentIdea).where(*waiting(batch, items.ids))).all()
            return texts_to_hold(session, batch.site_id, ideas) if ideas else []

    return await batch.embedding.fill(await asyncio.to_thread(texts))


def queue(batch: Batch, items: RequestItems, without: str) -> None:
    """One task per idea that competes with no page. The ideas are locked first: whoever edits one waits."""
    with batch.tools.sessions.begin() as session:
        batch.fence(session)
        here = lock_ideas(session, batch, items.ids)
        skipped = hold(session, batch, here, without) if batch.snapshot.competing_pages and here else []
        kept = [idea.id for idea in here if idea.id not in set(skipped)]
        created = make_tasks(session, batch.site_id, kept)
        write_events(session, batch.site_id, RuleTrigger.TASK_CREATED, created, run_id=batch.run_id)
        doubtful = sum(idea.competition_verdict == CompetitionVerdict.DOUBTFUL for idea in here)
        batch.book_done(session, kept, units=0, created=len(created), counts=counted("ideas_doubtful", doubtful))
        worklist.mark_each_done(session, batch.run_id, batch.stage.number, skipped, {"ideas_skipped": 1})
        batch.book_lost(session, set(items.ids) - {idea.id for idea in here})


def counted(name: str, number: int) -> Mapping[str, int]:
    """A counter, where it counted something."""
    return {name: number} if number else {}


def lock_ideas(session: Session, batch: Batch, ids: Sequence[int]) -> Sequence[ContentIdea]:
    """Those of the ideas that still wait, in the order of the work list."""
    query = select(ContentIdea).where(*waiting(batch, ids)).order_by(ContentIdea.id).with_for_update()
    place = {item: number for number, item in enumerate(ids)}
    return sorted(session.scalars(query), key=lambda idea: place[idea.id])


def waiting(batch: Batch, ids: Collection[int]) -> tuple[ColumnElement[bool], ...]:
    """Of these ideas the new ones; the approved ones, where the run began when the site's ideas needed that."""
    new = (ContentIdea.site_id == batch.site_id, ContentIdea.id.in_(ids), ContentIdea.status == IdeaStatus.NEW)
    return (*new, ContentIdea.approved_at.is_not(None)) if batch.snapshot.ideas_need_approval else new


def make_tasks(session: Session, site_id: int, ids: Collection[int]) -> list[int]:
    """Queue the ideas, each with a task; the tasks' ids."""
    chosen = (ContentIdea.site_id == site_id, ContentIdea.id.in_(ids))
    rows = select(
        ContentIdea.site_id,
        ContentIdea.id,
        ContentIdea.cluster_id,
        BRIEF,
        func.least(func.greatest(ContentIdea.estimated_word_count, MIN_WORDS), MAX_WORDS),
        ContentIdea.priority,
        literal(TaskStatus.QUEUED, Task.status.type),
    ).where(*chosen)
    columns = ["site_id", "idea_id", "cluster_id", "brief", "word_count_target", "priority", "status"]
    made = insert(Task).from_select(columns, rows.order_by(*by_priority(ContentIdea))).returning(Task.id)
    created = list(session.scalars(made))
    session.execute(update(ContentIdea).where(*chosen).values(status=IdeaStatus.QUEUED))
    return created


def hold(session: Session, batch: Batch, ideas: Sequence[ContentIdea], without: str) -> list[int]:
    """Hold the ideas against the site's pages, and log how many were; the ids of those that are skipped now.

    `without` tells which vectors are missing and why, if any.
    """
    language = batch.brief.language
    by = Measure(language, batch.snapshot.competing_pages_threshold, batch.embedding.model)
    held = hold_ideas(session, batch.site_id, ideas, by)
    found = Counter(idea.competition_verdict for idea in ideas)
    how = f", {note}" if (note := note_on(language)) else ""
    told = (
        f"{len(ideas)} ideas held against {held.pages} pages{how}: {found[CompetitionVerdict.COMPETING]} skipped "
        f"because a page competes with them, {found[CompetitionVerdict.DOUBTFUL]} doubtful. {without}"
    ).rstrip()
    activity.record(session, session.get_one(AutomationRun, batch.run_id), told, stage=batch.stage.number)
    return held.skipped
