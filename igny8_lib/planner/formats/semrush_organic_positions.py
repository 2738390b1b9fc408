"""Semrush Organic Positions: UTF-8, commas; a keyword stands there once for every URL that ranks for it."""

from __future__ import annotations

from igny8_lib.planner.formats.layout import (
    ExportFormat,
    Header,
    RowReader,
    count_in,
    cpc_in,
    difficulty_in,
    intent_in,
    page_in,
    position_in,
)


def reader(header: Header) -> RowReader | None:
    """Known by a position beside the search volume."""
    keyword, volume = header.find("keyword"), header.find("search volume")
    if keyword is None or volume is None or not header.has("position"):
        return None
    return RowReader.of(
        keyword,
        volume=count_in(volume),
        difficulty=difficulty_in(header.find("keyword difficulty", "keyword difficulty index")),
        cpc=cpc_in(header.starting("cpc")),
        intent=intent_in(header.find("keyword intents", "intents", "intent")),
        position=position_in(header.find("position")),
        page_url=page_in(header.find("url")),
    )


FORMAT = ExportFormat("semrush_organic_positions", reader)
