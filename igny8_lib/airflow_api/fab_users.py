"""Airflow's own users, by the REST API of its auth manager (FAB): whom Airflow lets sign in, and by which roles.

The product's people have one role there, which holds no permission. Every request may arrive twice without harm.
Within Airflow's API server there is another way to the same users (plugins/igny8_web/fab_in_process.py).
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Protocol

from igny8_lib.airflow_api.client import PAGE, AirflowApi, quote_id
from igny8_lib.airflow_api.fab_names import MEMBER_ROLE, TECHNICAL_USER
from igny8_lib.errors import Conflict, NotFound

PATH = "/auth/fab/v1"


@dataclass(frozen=True)
class FabUser:
    """A user as Airflow knows him. Airflow finds users whatever the case of their names is."""

    username: str
    roles: frozenset[str]

    @classmethod
    def of(cls, document: dict[str, Any]) -> FabUser:
        """From FAB's answer."""
        return cls(str(document["username"]), frozenset(role["name"] for role in document.get("roles") or ()))

    def is_member(self, username: str) -> bool:
        """Whether this is the user of this very name, and one of the product's alone."""
        return self.username == username and self.roles == {MEMBER_ROLE}


class SignIns(Protocol):
    """Whom Airflow lets sign in, as the product keeps its own people there."""

    @property
    def reserved(self) -> frozenset[str]:
        """Names, in lower case, that are known to be Airflow's own without asking."""

    def find(self, username: str) -> FabUser | None:
        """The user of that name, in whatever case; None where there is none."""

    def create(self, username: str, email: str, password: str) -> None:
        """Make a member. Raises Conflict where the name or the address is taken."""

    def set_password(self, username: str, password: str) -> None:
        """Give the user another password; whoever signed in by the old one must sign in again."""

    def delete(self, username: str) -> None:
        """Remove the user; one who is not there is no error."""


@dataclass(frozen=True)
class FabUsers:
    """Airflow's users as an admin of Airflow manages them. Raises what AirflowApi raises: NotAllowed for others."""

    airflow: AirflowApi

    @property
    def reserved(self) -> frozenset[str]:
        """The names of who asks, and of the product's technical user."""
        return frozenset({TECHNICAL_USER, self.airflow.username.lower()})

    def find(self, username: str) -> FabUser | None:
        """The user of that name, in whatever case; None where there is none."""
        try:
            return FabUser.of(self.airflow.request("GET", f"{PATH}/users/{quote_id(username)}"))
        except NotFound:
            return None

    def all(self) -> dict[str, FabUser]:
        """Everybody by name; one request per hundred."""
        found: list[dict[str, Any]] = []
        while True:
            page = self.airflow.request("GET", f"{PATH}/users?limit={PAGE}&offset={len(found)}")["users"]
            found += page
            if len(page) < PAGE:
                return {user.username: user for user in map(FabUser.of, found)}

    def create(self, username: str, email: str, password: str) -> None:
        """Make a member, and the role where it is missing. Raises Conflict where the name or the address is taken.

        A member of that name who is there already was made by the request's own first attempt, and gets the password.
        """
        with suppress(Conflict):
            self.airflow.request("POST", f"{PATH}/roles", {"name": MEMBER_ROLE, "actions": []})
        body = {"username": username, "email": email, "password": password, "roles": [{"name": MEMBER_ROLE}]}
        try:
            self.airflow.request("POST", f"{PATH}/users", body | {"first_name": username, "last_name": "(IGNY8)"})
        except Conflict:
            there = self.find(username)
            if there is None or not there.is_member(username):
                raise
            self.set_password(username, password)

    def set_password(self, username: str, password: str) -> None:
        """Give the user another password; whoever signed in by the old one must sign in again."""
        self.airflow.request("PATCH", f"{PATH}/users/{quote_id(username)}?update_mask=password", {"password": password})

    def delete(self, username: str) -> None:
        """Remove the user; one who is not there is no error."""
        with suppress(NotFound):
            self.airflow.request("DELETE", f"{PATH}/users/{quote_id(username)}")
