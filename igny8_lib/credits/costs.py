"""What operations cost: constants of SPEC §6, overridden by active rows of `credit_cost_configs`.

A run takes the table in force into its snapshot and charges by that, so a change holds from the next run on.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from igny8_lib.amounts import HIGHEST, ZERO, Credits
from igny8_lib.models import CreditCostConfig, Operation

RUN_OPERATIONS = (
    Operation.CLUSTERING,
    Operation.IDEA_GENERATION,
    Operation.CONTENT_GENERATION,
    Operation.IMAGE_PROMPT_EXTRACTION,
    Operation.IMAGE_GENERATION,
)
"""What a pipeline run pays for, in the order of its stages; only these have a share of a run's credits."""
REST_OPERATIONS = (Operation.LINKING, Operation.OPTIMIZATION)
"""What a run pays for after these, where it is switched on, from what they have left."""


class ImageQuality(StrEnum):
    """Image qualities; each costs `multiplier` times the basic one."""

    BASIC = "basic"
    STANDARD = "standard"
    HIGH = "high"
    PREMIUM = "premium"

    @property
    def multiplier(self) -> int:
        """1 for basic … 4 for premium (SPEC §6)."""
        return list(ImageQuality).index(self) + 1


@dataclass(frozen=True)
class OperationCost:
    """One line of the price list: `cost` per `unit_size` units, at least `minimum` per request."""

    operation: Operation
    cost: Credits
    unit: str
    unit_size: int = 1
    minimum: Credits = ZERO
    budget_percentage: int = 0
    """The operation's default share of a run's credits."""

    def as_json(self) -> dict[str, Any]:
        """Credits as numbers, exact to the hundredth."""
        return {
            "cost": self.cost.as_number(),
            "unit": self.unit,
            "unit_size": self.unit_size,
            "minimum": self.minimum.as_number(),
            "budget_percentage": self.budget_percentage,
        }

    @classmethod
    def from_json(cls, operation: Operation, data: Mapping[str, Any]) -> OperationCost:
        """The inverse of `as_json`."""
        amounts = {"cost": Credits.of(str(data["cost"])), "minimum": Credits.of(str(data["minimum"]))}
        return cls(operation, **(dict(data) | amounts))


@dataclass(frozen=True)
class CostTable:
    """What each operation costs."""

    costs: Mapping[Operation, OperationCost]

    def charge(self, operation: Operation, units: int, *, quality: ImageQuality = ImageQuality.BASIC) -> Credits:
        """What one request costs that used so many units (keywords, clusters, words, prompts, images …).

        Parts of a unit are rounded up (SPEC §6); no units cost nothing, any use costs at least the minimum. The
        quality counts for images only. However absurd the units, nothing costs more than HIGHEST, so that such an item
        is too dear but can be told and booked like any other. Raises ValueError for a negative number of units.
        """
        if units < 0:
            raise ValueError(f"{operation} cannot use {units} units")
        if units == 0:
            return ZERO
        line = self.costs[operation]
        times = quality.multiplier if operation is Operation.IMAGE_GENERATION else 1
        return min(max(line.cost * -(-units // line.unit_size) * times, line.minimum), HIGHEST)

    def article(self, words: int, images: int, quality: ImageQuality = ImageQuality.BASIC) -> Credits:
        """What an article of so many words comes to with its pictures: writing, describing and drawing them."""
        written = self.charge(Operation.CONTENT_GENERATION, words)
        described = self.charge(Operation.IMAGE_PROMPT_EXTRACTION, images)
        drawn = self.charge(Operation.IMAGE_GENERATION, images, quality=quality)
        return written + described + drawn

    @property
    def shares(self) -> dict[Operation, int]:
        """The default share of a run's credits for each of the run's operations, in percent."""
        return {operation: self.costs[operation].budget_percentage for operation in RUN_OPERATIONS}

    def as_json(self) -> dict[str, Any]:
        """For a run's snapshot."""
        return {operation.value: line.as_json() for operation, line in self.costs.items()}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> CostTable:
        """The inverse of `as_json`; operations the snapshot does not know cost what the code says."""
        known = {Operation(name): OperationCost.from_json(Operation(name), line) for name, line in data.items()}
        return cls(MappingProxyType(dict(DEFAULT_COSTS.costs) | known))


def price_list(*lines: OperationCost) -> CostTable:
    """A read-only table of the lines."""
    return CostTable(MappingProxyType({line.operation: line for line in lines}))


DEFAULT_COSTS = price_list(
    OperationCost(Operation.CLUSTERING, Credits.of(1), "keywords", 5, budget_percentage=15),
    OperationCost(Operation.IDEA_GENERATION, Credits.of(2), "cluster", budget_percentage=10),
    OperationCost(Operation.CONTENT_GENERATION, Credits.of(1), "words", 500, budget_percentage=40),
    OperationCost(Operation.IMAGE_PROMPT_EXTRACTION, Credits.of("0.5"), "prompt", budget_percentage=5),
    OperationCost(Operation.IMAGE_GENERATION, Credits.of(1), "image", budget_percentage=30),
    OperationCost(Operation.LINKING, Credits.of(8), "content"),
    OperationCost(Operation.OPTIMIZATION, Credits.of(1), "words", 200),
    OperationCost(Operation.SITE_STRUCTURE_GENERATION, Credits.of(50), "blueprint"),
    OperationCost(Operation.SITE_PAGE_GENERATION, Credits.of(20), "page"),
)
"""The constants of SPEC §6."""


def costs_in_force(session: Session) -> CostTable:
    """The active overrides over the constants; a missing or inactive row means the constant."""
    rows = session.scalars(
        select(CreditCostConfig).where(CreditCostConfig.is_active).execution_options(populate_existing=True)
    )
    overrides = {row.operation: override(row) for row in rows}
    return CostTable(MappingProxyType(dict(DEFAULT_COSTS.costs) | overrides))


def override(row: CreditCostConfig) -> OperationCost:
    """The row as a line of the price list."""
    share = row.budget_percentage
    return OperationCost(
        row.operation,
        row.cost,
        row.unit,
        row.unit_size,
        row.minimum,
        DEFAULT_COSTS.costs[row.operation].budget_percentage if share is None else share,
    )


def get_credit_cost(
    session: Session, operation: Operation, units: int = 1, *, quality: ImageQuality = ImageQuality.BASIC
) -> Credits:
    """What a single operation costs now, outside a run (a run charges by its snapshot)."""
    return costs_in_force(session).charge(operation, units, quality=quality)
