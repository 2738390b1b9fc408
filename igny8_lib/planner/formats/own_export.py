"""The product's own export: UTF-8, commas; it comes back with the measures that it was written with.

A cell that a spreadsheet would take for a formula has an apostrophe in front of it (OWASP, "CSV Injection"): one that
begins with = + - @, with a form of these as wide as Chinese letters, with a tab or a line end. So has a cell that
begins with apostrophes and then one of these, and reading takes exactly one away: each text comes back as it was.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from igny8_lib.planner.formats.layout import (
    MEASURE_IN,
    ExportFormat,
    Header,
    Measure,
    RowReader,
    parse_page,
    parse_parent,
    read_column,
)

KEYWORD = "Keyword"
MEASURES = {
    "volume": "Volume",
    "impressions": "Impressions",
    "clicks": "Clicks",
    "position": "Position",
    "difficulty": "Difficulty",
    "cpc": "CPC",
    "intent": "Intent",
    "parent_keyword": "Parent keyword",
    "page_url": "URL",
}
"""Headings of the columns that are read back, by the names of their measures in KeywordRow."""
SHOWN = {
    "opportunity": "Opportunity",
    "cluster": "Cluster",
    "sector": "Sector",
    "status": "Status",
    "disabled": "Disabled",
    "source_file": "Source file",
}
"""Headings of what is told beside them: what a site made of its keywords stays with the site."""
HEADINGS = (KEYWORD, *MEASURES.values(), *SHOWN.values())
SIGNS = ("keyword", "opportunity", "cluster", "source file")
"""Headings by which it is known, also where people took columns out."""

FORMULA = re.compile("'*[=+\\-@\t\r\n\uff1d\uff0b\uff0d\uff20]")
MARKED = re.compile("'+[=+\\-@\t\r\n\uff1d\uff0b\uff0d\uff20]")


def mark(text: str) -> str:
    """The text as a cell that no spreadsheet runs."""
    return f"'{text}" if FORMULA.match(text) else text


def unmark(text: str) -> str:
    """What `mark` made the cell of."""
    return text[1:] if MARKED.match(text) else text


def reader(header: Header) -> RowReader | None:
    """Known by what no tool has beside each other; any text that a keyword can be may stand in it."""
    keyword = header.find("keyword")
    if keyword is None or not header.has(*SIGNS):
        return None
    measures = {name: MEASURE_IN[name](header.find(heading.lower())) for name, heading in MEASURES.items()}
    measures["parent_keyword"] = marked_in(header, "parent_keyword", parse_parent)
    measures["page_url"] = marked_in(header, "page_url", parse_page)
    known = {name: measure for name, measure in measures.items() if measure}
    return RowReader(keyword, known, in_table=False, unwrap=unmark)


def marked_in(header: Header, measure: str, parse: Callable[[str], str | None]) -> Measure | None:
    """Reads a text from its column, whose cells may be marked."""
    return read_column(header.find(MEASURES[measure].lower()), lambda text: parse(unmark(text)))


FORMAT = ExportFormat("igny8", reader)
