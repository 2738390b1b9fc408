"""What a paid request belongs to, what it is charged as, and how it fails."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass

from sqlalchemy.orm import Session

from igny8_lib.ai.client import AIClient
from igny8_lib.ai.errors import BadAnswer, RequestRejected, TemporaryFailure
from igny8_lib.ai.journal import NOTHING_KNOWN, Known
from igny8_lib.amounts import Credits
from igny8_lib.db.session import Sessions
from igny8_lib.models import Operation

ITEM_FAILURES = (BadAnswer, RequestRejected, TemporaryFailure)
"""What concerns this request alone; everything else stops the stage or the process."""


@dataclass(frozen=True)
class Applied:
    """What an answer led to: its charge, and the rows it is linked to in the ledger."""

    charge: Credits
    related_type: str | None = None
    related_id: int | None = None


@dataclass(frozen=True)
class Charge:
    """What a request is charged as: idempotency key, operation and the amount set aside.

    The key is the same at every retry of the work, and stands for it in the account's ledger: once, for ever.
    """

    key: str
    operation: Operation
    reserve: Credits


@dataclass(frozen=True)
class Meter:
    """Where a paid request belongs and who checks it.

    `fence` runs first in every transaction that writes (raises LeaseLost for a late process); `allow` runs before a
    reservation with the amount (raises where a budget does not let it through). `gate` is held until the answer is
    there, `turn` while results are written: requests go out in parallel, results come in in order. `known` is what the
    database has of the charge already, where somebody has looked: a stored answer takes no place at the provider then.
    """

    sessions: Sessions
    client: AIClient
    account_id: int
    site_id: int
    fence: Callable[[Session], None]
    allow: Callable[[Session, Charge], None]
    gate: AbstractAsyncContextManager[object]
    turn: AbstractAsyncContextManager[object]
    deployment: str
    """The code in front of the keys that the provider gets (`ai/deployment.py`)."""
    run_id: int | None = None
    stage: int | None = None
    request: int | None = None
    """Its number within the stage."""
    known: Known = NOTHING_KNOWN

    def sent_key(self, key: str) -> str:
        """The Idempotency-Key of a request: databases count from 1, providers remember keys across all of them."""
        return f"{self.deployment}/{key}"


@dataclass(frozen=True)
class Failure:
    """Why a request gave no result; `temporary` failures (the provider was overloaded) may hit every request."""

    reason: str
    temporary: bool
