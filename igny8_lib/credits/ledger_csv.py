"""The ledger as CSV, written while it is read: a batch of entries in memory, however many there are."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from io import StringIO

from igny8_lib.credits.entries import EntryFilter, Places, history, places_of
from igny8_lib.db.session import Sessions
from igny8_lib.models import LedgerEntry

BATCH = 1_000
HEADS = (
    "when",
    "type",
    "operation",
    "site",
    "run",
    "stage",
    "for",
    "credits",
    "balance_after",
    "by",
    "note",
)
FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""What makes a spreadsheet compute a text."""


def csv_of(sessions: Sessions, account_id: int, chosen: EntryFilter, *, with_balance: bool) -> Iterator[str]:
    """The heads, then the entries, newest first; entries that are written meanwhile are not among them.

    One short transaction per batch, so that a slow reader holds none open. Without the balance its column is empty:
    it tells of the whole account.
    """
    yield rows_as_csv([list(HEADS)])
    before: int | None = None
    while True:
        with sessions() as session:
            page = history(session, account_id, before=before, limit=BATCH, chosen=chosen)
            places = places_of(session, page.entries)
        yield rows_as_csv([row_of(entry, places, with_balance=with_balance) for entry in page.entries])
        before = page.next_before
        if before is None:
            return


def row_of(entry: LedgerEntry, places: Places, *, with_balance: bool) -> list[str]:
    """An entry's cells; texts are made harmless, numbers stay numbers."""
    site = places.sites.get(entry.site_id or 0, "")
    run, _ = places.runs.get(entry.run_id or 0, ("", 0))
    title = places.titles.get(entry.related_id or 0, "") if entry.related_type == "content" else ""
    note = str(entry.metadata_.get("note", ""))
    return [
        entry.created_at.isoformat(timespec="seconds"),
        entry.entry_type.value,
        entry.operation.value if entry.operation else "",
        harmless(site),
        harmless(run),
        str(entry.stage or ""),
        harmless(title),
        str(entry.amount),
        str(entry.balance_after) if with_balance else "",
        harmless(entry.created_by),
        harmless(note),
    ]


def harmless(text: str) -> str:
    """The text so that no spreadsheet takes it for a formula (OWASP, CSV injection)."""
    return f"'{text}" if text.startswith(FORMULA) else text


def rows_as_csv(rows: list[list[str]]) -> str:
    """The rows as CSV (RFC 4180)."""
    written = StringIO()
    csv.writer(written).writerows(rows)
    return written.getvalue()
