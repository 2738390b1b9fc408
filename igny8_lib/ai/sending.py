"""One logical request on its way: who is told when it leaves, and when it surely was refused."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

from igny8_lib.ai.dialects import Dialect
from igny8_lib.ai.errors import AIFailure
from igny8_lib.ai.responses import Kind

Leaving = Callable[[], Awaitable[None]]
"""Called each time the request has its place and is about to leave; what it raises keeps the request from leaving."""
Refused = Callable[[], Awaitable[None]]
"""Called after each attempt that the provider definitely refused, as long as no earlier attempt may have worked."""
Send = Callable[..., Awaitable[Any]]
"""A method of the SDK that answers with the raw response."""


@dataclass
class Sending:
    """A request with all its attempts."""

    send: Send
    kind: Kind
    model: str
    key: str
    build: Callable[[Dialect], Mapping[str, Any]]
    """Its body in the form that the endpoint understands."""
    leaving: Leaving | None = None
    refused: Refused | None = None
    own: Dialect | None = None
    """A form for this request alone."""
    forms_refused: int = 0
    """HTTP requests that were refused for their form: not attempts at an answer, but sent all the same."""
    uncertain: bool = False
    """Whether an attempt may have been done, and may have to be paid, though its answer was lost."""

    async def leave(self) -> None:
        """Announce that it leaves. Raises what keeps it from leaving."""
        if self.leaving is not None:
            await self.leaving()

    async def settle(self, failure: AIFailure) -> None:
        """Take note of how an attempt failed, and tell a definite refusal."""
        self.uncertain = self.uncertain or not failure.refused
        failure.mark_refused(refused=not self.uncertain)
        if not self.uncertain and self.refused is not None:
            await self.refused()
