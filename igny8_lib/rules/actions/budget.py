"""What a run of a rule may spend: what is left of the rule's limit, through the run's own budget."""

from __future__ import annotations

from sqlalchemy.orm import Session

from igny8_lib.amounts import Credits
from igny8_lib.errors import NotAllowed
from igny8_lib.models import AutomationConfig, Site

STEP = 50
"""Hundredths of credits: a run's limit comes in halves."""


class LimitUsedUp(NotAllowed):
    """The rule's limit lets nothing begin any more."""

    def __init__(self, left: Credits) -> None:
        super().__init__(f"The rule's credit limit is used up: {left} credits are left of it.")
        self.left = left


def budget_of(session: Session, site: Site, left: Credits | None) -> Credits | None:
    """The limit of the next run; None where the rule has none, and the site's own one holds.

    Rounded down to halves, as limits of runs are. Raises LimitUsedUp where nothing remains, for a run's limit of 0
    would be none.
    """
    if left is None:
        return None
    most = Credits(left.hundredths // STEP * STEP)
    if most.hundredths <= 0:
        raise LimitUsedUp(max(left, Credits(0)))
    own = session.get_one(AutomationConfig, site.id).max_credits_per_run
    return min(most, own) if own else most
