"""The product's pages and API in this process, with people of each role and an account next door.

The one thing that is not as in Airflow's API server is the login: here a token is the user's name, and who can sign in
is what the fake Airflow knows. The real login is gone through by the journeys in a browser, and FAB's users are changed
in test_members_in_airflow.py.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import httpx
from airflow.api_fastapi.app import create_auth_manager
from airflow.api_fastapi.auth.managers.models.base_user import BaseUser
from airflow.api_fastapi.core_api.security import get_user
from anyio.from_thread import BlockingPortal
from fastapi import FastAPI, HTTPException, Request
from fastapi.dependencies import utils as dependencies
from fastapi.dependencies.models import Dependant
from fastapi.testclient import TestClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from starlette.applications import Starlette
from starlette.routing import BaseRoute, Mount

from igny8_lib.airflow_api.fab_names import ADMIN_ROLE, MEMBER_ROLE, TECHNICAL_USER
from igny8_lib.airflow_api.fab_users import FabUsers
from igny8_lib.models import Account, Role, Site, SiteUserAccess, User
from igny8_lib.wordpress.connection import WordPressConnection
from tests.airflow_fake import FakeAirflow
from tests.factories.credits import make_funded_account
from tests.factories.sites import make_site
from tests.garbage import leave_modules_alone

PLATFORM_ADMIN = "admin"
STRANGER = "stranger"
"""A user of Airflow whom the product does not know."""
ROLES = {"owner": Role.OWNER, "manager": Role.ADMIN, "editor": Role.EDITOR, "viewer": Role.VIEWER}
"""Usernames of the people of the account "agency"; editor and viewer are given its site "blog", not "shop"."""
NEIGHBOUR = "neighbour"
"""Owner of the account "rival" with its site "rival-blog"."""
EVERYBODY = (PLATFORM_ADMIN, *ROLES, NEIGHBOUR)
API = "/igny8/api/v1"
PAGES = "/igny8"


@dataclass(frozen=True)
class FabUser(BaseUser):
    """Somebody as Airflow's login tells of him."""

    name: str
    role_name: str
    roles: tuple[Any, ...] = field(default=(), compare=False)

    def get_id(self) -> str:
        return self.name

    def get_name(self) -> str:
        return self.name


@dataclass(frozen=True)
class FabRole:
    """A role of FAB's."""

    name: str


def user_of(request: Request) -> BaseUser:
    """The user whose name is the token, in the header or the cookie."""
    name = request.headers.get("authorization", "").removeprefix("Bearer ") or request.cookies.get("_token", "")
    if not name:
        raise HTTPException(401, "Not authenticated")
    role = ADMIN_ROLE if name == PLATFORM_ADMIN else MEMBER_ROLE
    return FabUser(name, role, (FabRole(role),))


def applications(routes: Iterable[BaseRoute]) -> list[FastAPI]:
    """Every FastAPI application that is mounted somewhere below."""
    mounted = [route.app for route in routes if isinstance(route, Mount)]
    return [app for app in mounted if isinstance(app, FastAPI)]


@lru_cache(maxsize=1)
def whole_app() -> Starlette:
    """The application as Airflow mounts it, made once per process."""
    from igny8_web.app import make_app  # noqa: PLC0415 - slow to import, and only these tests need it
    from igny8_web.as_caller import HOST, AirflowAsCaller, InProcess, core_app  # noqa: PLC0415 - as above
    from igny8_web.as_product import product_airflow  # noqa: PLC0415 - as above
    from igny8_web.fab_in_process import sign_ins_of  # noqa: PLC0415 - as above

    def users_of_airflow() -> FabUsers:
        return FabUsers(AirflowAsCaller(HOST, PLATFORM_ADMIN, "", httpx.Client(transport=InProcess(core_app())), "t"))

    def technical_user() -> AirflowAsCaller:
        return AirflowAsCaller(HOST, TECHNICAL_USER, "", httpx.Client(transport=InProcess(core_app())), "t")

    from igny8_web.website_connections import connections  # noqa: PLC0415 - as above

    create_auth_manager()  # says where the login is
    app = make_app()
    for part in applications(app.routes):
        part.dependency_overrides[get_user] = user_of
        part.dependency_overrides[sign_ins_of] = users_of_airflow
        part.dependency_overrides[product_airflow] = technical_user
        part.dependency_overrides[connections] = lambda: KEPT
    keep_dependants()
    leave_modules_alone()
    return Starlette(routes=[Mount("/igny8", app)])


def keep_dependants() -> None:
    """Let FastAPI look at each dependency's signature once.

    Where one dependency is overridden it looks at all of them again in each request, and an API server overrides none.
    """
    look, kept = dependencies.get_dependant, dict[tuple[Any, ...], Dependant]()

    def look_once(**given: Any) -> Dependant:
        key = tuple((name, tuple(value) if isinstance(value, list) else value) for name, value in given.items())
        return kept[key] if key in kept else kept.setdefault(key, look(**given))

    dependencies.get_dependant = look_once


class KeptConnections(dict[str, WordPressConnection]):
    """Stands for Airflow's connections: test_members_in_airflow.py looks at the real ones."""

    def find(self, slug: str) -> WordPressConnection | None:
        """The site's."""
        return self.get(slug)

    def keep(self, slug: str, connection: WordPressConnection) -> None:
        """In the place of the one before."""
        self[slug] = connection


KEPT = KeptConnections()
"""Of the test that runs."""


@dataclass(frozen=True)
class House:
    """The application on a test's database, with what lives there."""

    app: Starlette
    airflow: FakeAirflow
    portal: BlockingPortal
    agency: int
    blog: int
    shop: int
    rival: int
    rival_blog: int

    def client(self, username: str = "") -> TestClient:
        """A program that calls with somebody's token; without a name, with none."""
        headers = {"Authorization": f"Bearer {username}"} if username else {}
        return self._client(headers, {})

    def browser(self, username: str) -> TestClient:
        """A browser that somebody signed in with: its cookie and its Origin go along."""
        headers = {"Origin": "http://testserver", "Sec-Fetch-Site": "same-origin"}
        return self._client(headers, {"_token": username})

    def _client(self, headers: dict[str, str], cookies: dict[str, str]) -> TestClient:
        client = TestClient(
            self.app, headers=headers, cookies=cookies, follow_redirects=False, raise_server_exceptions=False
        )
        client.portal = self.portal
        return client


def furnish(session: Session) -> None:
    """Two accounts with their sites and people."""
    agency = make_funded_account(session, slug="agency")
    rival = make_funded_account(session, slug="rival")
    blog = make_site(session, agency, slug="blog", name="Blog")
    make_site(session, agency, slug="shop", name="Shop")
    make_site(session, rival, slug="rival-blog", name="Rival")
    for username, role in ROLES.items():
        add_user(session, agency, username, role, [blog])
    add_user(session, rival, NEIGHBOUR, Role.OWNER, [])


def ids_of(session: Session) -> dict[str, int]:
    """The ids of what `furnish` made."""
    slugs = {
        slug: number for table in (Account, Site) for slug, number in session.execute(select(table.slug, table.id))
    }
    return {slug.replace("-", "_"): number for slug, number in slugs.items()}


def add_user(session: Session, account: Account, username: str, role: Role, sites: list[Site]) -> None:
    """Somebody of the account, given the sites where his role needs that."""
    user = User(account_id=account.id, username=username, email=f"{username}@{account.slug}.example", role=role)
    session.add(user)
    session.flush()
    if role in {Role.EDITOR, Role.VIEWER}:
        session.add_all(SiteUserAccess(user_id=user.id, site_id=site.id) for site in sites)
