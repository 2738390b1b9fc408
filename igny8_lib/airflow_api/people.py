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

from igny8_lib.airflow_api.fab_users import FabUser, SignIns
from igny8_lib.db.session import Sessions
from igny8_lib.errors import Conflict, InvalidInput, NotFound
from igny8_lib.models import Role, User
from igny8_lib.sites.access import Person, require_say_over
from igny8_lib.sites.accounts import account_by_slug
from igny8_lib.sites.sites import site_by_slug
from igny8_lib.sites.users import (
    check_username,
    create_user,
    grant_site,
    keep_an_owner,
    remove_user,
    user_of_account,
)

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


def add_member(sessions: Sessions, sign_ins: SignIns, wish: Wish, *, by: Person) -> Added:
    """Add somebody to an account in the name of one of its people.

    Only somebody new: whoever is there already keeps his password, which is not another's to change. Raises NotAllowed
    for a role that is not theirs to give, Conflict for a user who is there, and what `add_person` raises.
    """
    require_say_over(by, wish.role)
    return add_person(sessions, sign_ins, wish, only_new=True)


def add_person(sessions: Sessions, sign_ins: SignIns, wish: Wish, *, only_new: bool = False) -> Added:
    """Make the user in the product and in Airflow, or what of it is missing, and give him the sites.

    Raises InvalidInput for a name, an address or a password that is none, NotFound for an account or a site that is not
    there, Conflict where somebody else has the name in the product or in Airflow, or has it at all where `only_new`;
    nothing was changed then.
    """
    refuse_reserved(wish.username, sign_ins)
    given = check_password(wish.password) if wish.password else ""
    with sessions.begin() as session:
        user, known = ensure_user(session, wish)
        if known and only_new:
            raise Conflict(f"{wish.username!r} is one of the account already: change the role or the sites instead.")
        for slug in wish.sites:
            site = site_by_slug(session, slug, account_id=user.account_id)
            grant_site(session, user.account_id, user, site.id)
        session.flush()
        there = sign_ins.find(wish.username)
        password = ensure_sign_in(sign_ins, there, wish, given, known=known)
    return Added(known, there is not None, password)


def refuse_reserved(username: str, sign_ins: SignIns) -> None:
    """Raises InvalidInput for what is no user name, Conflict for one of Airflow's own users known without asking."""
    check_username(username)
    if username in sign_ins.reserved:
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


def ensure_sign_in(sign_ins: SignIns, there: FabUser | None, wish: Wish, given: str, *, known: bool) -> str:
    """Airflow's user of the name, with the password that was given or a new one; returns it, empty where the user keeps
    his own.

    A user of Airflow whom the product did not know gets a new one: nobody was told the other.
    """
    password = given or secrets.token_urlsafe(12)
    if there is None:
        sign_ins.create(wish.username, wish.email, password)
        return password
    if not there.is_member(wish.username):
        raise Conflict(f"Airflow has a user {there.username!r} of other roles already: choose another name.")
    if given or not known:
        sign_ins.set_password(wish.username, password)
        return password
    return ""


def remove_person(sessions: Sessions, sign_ins: SignIns, username: str) -> bool:
    """Remove the user from the product and from Airflow, or from where he still is; returns whether he is in neither.

    False where Airflow's user has other roles besides: he is no member of the product any more, and stays what he is
    for Airflow. Raises NotFound where neither knows a member of that name.
    """
    with sessions.begin() as session:
        user = session.scalar(select(User).where(User.username == username))
        if user is not None:
            remove_user(session, user)
        there = sign_ins.find(username)
        is_member = there is not None and there.is_member(username)
        if user is None and not is_member:
            raise NotFound(f"There is no user {username[:100]!r}: `igny8 users list` shows those that there are.")
        if is_member:
            sign_ins.delete(username)
    return there is None or is_member


def remove_member(sessions: Sessions, sign_ins: SignIns, account: str, username: str, *, by: Person) -> bool:
    """Remove one of the account's people, in the name of another; returns whether Airflow does not know him any more.

    Airflow is asked about nobody whom the account does not have. Raises NotFound for somebody else's people, NotAllowed
    for an owner where `by` is none, Conflict for the last owner.
    """
    with sessions.begin() as session:
        user = user_of_account(session, account_by_slug(session, account).id, username)
        require_say_over(by, user.role)
        keep_an_owner(session, user)
        remove_user(session, user)
        there = sign_ins.find(username)
        is_member = there is not None and there.is_member(username)
        if is_member:
            sign_ins.delete(username)
    return there is None or is_member
