"""Per-run limits and which stages run: from the site's configuration, overridable for one run."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from igny8_lib.errors import InvalidInput
from igny8_lib.models import AutomationConfig
from igny8_lib.sites.configuration import MOST_CREDITS, MOST_ITEMS

STAGE_NUMBERS = range(1, 8)

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
    dry_run: bool = False

    @field_validator("stages")
    @classmethod
    def known_stages(cls, stages: tuple[int, ...]) -> tuple[int, ...]:
        """Stage numbers 1…7, at least one."""
        if not stages or set(stages) - set(STAGE_NUMBERS):
            raise ValueError("stages must be some of 1, 2, 3, 4, 5, 6, 7")
        return tuple(sorted(set(stages)))

    @classmethod
    def parse(cls, conf: Mapping[str, Any]) -> RunOptions:
        """Read a DAG run's conf or params; keys that are not the pipeline's are left alone.

        Raises InvalidInput naming each bad value.
        """
        limits = {name: conf[name] for name in Limits.model_fields if conf.get(name) is not None}
        given = {name: conf[name] for name in ("stages", "dry_run") if conf.get(name) is not None}
        try:
            options = cls(limits=limits, **given)
            Limits(**limits)
        except ValidationError as error:
            raise InvalidInput(f"The run's options are not usable: {sentence(error)}") from None
        return options

    def apply_to(self, limits: Limits) -> Limits:
        """The site's limits with this run's own values in place."""
        own = {name: value for name, value in self.limits.items() if value is not None}
        return Limits.model_validate(limits.model_dump() | own)


def sentence(error: ValidationError) -> str:
    """Pydantic's complaints as one line: where and what."""
    return "; ".join(f"{'.'.join(map(str, item['loc'])) or 'value'}: {item['msg']}" for item in error.errors())
