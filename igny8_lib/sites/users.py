"""People: their account, their role, and the sites they were given."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Sequence

from sqlalchemy import delete, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from igny8_lib.db.scope import Scope
from igny8_lib.errors import Conflict, InvalidInput, NotFound
from igny8_lib.models import Role, Site, SiteUserAccess, User
from igny8_lib.sites.access import Person, require_say_over, scope_of
from igny8_lib.text.characters import storable

EMAIL_LENGTH = 254
"""Characters of the longest address that mail can be sent to (RFC 5321 §4.5.3.1.3)."""
USERNAME = re.compile(r"[a-z0-9][a-z0-9._@+-]{0,63}")
"""Lower case alone: Airflow takes ann and Ann for one user, the product's tables for two."""


def check_username(username: str) -> str:
    """The name itself, where one can sign in by it. Raises InvalidInput."""
    if not USERNAME.fullmatch(username):
        raise InvalidInput(
            f"{username[:100]!r} is no user name: use 1 to 64 of a-z, 0-9 and . _ @ + -, a letter or digit first."
        )
    return username


def create_user(session: Session, account_id: int, *, username: str, email: str, role: Role) -> User:
    """A user of the account, who signs in to Airflow under the same name.

    Raises InvalidInput for a name that is none (see check_username) or an address without "@", Conflict for a name that
    is taken.
    """
    username, email = check_username(username), storable(email).strip()
    if "@" not in email or len(email) > EMAIL_LENGTH:
        raise InvalidInput(f"A user needs an e-mail address of at most {EMAIL_LENGTH} characters, not {email[:100]!r}.")
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


def user_named(session: Session, username: str) -> User:
    """The user of that name. Raises NotFound."""
    user = session.scalar(select(User).where(User.username == username))
    if user is None:
        raise NotFound(f"There is no user {username[:100]!r}: `igny8 users list` shows those that there are.")
    return user


def page_of_users(session: Session, account_id: int, *, page: int, page_size: int) -> tuple[Sequence[User], int]:
    """A page of the account's people, by name, and how many there are in all."""
    mine = select(User).where(User.account_id == account_id)
    rows = session.scalars(mine.order_by(User.username).limit(page_size).offset((page - 1) * page_size)).all()
    return rows, session.scalar(select(func.count()).select_from(mine.subquery())) or 0


def user_of_account(session: Session, account_id: int, username: str) -> User:
    """The account's user of that name. Raises NotFound, also for another account's."""
    user = session.scalar(select(User).where(User.account_id == account_id, User.username == username))
    if user is None:
        raise NotFound(f"There is no user {username[:100]!r} in this account.")
    return user


def list_all_users(session: Session) -> Sequence[User]:
    """Everybody of the platform, by name; for the platform's administrators."""
    return session.scalars(select(User).order_by(User.username)).all()


def granted_slugs(session: Session, user_ids: Collection[int] | None = None) -> dict[int, list[str]]:
    """Slugs of the sites that were given, by the user's id; of these users, or of all. One statement."""
    query = select(SiteUserAccess.user_id, Site.slug).join(Site, Site.id == SiteUserAccess.site_id).order_by(Site.slug)
    if user_ids is not None:
        query = query.where(SiteUserAccess.user_id.in_(user_ids))
    found: dict[int, list[str]] = defaultdict(list)
    for user_id, slug in session.execute(query):
        found[user_id].append(slug)
    return found


def remove_user(session: Session, user: User) -> None:
    """Take the user and what was given to him out of the product; what he did keeps his name."""
    session.delete(user)
    session.flush()


def change_role(session: Session, user: User, role: Role, *, by: Person) -> None:
    """Give one of the account's people another role; the sites given to him stay given.

    Raises NotAllowed where either role is not `by`'s to give or to take, Conflict for the account's last owner.
    """
    require_say_over(by, user.role)
    require_say_over(by, role)
    if role is not Role.OWNER:
        keep_an_owner(session, user)
    user.role = role
    session.flush()


def keep_an_owner(session: Session, user: User) -> None:
    """Raises Conflict where nobody would own the account without this user; two who go at once follow one another."""
    owners = select(User.id).where(User.account_id == user.account_id, User.role == Role.OWNER).with_for_update()
    if list(session.scalars(owners)) == [user.id]:
        raise Conflict(f"{user.username!r} is the account's last owner: make somebody else an owner first.")


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
