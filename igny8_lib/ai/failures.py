"""What an error of a provider means for the request: the one place that reads status codes and error words."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from igny8_lib.ai.error_bodies import Refusal, read_refusal
from igny8_lib.ai.errors import (
    AIFailure,
    ContentFiltered,
    InsufficientQuota,
    ProviderOverloaded,
    ProviderRejected,
    RequestRejected,
)
from igny8_lib.ai.figures import count
from igny8_lib.ai.scrub import Scrubber
from igny8_lib.clock import now

QUOTA_CODES = frozenset({"insufficient_quota", "billing_hard_limit_reached", "billing_not_active"})
FILTER_CODES = frozenset(
    {"content_filter", "content_policy_violation", "moderation_blocked", "moderation", "responsibleaipolicyviolation"}
)
"""Azure's words for text, OpenAI's older and newer words for pictures."""
KEY_CODES = frozenset({"invalid_api_key", "api_key_invalid", "authentication_error", "unauthenticated"})
TRY_AGAIN = frozenset({408, 409, 425, 429})
"""Besides 5xx. 409 is what gateways answer while a request of the same idempotency key is under way."""
EVERY_REQUEST = frozenset({401, 403, 404, 405, 407, 410})
"""What each request of ours would get: a wrong key, address or model."""
MAYBE_DONE = frozenset({409, 504, 522, 524})
"""A gateway gave up waiting, or an earlier request of the key is under way: the work may be done all the same."""
MODERATED = frozenset({400, 403, 422, 451})
QUOTA_WORDS = re.compile(r"insufficient (credit|balance|quota|fund)s?\b|(credit|balance) (is )?(too low|exhausted)")
FILTER_WORDS = re.compile(
    r"moderation|(input|prompt|content|request|text) (was|were|has been|is) (flagged|blocked)"
    r"|content[ _-](policy|filter|management)|safety (system|filter|setting|polic)|responsible ai"
)
KEY_WORDS = re.compile(
    r"api[ _-]?key (is )?(not valid|invalid|incorrect|expired)|(invalid|incorrect|expired|missing) (api[ _-]?)?key"
    r"|invalid authentication"
)
MODEL_WORDS = re.compile(
    r"\bmodel\b.{0,120}(not found|not available|does not exist|not a valid|is not supported$|decommissioned|unknown)"
    r"|(unknown|invalid|no such|not a valid) model"
)
CODE_STATUS = {
    "rate_limit_exceeded": 429,
    "rate_limit_error": 429,
    "too_many_requests": 429,
    "resource_exhausted": 429,
    "overloaded_error": 503,
    "unavailable": 503,
    "invalid_request_error": 400,
    "invalid_argument": 400,
    "model_not_found": 404,
    "not_found_error": 404,
    "permission_denied": 403,
    "permission_error": 403,
}
UNKNOWN_ERROR = 500
"""As what an error without a status that means anything is taken: trying again can help."""


def failure_of(status: int, body: object, headers: Mapping[str, str], scrubber: Scrubber | None = None) -> AIFailure:
    """The error for an HTTP status of 300 or more. `body` is the decoded JSON, or the text that came instead.

    Whatever the provider said goes through `scrubber`: some repeat the key they refuse.
    """
    return classify(status, read_refusal(body, scrubber or Scrubber()), headers)


def classify(status: int, refusal: Refusal, headers: Mapping[str, str]) -> AIFailure:
    """The error for a status and what was said with it."""
    code, said = refusal.code, refusal.message
    told = f"HTTP {status}" + (f", {code}" if code else "") + (f": {said}" if said else "")
    failure = permanent_failure(status, refusal, told)
    if failure is None and (status in TRY_AGAIN or status >= 500) and headers.get("x-should-retry") != "false":
        wait = retry_after_seconds(headers, now())
        failure = ProviderOverloaded(
            f"The AI provider cannot serve now ({told}).", status=status, retry_after_seconds=wait
        )
    if failure is None:
        failure = RequestRejected(f"The AI provider does not accept this request ({told}).")
    failure.mark_refused(refused=status not in MAYBE_DONE)
    return failure


def permanent_failure(status: int, refusal: Refusal, told: str) -> AIFailure | None:
    """A refusal that trying again does not mend and that is not about this request's form; None for the others."""
    if lacks_quota(status, refusal):
        return InsufficientQuota(f"The AI provider's account has no quota left ({told}). Add credit there, or a key.")
    if is_moderated(status, refusal):
        return ContentFiltered(f"The AI provider's content filter stopped the request ({told}).")
    if 300 <= status < 400:
        return ProviderRejected(
            f"The AI provider's address leads elsewhere ({told}). Set the base URL to where it is; "
            "redirects are not followed, since the key would go with them."
        )
    if status in EVERY_REQUEST or (400 <= status < 500 and status not in TRY_AGAIN and concerns_setup(refusal)):
        return ProviderRejected(
            f"The AI provider refuses our requests ({told}). Check base URL, key and model names of the connection."
        )
    return None


def lacks_quota(status: int, refusal: Refusal) -> bool:
    """Whether the account at the provider has no money left."""
    said = status in {400, 403} and QUOTA_WORDS.search(refusal.message.lower())
    return status == 402 or refusal.code.lower() in QUOTA_CODES or bool(said)


def is_moderated(status: int, refusal: Refusal) -> bool:
    """Whether this one request was stopped for what is in it. A flagged account is no flagged request."""
    if refusal.code.lower() in FILTER_CODES:
        return True
    if status not in MODERATED:
        return False
    said = refusal.message.lower()
    return refusal.flagged or bool(FILTER_WORDS.search(said) and "account" not in said and "organization" not in said)


def concerns_setup(refusal: Refusal) -> bool:
    """Whether key or model are wrong, by the words of a refusal whose status does not say so."""
    said = refusal.message.lower()
    return refusal.code.lower() in KEY_CODES or bool(KEY_WORDS.search(said) or MODEL_WORDS.search(said))


def status_in(body: Mapping[str, object], refusal: Refusal) -> int:
    """The HTTP status that an error inside HTTP 200 would have had."""
    error = body.get("error")
    given = [error.get(name) for name in ("code", "status", "status_code")] if isinstance(error, Mapping) else []
    numbers = (count(value) for value in [*given, body.get("code"), body.get("status_code"), body.get("status")])
    known = next((number for number in numbers if number is not None and 400 <= number < 600), None)
    if known is not None:
        return known
    if refusal.code.lower() in KEY_CODES or KEY_WORDS.search(refusal.message.lower()):
        return 401
    return CODE_STATUS.get(refusal.code.lower(), UNKNOWN_ERROR)


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
        aware = date if date.tzinfo else date.replace(tzinfo=UTC)
        return max(0.0, (aware - at).total_seconds())
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def number(text: str | None) -> float | None:
    """A finite decimal number, or None."""
    try:
        value = float(text or "")
    except ValueError:
        return None
    return value if abs(value) < float("inf") else None
