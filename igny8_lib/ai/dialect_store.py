"""What was learnt of each endpoint, kept in the database so that no process has to learn it again."""

from __future__ import annotations

import asyncio
import logging
from datetime import timedelta

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from igny8_lib import clock
from igny8_lib.ai.dialects import Dialect, Dialects
from igny8_lib.ai.endpoint import Endpoint
from igny8_lib.db.session import Sessions
from igny8_lib.models import AIEndpointDialect

HOLDS = timedelta(days=7)
"""After that the full form is tried again: endpoints learn, too, and it costs one refused request a form."""
log = logging.getLogger(__name__)


def open_dialects(sessions: Sessions, endpoint: Endpoint) -> Dialects:
    """What is known of the endpoint, in an object that keeps what it learns.

    Knowing nothing is no failure: where the database refuses to keep a lesson, the next process learns it again.
    """

    async def keep(model: str, dialect: Dialect) -> None:
        try:
            await asyncio.to_thread(in_transaction, model, dialect)
        except SQLAlchemyError as error:
            log.warning("What the AI endpoint understands could not be kept: %s.", type(error).__name__)

    def in_transaction(model: str, dialect: Dialect) -> None:
        with sessions.begin() as session:
            store(session, endpoint.base_url, model, dialect)

    with sessions() as session:
        return Dialects(load(session, endpoint.base_url), keep)


def load(session: Session, base_url: str) -> dict[str, Dialect]:
    """The dialects of an endpoint's models that were learnt lately."""
    recent = clock.now() - HOLDS
    rows = select(AIEndpointDialect).where(AIEndpointDialect.base_url == base_url, AIEndpointDialect.learnt_at > recent)
    return {row.model: Dialect.read(row.dialect) for row in session.scalars(rows)}


def store(session: Session, base_url: str, model: str, dialect: Dialect) -> None:
    """Keep a model's dialect; the latest lesson counts."""
    values = {"dialect": dialect.document(), "learnt_at": clock.now()}
    row = insert(AIEndpointDialect).values(base_url=base_url, model=model, **values)
    session.execute(row.on_conflict_do_update(index_elements=["base_url", "model"], set_=values))


def forget(session: Session, base_url: str) -> None:
    """Forget an endpoint: its next requests are sent in the full form."""
    session.execute(delete(AIEndpointDialect).where(AIEndpointDialect.base_url == base_url))
