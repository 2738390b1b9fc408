"""Semrush Keyword Magic: UTF-8, commas; the trend is twelve numbers in one quoted field; an empty difficulty is not 0.

Competitive density is how many advertisers bid, and is left aside.
"""

from __future__ import annotations

from igny8_lib.planner.formats.layout import (
    ExportFormat,
    Header,
    RowReader,
    count_in,
    cpc_in,
    difficulty_in,
    intent_in,
)

OWN_HEADINGS = ("trend", "competitive density", "serp features", "number of results")


def reader(header: Header) -> RowReader | None:
    """Known by its keyword difficulty beside a heading that only this tool has."""
    keyword, volume = header.find("keyword"), header.find("volume")
    if keyword is None or volume is None or not header.has("keyword difficulty") or not header.has_any(OWN_HEADINGS):
        return None
    return RowReader.of(
        keyword,
        volume=count_in(volume),
        difficulty=difficulty_in(header.find("keyword difficulty")),
        cpc=cpc_in(header.starting("cpc")),
        intent=intent_in(header.find("intent")),
    )


FORMAT = ExportFormat("semrush_keyword_magic", reader)
