"""Semrush Organic Positions: UTF-8, commas; a keyword stands there once for every URL that ranks for it."""

from __future__ import annotations

from igny8_lib.planner.formats.layout import ExportFormat, Header, RowReader
from igny8_lib.planner.formats.table import reader_of

MEASURES = ("volume", "difficulty", "cpc", "intent", "position", "page_url")


def reader(header: Header) -> RowReader | None:
    """Known by a position beside the search volume."""
    keyword = header.find("keyword")
    return (
        reader_of(header, keyword, MEASURES)
        if keyword is not None and header.has("position", "search volume")
        else None
    )


FORMAT = ExportFormat("semrush_organic_positions", reader)
