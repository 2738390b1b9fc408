"""`igny8 users`: people, in the product and in Airflow."""

from __future__ import annotations

import sys
from typing import Annotated, Any

import typer
from sqlalchemy.orm import Session

from igny8_lib.airflow_api.client import AirflowApi
from igny8_lib.airflow_api.fab_users import FabUser, FabUsers
from igny8_lib.airflow_api.people import Added, Wish, add_person, remove_person
from igny8_lib.commands.database import open_sessions
from igny8_lib.commands.output import JsonOption, show, table
from igny8_lib.errors import Igny8Error, InvalidInput
from igny8_lib.models import Account, Role, User
from igny8_lib.settings import load
from igny8_lib.sites.access import SEES_ALL_SITES
from igny8_lib.sites.accounts import account_by_slug, list_accounts
from igny8_lib.sites.sites import site_by_slug
from igny8_lib.sites.users import (
    grant_site,
    granted_slugs,
    list_all_users,
    list_users,
    revoke_site,
    user_named,
)

app = typer.Typer(help="People: add, give sites, change, remove and list.", no_args_is_help=True)

UserArgument = Annotated[str, typer.Argument(metavar="USER", help="The name the user signs in by.")]
SiteArgument = Annotated[str, typer.Argument(help="The site's slug.")]


def this_airflow() -> AirflowApi:
    """Airflow as the admin of the command line; each request is sent once, for a person waits and can repeat it all."""
    return AirflowApi.of(load(), attempts=1)


@app.command()
def add(
    user: UserArgument,
    account: Annotated[str, typer.Option(help="Slug of the account the user belongs to.")],
    email: Annotated[str, typer.Option(help="The user's address; no two users of Airflow share one.")],
    role: Annotated[
        Role, typer.Option(help="Owners and admins see all of the account, editors and viewers the sites given.")
    ],
    site: Annotated[list[str] | None, typer.Option(help="Slug of a site to give; may be repeated.")] = None,
    password_stdin: Annotated[
        bool, typer.Option("--password-stdin", help="Read the password from the input; else one is made up.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Add a user to the product and to Airflow, by whose login he signs in; again, it completes what is missing.

    A password that is made up is printed once and kept nowhere.

    Example: igny8 users add ann --account agency --email ann@agency.example --role editor --site blog
    """
    password = read_password() if password_stdin else ""
    wish = Wish(user, email.strip(), account, role, tuple(site or ()), password)
    added = add_person(open_sessions(), FabUsers(this_airflow()), wish)
    shown = {"password": added.password} if added.password and not password else {}
    result = {"username": user, "account": account, "role": role, "known": added.known, **shown}
    show(result, as_json=as_json, text=lambda: sentence_of(user, role, added, made_up=bool(shown)))


def read_password() -> str:
    """The first line of the input. Raises InvalidInput for none."""
    password = sys.stdin.readline().rstrip("\r\n")
    if not password:
        raise InvalidInput("--password-stdin: the input is empty; give the password as its first line.")
    return password


def sentence_of(username: str, role: Role, added: Added, *, made_up: bool) -> str:
    """What was done, with a password that nobody knows yet."""
    if added.known and added.signs_in:
        done = f"User {username} is there already."
        return f"{done} The password was changed." if added.password else done
    done = f"User {username} ({role}) added."
    return f"{done} The password is shown this once: {added.password}" if made_up else done


@app.command()
def grant(user: UserArgument, site: SiteArgument, as_json: JsonOption = False) -> None:
    """Let a user see a site of his account, in the product and in Airflow; in force within five seconds.

    Example: igny8 users grant ann blog
    """
    with open_sessions().begin() as session:
        found = user_named(session, user)
        grant_site(session, found.account_id, found, site_by_slug(session, site, account_id=found.account_id).id)
        session.flush()
        result = document(session, found)
    note = " (as before: this role sees all sites of the account)" if result["sites"] is None else ""
    show(result, as_json=as_json, text=lambda: f"User {user} sees site {site}{note}.")


@app.command()
def revoke(user: UserArgument, site: SiteArgument, as_json: JsonOption = False) -> None:
    """Take a site away from a user; he sees it no more within five seconds.

    Example: igny8 users revoke ann blog
    """
    with open_sessions().begin() as session:
        found = user_named(session, user)
        revoke_site(session, found, site_by_slug(session, site, account_id=found.account_id).id)
        session.flush()
        result = document(session, found)
    sees = "still sees it: this role sees all sites of the account" if result["sites"] is None else "sees it no more"
    show(result, as_json=as_json, text=lambda: f"Site {site} was taken from user {user}, who {sees}.")


@app.command("role")
def set_role(
    user: UserArgument,
    role: Annotated[Role, typer.Argument(help="The new role.")],
    as_json: JsonOption = False,
) -> None:
    """Change a user's role in his account; the sites given to him stay given.

    Example: igny8 users role ann viewer
    """
    with open_sessions().begin() as session:
        found = user_named(session, user)
        found.role = role
        session.flush()
        result = document(session, found)
    show(result, as_json=as_json, text=lambda: f"User {user} is {role}.")


@app.command()
def remove(user: UserArgument, as_json: JsonOption = False) -> None:
    """Remove a user from the product and from Airflow; nothing is open to him within five seconds.

    Example: igny8 users remove ann
    """
    gone = remove_person(open_sessions(), FabUsers(this_airflow()), user)
    left = "" if gone else " Airflow's user of that name has other roles and stays: remove it there."
    show({"username": user, "gone": gone}, as_json=as_json, text=lambda: f"User {user} removed.{left}")


@app.command("list")
def list_(
    account: Annotated[str, typer.Option(help="Only the users of this account (its slug).")] = "",
    as_json: JsonOption = False,
) -> None:
    """List the users: account, role, sites, and whether Airflow lets them sign in ("?" while it does not answer)."""
    with open_sessions()() as session:
        users = list_users(session, account_by_slug(session, account).id) if account else list_all_users(session)
        accounts = {found.id: found.slug for found in list_accounts(session)}
        given = granted_slugs(session)
        documents = [describe(user, accounts[user.account_id], given.get(user.id, [])) for user in users]
    known = known_to_airflow()
    for entry in documents:
        entry["airflow"] = None if known is None else entry["username"] in known
    show(documents, as_json=as_json, text=lambda: table(COLUMNS, map(row, documents)))


COLUMNS = ("=user", "account", "role", "sites", "~e-mail", "airflow")
SIGNS_IN = {None: "?", True: "yes", False: "no"}


def row(entry: dict[str, Any]) -> tuple[object, ...]:
    """A line of the table."""
    shown = "all" if entry["sites"] is None else ", ".join(entry["sites"]) or "none"
    return entry["username"], entry["account"], entry["role"], shown, entry["email"], SIGNS_IN[entry["airflow"]]


def known_to_airflow() -> dict[str, FabUser] | None:
    """Airflow's users by name; None where it does not say."""
    try:
        return FabUsers(this_airflow()).all()
    except Igny8Error:
        return None


def document(session: Session, user: User) -> dict[str, Any]:
    """The user as JSON."""
    return describe(user, session.get_one(Account, user.account_id).slug, granted_slugs(session).get(user.id, []))


def describe(user: User, account: str, sites: list[str]) -> dict[str, Any]:
    """The same of what is known already; no sites where the role sees all."""
    seen = None if user.role in SEES_ALL_SITES else sites
    return {"username": user.username, "account": account, "role": user.role, "sites": seen, "email": user.email}
