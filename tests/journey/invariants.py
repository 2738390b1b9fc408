"""What must hold of every site at rest, whatever was killed. Its rows: tests/lib/pipeline/invariants.py."""

from __future__ import annotations

from sqlalchemy import func, select

from igny8_lib.db.session import Sessions
from igny8_lib.models import AICall, AICallStatus, Keyword
from igny8_lib.pipeline.runs import active_run
from tests.journey.site_rows import sent_key, site_of
from tests.lib.pipeline.invariants import assert_invariants

Asked = dict[str, int]
"""How often the provider was asked, by Idempotency-Key."""


def assert_at_rest(sessions: Sessions, slug: str) -> None:
    """The site is free, and its rows, runs and books are as they must be."""
    with sessions() as session:
        site_id = site_of(session, slug).id
        assert active_run(session, site_id) is None, "the site is stuck"
    assert_invariants(sessions, site_id)


def assert_keywords_kept(sessions: Sessions, slug: str, keywords: int) -> None:
    """Each keyword that was fed is there."""
    with sessions() as session:
        query = select(func.count()).where(Keyword.site_id == site_of(session, slug).id)
        assert session.scalar(query) == keywords


def answered(sessions: Sessions, asked: Asked) -> Asked:
    """Of the requests whose answers are stored now, how often each had been asked by then. Read the database first."""
    with sessions() as session:
        query = select(AICall.idempotency_key).where(AICall.status == AICallStatus.ANSWERED)
        stored = {sent_key(session, key) for key in session.scalars(query)}
    return {key: asked[key] for key in stored if key in asked}
