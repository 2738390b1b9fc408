"""Google Search Console, Queries: UTF-8, commas (semicolons in some locales), headings in the user's language.

There is no volume: impressions count how often the site was shown, which is not how often people searched.
A comparison of two periods has two columns for each figure ("Last 28 days Clicks", "Previous 28 days Clicks"); the
current period stands first and is taken. Where the headings are in a language that is not known here, the shape of the
table tells it (see `by_shape`).
"""

from __future__ import annotations

from collections.abc import Sequence

from igny8_lib.planner.formats.headings import CLICKS, IMPRESSIONS, KEYWORD, POSITION
from igny8_lib.planner.formats.layout import (
    Cells,
    ExportFormat,
    Header,
    RowReader,
    cell,
    count_in,
    position_in,
)
from igny8_lib.planner.numbers import parse_amount, parse_count

PREVIOUS = ("previous", "vorherige", "précédent", "anterior", "precedent", "vorige", "предыдущ", "poprzedni", "同期")

FIGURES = ("whole", "decimal")
CLOSE = 0.0101
"""How far a rate that is rounded to hundredths may be from its quotient, with room for binary fractions."""

SINGLE = ("text", "whole", "whole", "percent", "decimal")
COMPARED = ("text", "whole", "whole", "whole", "whole", "percent", "percent", "decimal", "decimal")
"""Query, clicks, impressions, CTR, position: the order is the same in every language."""


def reader(header: Header) -> RowReader | None:
    """Known by a column of queries beside clicks and impressions."""
    query = header.find(*KEYWORD)
    clicks, impressions = current(header, CLICKS), current(header, IMPRESSIONS)
    if query is None or impressions is None or clicks is None:
        return None
    return reader_of(query, clicks, impressions, current(header, POSITION))


def current(header: Header, names: Sequence[str]) -> int | None:
    """The figure's column; of two periods the current one's."""
    if (column := header.find(*names)) is not None:
        return column
    found = [column for column, name in enumerate(header.names) if name.endswith(tuple(f" {each}" for each in names))]
    recent = [column for column in found if not any(word in header.names[column] for word in PREVIOUS)]
    return next(iter(recent or found), None)


def reader_of(query: int, clicks: int, impressions: int, position: int | None) -> RowReader:
    """A reader of these columns."""
    return RowReader.of(
        query, clicks=count_in(clicks), impressions=count_in(impressions), position=position_in(position)
    )


def by_shape(kinds: Sequence[str], rows: Sequence[Cells]) -> RowReader | None:
    """The reader of a table whose columns hold what Search Console's hold; None where they do not."""
    if fits(kinds, SINGLE, rows):
        return reader_of(0, 1, 2, 4)
    return reader_of(0, 1, 3, 7) if fits(kinds, COMPARED, rows) else None


def fits(kinds: Sequence[str], shape: Sequence[str], rows: Sequence[Cells]) -> bool:
    """Whether the columns hold these kinds; a position can be whole by chance, a workbook's rates are fractions."""
    periods = (len(shape) - 1) // 4
    return len(kinds) == len(shape) and all(
        kind == wanted
        or (kind in FIGURES and wanted == "decimal")
        or (kind in FIGURES and wanted == "percent" and are_rates(rows, column, periods))
        for column, (kind, wanted) in enumerate(zip(kinds, shape, strict=True))
    )


def are_rates(rows: Sequence[Cells], column: int, periods: int) -> bool:
    """Whether a column is the clicks divided by the impressions, to the hundredth: no other table's is by chance."""
    known = []
    for cells in rows:
        clicks, impressions = (parse_count(cell(cells, column - step * periods)) for step in (2, 1))
        rate = parse_amount(cell(cells, column))
        if clicks is not None and impressions and rate is not None:
            known.append((clicks / impressions, float(rate)))
    return any(rate for rate, _ in known) and all(abs(rate - given) <= CLOSE for rate, given in known)


FORMAT = ExportFormat("search_console", reader)
