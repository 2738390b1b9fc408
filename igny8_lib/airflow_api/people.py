"""People in both places: the product's users, who may do what, and Airflow's, who can sign in.

The product's row is written first, in a transaction that commits when Airflow has accepted: what Airflow refuses leaves
nothing behind. Where the commit itself fails there is a user in Airflow whom the product does not know, to whom nothing
is open; the same command again completes what is missing.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import Session

from igny8_lib.airflow_api.client import AirflowApi
from igny8_lib.airflow_api.fab_names import TECHNICAL_USER
from igny8_lib.airflow_api.fab_users import FabUser, FabUsers
from igny8_lib.db.session import Sessions
from igny8_lib.errors import Conflict, InvalidInput, NotFound
from igny8_lib.models import Role, User
from igny8_lib.sites.accounts import account_by_slug
from igny8_lib.sites.sites import site_by_slug
from igny8_lib.sites.users import check_username, create_user, grant_site, remove_user

PASSWORD_LENGTH = (12, 200)
"""Characters of the shortest and the longest password."""


@dataclass(frozen=True)
class Wish:
    """Whom to add. Without a password one is made up; `sites` are slugs."""

    username: str
    email: str
    account: str
    role: Role
    sites: Sequence[str] = ()
    password: str = field(default="", repr=False)


@dataclass(frozen=True)
class Added:
    """What was done: whether the product, whether Airflow knew the user already, and the password that was set."""

    known: bool
    signs_in: bool
    password: str = field(repr=False)
    """Empty where Airflow's user keeps his own."""


def add_person(sessions: Sessions, airflow: AirflowApi, wish: Wish) -> Added:
    """Make the user in the product and in Airflow, or what of it is missing, and give him the sites.

    Raises InvalidInput for a name, an address or a password that is none, NotFound for an account or a site that is not
    there, Conflict where somebody else has the name in the product or in Airflow; nothing was changed then.
    """
    refuse_reserved(wish.username, airflow)
    given = check_password(wish.password) if wish.password else ""
    with sessions.begin() as session:
        user, known = ensure_user(session, wish)
        for slug in wish.sites:
            site = site_by_slug(session, slug, account_id=user.account_id)
            grant_site(session, user.account_id, user, site.id)
        session.flush()
        there = FabUsers(airflow).find(wish.username)
        password = ensure_sign_in(FabUsers(airflow), there, wish, given, known=known)
    return Added(known, there is not None, password)


def refuse_reserved(username: str, airflow: AirflowApi) -> None:
    """Raises InvalidInput for what is no user name, Conflict for one of Airflow's own users known without asking."""
    check_username(username)
    if username in {TECHNICAL_USER, airflow.username.lower()}:
        raise Conflict(f"{username!r} is a user of Airflow's own: choose another name.")


def check_password(password: str) -> str:
    """The password. Raises InvalidInput for one that is too short, too long or no text."""
    least, most = PASSWORD_LENGTH
    if not least <= len(password) <= most or not password.isprintable():
        raise InvalidInput(f"A password has {least} to {most} characters that can be printed.")
    return password


def ensure_user(session: Session, wish: Wish) -> tuple[User, bool]:
    """The product's user, and whether it was known. Raises Conflict where the one who is known differs."""
    account = account_by_slug(session, wish.account)
    user = session.scalar(select(User).where(User.username == wish.username))
    if user is None:
        made = create_user(session, account.id, username=wish.username, email=wish.email, role=wish.role)
        return made, False
    if user.account_id != account.id:
        raise Conflict(f"The user name {wish.username!r} is taken: choose another.")
    if (user.role, user.email) != (wish.role, wish.email):
        raise Conflict(
            f"{wish.username!r} is there already, as {user.role} with the address {user.email}: "
            "`igny8 users role` changes the role; for another address remove and add the user."
        )
    return user, True


def ensure_sign_in(fab: FabUsers, there: FabUser | None, wish: Wish, given: str, *, known: bool) -> str:
    """Airflow's user of the name, with the password that was given or a new one; returns it, empty where the user keeps
    his own.

    A user of Airflow whom the product did not know gets a new one: nobody was told the other.
    """
    password = given or secrets.token_urlsafe(12)
    if there is None:
        fab.create(wish.username, wish.email, password)
        return password
    if not there.is_member(wish.username):
        raise Conflict(f"Airflow has a user {there.username!r} of other roles already: choose another name.")
    if given or not known:
        fab.set_password(wish.username, password)
        return password
    return ""


def remove_person(sessions: Sessions, airflow: AirflowApi, username: str) -> bool:
    """Remove the user from the product and from Airflow, or from where he still is; returns whether he is in neither.

    False where Airflow's user has other roles besides: he is no member of the product any more, and stays what he is
    for Airflow. Raises NotFound where neither knows a member of that name.
    """
    fab = FabUsers(airflow)
    with sessions.begin() as session:
        user = session.scalar(select(User).where(User.username == username))
        if user is not None:
            remove_user(session, user)
        there = fab.find(username)
        is_member = there is not None and there.is_member(username)
        if user is None and not is_member:
            raise NotFound(f"There is no user {username[:100]!r}: `igny8 users list` shows those that there are.")
        if is_member:
            fab.delete(username)
    return there is None or is_member
