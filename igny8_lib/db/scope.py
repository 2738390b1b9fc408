"""Whose rows a session sees and changes: the platform's (all), an account's, or those of some of its sites.

Every session carries the scope it was made with. The scope is not a condition that each query has to remember: it is
part of how the session's statements are written (db/scoped_sql.py).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from igny8_lib.errors import Igny8Error, NotFound


class Unscoped(Igny8Error):
    """A statement touches tenants' rows and nothing says whose: a mistake in the program. Nothing was sent."""


class Widened(Unscoped):
    """A scope was to be narrowed to something that it does not hold."""


class OutOfScope(NotFound):
    """A write names a site or an account outside the session's scope. Nothing was sent."""


class Kind(StrEnum):
    """How far a scope reaches."""

    PLATFORM = "platform"
    ACCOUNT = "account"
    SITES = "sites"


@dataclass(frozen=True, slots=True)
class Scope:
    """Whose rows. Made by `PLATFORM`, `Scope.of_account` and `Scope.of_sites`, never by hand."""

    kind: Kind
    account_id: int = 0
    site_ids: tuple[int, ...] = ()
    """In order and without doubles; only for a scope of sites."""

    @classmethod
    def of_account(cls, account_id: int) -> Scope:
        """All that belongs to the account: its owners and admins."""
        return cls(Kind.ACCOUNT, account_id)

    @classmethod
    def of_sites(cls, account_id: int, site_ids: Iterable[int]) -> Scope:
        """Some sites of the account: an editor's or a viewer's, or the one that a batch works for; none is nothing."""
        return cls(Kind.SITES, account_id, tuple(sorted(set(site_ids))))

    def holds(self, other: Scope) -> bool:
        """Whether the other one sees nothing that this one does not, as far as numbers tell.

        Whether sites are the account's is in the database; `scoped` (db/session.py) asks there.
        """
        if self.kind is Kind.PLATFORM:
            return True
        if other.kind is Kind.PLATFORM or other.account_id != self.account_id:
            return False
        if self.kind is Kind.ACCOUNT:
            return True
        return other.kind is Kind.SITES and set(other.site_ids) <= set(self.site_ids)

    def narrow(self, other: Scope) -> Scope:
        """The other scope. Raises Widened where it reaches further than this one."""
        if not self.holds(other):
            raise Widened(f"A session of {self} cannot become one of {other}: a scope is only ever narrowed.")
        return other

    def __str__(self) -> str:
        if self.kind is Kind.PLATFORM:
            return "the platform"
        sites = f"sites {', '.join(map(str, self.site_ids)) or 'none'} of " if self.kind is Kind.SITES else ""
        return f"{sites}account {self.account_id}"


PLATFORM = Scope(Kind.PLATFORM)
"""The platform's own work (scheduler, reconciler, replenishment, the platform admin's command line): sees everything,
and has to be named."""
