"""Reading the ledger: filtered, newest first, a page at a time, however long it is.

Entries are in the order of their ids: they are numbered under the balance's lock, so each one's `balance_after` follows
from the one before. A page is found by its number among the newest COUNTED entries, and anywhere by the id that the
page before it ended with. Nothing here adds up or counts a whole ledger.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from igny8_lib.credits.usage import ALWAYS, Period
from igny8_lib.errors import InvalidInput
from igny8_lib.models import AutomationRun, Content, EntryType, LedgerEntry, Operation, Site

COUNTED = 10_000
"""Entries that are counted, and reached by a page's number, at most: nobody turns so many pages by hand."""


@dataclass(frozen=True)
class EntryFilter:
    """Which entries; None is any."""

    entry_type: EntryType | None = None
    operation: Operation | None = None
    site_id: int | None = None
    run_id: int | None = None
    """The run's number in the database."""
    period: Period = ALWAYS

    def conditions(self) -> list[ColumnElement[bool]]:
        """What the entries fulfil. Whatever names a site or a run names an operation too, as the indexes have it."""
        asked = {
            LedgerEntry.entry_type: self.entry_type,
            LedgerEntry.operation: self.operation,
            LedgerEntry.site_id: self.site_id,
            LedgerEntry.run_id: self.run_id,
        }
        found: list[ColumnElement[bool]] = [column == value for column, value in asked.items() if value is not None]
        if self.site_id is not None or self.run_id is not None:
            found.append(LedgerEntry.operation.is_not(None))
        return found + self.period.holds(LedgerEntry.created_at)


EVERYTHING = EntryFilter()


@dataclass(frozen=True)
class HistoryPage:
    """Entries, newest first. `next_before` asks for the page after it; None on the last one."""

    entries: tuple[LedgerEntry, ...]
    next_before: int | None


@dataclass(frozen=True)
class LedgerPage:
    """A page by its number. `total_count` stops at COUNTED: then `is_exact` is False, and there are more."""

    history: HistoryPage
    page: int
    page_size: int
    total_count: int
    is_exact: bool

    @property
    def total_pages(self) -> int:
        """Pages that have a number."""
        return -(-self.total_count // self.page_size)


def history(
    session: Session,
    account_id: int,
    *,
    before: int | None = None,
    limit: int = 50,
    offset: int = 0,
    chosen: EntryFilter = EVERYTHING,
) -> HistoryPage:
    """A page of the account's entries, newest first; `before` is the last page's `next_before`. One statement."""
    query = select(LedgerEntry).where(LedgerEntry.account_id == account_id, *chosen.conditions())
    if before is not None:
        query = query.where(LedgerEntry.id < before)
    entries = tuple(session.scalars(query.order_by(LedgerEntry.id.desc()).limit(limit + 1).offset(offset)))
    return HistoryPage(entries[:limit], entries[limit - 1].id if len(entries) > limit else None)


def page_of(
    session: Session, account_id: int, page: int, page_size: int, *, chosen: EntryFilter = EVERYTHING
) -> LedgerPage:
    """A page by its number, in two statements; empty beyond the last one.

    Raises InvalidInput for a page beyond the newest COUNTED entries.
    """
    skipped = (page - 1) * page_size
    if skipped >= COUNTED:
        raise InvalidInput(
            f"Pages have numbers up to the {COUNTED:,} newest entries: narrow the time, or go on with `before`, the "
            "`next_before` of the page in front."
        )
    found = history(session, account_id, limit=page_size, offset=skipped, chosen=chosen)
    return LedgerPage(found, page, page_size, *count_up_to(session, account_id, chosen))


def count_up_to(session: Session, account_id: int, chosen: EntryFilter) -> tuple[int, bool]:
    """How many entries there are, up to COUNTED, and whether that is all."""
    some = select(LedgerEntry.id).where(LedgerEntry.account_id == account_id, *chosen.conditions())
    counted = session.scalar(select(func.count()).select_from(some.limit(COUNTED + 1).subquery())) or 0
    return min(counted, COUNTED), counted <= COUNTED


@dataclass(frozen=True)
class Places:
    """What the numbers in entries stand for, as far as it still exists and the session sees it."""

    sites: Mapping[int, str]
    """Slugs."""
    runs: Mapping[int, tuple[str, int]]
    """Name and number."""
    titles: Mapping[int, str]
    """Of articles."""


def places_of(session: Session, entries: Sequence[LedgerEntry]) -> Places:
    """The sites, runs and articles that the entries name; three statements."""
    sites = {entry.site_id for entry in entries}
    runs = {entry.run_id for entry in entries}
    articles = {entry.related_id for entry in entries if entry.related_type == "content"}
    named = session.execute(select(Site.id, Site.slug).where(Site.id.in_(sites)))
    ran = session.execute(
        select(AutomationRun.id, AutomationRun.run_id, AutomationRun.run_number).where(AutomationRun.id.in_(runs))
    )
    titled = session.execute(select(Content.id, Content.title).where(Content.id.in_(articles)))
    return Places(
        {row.id: row.slug for row in named},
        {row.id: (row.run_id, row.run_number) for row in ran},
        {row.id: row.title for row in titled},
    )
