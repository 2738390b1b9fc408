"""What an import says: while it works, and at its end."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass, field

from igny8_lib.planner.recognition import Export
from igny8_lib.planner.rows import Refusal


@dataclass(frozen=True, slots=True)
class ImportProgress:
    """How far an import is."""

    read: int
    """Rows read so far."""
    rows: int
    """Lines of the file, headings and blank ones among them; 0 where a sheet does not say how many it has."""


ReportProgress = Callable[[ImportProgress], None]


@dataclass(frozen=True, slots=True)
class ColumnUse:
    """How a column of the table was understood."""

    number: int
    """From 1."""
    heading: str
    used_as: str | None
    """`keyword` or a measure of KeywordRow; None where the column is left out."""


@dataclass(slots=True)
class ImportReport:
    """What became of the rows of a file: read = added + merged + refused."""

    format: str
    encoding: str
    table: str = ""
    """The file, or the sheet or file inside of it, that was read."""
    columns: list[ColumnUse] = field(default_factory=list)
    tables_left_out: list[str] = field(default_factory=list)
    """Other sheets, or other files of the archive."""
    read: int = 0
    added: int = 0
    merged: int = 0
    """Rows whose keyword the site, or the file further up, had already."""
    refused: list[Refusal] = field(default_factory=list)

    @classmethod
    def of(cls, export: Export) -> ImportReport:
        """The report of a recognised table, before its rows are read."""
        uses = export.reader.uses()
        headings = export.header.cells if export.header else ()
        columns = [
            ColumnUse(number + 1, headings[number].strip() if number < len(headings) else "", uses.get(number))
            for number in range(export.width)
        ]
        return cls(export.format, export.encoding, export.source.name, columns, list(export.left_out))

    def as_json(self) -> dict[str, object]:
        """The fields, the counts first; refusals and columns as objects."""
        return {
            "read": self.read,
            "added": self.added,
            "merged": self.merged,
            "refused": [asdict(refusal) for refusal in self.refused],
            "format": self.format,
            "encoding": self.encoding,
            "table": self.table,
            "columns": [asdict(column) for column in self.columns],
            "tables_left_out": self.tables_left_out,
        }
