"""The doors that every route goes through: what the caller may do here, and sessions on nothing but his rows.

    def history(door: Annotated[SiteDoor, Depends(OnSite(Action.READ))]) -> Page:
        with door.begin() as (session, site):
            …

A site of somebody else is not there (404) whatever the caller's role; then the role is asked (403), then the module.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Path, Query
from sqlalchemy.orm import Session

from igny8_lib.errors import InvalidInput, NotAllowed
from igny8_lib.models import Account, Module, Site
from igny8_lib.sites.access import Action, require_role
from igny8_lib.sites.accounts import account_by_slug
from igny8_lib.sites.modules import require_module
from igny8_lib.sites.sites import site_by_id, site_by_slug
from igny8_web.caller import Caller, SignedIn

SLUG_LENGTH = 100
SiteSlug = Annotated[str, Query(description="The site's slug.", min_length=1, max_length=SLUG_LENGTH)]
SiteId = Annotated[int, Path(ge=1, le=2**63 - 1, description="The site's number.")]
SlugInPath = Annotated[str, Path(max_length=SLUG_LENGTH)]
AccountSlug = Annotated[
    str, Query(description="The account's slug; the platform's admins must name one.", max_length=SLUG_LENGTH)
]


@dataclass(frozen=True)
class SiteDoor:
    """One caller at one site, for one kind of action."""

    caller: Caller
    slug: str
    action: Action
    module: Module | None = None

    @contextmanager
    def begin(self) -> Iterator[tuple[Session, Site]]:
        """One transaction, committed at the end, and the site.

        Raises NotFound for a site that is not the caller's, NotAllowed for a role that does not go so far,
        ModuleDisabled where the account has the module off.
        """
        with self.caller.sessions.begin() as session:
            yield session, self.enter(session)

    def check(self) -> None:
        """Raise what `begin` would, before something that opens its own transactions."""
        with self.begin():
            pass

    def enter(self, session: Session) -> Site:
        """The site, where the caller may do this there."""
        site = self.find(session)
        require_role(self.caller.person, self.action)
        if self.module is not None:
            require_module(session, site.account_id, self.module)
        return site

    def find(self, session: Session) -> Site:
        """The site, where the caller sees it."""
        return site_by_slug(session, self.slug)


@dataclass(frozen=True)
class NumberedSiteDoor(SiteDoor):
    """The same for a site that is named by its number."""

    number: int = 0

    def find(self, session: Session) -> Site:
        """The site, where the caller sees it."""
        return site_by_id(session, self.number)


@dataclass(frozen=True)
class AccountDoor:
    """One caller at one account, for one kind of action."""

    caller: Caller
    slug: str
    action: Action

    @contextmanager
    def begin(self) -> Iterator[tuple[Session, Account]]:
        """One transaction, committed at the end, and the account. Raises NotFound, NotAllowed."""
        with self.caller.sessions.begin() as session:
            account = self.account(session)
            require_role(self.caller.person, self.action)
            yield session, account

    def account(self, session: Session) -> Account:
        """The account that is named, or the caller's own. Raises InvalidInput where an admin names none."""
        own = self.caller.person.account_id
        if self.slug:
            return account_by_slug(session, self.slug)
        if own is None:
            raise InvalidInput("Name the account: add account=<slug> to the address.")
        return session.get_one(Account, own)


@dataclass(frozen=True)
class OnSite:
    """The dependency of a route on a site: what it does there, and the module that it belongs to."""

    action: Action
    module: Module | None = None

    def __call__(self, caller: SignedIn, site: SiteSlug) -> SiteDoor:
        """The door of this request."""
        return SiteDoor(caller, site, self.action, self.module)


@dataclass(frozen=True)
class OnPage:
    """The dependency of a page below `/sites/{slug}`: what one does there, and the module that it belongs to."""

    action: Action
    module: Module | None = None

    def __call__(self, caller: SignedIn, slug: SlugInPath) -> SiteDoor:
        """The door of this request."""
        return SiteDoor(caller, slug, self.action, self.module)


@dataclass(frozen=True)
class OnNumberedSite:
    """The dependency of a route whose path has a site's number."""

    action: Action

    def __call__(self, caller: SignedIn, site_id: SiteId) -> SiteDoor:
        """The door of this request."""
        return NumberedSiteDoor(caller, "", self.action, number=site_id)


def platform_admin(caller: SignedIn) -> Caller:
    """The dependency of what the platform alone decides. Raises NotAllowed for everybody else."""
    if not caller.person.is_platform_admin:
        raise NotAllowed(f"{caller.name} may not change what holds for the whole platform: ask its administrators.")
    return caller


@dataclass(frozen=True)
class OnAccount:
    """The dependency of a route on a whole account."""

    action: Action

    def __call__(self, caller: SignedIn, account: AccountSlug = "") -> AccountDoor:
        """The door of this request."""
        return AccountDoor(caller, account, self.action)


ByPlatformAdmin = Annotated[Caller, Depends(platform_admin)]
Doorway = OnSite | OnPage | OnNumberedSite | OnAccount
"""What a route declares its door by."""
