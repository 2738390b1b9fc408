"""Airflow's own users from within its API server: FAB's services themselves, without the rights that its API asks for.

An account's owner may add and remove its people, and has no right to users in Airflow; so the product decides
(igny8_lib/airflow_api/people.py), and acts here with what FAB's own routes call. Whoever comes in by this way is made
with the member's role, which holds no permission, and nobody of another role is changed.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Annotated

from airflow.providers.fab.auth_manager.api_fastapi.datamodels.roles import Role
from airflow.providers.fab.auth_manager.api_fastapi.datamodels.users import UserBody, UserPatchBody
from airflow.providers.fab.auth_manager.api_fastapi.routes.login import _get_flask_app as flask_app
from airflow.providers.fab.auth_manager.api_fastapi.services.users import FABAuthManagerUsers as Users
from airflow.providers.fab.www.utils import get_fab_auth_manager
from fastapi import Depends, HTTPException

from igny8_lib.airflow_api.client import ERRORS, AirflowRefused
from igny8_lib.airflow_api.fab_names import MEMBER_ROLE, TECHNICAL_USER
from igny8_lib.airflow_api.fab_users import FabUser, FabUsers, SignIns
from igny8_lib.errors import Conflict, NotFound
from igny8_web.as_caller import airflow_of
from igny8_web.caller import SignedIn


@contextmanager
def fab() -> Iterator[None]:
    """What FAB needs around a call, and its refusals as the product's errors."""
    with flask_app().app_context():
        try:
            yield
        except HTTPException as error:
            raise ERRORS.get(error.status_code, AirflowRefused)(str(error.detail)) from error


@dataclass(frozen=True)
class FabInProcess:
    """`SignIns` of igny8_lib/airflow_api/fab_users.py, for this process. Raises Conflict for users of other roles."""

    reserved: frozenset[str] = frozenset({TECHNICAL_USER})

    def find(self, username: str) -> FabUser | None:
        """The user of that name, in whatever case; None where there is none."""
        try:
            with fab():
                return FabUser.of(Users.get_user(username).model_dump())
        except NotFound:
            return None

    def create(self, username: str, email: str, password: str) -> None:
        """Make a member, and the role where it is missing. Raises Conflict where the name or the address is taken."""
        with fab():
            get_fab_auth_manager().security_manager.add_role(MEMBER_ROLE)
            Users.create_user(
                UserBody(
                    username=username,
                    email=email,
                    first_name=username,
                    last_name="(IGNY8)",
                    roles=[Role(name=MEMBER_ROLE)],
                    password=password,
                )
            )

    def set_password(self, username: str, password: str) -> None:
        """Give a member another password; whoever signed in by the old one must sign in again."""
        self.require_member(username)
        with fab():
            Users.update_user(username, UserPatchBody(password=password), update_mask="password")

    def delete(self, username: str) -> None:
        """Remove a member; one who is not there is no error."""
        if self.find(username) is None:
            return
        self.require_member(username)
        with fab():
            Users.delete_user(username)

    def require_member(self, username: str) -> None:
        """Raises Conflict for a user of Airflow who is not the product's alone."""
        there = self.find(username)
        if there is not None and not there.is_member(username):
            raise Conflict(
                f"Airflow has a user {there.username!r} of other roles: one of Airflow's admins changes him."
            )


def sign_ins_of(caller: SignedIn) -> SignIns:
    """Airflow's users as the caller may change them: Airflow's admins by its API, as themselves; the others in here."""
    return FabUsers(airflow_of(caller)) if caller.person.is_platform_admin else FabInProcess()


SignInsOfCaller = Annotated[SignIns, Depends(sign_ins_of)]
