"""An account's people: who belongs to it, in which role, and who sees which sites."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Annotated

from fastapi import APIRouter, Path, Request
from sqlalchemy.orm import Session
from starlette.responses import HTMLResponse

from igny8_lib.airflow_api.people import Wish, add_member, remove_member
from igny8_lib.errors import InvalidInput
from igny8_lib.models import Account, Role
from igny8_lib.sites.access import SEES_ALL_SITES, Person, has_say_over
from igny8_lib.sites.sites import list_sites, site_by_slug
from igny8_lib.sites.users import (
    change_role,
    grant_site,
    granted_slugs,
    page_of_users,
    revoke_site,
    user_of_account,
)
from igny8_web.api.shapes import PageNumber, pagination
from igny8_web.doors import AccountDoor
from igny8_web.fab_in_process import SignInsOfCaller
from igny8_web.pages.account.doors import Managing, change
from igny8_web.pages.forms import Posted, typed_again
from igny8_web.pages.frame import frame_of_account
from igny8_web.pages.tables import Listing
from igny8_web.pages.templating import render

router = APIRouter(prefix="/people")
ON_A_PAGE = 50
USERNAME_LENGTH = 64
UserPath = Annotated[str, Path(min_length=1, max_length=USERNAME_LENGTH)]
ABOUT = {
    Role.OWNER: "everything in the account, owners too",
    Role.ADMIN: "everything but owners",
    Role.EDITOR: "sites given: reads, writes, starts runs",
    Role.VIEWER: "sites given: reads",
}


@dataclass(frozen=True)
class PersonRow:
    """One of the people; `may_change` where the caller has a say over him."""

    username: str
    email: str
    role: Role
    sees_all: bool
    sites: list[str]
    may_change: bool
    is_caller: bool


def rows_of(session: Session, account: Account, caller: Person, page: int) -> tuple[list[PersonRow], int]:
    """A page of people; three statements."""
    users, total = page_of_users(session, account.id, page=page, page_size=ON_A_PAGE)
    given = granted_slugs(session, [user.id for user in users])
    rows = [
        PersonRow(
            username=user.username,
            email=user.email,
            role=user.role,
            sees_all=user.role in SEES_ALL_SITES,
            sites=given.get(user.id, []),
            may_change=has_say_over(caller, user.role),
            is_caller=user.username == caller.username,
        )
        for user in users
    ]
    return rows, total


@router.get("", name="account_people")
def show_people(request: Request, door: Managing, page: PageNumber = 1) -> HTMLResponse:
    """The account's people."""
    return show(request, door, page=page)


def show(
    request: Request,
    door: AccountDoor,
    *,
    page: int = 1,
    refused: str = "",
    status: int = 200,
    typed: Mapping[str, str] | None = None,
    made: tuple[str, str] | None = None,
) -> HTMLResponse:
    """The page, or its list where htmx asks. `made` is a user with a password that is shown this once."""
    with door.begin() as (session, account):
        rows, total = rows_of(session, account, door.caller.person, page)
        values = {
            "frame": frame_of_account(session, account, "Account"),
            "account": account,
            "may_manage": True,
            "rows": rows,
            "pages": pagination(page, ON_A_PAGE, total),
            "listing": Listing("account/people", {"account": account.slug, "page": str(page) if page > 1 else ""}),
            "roles": [(role, ABOUT[role]) for role in Role if has_say_over(door.caller.person, role)],
            "slugs": [site.slug for site in list_sites(session, account.id)],
        }
        is_part = "hx-request" in request.headers
        template = "account/people_list.html" if is_part else "account/people.html"
        told = {"refused": refused, "typed": typed_again(typed if refused else None), "made": made, "place": "people"}
        answer = render(request, template, status=status, title=f"People, {account.name}", **values, **told)
    if made:
        answer.headers["Cache-Control"] = "no-store"
    return answer


@router.post("", name="account_person_add")
def add(
    request: Request, door: Managing, posted: Posted, sign_ins: SignInsOfCaller, page: PageNumber = 1
) -> HTMLResponse:
    """Add somebody; a password that is made up is shown once."""
    told: dict[str, tuple[str, str] | None] = {}

    def do() -> str:
        name, email = (posted.get(field, "").strip() for field in ("username", "email"))
        sites = tuple(posted.get("sites", "").replace(",", " ").split())
        wish = Wish(name, email, slug_of(door), role_of(posted), sites, posted.get("password", ""))
        added = add_member(door.caller.sessions, sign_ins, wish, by=door.caller.person)
        told["made"] = None if wish.password else (name, added.password)
        return f"{name} was added and can sign in."

    def shown(request: Request, door: AccountDoor, **refusal: object) -> HTMLResponse:
        return show(request, door, page=page, typed=posted, **told, **refusal)  # type: ignore[arg-type]

    return change(request, door, shown, do)


def slug_of(door: AccountDoor) -> str:
    """The slug of the door's account."""
    with door.begin() as (_, account):
        return account.slug


def role_of(posted: Mapping[str, str]) -> Role:
    """The role that was chosen. Raises InvalidInput."""
    try:
        return Role(posted.get("role", ""))
    except ValueError:
        raise InvalidInput(f"Choose a role: {', '.join(Role)}.") from None


@router.post("/{username}/role", name="account_person_role")
def set_role(
    request: Request, door: Managing, username: UserPath, posted: Posted, page: PageNumber = 1
) -> HTMLResponse:
    """Give somebody another role."""

    def do() -> str:
        role = role_of(posted)
        with door.begin() as (session, account):
            change_role(session, user_of_account(session, account.id, username), role, by=door.caller.person)
        return f"{username} is {role} within five seconds."

    return change(request, door, partial(show, page=page), do)


@router.post("/{username}/remove", name="account_person_remove")
def remove(
    request: Request, door: Managing, username: UserPath, sign_ins: SignInsOfCaller, page: PageNumber = 1
) -> HTMLResponse:
    """Remove somebody."""

    def do() -> str:
        gone = remove_member(door.caller.sessions, sign_ins, slug_of(door), username, by=door.caller.person)
        left = "" if gone else " Airflow knows the name in other roles and keeps it."
        return f"{username} was removed.{left}"

    return change(request, door, partial(show, page=page), do)


def site_in(posted: Mapping[str, str]) -> str:
    """The slug of the chosen site. Raises InvalidInput where none is."""
    if slug := posted.get("site", "").strip():
        return slug
    raise InvalidInput("Choose a site.")


@router.post("/{username}/grant", name="account_person_grant")
def grant(request: Request, door: Managing, username: UserPath, posted: Posted, page: PageNumber = 1) -> HTMLResponse:
    """Let somebody see a site."""

    def do() -> str:
        with door.begin() as (session, account):
            slug = site_in(posted)
            user = user_of_account(session, account.id, username)
            grant_site(session, account.id, user, site_by_slug(session, slug, account_id=account.id).id)
        return f"{username} sees {slug} within five seconds."

    return change(request, door, partial(show, page=page), do)


@router.post("/{username}/revoke", name="account_person_revoke")
def revoke(request: Request, door: Managing, username: UserPath, posted: Posted, page: PageNumber = 1) -> HTMLResponse:
    """Take a site from somebody."""

    def do() -> str:
        with door.begin() as (session, account):
            slug = site_in(posted)
            user = user_of_account(session, account.id, username)
            revoke_site(session, user, site_by_slug(session, slug, account_id=account.id).id)
        return f"{username} does not see {slug} any more, within five seconds."

    return change(request, door, partial(show, page=page), do)
