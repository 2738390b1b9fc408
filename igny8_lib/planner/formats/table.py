"""Any table with a column of keywords: other tools' exports, and lists kept by hand in a spreadsheet.

The formats of single tools tell themselves by their headings, and let this one read the measures that they have.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping

from igny8_lib.planner.formats.headings import (
    CLICKS,
    CPC,
    DIFFICULTY,
    IMPRESSIONS,
    INTENT,
    KEYWORD,
    PAGE,
    PARENT,
    POSITION,
    VOLUME,
)
from igny8_lib.planner.formats.layout import MEASURE_IN, ExportFormat, Header, Measure, RowReader, cell
from igny8_lib.planner.numbers import middle_of, parse_count

HEADINGS: Mapping[str, tuple[str, ...]] = {
    "volume": VOLUME,
    "impressions": IMPRESSIONS,
    "clicks": CLICKS,
    "position": POSITION,
    "difficulty": DIFFICULTY,
    "cpc": CPC,
    "intent": INTENT,
    "parent_keyword": PARENT,
    "page_url": PAGE,
}
"""What the column of a measure is called, by the measure's name in KeywordRow."""


def reader(header: Header) -> RowReader | None:
    """Known by a heading that means keyword, in a table of at least two columns."""
    keyword = header.find(*KEYWORD)
    if keyword is None or len(header.cells) < 2:
        return None
    return reader_of(header, keyword)


def reader_of(header: Header, keyword: int, names: Collection[str] = HEADINGS.keys()) -> RowReader:
    """A reader of these measures, as far as their headings are known, for a table whose column of keywords is known."""
    measures = {name: MEASURE_IN[name](header.find(*HEADINGS[name])) for name in HEADINGS if name in names}
    if "volume" in measures and measures["volume"] is None:
        measures["volume"] = range_in(header)
    own = {name: measure for name, measure in measures.items() if measure and keyword not in measure.columns}
    return RowReader.of(keyword, **own)


def range_in(header: Header) -> Measure | None:
    """A volume told by its bounds in two columns (Moz), read like a range in one."""
    low, high = header.find("min volume", "minimum volume"), header.find("max volume", "maximum volume")
    if low is None or high is None:
        return None
    return Measure((low, high), lambda cells: middle_of(parse_count(cell(cells, low)), parse_count(cell(cells, high))))


def reader_of_tool(
    own_headings: Collection[str], difficulty: str, measures: Collection[str]
) -> Callable[[Header], RowReader | None]:
    """The reader of a tool that is known by what it calls difficulty, beside a volume and a heading of its own."""

    def read(header: Header) -> RowReader | None:
        keyword = header.find("keyword")
        if keyword is None or not header.has("volume", difficulty) or not header.has_any(own_headings):
            return None
        return reader_of(header, keyword, measures)

    return read


FORMAT = ExportFormat("table", reader)
