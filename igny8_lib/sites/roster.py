"""The roster: all sites that have a DAG, read with one query, and a copy on disk for when the database is away."""

from __future__ import annotations

import json
import logging
import os
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime, time
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Select, and_, exists, false, func, or_, select, text
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as NoFreeConnection
from sqlalchemy.orm import Session

from igny8_lib.db.errors import is_away, sqlstate
from igny8_lib.db.scope import PLATFORM
from igny8_lib.db.session import Sessions, make_engine, session_factory
from igny8_lib.errors import InvalidInput, NotFound
from igny8_lib.models import (
    ACTIVE_RUN,
    Account,
    AccountStatus,
    AutomationConfig,
    AutomationRun,
    Frequency,
    HostingType,
    ImprovementSettings,
    ModuleSettings,
    Site,
    SiteStatus,
)
from igny8_lib.sites.improvement import LINK_KEY, OPTIMIZE_KEY, Improvement, linking, optimizing
from igny8_lib.sites.schedule import Schedule, delay_of

logger = logging.getLogger(__name__)
T = TypeVar("T")

TOO_SLOW = "57014"
"""SQLSTATE query_canceled: the statement's time was over."""
READ_TIMEOUT_MS = 5_000
"""A database that answers slower than this at parse time counts as away: Airflow gives a DAG file 30 seconds."""


@dataclass(frozen=True, slots=True)
class RosterSite:
    """What a site's DAG is built from. `scheduled_time` is local to `timezone`; 0 = Monday; day 1…31."""

    site_id: int
    slug: str
    name: str
    domain: str
    timezone: str
    language: str
    hosting_type: HostingType
    account_id: int
    account_slug: str
    account_name: str
    is_enabled: bool
    frequency: Frequency
    scheduled_time: time
    weekday: int
    day_of_month: int
    schedule_since: datetime
    links: bool = False
    optimizes: bool = False
    """Whether its runs link, and optimize, what they wrote; while one goes on, as that run began."""
    schedule_window_minutes: int = 0
    """Its starts come up to so many minutes after their time."""

    @property
    def improvement(self) -> Improvement:
        """The two switches."""
        return Improvement(self.links, self.optimizes)

    @property
    def schedule(self) -> Schedule | None:
        """The site's schedule; None while it is not enabled. Raises InvalidInput for a zone that does not exist."""
        if not self.is_enabled:
            return None
        when = (self.frequency, self.scheduled_time, self.weekday, self.day_of_month)
        return Schedule(*when, self.timezone, delay_of(self.slug, self.schedule_window_minutes))

    def as_json(self) -> dict[str, Any]:
        """As plain JSON values; `from_json` reads them back."""
        times = {"scheduled_time": self.scheduled_time.isoformat(), "schedule_since": self.schedule_since.isoformat()}
        return asdict(self) | times

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> RosterSite:
        """Raises KeyError, TypeError or ValueError for anything that `as_json` did not write."""
        typed = {
            "hosting_type": HostingType(data["hosting_type"]),
            "frequency": Frequency(data["frequency"]),
            "scheduled_time": time.fromisoformat(data["scheduled_time"]),
            "schedule_since": datetime.fromisoformat(data["schedule_since"]),
        }
        return cls(**(data | typed))


def load_roster(session: Session) -> tuple[RosterSite, ...]:
    """All active sites of active accounts, by slug; one query.

    A site that was switched off, or whose account was suspended, stays until its active run has ended: Airflow's
    scheduler leaves the runs of a DAG that is gone where they are.
    """
    going_on = exists().where(AutomationRun.site_id == Site.id, AutomationRun.status.in_(ACTIVE_RUN))
    query = facts().where(or_(SWITCHED_ON, going_on)).order_by(Site.slug)
    return tuple(RosterSite(**row._asdict()) for row in session.execute(query))


def load_site(session: Session, slug: str) -> RosterSite:
    """One site, whatever its status: tasks of a run that was going on when it was switched off still find their DAG.

    Raises NotFound.
    """
    row = session.execute(facts().where(Site.slug == slug)).one_or_none()
    if row is None:
        raise NotFound(f"There is no site {slug!r}.")
    return RosterSite(**row._asdict())


def find_site_problems(session: Session) -> dict[str, str]:
    """What keeps sites that have a DAG from starting by their schedule, by slug."""
    return find_unusable_schedules(load_roster(session))


def find_unusable_schedules(sites: Iterable[RosterSite]) -> dict[str, str]:
    """Why a site's schedule cannot be used, by slug; sites without such trouble are not in it."""
    problems = {}
    for site in sites:
        try:
            _ = site.schedule
        except InvalidInput as error:
            problems[site.slug] = str(error)
    return problems


SWITCHED_ON = and_(Site.status == SiteStatus.ACTIVE, Account.status == AccountStatus.ACTIVE)


def facts() -> Select[*tuple[Any, ...]]:
    """The fields of RosterSite."""
    return (
        select(
            Site.id.label("site_id"),
            Site.slug,
            Site.name,
            Site.domain,
            Site.timezone,
            Site.language,
            Site.hosting_type,
            Account.id.label("account_id"),
            Account.slug.label("account_slug"),
            Account.name.label("account_name"),
            and_(AutomationConfig.is_enabled, SWITCHED_ON).label("is_enabled"),
            AutomationConfig.frequency,
            AutomationConfig.scheduled_time,
            AutomationConfig.weekday,
            AutomationConfig.day_of_month,
            AutomationConfig.schedule_since,
            AutomationConfig.schedule_window_minutes,
            in_runs(LINK_KEY, linking()).label("links"),
            in_runs(OPTIMIZE_KEY, optimizing()).label("optimizes"),
        )
        .join(Account, Account.id == Site.account_id)
        .join(AutomationConfig, AutomationConfig.site_id == Site.id)
        .outerjoin(ModuleSettings, ModuleSettings.account_id == Site.account_id)
        .outerjoin(ImprovementSettings, ImprovementSettings.site_id == Site.id)
    )


def in_runs(key: int, switched_on: ColumnElement[bool]) -> ColumnElement[bool]:
    """Whether a site's DAG has the tasks: by the snapshot of the run that goes on, so that none of its tasks goes or
    comes meanwhile; without such a run by the switches."""
    going_on = (
        select(AutomationRun.initial_snapshot["stages"].has_key(str(key)))
        .where(AutomationRun.site_id == Site.id, AutomationRun.status.in_(ACTIVE_RUN))
        .limit(1)
        .scalar_subquery()
    )
    return func.coalesce(going_on, switched_on, false())


@dataclass(frozen=True, slots=True)
class RosterCache:
    """The last roster read, in a JSON file."""

    path: Path

    def read(self) -> tuple[RosterSite, ...] | None:
        """The roster kept; None where there is none or it cannot be read."""
        try:
            return tuple(RosterSite.from_json(site) for site in json.loads(self.path.read_text("utf-8")))
        except FileNotFoundError:
            return None
        except (OSError, ValueError, KeyError, TypeError) as error:
            logger.warning("The roster kept in %s cannot be read: %s", self.path, error)
            return None

    def write(self, sites: Sequence[RosterSite]) -> bool:
        """Keep the roster; True where it differed from the one kept. Readers see the old file or the new one whole."""
        content = json.dumps([site.as_json() for site in sites], ensure_ascii=False, indent=1).encode()
        if self.path.is_file() and self.path.read_bytes() == content:
            return False
        self.path.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=self.path.parent, prefix=self.path.name)
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        Path(temporary).replace(self.path)
        return True


def roster_or_cached(source: Sessions | str, cache: RosterCache) -> tuple[RosterSite, ...]:
    """The roster of the database (sessions, or its URL); the one kept where the database is away.

    Raises the database's error where none is kept, and where the database answers but cannot be read, as without its
    migrations: Airflow shows it, and keeps the DAGs as they are.
    """

    def kept() -> tuple[RosterSite, ...] | None:
        return cache.read()

    sites, fresh = read_or_kept(source, load_roster, kept)
    if fresh:
        try:
            cache.write(sites)
        except OSError as error:
            logger.warning("The roster cannot be kept in %s: %s", cache.path, error)
    return sites


def site_or_cached(source: Sessions | str, cache: RosterCache, slug: str) -> RosterSite:
    """One site of the database; the one kept where the database is away. For the start of a task.

    Raises NotFound, and the database's error as `roster_or_cached` does.
    """

    def kept() -> RosterSite | None:
        return next((site for site in cache.read() or () if site.slug == slug), None)

    return read_or_kept(source, lambda session: load_site(session, slug), kept)[0]


def read_or_kept(source: Sessions | str, read: Callable[[Session], T], kept: Callable[[], T | None]) -> tuple[T, bool]:
    """What the database says and True, or what was kept and False."""
    try:
        with short_session(source) as session:
            return read(session), True
    except SQLAlchemyError as error:
        found = kept() if is_unreadable_now(error) else None
        if found is None:
            raise
        logger.warning("The product database cannot be read, going on with the roster kept: %s", error)
        return found, False


def is_unreadable_now(error: SQLAlchemyError) -> bool:
    """Whether the database is away, or as slow as if it were."""
    if isinstance(error, DBAPIError):
        return is_away(error) or sqlstate(error) == TOO_SLOW
    return isinstance(error, NoFreeConnection)


@contextmanager
def short_session(source: Sessions | str) -> Iterator[Session]:
    """A session whose statements give up soon; an engine made for a URL is closed with it."""
    sessions = session_factory(make_engine(source, pool_size=1), PLATFORM) if isinstance(source, str) else source
    try:
        with sessions() as session:
            session.execute(text(f"SET LOCAL statement_timeout = {READ_TIMEOUT_MS}"))
            yield session
    finally:
        if isinstance(source, str):
            sessions.kw["bind"].dispose()
