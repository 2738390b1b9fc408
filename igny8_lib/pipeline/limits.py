"""Per-run limits, which stages run, and on which items: from the site's configuration, overridable for one run."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Annotated, Any, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from igny8_lib.errors import InvalidInput
from igny8_lib.models import AutomationConfig
from igny8_lib.sites.configuration import MOST_CREDITS, MOST_ITEMS

STAGE_NUMBERS = range(1, 8)
MOST_CHOSEN = 5_000
"""The most items that one run can be limited to: they travel in the DAG run's conf and stay in the run's snapshot."""
HIGHEST_ID = 2**63 - 1
"""What the database's ids can be."""

ItemLimit = Annotated[int, Field(ge=0, le=MOST_ITEMS)]
CreditLimit = Annotated[float, Field(ge=0, le=MOST_CREDITS, multiple_of=0.5)]


class Limits(BaseModel):
    """How much one run may take (SPEC §5), up to MOST_ITEMS and MOST_CREDITS. 0 = unlimited; credits in halves."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    max_keywords_per_run: ItemLimit = 0
    max_clusters_per_run: ItemLimit = 0
    max_ideas_per_run: ItemLimit = 0
    max_tasks_per_run: ItemLimit = 0
    max_content_per_run: ItemLimit = 0
    max_images_per_run: ItemLimit = 0
    max_approvals_per_run: ItemLimit = 0
    max_credits_per_run: CreditLimit = 0

    @classmethod
    def of(cls, config: AutomationConfig) -> Self:
        """The site's configured limits."""
        counts = {name: getattr(config, name) for name in cls.model_fields if name != "max_credits_per_run"}
        return cls(**counts, max_credits_per_run=config.max_credits_per_run.as_number())

    def lets_through(self, field: str, pending: int) -> int:
        """How many of the pending items this run takes."""
        limit = int(getattr(self, field))
        return min(pending, limit) if limit else pending


class RunOptions(BaseModel):
    """What a trigger (form, API, CLI) may change for one run; absent values are the site's own."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    limits: dict[str, float | None] = Field(default_factory=dict)
    stages: tuple[int, ...] = tuple(STAGE_NUMBERS)
    items: tuple[int, ...] = ()
    """The ids that the one stage of the run is limited to, as they were given; none for whatever waits."""
    dry_run: bool = False

    @field_validator("stages")
    @classmethod
    def known_stages(cls, stages: tuple[int, ...]) -> tuple[int, ...]:
        """Stage numbers 1…7, at least one."""
        if not stages or set(stages) - set(STAGE_NUMBERS):
            raise ValueError("stages must be some of 1, 2, 3, 4, 5, 6, 7")
        return tuple(sorted(set(stages)))

    @field_validator("items", mode="before")
    @classmethod
    def item_ids(cls, given: object) -> tuple[int, ...]:
        """Ids as a list, or as a form and a command line give them: "3, 7, 9". A blank text chooses nothing."""
        if isinstance(given, str):
            given = given.replace(",", " ").split() or ()
        elif given == []:
            raise ValueError("an empty list chooses nothing; leave it out to take whatever waits")
        if not isinstance(given, list | tuple):
            raise ValueError("items must be numbers such as 3, 7, 9")  # noqa: TRY004 - pydantic's kind
        if len(given) > MOST_CHOSEN:
            raise ValueError(f"{len(given):,} items are chosen, at most {MOST_CHOSEN:,} are taken at once")
        ids = tuple(item_id(value) for value in given)
        if doubled := sorted({value for value, times in Counter(ids).items() if times > 1}):
            raise ValueError(f"chosen more than once: {', '.join(map(str, doubled[:20]))}")
        return ids

    @model_validator(mode="after")
    def one_stage_for_items(self) -> Self:
        """Chosen items are those of exactly one stage, and are taken whole."""
        if not self.items:
            return self
        if len(self.stages) != 1:
            raise ValueError("items need exactly one stage, whose items they are: choose it, too")
        if cut := [name for name, value in self.limits.items() if value and name != "max_credits_per_run"]:
            raise ValueError(f"items are taken whole: leave out {', '.join(cut)}, or choose fewer items")
        return self

    @classmethod
    def parse(cls, conf: Mapping[str, Any]) -> RunOptions:
        """Read a DAG run's conf or params; keys that are not the pipeline's are left alone.

        Raises InvalidInput naming each bad value.
        """
        limits = {name: conf[name] for name in Limits.model_fields if conf.get(name) is not None}
        given = {name: conf[name] for name in ("stages", "items", "dry_run") if conf.get(name) is not None}
        try:
            options = cls(limits=limits, **given)
            Limits(**limits)
        except ValidationError as error:
            raise InvalidInput(f"The run's options are not usable: {sentence(error)}") from None
        return options

    def apply_to(self, limits: Limits) -> Limits:
        """The site's limits with this run's own values in place.

        Chosen items are taken whole: no limit of items cuts them, only credits do.
        """
        own = {name: value for name, value in self.limits.items() if value is not None}
        lifted = {name: 0 for name in Limits.model_fields if name != "max_credits_per_run"} if self.items else {}
        return Limits.model_validate(limits.model_dump() | lifted | own)


def item_id(value: object) -> int:
    """An id from JSON or text. Raises ValueError for what cannot be one."""
    digits = str(value).strip()
    if isinstance(value, bool | float) or not (digits.isascii() and digits.isdecimal() and len(digits) <= 19):
        raise ValueError(f"{digits[:30]!r} is not an item's number")
    if not 1 <= int(digits) <= HIGHEST_ID:
        raise ValueError(f"{digits} is not an item's number")
    return int(digits)


def sentence(error: ValidationError) -> str:
    """Pydantic's complaints as one line: where and what."""
    return "; ".join(f"{'.'.join(map(str, item['loc'])) or 'value'}: {item['msg']}" for item in error.errors())
