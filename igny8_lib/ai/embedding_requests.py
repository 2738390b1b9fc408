"""Asking an endpoint for the vectors of many texts: some in each request, and never for long. Nobody is charged."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import replace
from hashlib import blake2b
from typing import TYPE_CHECKING

from igny8_lib.ai.client import AIClient
from igny8_lib.ai.embeddings import read_embeddings
from igny8_lib.ai.endpoint import Endpoint
from igny8_lib.ai.errors import AIFailure
from igny8_lib.ai.retrying import Retrying

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Found = Mapping[str, NDArray[np.float64]]

TEXTS_PER_REQUEST = 128
"""Every known endpoint takes so many, and the answer, some 3 MB, is soon read."""
BRIEF = Retrying(attempts=3, total_seconds=20)
NO_DIRECTION = "the endpoint's embeddings of them are zero."
LONGEST_SECONDS = 60.0
"""Of one request. Vectors make a comparison better and never hold up other work."""


def brief_client(endpoint: Endpoint) -> AIClient:
    """A client of the endpoint that waits for nothing long."""
    seconds = min(endpoint.timeout_seconds, LONGEST_SECONDS)
    return AIClient(replace(endpoint, timeout_seconds=seconds), retrying=BRIEF)


async def ask(client: AIClient, texts: Sequence[str]) -> tuple[Found, str]:
    """The texts' vectors, some requests at once; and why some have none."""
    portions = [texts[start : start + TEXTS_PER_REQUEST] for start in range(0, len(texts), TEXTS_PER_REQUEST)]
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
