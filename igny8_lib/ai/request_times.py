"""How long a request of each operation takes at the provider: measured by every batch, kept as a moving average."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from igny8_lib import clock
from igny8_lib.models import AICall, AICallStatus, AIRequestTime, Operation

NEWEST_WEIGHS = 0.5
"""What a batch counts against all that came before it: a provider that became slower shows within two or three."""


def known(session: Session) -> Mapping[str, float]:
    """Seconds per request by operation; an operation that was never asked for is missing."""
    return {row.operation: row.seconds for row in session.scalars(select(AIRequestTime))}


def learn(session: Session, operation: Operation, *, site_id: int, run_id: int, stage: int, since: datetime) -> None:
    """Take in a stage's requests answered since then."""
    mean = session.scalar(
        select(func.avg(AICall.latency_ms)).where(
            AICall.site_id == site_id,
            AICall.run_id == run_id,
            AICall.stage == stage,
            AICall.status == AICallStatus.ANSWERED,
            AICall.answered_at >= since,
        )
    )
    if mean is None:
        return
    seconds = float(mean) / 1000
    first = insert(AIRequestTime).values(operation=operation.value, seconds=seconds, updated_at=clock.now())
    average = AIRequestTime.seconds * (1 - NEWEST_WEIGHS) + first.excluded.seconds * NEWEST_WEIGHS
    later = {"seconds": average, "updated_at": first.excluded.updated_at}
    session.execute(first.on_conflict_do_update(index_elements=["operation"], set_=later))
