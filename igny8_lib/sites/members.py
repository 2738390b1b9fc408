"""Who is signed in, asked at every request and read every few seconds: Airflow's auth manager asks a hundred times a
page."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from threading import Lock

from cachetools import TTLCache
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from igny8_lib.db.session import Sessions
from igny8_lib.errors import TemporaryError
from igny8_lib.models import Site, SiteUserAccess, User
from igny8_lib.sites.access import SEES_ALL_SITES, Person
from igny8_lib.sites.naming import dag_id

SECONDS = 5.0
"""After so long a grant, a role or a revocation is in force everywhere."""
REMEMBERED = 2_000
"""People; beyond them the one who was asked for least recently is read anew."""
PAUSE_SECONDS = 1.0
"""After a failure nobody waits for the database again for so long: all threads of a server would, one after another."""


class MembersUnknown(TemporaryError):
    """The product database did not say who somebody is."""

    def __init__(self) -> None:
        super().__init__("The product database does not answer, so nobody knows what you may see. Try again soon.")


@dataclass(frozen=True)
class Member:
    """A user of the product, and the DAGs of the sites he sees."""

    person: Person
    dag_ids: frozenset[str]


class Members:
    """Users by name, from sessions of the platform; may be asked by many threads. `timer` gives seconds."""

    def __init__(
        self, sessions: Sessions, *, seconds: float = SECONDS, timer: Callable[[], float] = time.monotonic
    ) -> None:
        self.sessions = sessions
        self.timer = timer
        self.lock = Lock()
        self.known: TTLCache[str, Member | None] = TTLCache(REMEMBERED, seconds, timer)
        self.quiet_until = timer()

    def member(self, username: str) -> Member | None:
        """The user of that name, None where the product knows none.

        Raises MembersUnknown where the database cannot be read. What is known stays so until its time is over.
        """
        with self.lock:
            with suppress(KeyError):
                return self.known[username]
            if self.timer() < self.quiet_until:
                raise MembersUnknown
        try:
            with self.sessions() as session:  # without the lock: one slow answer holds nobody else up
                found = read_member(session, username)
        except SQLAlchemyError as error:
            with self.lock:
                self.quiet_until = self.timer() + PAUSE_SECONDS
            raise MembersUnknown from error
        with self.lock:
            self.known[username] = found
        return found

    def person(self, username: str) -> Person | None:
        """The same without the DAGs."""
        found = self.member(username)
        return found.person if found else None


def read_member(session: Session, username: str) -> Member | None:
    """The user of that name with his sites, None where there is none: two statements, whatever the number of sites."""
    user = session.scalar(select(User).where(User.username == username))
    if user is None:
        return None
    seen = select(Site.id, Site.slug).where(Site.account_id == user.account_id)
    if user.role not in SEES_ALL_SITES:
        granted = select(SiteUserAccess.site_id).where(SiteUserAccess.user_id == user.id)
        seen = seen.where(Site.id.in_(granted))
    sites = session.execute(seen).all()
    granted_sites = frozenset() if user.role in SEES_ALL_SITES else frozenset(id_ for id_, _ in sites)
    person = Person(username, user.account_id, user.role, granted_sites)
    return Member(person, frozenset(dag_id(slug) for _, slug in sites))
