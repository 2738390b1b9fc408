"""What can go wrong with an AI request, and whether it concerns one item or the provider as a whole.

    AIFailure                              carries `attempts`: HTTP requests sent
    ├── ProviderOverloaded   temporary     429, 409, 408, 5xx, still so after all retries
    ├── ProviderUnreachable  temporary     no connection, time-out or unreadable body, still so after all retries
    ├── ProviderRejected     permanent     401, 403, 404: key, permission or model; a ProviderUnavailable
    ├── InsufficientQuota    permanent     the provider's account has no money left; a ProviderUnavailable
    ├── RequestRejected      permanent     400, 413, 422: this one request is not acceptable
    └── BadAnswer            permanent     an answer came (and is paid for) that cannot be used; carries it
        ├── AnswerTruncated                finish_reason "length": ask with a higher cap or in smaller parts
        ├── AnswerRefused                  the model declined
        ├── ContentFiltered                the provider's content filter stopped the request or the answer
        └── AnswerInvalid                  not the JSON asked for, breaks a rule of the function, or no picture

A ProviderUnavailable stops a stage, the other permanent ones fail one item. `refused` says of each whether the provider
surely did not do the work: it answered with an error, or the request never reached it. Everything else may have been
done, and may have to be paid.
"""

from __future__ import annotations

from igny8_lib.ai.answers import TextAnswer, TokenUsage
from igny8_lib.errors import Igny8Error, PermanentError, ProviderUnavailable, TemporaryError

UNKNOWN = TokenUsage()


class AIFailure(Igny8Error):
    """An AI request that gave no usable answer."""

    def __init__(self, message: str, *, attempts: int = 1) -> None:
        super().__init__(message)
        self.attempts = attempts
        self._refused = False

    @property
    def refused(self) -> bool:
        """Whether the provider surely neither did the work nor will charge for it, in any of the attempts."""
        return self._refused

    def mark_refused(self, *, refused: bool) -> None:
        """Tell what is known of it: the client knows of earlier attempts, too."""
        self._refused = refused

    def __str__(self) -> str:
        text = super().__str__()
        return text if self.attempts <= 1 else f"{text} ({self.attempts} attempts)"


class TemporaryFailure(AIFailure, TemporaryError):
    """Trying again can help; `retry_after_seconds` is what the provider asked for, None where it said nothing."""

    def __init__(self, message: str, *, attempts: int = 1, retry_after_seconds: float | None = None) -> None:
        super().__init__(message, attempts=attempts)
        self.retry_after_seconds = retry_after_seconds


class ProviderOverloaded(TemporaryFailure):
    """The provider answered, but cannot serve now. `status` is its last HTTP status."""

    def __init__(
        self, message: str, *, status: int, attempts: int = 1, retry_after_seconds: float | None = None
    ) -> None:
        super().__init__(message, attempts=attempts, retry_after_seconds=retry_after_seconds)
        self.status = status


class ProviderUnreachable(TemporaryFailure):
    """No usable HTTP answer: connection refused or reset, time-out, unreadable body."""


class ProviderRejected(AIFailure, ProviderUnavailable):
    """The provider refuses every request of ours: wrong key, missing permission or unknown model."""


class InsufficientQuota(AIFailure, ProviderUnavailable):
    """The account at the provider has used up its money or its quota: waiting does not help."""


class RequestRejected(AIFailure, PermanentError):
    """The provider does not accept this request; others may be fine."""


class FormRefused(RequestRejected):
    """The endpoint does not know a part of the request; a lesser form is sent at once, so nobody above sees this."""


class BadAnswer(AIFailure, PermanentError):
    """An answer that cannot be used. It was paid for, so what is known of it travels with the error to the journal."""

    def __init__(self, message: str, *, answer: TextAnswer | None = None, attempts: int = 1) -> None:
        super().__init__(message, attempts=answer.attempts if answer else attempts)
        self._answer = answer
        self._usage = answer.usage if answer else UNKNOWN

    @property
    def answer(self) -> TextAnswer | None:
        """The answer as it came; None where the provider sent only an error, or a picture."""
        return self._answer

    @property
    def usage(self) -> TokenUsage:
        """What the bad answer used, as far as known."""
        return self._usage

    def note_usage(self, usage: TokenUsage) -> None:
        """Tell what a picture used that cannot be used itself."""
        self._usage = usage


class AnswerTruncated(BadAnswer):
    """The answer reached the cap on output tokens and ends in the middle. Never parsed."""


class AnswerRefused(BadAnswer):
    """The model declined to answer."""


class ContentFiltered(BadAnswer):
    """The provider's content filter stopped the request or its answer."""


class AnswerInvalid(BadAnswer):
    """The answer breaks the schema or a rule. `problem` is the sentence the model is asked again with."""

    def __init__(self, problem: str, *, answer: TextAnswer | None = None, attempts: int = 1) -> None:
        super().__init__(f"The AI answer cannot be used: {problem}", answer=answer, attempts=attempts)
        self.problem = problem
