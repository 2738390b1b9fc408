"""What an HTTP answer of a provider means for the request: the one place that reads status codes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from igny8_lib.ai.errors import (
    AIFailure,
    ContentFiltered,
    InsufficientQuota,
    ProviderOverloaded,
    ProviderRejected,
    RequestRejected,
)
from igny8_lib.clock import now
from igny8_lib.text.characters import storable

QUOTA_CODES = frozenset({"insufficient_quota", "billing_hard_limit_reached", "billing_not_active"})
FILTER_CODES = frozenset({"content_filter", "content_policy_violation", "moderation_blocked"})
"""Azure's word for text, OpenAI's older and newer words for pictures."""
TRY_AGAIN = frozenset({408, 409, 425, 429})
"""Besides 5xx. 409 is what gateways answer while a request of the same idempotency key is under way."""
MAX_MESSAGE = 300


def failure_of(status: int, body: object, headers: Mapping[str, str], secret: str = "") -> AIFailure:
    """The error for an HTTP status of 400 or more, as `judge` finds it: a definite refusal in any case."""
    failure = judge(status, body, headers, secret)
    failure.mark_refused(refused=True)
    return failure


def judge(status: int, body: object, headers: Mapping[str, str], secret: str = "") -> AIFailure:
    """The error for an HTTP status of 400 or more. `body` is the decoded JSON, or what came instead.

    `secret` is blotted out of what the provider said: some repeat the key they refuse.
    """
    code, said = code_and_message(body)
    told = f"HTTP {status}" + (f", {code}" if code else "") + (f": {said}" if said else "")
    told = told.replace(secret, "***") if secret else told
    if code in QUOTA_CODES or status == 402:
        return InsufficientQuota(f"The AI provider's account has no quota left ({told}). Add credit there, or a key.")
    if code in FILTER_CODES:
        return ContentFiltered(f"The AI provider's content filter stopped the request ({told}).")
    if (status in TRY_AGAIN or status >= 500) and headers.get("x-should-retry") != "false":
        wait = retry_after_seconds(headers, now())
        return ProviderOverloaded(
            f"The AI provider cannot serve now ({told}).", status=status, retry_after_seconds=wait
        )
    if status in {401, 403, 404}:
        return ProviderRejected(
            f"The AI provider refuses our requests ({told}). Check base URL, key and model names of the connection."
        )
    return RequestRejected(f"The AI provider does not accept this request ({told}).")


def code_and_message(body: object) -> tuple[str, str]:
    """Error code and sentence of an OpenAI error body, with or without its `error` envelope; empty if unknown."""
    inner = body.get("error", body) if isinstance(body, Mapping) else body
    if not isinstance(inner, Mapping):
        return "", ""
    code = inner.get("code") or inner.get("type") or ""
    return str(code), storable(" ".join(str(inner.get("message") or "").split()))[:MAX_MESSAGE]


def retry_after_seconds(headers: Mapping[str, str], at: datetime) -> float | None:
    """How long the provider asks to wait: `retry-after-ms`, else `retry-after` in seconds or as an HTTP date
    (RFC 9110 §10.2.3). None where it says nothing that can be read; never negative."""
    if (milliseconds := number(headers.get("retry-after-ms"))) is not None:
        return max(0.0, milliseconds / 1000)
    given = headers.get("retry-after", "")
    if (seconds := number(given)) is not None:
        return max(0.0, seconds)
    try:
        date = parsedate_to_datetime(given)
    except ValueError:
        return None
    aware = date if date.tzinfo else date.replace(tzinfo=UTC)
    return max(0.0, (aware - at).total_seconds())


def number(text: str | None) -> float | None:
    """A finite decimal number, or None."""
    try:
        value = float(text or "")
    except ValueError:
        return None
    return value if abs(value) < float("inf") else None
