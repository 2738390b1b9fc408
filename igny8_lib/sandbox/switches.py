"""How the sandbox misbehaves: its switches, and what can become of a request."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

Rate = Annotated[float, Field(ge=0, le=1)]
"""A share of requests: 0 none, 1 all."""


class Reaction(StrEnum):
    """What becomes of a request."""

    OK = "ok"
    SERVER_ERROR = "server_error"
    """500, 502 or 503."""
    RATE_LIMITED = "rate_limited"
    """429 with retry-after."""
    TRUNCATED = "truncated"
    """The answer ends in the middle: finish_reason `length`; half of an image file."""
    MALFORMED = "malformed"
    """finish_reason `stop`, yet the JSON is cut, wrapped in prose or of another shape; an image that is none."""
    REFUSED = "refused"
    """The model declines: message.refusal; for an image a 400 with code `moderation_blocked`."""
    CONTENT_FILTERED = "content_filtered"
    """finish_reason `content_filter`; for an image a 400 with code `content_policy_violation`."""
    DROPPED = "dropped"
    """The connection is closed without an answer."""
    QUOTA_EXHAUSTED = "quota_exhausted"
    """429 with code `insufficient_quota`: trying again does not help."""


WAYS_TO_FAIL = tuple(way for way in Reaction if way not in {Reaction.OK, Reaction.QUOTA_EXHAUSTED})
"""What `failing_rate` spreads over. An exhausted quota is none of them: it ends a run, and has its own switch."""


class Rewrite(StrEnum):
    """What an optimized article is like: better, or worse in one way."""

    BETTER = "better"
    LOST_LINKS = "lost_links"
    LOST_IMAGES = "lost_images"
    NEW_NUMBERS = "new_numbers"
    NEW_NAMES = "new_names"
    OTHER_LANGUAGE = "other_language"
    HALF = "half"
    """Every second paragraph is gone."""
    LOWER_SCORE = "lower_score"
    """The same words in one long paragraph without headings."""


class Match(BaseModel):
    """Requests with a text in them get an outcome, whatever the rates say."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    contains: str = Field(min_length=1, description="Text looked for in the request's strings")
    outcome: Reaction
    times: int | None = Field(default=None, ge=1, description="How many requests it hits; all of them by default")


class Switches(BaseModel):
    """All switches; everything is off by default."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    latency_seconds: float = Field(default=0, ge=0, le=600, description="From the request's arrival to its answer")
    latency_jitter: float = Field(default=0, ge=0, le=600, description="Seconds around the latency, either way")
    seed: int = Field(default=0, description="Another seed lets other requests fail")
    failing_rate: Rate = Field(default=0, description="Share of requests that fail, spread evenly over all ways")
    error_rate: Rate = Field(default=0, description="Share answered with 500, 502 or 503")
    rate_limit_rate: Rate = Field(default=0, description="Share answered with 429 and retry-after")
    truncate_rate: Rate = Field(default=0, description="Share cut off with finish_reason length")
    malformed_rate: Rate = Field(default=0, description="Share with broken or misshapen JSON and finish_reason stop")
    refusal_rate: Rate = Field(default=0, description="Share refused by the model")
    content_filter_rate: Rate = Field(default=0, description="Share stopped by the content filter")
    drop_rate: Rate = Field(default=0, description="Share whose connection is closed without an answer")
    retry_after_seconds: float = Field(default=1, ge=0, le=600, description="What a 429 asks clients to wait")
    quota_exhausted: bool = Field(default=False, description="429 insufficient_quota for every request")
    max_in_flight: int = Field(default=0, ge=0, description="429 for requests beyond so many at once; 0: no bound")
    image_as_url: bool = Field(default=False, description="Images as a URL instead of base64")
    rewrite: Rewrite = Field(default=Rewrite.BETTER, description="What optimized articles and pages are like")
    fail_next: tuple[Reaction, ...] = Field(default=(), description="Outcomes of the next requests, in order")
    fail_matching: tuple[Match, ...] = Field(default=(), description="Outcomes of requests with a text in them")

    @model_validator(mode="after")
    def _shares_fit(self) -> Self:
        if (total := sum(rate for _, rate in self.rates)) > 1 + 1e-9:
            raise ValueError(f"the rates sum to {total:g}; together they can be 1 at most")
        return self

    @property
    def rates(self) -> tuple[tuple[Reaction, float], ...]:
        """Each way to fail with its share of requests."""
        own = {
            Reaction.SERVER_ERROR: self.error_rate,
            Reaction.RATE_LIMITED: self.rate_limit_rate,
            Reaction.TRUNCATED: self.truncate_rate,
            Reaction.MALFORMED: self.malformed_rate,
            Reaction.REFUSED: self.refusal_rate,
            Reaction.CONTENT_FILTERED: self.content_filter_rate,
            Reaction.DROPPED: self.drop_rate,
        }
        spread = self.failing_rate / len(WAYS_TO_FAIL)
        return tuple((way, own[way] + spread) for way in WAYS_TO_FAIL)

    def change(self, values: dict[str, object]) -> Switches:
        """These switches with some values replaced. Raises pydantic's ValidationError for a bad one."""
        return Switches.model_validate(self.model_dump() | values)
