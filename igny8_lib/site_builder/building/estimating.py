"""What a build would come to before it is opened: credits, pages, and what it would replace."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from igny8_lib.amounts import ZERO, Credits
from igny8_lib.credits.costs import CostTable, costs_in_force
from igny8_lib.models import BuildStepKind, Operation, SiteBlueprint
from igny8_lib.site_builder.blueprints.planning import WouldReplace, would_replace
from igny8_lib.site_builder.blueprints.writing import writing_would_replace
from igny8_lib.site_builder.building.wishes import Meant, Wishes, meant

OPERATIONS = {
    BuildStepKind.STRUCTURE: Operation.SITE_STRUCTURE_GENERATION,
    BuildStepKind.PAGE: Operation.SITE_PAGE_GENERATION,
}
"""What is charged for; checking and deploying cost nothing."""


@dataclass(frozen=True)
class Estimate:
    """A build that is not opened yet."""

    credits: Credits
    """What it costs, or at least costs where its pages are still to be planned."""
    pages: int
    """How many are written, at least."""
    at_least: bool
    """Whether the planning may make more pages of it."""
    would_replace: WouldReplace

    def as_json(self) -> dict[str, Any]:
        """As a JSON document."""
        replaced = {"kept": list(self.would_replace.kept), "replaced": list(self.would_replace.replaced)}
        facts = {"credits": self.credits.as_number(), "pages": self.pages, "at_least": self.at_least}
        return facts | {"would_replace": replaced}


def estimate(
    session: Session,
    blueprint: SiteBlueprint,
    *,
    structure: bool = False,
    pages: Sequence[int] = (),
    every_page: bool = False,
    replace: bool = False,
    deploy: bool = False,
) -> Estimate:
    """What a build with these wishes would come to at today's costs; changes nothing.

    Raises InvalidInput where nothing is asked for or nothing is left to do, NotFound for pages that are not there.
    """
    wishes = Wishes(structure, tuple(pages), every_page, replace, deploy)
    found = meant(session, blueprint, wishes)
    return Estimate(
        least_cost(costs_in_force(session), wishes, found),
        found.count,
        structure and every_page,
        replaced_by(session, blueprint, wishes, found),
    )


def price_of(costs: CostTable, kind: BuildStepKind) -> Credits:
    """What a step of the kind costs."""
    operation = OPERATIONS.get(kind)
    return costs.charge(operation, 1) if operation else ZERO


def least_cost(costs: CostTable, wishes: Wishes, found: Meant) -> Credits:
    """What the build costs where the planning makes no more pages than it must."""
    planning = price_of(costs, BuildStepKind.STRUCTURE) if wishes.structure else ZERO
    return planning + price_of(costs, BuildStepKind.PAGE) * found.count


def replaced_by(session: Session, blueprint: SiteBlueprint, wishes: Wishes, found: Meant) -> WouldReplace:
    """Pages that a planning keeps and removes; of pages that are written the blocks that stay and that go, each after
    its page's title."""
    if wishes.structure:
        return would_replace(session, blueprint, replace=wishes.replace)
    each = [(page.title, writing_would_replace(page, replace=wishes.replace)) for page in found.pages]
    return WouldReplace(
        tuple(f"{title}: {block}" for title, one in each for block in one.kept),
        tuple(f"{title}: {block}" for title, one in each for block in one.replaced),
    )
