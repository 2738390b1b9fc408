"""Any other table with a column of keywords: other tools' exports, and lists kept by hand in a spreadsheet."""

from __future__ import annotations

from igny8_lib.planner.formats.headings import (
    CLICKS,
    DIFFICULTY,
    IMPRESSIONS,
    INTENT,
    KEYWORD,
    PAGE,
    PARENT,
    POSITION,
    VOLUME,
)
from igny8_lib.planner.formats.layout import (
    ExportFormat,
    Header,
    Measure,
    RowReader,
    cell,
    count_in,
    cpc_in,
    difficulty_in,
    intent_in,
    page_in,
    parent_in,
    position_in,
)
from igny8_lib.planner.numbers import middle_of, parse_count


def reader(header: Header) -> RowReader | None:
    """Known by a heading that means keyword, in a table of at least two columns."""
    keyword = header.find(*KEYWORD)
    if keyword is None or len(header.cells) < 2:
        return None
    return reader_of(header, keyword)


def reader_of(header: Header, keyword: int) -> RowReader:
    """A reader with every measure whose heading is known, for a table whose column of keywords is known."""
    measures = {
        "volume": count_in(header.find(*VOLUME)) or range_in(header),
        "impressions": count_in(header.find(*IMPRESSIONS)),
        "clicks": count_in(header.find(*CLICKS)),
        "position": position_in(header.find(*POSITION)),
        "difficulty": difficulty_in(header.find(*DIFFICULTY)),
        "cpc": cpc_in(header.starting("cpc")),
        "intent": intent_in(header.find(*INTENT)),
        "parent_keyword": parent_in(header.find(*PARENT)),
        "page_url": page_in(header.find(*PAGE)),
    }
    own = {name: measure for name, measure in measures.items() if measure and keyword not in measure.columns}
    return RowReader.of(keyword, **own)


def range_in(header: Header) -> Measure | None:
    """A volume told by its bounds in two columns (Moz), read like a range in one."""
    low, high = header.find("min volume", "minimum volume"), header.find("max volume", "maximum volume")
    if low is None or high is None:
        return None
    return Measure((low, high), lambda cells: middle_of(parse_count(cell(cells, low)), parse_count(cell(cells, high))))


def has_measure(header: Header) -> bool:
    """Whether a second column is known too: what tells headings from a line of text that names keywords."""
    keyword = header.find(*KEYWORD)
    return keyword is not None and bool(reader_of(header, keyword).measures)


FORMAT = ExportFormat("table", reader)
