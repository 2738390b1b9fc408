"""Who may do what (SPEC §12), as pure functions: no database, no web framework."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from igny8_lib.db.scope import PLATFORM, Scope
from igny8_lib.errors import NotAllowed, NotFound
from igny8_lib.models import Role


class Action(StrEnum):
    """What somebody wants to do with a site or an account."""

    READ = "read"
    WRITE_CONTENT = "write content"
    START_RUNS = "start runs"
    MANAGE = "manage settings"
    """Settings, limits, budgets, users, module switches."""


ROLE_ACTIONS: dict[Role, frozenset[Action]] = {
    Role.OWNER: frozenset(Action),
    Role.ADMIN: frozenset(Action),
    Role.EDITOR: frozenset({Action.READ, Action.WRITE_CONTENT, Action.START_RUNS}),
    Role.VIEWER: frozenset({Action.READ}),
}

SEES_ALL_SITES = frozenset({Role.OWNER, Role.ADMIN})


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who is signed in. A platform administrator (Airflow's Admin) need not belong to an account."""

    username: str
    account_id: int | None = None
    role: Role | None = None
    granted_sites: frozenset[int] = frozenset()
    """Sites an editor or a viewer was given; owners and admins see all of their account."""
    is_platform_admin: bool = False


def scope_of(person: Person) -> Scope:
    """Whose rows the person's requests see: the platform's, an account's, or the sites given. A stranger's is empty."""
    if person.is_platform_admin:
        return PLATFORM
    if person.account_id is None or person.role is None:
        return Scope.of_sites(0, ())
    if person.role in SEES_ALL_SITES:
        return Scope.of_account(person.account_id)
    return Scope.of_sites(person.account_id, person.granted_sites)


def sees_account(person: Person, account_id: int) -> bool:
    """Whether the account is there for this person."""
    return person.is_platform_admin or (person.role is not None and person.account_id == account_id)


def sees_site(person: Person, *, account_id: int, site_id: int) -> bool:
    """Whether the site, which belongs to the account, is there for this person."""
    if person.is_platform_admin:
        return True
    return sees_account(person, account_id) and (person.role in SEES_ALL_SITES or site_id in person.granted_sites)


def sees_all_sites(person: Person) -> bool:
    """Whether what belongs to a whole account is there for this person, its money among it."""
    return person.is_platform_admin or person.role in SEES_ALL_SITES


def may(person: Person, action: Action) -> bool:
    """Whether the person's role allows the action, on what the person sees."""
    return person.is_platform_admin or (person.role is not None and action in ROLE_ACTIONS[person.role])


def require_on_site(person: Person, action: Action, *, account_id: int, site_id: int, slug: str) -> None:
    """Raises NotFound for a site the person does not see, NotAllowed for one seen but not given for this."""
    if not sees_site(person, account_id=account_id, site_id=site_id):
        raise NotFound(f"There is no site {slug!r}.")
    require_role(person, action)


def require_on_account(person: Person, action: Action, *, account_id: int, slug: str) -> None:
    """Raises NotFound for another account, NotAllowed where the role does not go that far."""
    if not sees_account(person, account_id):
        raise NotFound(f"There is no account {slug!r}.")
    require_role(person, action)


def require_role(person: Person, action: Action) -> None:
    """Raises NotAllowed where the person's role does not allow the action."""
    if not may(person, action):
        role = person.role.value if person.role else "no role"
        raise NotAllowed(f"{person.username} ({role}) may not {action.value}: ask an owner or admin of the account.")
