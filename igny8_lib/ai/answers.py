"""What comes back from a provider, with what it cost in tokens, money and time."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True)
class TokenUsage:
    """What the provider reported for one request. Unknown figures are None, never 0."""

    tokens_in: int | None = None
    """Prompt tokens, those read from the provider's cache included."""
    tokens_cached: int | None = None
    """The part of `tokens_in` that came from the provider's prompt cache."""
    tokens_out: int | None = None
    provider_cost: Decimal | None = None
    """US dollars by the configured price list; None where no price is known."""


@dataclass(frozen=True)
class TextAnswer:
    """A chat completion: `text` is the model's message, for structured requests a JSON document."""

    text: str
    finish_reason: str
    """One of `stop`, `length`, `content_filter`, `tool_calls`; empty where the provider says nothing known."""
    model: str
    """The model that answered, as the provider names it."""
    usage: TokenUsage
    latency_ms: int
    """Of the attempt that was answered; back-off and queueing are not part of it."""
    attempts: int
    """HTTP requests sent for it, retries included."""
    refusal: str = ""
    """The model's words where it declined."""


@dataclass(frozen=True)
class ImageAnswer:
    """A picture that was decoded to prove that it is one, in the one format that is stored."""

    content: bytes
    mime: str
    """Always image/png."""
    width: int
    height: int
    model: str
    usage: TokenUsage
    latency_ms: int
    attempts: int
