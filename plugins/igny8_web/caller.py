"""Who calls: Airflow's user, and what the product knows of him."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated

from airflow.api_fastapi.auth.managers.models.base_user import BaseUser
from airflow.api_fastapi.core_api.security import COOKIE_NAME_JWT_TOKEN, get_user
from fastapi import Depends, Request
from igny8_auth import is_platform_admin
from igny8_product import members, product_engine

from igny8_lib.db.session import Sessions, session_factory
from igny8_lib.errors import NotAllowed
from igny8_lib.sites.access import Person, scope_of

BEARER = "bearer "


@dataclass(frozen=True)
class Caller:
    """Somebody who is signed in, with sessions that see his rows and no others."""

    person: Person
    sessions: Sessions = field(repr=False)
    token: str = field(repr=False)
    """Airflow's token, to act in Airflow as this user and nobody else."""

    @property
    def name(self) -> str:
        """The user's name, as logs and records have it."""
        return self.person.username


def signed_in(request: Request, user: Annotated[BaseUser, Depends(get_user)]) -> Caller:
    """The caller of a request. Raises NotAllowed for a user of Airflow whom the product does not know."""
    person = person_of(user)
    sessions = session_factory(product_engine(), scope_of(person))
    return Caller(person, sessions, token_of(request.headers, request.cookies))


def person_of(user: BaseUser) -> Person:
    """What the product knows of Airflow's user; Airflow's admins are the platform's."""
    name = user.get_name()
    if is_platform_admin(user):
        return Person(name, is_platform_admin=True)
    person = members().person(name)
    if person is None:
        raise NotAllowed(
            f"{name} is signed in to Airflow and belongs to no account: ask an owner for `igny8 users add`, "
            "then load this page again."
        )
    return person


def token_of(headers: Mapping[str, str], cookies: Mapping[str, str]) -> str:
    """The token that Airflow has checked: the header's where there is one, as Airflow does, else the cookie's."""
    authorization = headers.get("authorization", "")
    if authorization.lower().startswith(BEARER):
        return authorization[len(BEARER) :].strip()
    return cookies.get(COOKIE_NAME_JWT_TOKEN, "")


SignedIn = Annotated[Caller, Depends(signed_in)]
