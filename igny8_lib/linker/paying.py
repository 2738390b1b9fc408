"""What links cost, and who lets it be paid: the account, or a run out of its budget."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy.orm import Session

from igny8_lib.ai.meter import Charge
from igny8_lib.amounts import ZERO, Credits
from igny8_lib.credits.costs import get_credit_cost
from igny8_lib.credits.ledger import Usage, deduct_credits
from igny8_lib.models import Content, Operation, Site


def pass_by(*_: object) -> None:
    """Let everything through."""


@dataclass(frozen=True)
class Paying:
    """Who pays for an article's links. The default is the account itself, at the price in force.

    A run hands in its own: `fence` runs first in the transaction (raises LeaseLost for a late process), `allow` just
    before the charge (raises where the run's budget does not cover it), and `price` is that of its snapshot.
    """

    price: Credits | None = None
    fence: Callable[[Session], None] = pass_by
    allow: Callable[[Session, Charge], None] = pass_by
    run_id: int | None = None
    stage: int | None = None

    def charge(self, session: Session, site: Site, content: Content, *, key: str, links: int, by: str) -> Credits:
        """Charge for links that were put into the article; once per key. The account's balance is locked from here on.

        Raises InsufficientCredits, and what `allow` raises.
        """
        price = get_credit_cost(session, Operation.LINKING) if self.price is None else self.price
        if price == ZERO:
            return ZERO
        self.allow(session, Charge(key, Operation.LINKING, price))
        usage = Usage(
            operation=Operation.LINKING,
            site_id=site.id,
            run_id=self.run_id,
            stage=self.stage,
            related_type="content",
            related_id=content.id,
            metadata={"links": links},
        )
        deduct_credits(session, site.account_id, price, key=key, usage=usage, created_by=by)
        return price
