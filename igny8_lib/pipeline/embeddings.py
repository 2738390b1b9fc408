"""Have the vectors of texts before they are compared, where the AI endpoint has an embedding model.

    a transaction: which texts have none ─> HTTP, no transaction open ─> a transaction: keep what came ─> the next texts

Nobody is charged, and nothing depends on it: whatever the endpoint does, the stage goes on, and texts without a vector
are compared by their words alone. What is kept is a cache: a task that dies here is done again and asks for the rest.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import blake2b
from typing import TYPE_CHECKING

from igny8_lib.ai.client import AIClient
from igny8_lib.ai.embeddings import read_embeddings
from igny8_lib.ai.endpoint import Endpoint
from igny8_lib.ai.errors import AIFailure
from igny8_lib.ai.retrying import Retrying
from igny8_lib.db.session import Sessions
from igny8_lib.pipeline import leases
from igny8_lib.pipeline.leases import Lease
from igny8_lib.planner import vectors

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Found = Mapping[str, NDArray[np.float64]]

TEXTS_PER_REQUEST = 128
"""Every known endpoint takes so many, and the answer, some 3 MB, is soon read."""
TEXTS_AT_ONCE = 1_024
"""Texts whose vectors are asked for before any are kept: bounds the memory and what a death costs."""
BRIEF = Retrying(attempts=3, total_seconds=20)
NO_DIRECTION = "the endpoint's embeddings of them are zero."
LONGEST_SECONDS = 60.0
"""Of one request. Vectors make a comparison better and never hold up a stage."""


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
        endpoint = replace(self.endpoint, timeout_seconds=min(self.endpoint.timeout_seconds, LONGEST_SECONDS))
        kept, reason = 0, ""
        async with AIClient(endpoint, retrying=BRIEF) as client:
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


async def ask(client: AIClient, texts: Sequence[str]) -> tuple[Found, str]:
    """The texts' vectors, some requests at once; and why some have none."""
    portions = list(vectors.parts(texts, TEXTS_PER_REQUEST))
    answers = await asyncio.gather(*(embed(client, portion) for portion in portions), return_exceptions=True)
    found: dict[str, NDArray[np.float64]] = {}
    reason = ""
    for portion, answer in zip(portions, answers, strict=True):
        if isinstance(answer, AIFailure):
            reason = reason or str(answer)
        elif isinstance(answer, BaseException):
            raise answer
        else:
            found |= zip(portion, answer, strict=True)
    return found, reason


async def embed(client: AIClient, texts: Sequence[str]) -> NDArray[np.float64]:
    """One request. The same texts are the same request: its key says so to a provider that keeps answers."""
    key = blake2b("\n".join((client.endpoint.embedding_model, *texts)).encode(), digest_size=16).hexdigest()
    return read_embeddings(await client.embed(texts, key=f"embeddings/{key}"), len(texts))
