"""What a run will do and cost, before it starts.

A run is a cascade: what one stage makes is pending for the next in the same run. For every stage in order

    pending (now + made by the stage before) ─> let through (limit, minimum, credits) ─> output ─> the next stage

with the site's own averages where at least three of its runs had work for the stage, else cautious defaults. Averages
are carried on as fractions and rounded where they are shown: rounded up in each stage, a small run would look dearer
than it is. Pure: the pipeline, the command line and the API hand in the same facts and get the same numbers.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction
from math import ceil
from typing import Any

from igny8_lib.amounts import ZERO, Credits
from igny8_lib.credits.budgets import Budget
from igny8_lib.models import Operation
from igny8_lib.pipeline.estimate_facts import IMPROVING, PROMPT, RENDER, EstimateInput, StageFacts, nearest
from igny8_lib.pipeline.run_history import RUNS_NEEDED
from igny8_lib.pipeline.search_volume import SearchVolume

BUFFER_PERCENT = 20
"""Safety on top of the expected total (SPEC §6)."""
RUNS_FOR_HIGH_CONFIDENCE = 5
APPROVAL = "approval"
"""What holds ideas back that people have not approved."""


class Confidence(StrEnum):
    """How much the numbers can be trusted: from at least five runs, from three or four, from defaults."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


@dataclass(frozen=True)
class StageEstimate:
    """One stage of the coming run. `budget` is what its operation may spend by then; None for a free stage."""

    stage: int
    operation: Operation | None
    pending: int
    let_through: int
    output: Fraction
    """What it makes on average."""
    passed_on: Fraction
    """How many of its items are then the next stage's, made better or not."""
    credits: Credits
    """With the second look's."""
    budget: Credits | None
    limited_by: str
    """What keeps the rest from passing: the name of a per-run limit, `balance`, `credit_budget`, `minimum`, `approval`,
    or why the stage is off; empty where everything passes."""
    second_look: Credits = ZERO
    """Of the credits, those for offering clusters of one keyword for merging."""
    unapproved: int = 0
    """What waits for people's approval by then; not among the pending."""

    @property
    def expected_output(self) -> int:
        """The output in whole items."""
        return nearest(self.output)

    def as_json(self) -> dict[str, Any]:
        """Credits as numbers."""
        return {
            "stage": self.stage,
            "operation": self.operation.value if self.operation else None,
            "pending": self.pending,
            "unapproved": self.unapproved,
            "let_through": self.let_through,
            "expected_output": self.expected_output,
            "credits": self.credits.as_number(),
            "second_look_credits": self.second_look.as_number(),
            "budget": None if self.budget is None else self.budget.as_number(),
            "limited_by": self.limited_by or None,
        }


@dataclass(frozen=True)
class Estimate:
    """A run before it starts.

    `total` is what it will cost within its budget; `needed` what it would cost if the balance were no bound.
    """

    stages: tuple[StageEstimate, ...]
    needed: Credits
    available: Credits
    least: Credits
    """The first AI request of the run: with less available nothing that is paid can start."""
    confidence: Confidence
    volume: SearchVolume = field(default_factory=SearchVolume)
    """How much of the searches for the site's keywords the run works on."""

    @property
    def total(self) -> Credits:
        """The sum of the stages."""
        return Credits.total(stage.credits for stage in self.stages)

    @property
    def buffer(self) -> Credits:
        """20 % of the total, rounded up to the hundredth."""
        return Credits(-(-self.total.hundredths * BUFFER_PERCENT // 100))

    @property
    def balance_covers(self) -> bool:
        """Whether the available credits pay for all that the limits let through."""
        return self.available >= self.needed

    @property
    def limits_binding(self) -> list[str]:
        """What holds the run back, in the order of the stages, each once."""
        held = (stage.limited_by for stage in self.stages if stage.pending or stage.unapproved)
        return [each for each in dict.fromkeys(held) if each]

    def as_json(self) -> dict[str, Any]:
        """Credits as numbers."""
        return {
            "stages": [stage.as_json() for stage in self.stages],
            "total_credits": self.total.as_number(),
            "buffer_credits": self.buffer.as_number(),
            "total_with_buffer": (self.total + self.buffer).as_number(),
            "needed_credits": self.needed.as_number(),
            "available_credits": self.available.as_number(),
            "balance_covers": self.balance_covers,
            "limits_binding": self.limits_binding,
            "confidence": self.confidence.value,
            "volume": self.volume.as_json(),
        }


def estimate(facts: EstimateInput) -> Estimate:
    """What the run will do stage by stage, and what it will cost."""
    budget = Budget.open(facts.available, facts.max_credits_per_run, facts.shares)
    without_balance = Budget.open(facts.max_credits_per_run, ZERO, facts.shares) if facts.max_credits_per_run else None
    unbounded = cascade(facts, without_balance)
    stages = cascade(facts, budget)
    return Estimate(
        stages=stages,
        needed=Credits.total(stage.credits for stage in unbounded),
        available=facts.available,
        least=least_charge(facts, unbounded),
        confidence=confidence_of(facts, stages),
    )


def cascade(facts: EstimateInput, budget: Budget | None) -> tuple[StageEstimate, ...]:
    """The run's way in order, each stage fed by the one before; without a budget credits are no bound."""
    done: list[StageEstimate] = []
    spent: dict[Operation, Credits] = {}
    for stage in facts.stages:
        expected = pass_through(facts, stage, arriving(facts, done), budget, spent)
        if stage.operation:
            spent[stage.operation] = spent.get(stage.operation, ZERO) + expected.credits
        done.append(expected)
    return tuple(done)


def arriving(facts: EstimateInput, done: list[StageEstimate]) -> Fraction:
    """What the stages before make for the next one: their output, finished articles after the pictures, and after what
    makes articles better all that it has looked at."""
    if done and done[-1].stage in IMPROVING:
        return done[-1].passed_on
    made = done[-1].output if done else Fraction(0)
    if done and done[-1].stage == RENDER and facts.images_per_content:
        return made / max(facts.output_per_item(PROMPT), Fraction(1))
    return made


def pass_through(
    facts: EstimateInput, stage: StageFacts, made: Fraction, budget: Budget | None, spent: Mapping[Operation, Credits]
) -> StageEstimate:
    """One stage, with what waits for it now and what the one before has made for it."""
    unapproved = stage.unapproved + nearest(made) if stage.needs_approval else 0
    waiting = stage.pending + (Fraction(0) if stage.needs_approval else made)
    pending = nearest(waiting)
    passing, limited_by = within_limit(stage, pending)
    credits_left = budget.available_for(stage.operation, spent) if budget and stage.operation else None
    if budget and credits_left is not None:
        affordable = within_credits(facts, stage, passing, credits_left)
        if affordable < passing:
            passing, limited_by = affordable, binding_credits(facts, budget, spent, credits_left)
    success = facts.history.of(stage.number).success
    charged = Fraction(charge_of(facts, stage, passing).hundredths) * success * facts.paid_share(stage.number)
    worked = waiting if passing == pending else Fraction(passing)
    output = worked * success * facts.output_per_item(stage.number)
    look = facts.second_look_charge(stage, output)
    if credits_left is not None:  # it is left out where the credits do not cover it
        look = min(look, max(ZERO, credits_left - Credits(ceil(charged))))
    return StageEstimate(
        stage=stage.number,
        operation=stage.operation,
        pending=pending,
        let_through=passing,
        output=output,
        passed_on=worked * success,
        credits=Credits(ceil(charged)) + look,
        budget=credits_left,
        limited_by=limited_by or (APPROVAL if unapproved else ""),
        second_look=look,
        unapproved=unapproved,
    )


def within_limit(stage: StageFacts, waiting: int) -> tuple[int, str]:
    """What switches, minimum and limit let through, and which of them binds."""
    if stage.off:
        return 0, stage.off
    if waiting < stage.minimum:
        return 0, "minimum" if waiting else ""
    if stage.limit and waiting > stage.limit:
        return stage.limit, stage.limit_name
    return waiting, ""


def charge_of(facts: EstimateInput, stage: StageFacts, items: int) -> Credits:
    """What the items cost in requests of their usual size, each rounded up by itself."""
    full, rest = divmod(items, stage.usual_request)
    whole = facts.request_charge(stage, stage.usual_request) * full
    return whole + (facts.request_charge(stage, rest) if rest else ZERO)


def within_credits(facts: EstimateInput, stage: StageFacts, items: int, left: Credits) -> int:
    """How many of the items the credits pay for, in whole requests."""
    each = facts.request_charge(stage, stage.usual_request)
    if not each or charge_of(facts, stage, items) <= left:
        return items
    return min(items, left.hundredths // each.hundredths * stage.usual_request)


def binding_credits(facts: EstimateInput, budget: Budget, spent: Mapping[Operation, Credits], left: Credits) -> str:
    """Which credit bound it is: the operation's share, or with all shares used up the run's limit or the balance."""
    if left < budget.total - Credits.total(spent.values()):
        return "credit_budget"
    return "balance" if budget.total == facts.available else "max_credits_per_run"


def least_charge(facts: EstimateInput, stages: tuple[StageEstimate, ...]) -> Credits:
    """The price of the first AI request that the run would make; zero where it makes none."""
    for stage, expected in zip(facts.stages, stages, strict=True):
        if stage.operation and expected.let_through:
            return facts.request_charge(stage, min(stage.items_per_request, expected.let_through))
    return ZERO


def confidence_of(facts: EstimateInput, stages: tuple[StageEstimate, ...]) -> Confidence:
    """By the runs behind the least known stage that will have work; nothing to do is certain."""
    known = [facts.history.of(stage.stage).runs for stage in stages if stage.let_through and stage.operation]
    runs = min(known, default=RUNS_FOR_HIGH_CONFIDENCE)
    if runs >= RUNS_FOR_HIGH_CONFIDENCE:
        return Confidence.HIGH
    return Confidence.MEDIUM if runs >= RUNS_NEEDED else Confidence.LOW
