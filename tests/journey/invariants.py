"""What must hold of every site at rest, whatever was killed."""

from __future__ import annotations

from collections import Counter

from sqlalchemy import func, select

from igny8_lib.credits.ledger import balance_of
from igny8_lib.db.session import Sessions
from igny8_lib.models import (
    AICall,
    AICallStatus,
    AutomationRun,
    Cluster,
    Content,
    ContentIdea,
    Image,
    Keyword,
    LedgerEntry,
    Reservation,
    ReservationStatus,
    SiteLease,
    Task,
)
from igny8_lib.pipeline.runs import active_run
from tests.journey.site_rows import sent_key, site_of

Asked = dict[str, int]
"""How often the provider was asked, by Idempotency-Key."""


def assert_at_rest(sessions: Sessions, slug: str) -> None:
    """The site is free: no active run, no lease, nothing reserved by ended runs; balance = ledger, no key twice."""
    with sessions() as session:
        site = site_of(session, slug)
        assert active_run(session, site.id) is None, "the site is stuck"
        assert session.scalar(select(SiteLease.run_id).where(SiteLease.site_id == site.id)) is None, "held by the dead"
        pending = select(func.count()).where(
            Reservation.site_id == site.id, Reservation.status == ReservationStatus.PENDING
        )
        assert session.scalar(pending) == 0, "an ended run holds credits"
        balance = balance_of(session, site.account_id)
        assert balance.balance == balance.ledger_sum
        assert balance.reserved.hundredths == 0
        keys = session.scalars(select(LedgerEntry.idempotency_key).where(LedgerEntry.site_id == site.id)).all()
        assert not [key for key, times in Counter(keys).items() if times > 1], "charged twice"


def assert_nothing_lost_or_doubled(sessions: Sessions, slug: str, keywords: int) -> None:
    """Each keyword is there once and waits or is mapped; one idea per title, a task per idea, an article per task."""
    with sessions() as session:
        site = site_of(session, slug)

        def count(*what: object) -> int:
            return session.scalar(select(func.count(*what))) or 0  # type: ignore[arg-type]

        texts = select(Keyword.status, Keyword.cluster_id).where(Keyword.site_id == site.id)
        rows = session.execute(texts).all()
        assert len(rows) == keywords
        assert all((status == "mapped") == (cluster is not None) for status, cluster in rows)
        for table, key in (
            (Cluster, "normalized"),
            (ContentIdea, "normalized"),
            (Task, "idea_id"),
            (Content, "task_id"),
        ):
            values = session.scalars(select(getattr(table, key)).where(table.site_id == site.id)).all()
            assert len(values) == len(set(values)), f"{table.__name__} doubled"
        places = session.execute(select(Image.content_id, Image.position).where(Image.site_id == site.id)).all()
        assert len(places) == len(set(places)), "images doubled"
        done = select(Task.id).where(Task.site_id == site.id, Task.status == "completed")
        written = select(Content.task_id).where(Content.site_id == site.id)
        assert set(session.scalars(done)) == set(session.scalars(written)), (
            "an article without its task, or a task lost"
        )
        queued = select(ContentIdea.id).where(ContentIdea.site_id == site.id, ContentIdea.status != "new")
        tasked = select(Task.idea_id).where(Task.site_id == site.id)
        assert set(session.scalars(queued)) == set(session.scalars(tasked)), "an idea lost on the way"


def assert_run_is_told(sessions: Sessions, slug: str) -> None:
    """Every run has ended with a reason and a sentence, and its charges are the ledger's."""
    with sessions() as session:
        site = site_of(session, slug)
        for run in session.scalars(select(AutomationRun).where(AutomationRun.site_id == site.id)):
            assert run.stopped_reason is not None
            assert run.stopped_detail
            charged = select(func.coalesce(func.sum(-LedgerEntry.amount), 0)).where(LedgerEntry.run_id == run.id)
            assert session.scalar(charged) == run.total_credits_used


def answered(sessions: Sessions, asked: Asked) -> Asked:
    """Of the requests whose answers are stored now, how often each had been asked by then. Read the database first."""
    with sessions() as session:
        query = select(AICall.idempotency_key).where(AICall.status == AICallStatus.ANSWERED)
        stored = {sent_key(session, key) for key in session.scalars(query)}
    return {key: asked[key] for key in stored if key in asked}
