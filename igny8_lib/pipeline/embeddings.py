"""Have the vectors of texts before they are compared, where the AI endpoint has an embedding model.

    a transaction: which texts have none ─> HTTP, no transaction open ─> a transaction: keep what came ─> the next texts

Nobody is charged, and nothing depends on it: whatever the endpoint does, the stage goes on, and texts without a vector
are compared by their words alone. What is kept is a cache: a task that dies here is done again and asks for the rest.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from igny8_lib.ai.embedding_requests import NO_DIRECTION, ask, brief_client
from igny8_lib.ai.endpoint import Endpoint
from igny8_lib.db.session import Sessions
from igny8_lib.pipeline import leases
from igny8_lib.pipeline.leases import Lease
from igny8_lib.planner import vectors

if TYPE_CHECKING:
    from igny8_lib.ai.embedding_requests import Found

TEXTS_AT_ONCE = 1_024
"""Texts whose vectors are asked for before any are kept: bounds the memory and what a death costs."""


@dataclass(frozen=True)
class Embedding:
    """Whose texts get vectors, by which endpoint, and the lease of who writes them."""

    sessions: Sessions
    endpoint: Endpoint
    lease: Lease

    @property
    def model(self) -> str:
        """The embedding model; empty where none is configured."""
        return self.endpoint.embedding_model

    def rows(self, texts: Sequence[str]) -> vectors.Rows | None:
        """The texts' vectors as far as there are any, in a transaction of its own."""
        with self.sessions() as session:
            return vectors.rows(session, self.lease.site_id, self.model, texts)

    async def fill(self, texts: Iterable[str]) -> str:
        """Ask for the vectors that are missing; why some still are, nothing where all are there or none is wanted.

        Raises LeaseLost where the site is no longer this process's.
        """
        asked = await asyncio.to_thread(self.missing, texts) if self.model else []
        if not asked:
            return ""
        kept, reason = 0, ""
        async with brief_client(self.endpoint) as client:
            for some in vectors.parts(asked, TEXTS_AT_ONCE):
                found, failure = await ask(client, some)
                kept += await asyncio.to_thread(self.store, found)
                reason = reason or failure
                if not found:
                    break  # all of them were refused: so would the others be
        without = len(asked) - kept
        return f"{without} texts are compared by their words alone: {reason or NO_DIRECTION}" if without else ""

    def missing(self, texts: Iterable[str]) -> list[str]:
        """Those of the texts that have no vector."""
        with self.sessions() as session:
            return vectors.missing(session, self.lease.site_id, self.model, texts)

    def store(self, found: Found) -> int:
        """Keep what came; how many."""
        with self.sessions.begin() as session:
            leases.hold(session, self.lease)
            return vectors.store(session, self.lease.site_id, self.model, found)
