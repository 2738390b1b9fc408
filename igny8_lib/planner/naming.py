"""Columns that people name by hand, by their heading or by their number from 1."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from igny8_lib.errors import InvalidInput
from igny8_lib.planner.formats.layout import MEASURE_IN, Header, RowReader
from igny8_lib.planner.lines import Record
from igny8_lib.planner.rows import shorten
from igny8_lib.text.normalisation import normalise


@dataclass(frozen=True, slots=True)
class NamedColumns:
    """Which column holds what; what is not named is told by the file."""

    keyword: str = ""
    measures: Mapping[str, str] = field(default_factory=dict)
    """Heading or number of a column, by the measures' names in KeywordRow."""


def name_columns(reader: RowReader, named: NamedColumns, header: Record | None, width: int, table: str) -> RowReader:
    """The reader with the named measures in the place of those that it knew.

    Raises InvalidInput for a measure that does not exist and for a column that the table does not have.
    """
    measures = dict(reader.measures)
    for name, wanted in named.measures.items():
        if name not in MEASURE_IN:
            raise InvalidInput(f"There is no measure {name[:40]!r}: there are {', '.join(MEASURE_IN)}.")
        column = find_column(wanted, header, width, table)
        if column == reader.keyword:
            raise InvalidInput(f"{wanted[:80]!r} is {table}'s column of keywords and cannot be its {name}, too.")
        measure = MEASURE_IN[name](column)
        if measure is not None:
            measures = {other: known for other, known in measures.items() if known.columns != (column,)}
            measures[name] = measure
    return replace(reader, measures=measures)


def find_column(wanted: str, header: Record | None, width: int, table: str) -> int:
    """The column of that heading or number. Raises InvalidInput where there is none."""
    column = Header(header.cells).find(normalise(wanted)) if header else None
    if column is None and wanted.isdecimal() and len(wanted) < 6 and 1 <= int(wanted) <= width:
        column = int(wanted) - 1
    if column is None:
        headings = f" its headings are {shorten(', '.join(header.cells))}" if header else f" it has {width}, by number"
        raise InvalidInput(f"{table} has no column {wanted[:80]!r}:{headings}.")
    return column
