"""Importing a keyword export into a site: recognise, read, store, report. A bad file changes nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import islice
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from igny8_lib.errors import InvalidInput, NotFound
from igny8_lib.models import RuleTrigger, Sector, Site
from igny8_lib.outbox.writing import write_events
from igny8_lib.planner.parsing import read_rows
from igny8_lib.planner.recognition import Export, ReadOptions, open_export
from igny8_lib.planner.report import ImportProgress, ImportReport, ReportProgress
from igny8_lib.planner.rows import KeywordRow, Refusal, make_printable, shorten
from igny8_lib.planner.storing import ROWS_PER_STATEMENT, store_rows
from igny8_lib.text.normalisation import refusal_reason, tidy

MAX_REFUSED = 10_000
"""More refused rows than this, and the file is no keyword export; it also bounds the report."""


def say_nothing(_: ImportProgress) -> None:
    """Tell nobody how far the import is."""


def import_keywords(
    session: Session,
    site_id: int,
    path: Path,
    *,
    sector: str = "",
    dry_run: bool = False,
    options: ReadOptions | None = None,
    progress: ReportProgress = say_nothing,
) -> ImportReport:
    """Import the file into the site; with `dry_run` the same is done and undone, so the numbers are the same.

    `options` tells what the file does not tell itself; its language is the site's where none is given. `progress` is
    called after each block of rows. The site's other imports wait until the caller's transaction ends. Raises
    InvalidInput for a file that cannot be imported, NotFound for a site that does not exist; nothing is changed then.
    """
    language = find_language(session, site_id)
    given = options or ReadOptions()
    label = check_sector(sector)
    with open_export(path, replace(given, language=given.language or language)) as export:
        with session.begin_nested() as savepoint:
            lock_site(session, site_id)
            sector_id = ensure_sector(session, site_id, label) if label else None
            report = store_export(session, site_id, path, export, sector_id=sector_id, progress=progress)
            if dry_run:
                savepoint.rollback()
        return report


def find_language(session: Session, site_id: int) -> str:
    """The site's language. Raises NotFound."""
    language = session.scalar(select(Site.language).where(Site.id == site_id))
    if language is None:
        raise NotFound(f"There is no site number {site_id}.")
    return language


def lock_site(session: Session, site_id: int) -> None:
    """Let one import at a time into a site: two that update the same keywords in another order would deadlock.

    The lock does not hinder inserts that refer to the site. Raises NotFound.
    """
    if session.scalar(select(Site.id).where(Site.id == site_id).with_for_update(key_share=True)) is None:
        raise NotFound(f"There is no site number {site_id}.")


def check_sector(name: str) -> str:
    """The name of a sector as it is shown; empty for none. Raises InvalidInput for what nobody could read."""
    if not name.strip():
        return ""
    if reason := refusal_reason(name):
        raise InvalidInput(f"The sector {shorten(name)!r} cannot be used: {reason}.")
    return tidy(name)


def ensure_sector(session: Session, site_id: int, name: str) -> int:
    """The id of the site's sector of that name, made where there is none."""
    session.execute(insert(Sector).values(site_id=site_id, name=name).on_conflict_do_nothing())
    return session.execute(select(Sector.id).where(Sector.site_id == site_id, Sector.name == name)).scalar_one()


def store_export(
    session: Session, site_id: int, path: Path, export: Export, *, sector_id: int | None, progress: ReportProgress
) -> ImportReport:
    """Store the rows of a recognised table, a block with each statement, and write down what each block added."""
    report = ImportReport.of(export)
    for rows in in_blocks(keywords_of(read_rows(export), report, export.source.name)):
        added = store_rows(session, site_id, rows, sector_id=sector_id, source_file=make_printable(path.name))
        write_events(session, site_id, RuleTrigger.KEYWORD_ADDED, added)
        report.added += len(added)
        report.merged += len(rows) - len(added)
        progress(ImportProgress(report.read, export.source.rows))
    return report


def keywords_of(rows: Iterable[KeywordRow | Refusal], report: ImportReport, name: str) -> Iterator[KeywordRow]:
    """The keywords among the rows; counts them all and keeps the refused ones in the report.

    Raises InvalidInput where too many are refused.
    """
    for row in rows:
        report.read += 1
        if isinstance(row, KeywordRow):
            yield row
        elif len(report.refused) < MAX_REFUSED:
            report.refused.append(row)
        else:
            first = report.refused[0]
            raise InvalidInput(
                f"{name} is no keyword export: more than {MAX_REFUSED:,} rows are refused, the first on line "
                f"{first.line} ({first.reason})."
            )


def in_blocks(rows: Iterator[KeywordRow]) -> Iterator[Sequence[KeywordRow]]:
    """The rows in groups that fit one statement."""
    while block := list(islice(rows, ROWS_PER_STATEMENT)):
        yield block
