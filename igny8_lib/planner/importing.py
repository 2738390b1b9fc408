"""Importing a keyword export into a site: recognise, read, store, report. A bad file changes nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from itertools import islice
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from igny8_lib.errors import InvalidInput, NotFound
from igny8_lib.models import Sector, Site
from igny8_lib.planner.parsing import read_rows
from igny8_lib.planner.recognition import Export, recognise
from igny8_lib.planner.rows import KeywordRow, Refusal
from igny8_lib.planner.storing import ROWS_PER_STATEMENT, store_rows

MAX_REFUSED = 10_000
"""More refused rows than this, and the file is no keyword export; it also bounds the report."""


@dataclass(slots=True)
class ImportReport:
    """What became of the rows of a file: read = added + merged + refused."""

    format: str
    encoding: str
    read: int = 0
    added: int = 0
    merged: int = 0
    """Rows whose keyword the site, or the file further up, had already."""
    refused: list[Refusal] = field(default_factory=list)

    def as_json(self) -> dict[str, object]:
        """Keys: read, added, merged, refused (line, reason, text), format, encoding."""
        return {
            "read": self.read,
            "added": self.added,
            "merged": self.merged,
            "refused": [asdict(refusal) for refusal in self.refused],
            "format": self.format,
            "encoding": self.encoding,
        }


def import_keywords(
    session: Session, site_id: int, path: Path, *, sector: str = "", dry_run: bool = False
) -> ImportReport:
    """Import the file into the site; with `dry_run` the same is done and undone, so the numbers are the same.

    The site's other imports wait until the caller's transaction ends. Raises InvalidInput for a file that cannot be
    imported, NotFound for a site that does not exist; nothing is changed then.
    """
    export = recognise(path)
    with session.begin_nested() as savepoint:
        lock_site(session, site_id)
        sector_id = ensure_sector(session, site_id, sector) if sector.strip() else None
        report = store_export(session, site_id, path, export, sector_id=sector_id)
        if dry_run:
            savepoint.rollback()
    return report


def lock_site(session: Session, site_id: int) -> None:
    """Let one import at a time into a site: two that update the same keywords in another order would deadlock.

    The lock does not hinder inserts that refer to the site. Raises NotFound.
    """
    if session.scalar(select(Site.id).where(Site.id == site_id).with_for_update(key_share=True)) is None:
        raise NotFound(f"There is no site number {site_id}.")


def ensure_sector(session: Session, site_id: int, name: str) -> int:
    """The id of the site's sector of that name, made where there is none."""
    name = " ".join(name.split())
    session.execute(insert(Sector).values(site_id=site_id, name=name).on_conflict_do_nothing())
    return session.execute(select(Sector.id).where(Sector.site_id == site_id, Sector.name == name)).scalar_one()


def store_export(session: Session, site_id: int, path: Path, export: Export, *, sector_id: int | None) -> ImportReport:
    """Store the rows of a recognised file, a thousand with each statement."""
    report = ImportReport(format=export.format, encoding=export.encoding)
    for rows in in_chunks(keywords_of(read_rows(path, export), report, path.name)):
        added = store_rows(session, site_id, rows, sector_id=sector_id, source_file=path.name)
        report.added += added
        report.merged += len(rows) - added
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


def in_chunks(rows: Iterator[KeywordRow]) -> Iterator[Sequence[KeywordRow]]:
    """The rows in groups that fit one statement."""
    while chunk := list(islice(rows, ROWS_PER_STATEMENT)):
        yield chunk
