"""An account's people: who belongs to it, in which role, and who sees which sites.

Adding and removing somebody takes effect in Airflow, too, by whose login he signs in. Changes hold within five seconds.
"""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Response
from sqlalchemy.orm import Session

from igny8_lib.airflow_api.people import Wish, add_member, remove_member
from igny8_lib.models import Account, User
from igny8_lib.sites.access import SEES_ALL_SITES, Action, may
from igny8_lib.sites.sites import list_sites, site_by_slug
from igny8_lib.sites.users import (
    change_role,
    grant_site,
    granted_slugs,
    page_of_users,
    revoke_site,
    user_of_account,
)
from igny8_web.api.account import Managing, Reading
from igny8_web.api.account_shapes import (
    Access,
    AccessList,
    AccountUser,
    Grant,
    NewUser,
    RoleChange,
    UserAdded,
    UserList,
    UserRemoved,
)
from igny8_web.api.shapes import PageNumber, PageSize, pagination
from igny8_web.caller import Caller
from igny8_web.fab_in_process import SignInsOfCaller
from igny8_web.repeats import Named, do_once

router = APIRouter(prefix="/account", tags=["account"])

UserPath = Annotated[str, Path(min_length=1, max_length=64, description="The name that the user signs in by.")]


@router.get("/users/")
def list_people(door: Managing, page: PageNumber = 1, page_size: PageSize = 50) -> UserList:
    """The account's people."""
    with door.begin() as (session, account):
        people, total = people_of(session, account, page, page_size)
        return UserList(users=people, pagination=pagination(page, page_size, total))


def people_of(session: Session, account: Account, page: int, page_size: int) -> tuple[list[AccountUser], int]:
    """A page of people with what they were given; three statements."""
    users, total = page_of_users(session, account.id, page=page, page_size=page_size)
    given = granted_slugs(session, [user.id for user in users])
    return [user_shape(user, given.get(user.id, [])) for user in users], total


def user_shape(user: User, given: list[str]) -> AccountUser:
    """One of the people."""
    sites = None if user.role in SEES_ALL_SITES else given
    return AccountUser(username=user.username, email=user.email, role=user.role, sites=sites)


def user_now(session: Session, user: User) -> AccountUser:
    """The same, with what was given read now."""
    session.flush()
    return user_shape(user, granted_slugs(session, [user.id]).get(user.id, []))


@router.post("/users/", status_code=201)
def add_user(door: Managing, wish: NewUser, sign_ins: SignInsOfCaller, response: Response) -> UserAdded:
    """Add somebody, who can sign in at once. Only owners add owners.

    No answer is kept under an Idempotency-Key, for it holds a password: a repeated request is told that the user is
    there already.
    """
    response.headers["Cache-Control"] = "no-store"
    with door.begin() as (_, account):
        slug = account.slug
    whom = Wish(wish.username, wish.email.strip(), slug, wish.role, tuple(wish.sites), wish.password)
    added = add_member(door.caller.sessions, sign_ins, whom, by=door.caller.person)
    with door.begin() as (session, account):
        user = user_now(session, user_of_account(session, account.id, wish.username))
    return UserAdded(**user.model_dump(), password="" if wish.password else added.password)


@router.patch("/users/{username}/")
def set_role(door: Managing, username: UserPath, change: RoleChange, request: Named) -> AccountUser:
    """Give somebody another role. Only owners make and unmake owners, and the last one stays."""

    def alter(session: Session, account: Account) -> AccountUser:
        user = user_of_account(session, account.id, username)
        change_role(session, user, change.role, by=door.caller.person)
        return user_now(session, user)

    return do_once(door, request, AccountUser, alter)


@router.delete("/users/{username}/")
def remove_user(door: Managing, username: UserPath, sign_ins: SignInsOfCaller) -> UserRemoved:
    """Remove somebody from the account and from Airflow; what he did keeps his name."""
    with door.begin() as (_, account):
        slug = account.slug
    gone = remove_member(door.caller.sessions, sign_ins, slug, username, by=door.caller.person)
    return UserRemoved(username=username, gone=gone)


@router.get("/access/")
def list_access(door: Reading, page: PageNumber = 1, page_size: PageSize = 50) -> AccessList:
    """Who sees which sites; of those who manage nothing only the caller."""
    with door.begin() as (session, account):
        if may(door.caller.person, Action.MANAGE):
            people, total = people_of(session, account, page, page_size)
            rows = [Access.model_validate(each) for each in people]
        else:
            rows, total = [own_access(session, account, door.caller)][page - 1 : page], 1
    return AccessList(access=rows, pagination=pagination(page, page_size, total))


def own_access(session: Session, account: Account, caller: Caller) -> Access:
    """What the caller sees himself."""
    return Access(
        username=caller.name,
        role=caller.person.role,
        sites=[site.slug for site in list_sites(session, account.id)],
    )


@router.post("/access/grant/")
def grant(door: Managing, wish: Grant, request: Named) -> Access:
    """Let somebody of the account see one of its sites; once more changes nothing."""

    def give(session: Session, account: Account) -> Access:
        user = user_of_account(session, account.id, wish.username)
        grant_site(session, account.id, user, site_by_slug(session, wish.site, account_id=account.id).id)
        return Access.model_validate(user_now(session, user))

    return do_once(door, request, Access, give)


@router.post("/access/revoke/")
def revoke(door: Managing, wish: Grant, request: Named) -> Access:
    """Take a site from somebody; one that was not given changes nothing. Owners and admins go on seeing all sites."""

    def take(session: Session, account: Account) -> Access:
        user = user_of_account(session, account.id, wish.username)
        revoke_site(session, user, site_by_slug(session, wish.site, account_id=account.id).id)
        return Access.model_validate(user_now(session, user))

    return do_once(door, request, Access, take)
