"""People: their account, their role, and the sites they were given."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from igny8_lib.db.scope import Scope
from igny8_lib.errors import Conflict, InvalidInput, NotFound
from igny8_lib.models import Role, Site, SiteUserAccess, User
from igny8_lib.sites.access import Person, scope_of
from igny8_lib.sites.naming import check_name
from igny8_lib.text.characters import storable

EMAIL_LENGTH = 254
"""Characters of the longest address that mail can be sent to (RFC 5321 §4.5.3.1.3)."""


def create_user(session: Session, account_id: int, *, username: str, email: str, role: Role) -> User:
    """A user of the account, who signs in to Airflow under the same name.

    Raises InvalidInput for an empty name or an address without "@", Conflict for a name that is taken.
    """
    username, email = check_name(username, "A user"), storable(email).strip()
    if "@" not in email or len(email) > EMAIL_LENGTH:
        raise InvalidInput(f"A user needs a name and an e-mail address, not {username!r} and {email[:100]!r}.")
    user = User(account_id=account_id, username=username, email=email, role=role)
    try:
        with session.begin_nested():
            session.add(user)
    except IntegrityError as error:
        if "uq_users_username" in str(error.orig):
            raise Conflict(f"The user name {username!r} is taken: choose another.") from error
        raise NotFound(f"There is no account number {account_id}.") from error
    return user


def list_users(session: Session, account_id: int) -> Sequence[User]:
    """The account's people, by name."""
    return session.scalars(select(User).where(User.account_id == account_id).order_by(User.username)).all()


def grant_site(session: Session, account_id: int, user: User, site_id: int) -> None:
    """Let an editor or a viewer of the account see one of its sites; once more changes nothing.

    Raises NotFound for a user or a site of another account.
    """
    site = session.scalar(select(Site.id).where(Site.id == site_id, Site.account_id == account_id))
    if site is None or user.account_id != account_id:
        raise NotFound(f"There is no such user and site in account number {account_id}.")
    session.execute(insert(SiteUserAccess).values(user_id=user.id, site_id=site_id).on_conflict_do_nothing())


def revoke_site(session: Session, user: User, site_id: int) -> None:
    """Take a site away from a user; one that was not given changes nothing."""
    session.execute(delete(SiteUserAccess).where(SiteUserAccess.user_id == user.id, SiteUserAccess.site_id == site_id))


def person(session: Session, username: str, *, is_platform_admin: bool = False) -> Person:
    """Who is signed in under the name. A name without a user is a person who sees nothing, or the platform's admin."""
    user = session.scalar(select(User).where(User.username == username))
    if user is None:
        return Person(username, is_platform_admin=is_platform_admin)
    granted = select(Site.id).join(SiteUserAccess, SiteUserAccess.site_id == Site.id)
    mine = granted.where(SiteUserAccess.user_id == user.id, Site.account_id == user.account_id)
    return Person(username, user.account_id, user.role, frozenset(session.scalars(mine)), is_platform_admin)


def scope_of_user(session: Session, username: str, *, is_platform_admin: bool = False) -> Scope:
    """Whose rows somebody who is signed in sees; read in a session of the platform, before there is a scope."""
    return scope_of(person(session, username, is_platform_admin=is_platform_admin))
