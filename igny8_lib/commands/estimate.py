"""`igny8 estimate`: what a site's next run would do and cost."""

from __future__ import annotations

from fractions import Fraction
from math import ceil
from typing import Annotated, Any

import typer

from igny8_lib.amounts import HUNDREDTHS, Credits
from igny8_lib.commands.database import open_sessions
from igny8_lib.commands.output import JsonOption, show, table
from igny8_lib.commands.run import ItemsOption, LimitOption, StageOption, StagesOption, make_conf, one_stage
from igny8_lib.credits.budgets import Budget
from igny8_lib.pipeline import snapshot
from igny8_lib.pipeline.chosen_items import require_workable
from igny8_lib.pipeline.estimate_facts import nearest
from igny8_lib.pipeline.estimates import BUFFER_PERCENT, Estimate
from igny8_lib.pipeline.forecast import forecast_of
from igny8_lib.pipeline.limits import RunOptions
from igny8_lib.pipeline.stages import stage
from igny8_lib.sites.sites import site_by_slug


def estimate(
    site: Annotated[str, typer.Argument(help="The site's slug.")],
    limit: LimitOption = None,
    stages: StagesOption = "",
    only_stage: StageOption = None,
    items: ItemsOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show what a run that started now would take, make and cost, and what would bind it.

    Examples: igny8 estimate blog --limit 4=10 --stages 4,5,6, igny8 estimate blog --stage 1 --items 3,7,9,12,15
    """
    options = RunOptions.parse(make_conf(limit or [], one_stage(stages, only_stage), items or [], dry_run=False))
    with open_sessions()() as session:
        found = site_by_slug(session, site)
        require_workable(session, found, options)
        taken = snapshot.take(session, found, options)
        expected = forecast_of(session, found.id, taken)
    document = {"site": site, **expected.as_json(), "budget": describe_budget(taken.credit_budget)}
    show(document, as_json=as_json, text=lambda: view(site, expected))


def describe_budget(budget: Budget) -> dict[str, Any]:
    """The run's credits and each operation's part of them."""
    shares = [
        {"operation": operation.value, "percentage": percent, "credits": budget.share_of(operation).as_number()}
        for operation, percent in budget.shares.items()
    ]
    return {"total": budget.total.as_number(), "shares": shares}


def view(site: str, expected: Estimate) -> object:
    """A row per stage, the total with its buffer, and the searches that the run works on.

    Expected amounts are averages, told in whole credits; the total is the sum of what the rows show.
    """
    rows = [
        (
            e.stage if stage(e.stage).is_numbered else "",
            stage(e.stage).title,
            e.pending,
            e.let_through,
            e.expected_output,
            whole(e.credits),
            at_most(e.budget),
            e.limited_by,
        )
        for e in expected.stages
    ]
    total = sum(whole(each.credits) for each in expected.stages)
    missing = whole(expected.needed - expected.available)
    short = "" if expected.balance_covers else f"; {missing:,} credits are missing for all of it"
    title = (
        f"{site}: about {total:,} credits, {with_buffer(total):,} with a buffer of {BUFFER_PERCENT} %; "
        f"{expected.available} available{short} (confidence: {expected.confidence})\n"
        f"{expected.volume}{second_look(expected)}"
    )
    heads = [">#", "~stage", ">pending", ">taken", ">made", ">credits", ">may spend", "held back by"]
    return table(heads, rows, title=title)


def whole(amount: Credits) -> int:
    """An expected amount in whole credits; what costs something is at least one."""
    return nearest(Fraction(amount.hundredths, HUNDREDTHS))


def at_most(budget: Credits | None) -> int | None:
    """The whole credits that a stage may spend; None where it costs nothing."""
    return None if budget is None else budget.hundredths // HUNDREDTHS


def with_buffer(total: int) -> int:
    """Whole credits and the buffer on top, rounded up."""
    return total + ceil(total * BUFFER_PERCENT / 100)


def second_look(expected: Estimate) -> str:
    """What a second look at lone clusters is expected to cost; nothing where there is none."""
    cost = whole(Credits.total(each.second_look for each in expected.stages))
    return f"; {cost} credits are for a second look at clusters of one keyword" if cost else ""
