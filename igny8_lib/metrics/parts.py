"""Which part of the product is ill: database, media store, AI endpoint, sites folder, outbox, publications, counters.

Nothing here costs anything at a provider: the AI endpoint is judged by the last answers in the journal.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import column, func, select, table
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from igny8_lib import clock
from igny8_lib.db.session import Sessions
from igny8_lib.metrics.part import Part, State, well
from igny8_lib.metrics.storage import media_store, sites_folder
from igny8_lib.models import AICall, AICallFailure, DomainEvent, MetricBound, Publication, PublicationStatus
from igny8_lib.settings import Settings

LATELY = timedelta(minutes=15)
STOPPED = timedelta(minutes=5)
"""The reconciler comes every minute."""
WAITS_LONG = timedelta(minutes=15)
SLOW_SECONDS = 1.0
"""One row by one statement; a database that is well takes a few milliseconds."""
VERSIONS = Path(__file__).parents[1] / "db" / "migrations" / "versions"
VERSION = table("alembic_version", column("version_num"))


def newest_version() -> str:
    """The schema version that this program was written for."""
    return max(path.name[:4] for path in VERSIONS.glob("[0-9]*.py"))


def look_at_parts(sessions: Sessions, settings: Settings) -> list[Part]:
    """Every part of the product; never raises: a part that cannot be looked at is ill."""
    parts = [*in_database(sessions), media_store(settings), sites_folder(settings)]
    return sorted(parts, key=lambda part: PARTS.index(part.name))


PARTS = ("database", "media store", "AI endpoint", "sites folder", "outbox", "publications", "reconciler")


def in_database(sessions: Sessions) -> list[Part]:
    """What the database tells; where it does not answer, nothing is said of the parts that only it knows."""
    try:
        with sessions() as session:
            return [look(session, clock.now()) for look in LOOKS]
    except SQLAlchemyError as error:
        told = f"The product database does not answer ({type(error).__name__})."
        todo = "Look whether PostgreSQL runs and whether IGNY8_DATABASE_URL names it; `igny8 ps` lists the processes."
        return [Part("database", State.ILL, told, todo)]


def database(session: Session, _now: datetime) -> Part:
    """How long it takes for a row, and whether its schema is this program's."""
    session.connection()  # signing in is no answer
    asked = time.monotonic()
    found = session.scalars(select(VERSION.c.version_num)).one_or_none() or "none"
    return told_of_database(found, newest_version(), time.monotonic() - asked)


def told_of_database(found: str, wanted: str, seconds: float) -> Part:
    """What such an answer means."""
    if found < wanted:
        told = f"Its schema is at version {found}, this program needs {wanted}."
        return Part("database", State.ILL, told, "Run `igny8 init`: it migrates the database.")
    if found > wanted:
        told = f"Its schema is at version {found}, this program knows {wanted}: an older program works beside new ones."
        return Part("database", State.SLOW, told, "End the upgrade: restart this process with the new version.")
    told = f"It answers in {seconds * 1000:.0f} ms; its schema is at version {found}."
    if seconds > SLOW_SECONDS:
        todo = "Look at pg_stat_activity for long statements, and at the load of its machine."
        return Part("database", State.SLOW, told, todo)
    return well("database", told)


def endpoint(session: Session, now: datetime) -> Part:
    """By the last quarter of an hour in the journal."""
    answered = func.count().filter(AICall.failure.is_(None))
    refused = func.count().filter(AICall.failure == AICallFailure.PROVIDER)
    given_up = func.count().filter(AICall.failure == AICallFailure.TEMPORARY)
    lately = select(answered, refused, given_up).where(AICall.answered_at >= now - LATELY)
    well_done, provider, temporary = session.execute(lately).one()
    name, told = "AI endpoint", f"In the last 15 minutes {well_done} requests were answered"
    if provider:
        todo = "Look at the key, its quota and the address: `igny8 ai check` says what the endpoint answers."
        return Part(name, State.ILL, f"{told}, and {provider} refused: no request can succeed.", todo)
    if temporary:
        state = State.SLOW if well_done else State.ILL
        todo = "Look at the provider's own status page; what was given up is tried again by the next run."
        return Part(name, state, f"{told}, and {temporary} given up after all attempts.", todo)
    return well(name, f"{told}, none refused." if well_done else "It was not needed in the last 15 minutes.")


def outbox(session: Session, now: datetime) -> Part:
    """Whether rules see what happens."""
    waiting = select(func.count(), func.min(DomainEvent.created_at)).where(DomainEvent.consumed_at.is_(None))
    number, oldest = session.execute(waiting).one()
    if oldest is not None and oldest < now - WAITS_LONG:
        told = f"{number} events wait for rules, the oldest since {oldest:%Y-%m-%d %H:%M} UTC."
        return Part("outbox", State.ILL, told, "Look at the DAG run_rules: is it paused, do its runs fail?")
    return well("outbox", f"{number} events wait for rules.")


def publications(session: Session, now: datetime) -> Part:
    """Whether what is due goes out."""
    is_open = Publication.status.in_([PublicationStatus.WAITING, PublicationStatus.UNDER_WAY])
    late = select(func.count()).where(is_open, Publication.next_attempt_at < now - WAITS_LONG)
    failed = select(func.count()).where(Publication.status == PublicationStatus.FAILED)
    number, broken = session.scalars(late).one(), session.scalars(failed).one()
    if number:
        told = f"{number} publications are due for more than 15 minutes."
        return Part("publications", State.ILL, told, "Look at the DAG publish_due: is it paused, do its runs fail?")
    if broken:
        told = f"Nothing is late; {broken} publications wait for people to mend something."
        return Part("publications", State.SLOW, told, "Their sites' owners were told; the page Publications says why.")
    return well("publications", "Nothing is late.")


def reconciler(session: Session, now: datetime) -> Part:
    """Whether it moved the counters lately."""
    until = session.scalars(select(MetricBound.counted_until)).one()
    if until < now - STOPPED - timedelta(minutes=10):
        told = f"It has not worked since {until:%Y-%m-%d %H:%M} UTC: nothing that crashed is repaired."
        return Part("reconciler", State.ILL, told, "Look at the DAG reconcile_runs: is it paused, do its runs fail?")
    if until < now - STOPPED:
        told = f"It has counted up to {until:%Y-%m-%d %H:%M} UTC only: it is late, or a transaction stays open."
        return Part("reconciler", State.SLOW, told, "Look at the DAG reconcile_runs and at pg_stat_activity.")
    return well("reconciler", "It works.")


LOOKS: Sequence[Callable[[Session, datetime], Part]] = (database, endpoint, outbox, publications, reconciler)
