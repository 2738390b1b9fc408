"""What a batch would come to before it is opened: how many articles, and how many credits at most."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Integer, cast, func, select
from sqlalchemy.orm import Session

from igny8_lib.amounts import ZERO, Credits
from igny8_lib.batches.opening import Choice, waits_elsewhere
from igny8_lib.credits.costs import CostTable, costs_in_force
from igny8_lib.models import BatchKind, Content, Operation, Site

OPERATIONS: Mapping[BatchKind, Operation] = {
    BatchKind.LINK: Operation.LINKING,
    BatchKind.OPTIMIZE: Operation.OPTIMIZATION,
}
"""What is charged for; analysing costs nothing."""


@dataclass(frozen=True)
class Estimate:
    """A batch that is not opened yet."""

    articles: int
    """Those that it would have."""
    elsewhere: int
    """Those that fit, and wait in another batch of the kind: they are left to that one."""
    most: Credits
    """What is charged if something comes of every article; nothing is charged for the others."""


def estimate(session: Session, site: Site, kind: BatchKind, choice: Choice) -> Estimate:
    """What a batch of the kind would come to at today's costs; two statements, however many articles fit.

    Raises InvalidInput where no article is chosen, or too many are named.
    """
    choice.require_said()
    costs = costs_in_force(session)
    size = costs.costs[Operation.OPTIMIZATION].unit_size
    units = cast(func.ceil(func.greatest(Content.word_count, 0) * 1.0 / size), Integer).label("units")
    waits = waits_elsewhere(site.id, kind).label("waits")
    fitting = select(units, waits).where(Content.site_id == site.id, *choice.conditions()).subquery()
    counted = select(fitting.c.units, fitting.c.waits, func.count()).group_by(fitting.c.units, fitting.c.waits)
    rows = session.execute(counted).all()
    new = [(each, number) for each, elsewhere, number in rows if not elsewhere]
    most = sum((price_of(costs, kind, each * size) * number for each, number in new), ZERO)
    articles = sum(number for _, number in new)
    return Estimate(articles, sum(number for _, _, number in rows) - articles, most)


def price_of(costs: CostTable, kind: BatchKind, words: int) -> Credits:
    """What an article of so many words costs at most."""
    operation = OPERATIONS.get(kind)
    if operation is None:
        return ZERO
    return costs.charge(operation, words if operation is Operation.OPTIMIZATION else 1)
