"""What the runs of an action would do and cost now, by the pipeline's own estimate; nothing is started."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from sqlalchemy.orm import Session

from igny8_lib.amounts import ZERO, Credits
from igny8_lib.errors import InsufficientCredits, InvalidInput, NotAllowed, NotFound
from igny8_lib.models import Site
from igny8_lib.pipeline import snapshot
from igny8_lib.pipeline.chosen_items import require_workable
from igny8_lib.pipeline.forecast import forecast_of
from igny8_lib.pipeline.limits import RunOptions
from igny8_lib.pipeline.run_now import require_paid
from igny8_lib.pipeline.runs import require_switched_on
from igny8_lib.pipeline.stages import stage
from igny8_lib.rules.actions.base import Plan
from igny8_lib.rules.actions.budget import budget_of
from igny8_lib.rules.actions.choosing import Selection

REFUSALS = (InvalidInput, NotAllowed, NotFound, InsufficientCredits)
"""What keeps an action from doing anything."""


@dataclass
class Sum:
    """Of the parts that were looked at."""

    items: int = 0
    cost: Credits = ZERO
    left_out: list[str] = field(default_factory=list)
    takes: str = ""
    nothing: str = ""


def plan_runs(session: Session, site: Site, parts: Iterable[Selection], left: Credits | None) -> Plan:
    """What runs with these parts would do, one after the other, with so many credits together."""
    total = Sum()
    try:
        require_switched_on(session, site)
        for selection in parts:
            add(session, site, selection, left, total)
    except REFUSALS as reason:
        if not total.items:
            return Plan.refusing(str(reason), tuple(total.left_out))
        total.left_out.append(str(reason))
    if not total.items:
        return Plan.refusing(total.nothing, tuple(total.left_out))
    return Plan(total.items, tuple(total.left_out), total.cost, sentence_of(total.items, total.takes, total.cost))


def add(session: Session, site: Site, selection: Selection, left: Credits | None, total: Sum) -> None:
    """Add what one run would do. Raises what would keep it from starting."""
    total.left_out += selection.left_out
    if selection.nothing:
        total.nothing = selection.nothing
        return
    options = options_of(session, site, selection, None if left is None else left - total.cost)
    require_workable(session, site, options)
    taken = snapshot.take(session, site, options)
    expected = forecast_of(session, site.id, taken)
    require_paid(expected, options)
    chosen = {number: taken.stages[number] for number in selection.stages}
    pending = {number: plan.pending for number, plan in chosen.items() if plan.pending and not plan.off}
    total.items += sum(pending.values())
    total.takes = words_of(list(pending)) or total.takes
    total.cost += expected.total


def options_of(session: Session, site: Site, selection: Selection, left: Credits | None) -> RunOptions:
    """The options of the run that the selection makes. Raises LimitUsedUp."""
    budget = budget_of(session, site, left)
    limits = {} if budget is None else {"max_credits_per_run": float(budget.as_number())}
    return RunOptions(stages=selection.stages, items=selection.items, limits=limits)


def words_of(numbers: list[int]) -> str:
    """ "keywords", or "keywords, clusters and ideas"."""
    words = [stage(number).takes for number in numbers]
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}" if words else ""


def sentence_of(items: int, takes: str, cost: Credits) -> str:
    """What people are told of it."""
    price = f", for about {cost} credits" if cost else ""
    return f"It would work {items:,} {takes}{price}."
