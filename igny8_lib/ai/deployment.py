"""Which deployment asks: a code in front of every idempotency key that is sent to a provider."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from igny8_lib.models import Deployment


def deployment_code(session: Session) -> str:
    """The code that the migration gave this database; read it once per batch.

    A copy of a database has the same one: the requests it repeats are the same requests.
    """
    return session.scalars(select(Deployment.code)).one()
