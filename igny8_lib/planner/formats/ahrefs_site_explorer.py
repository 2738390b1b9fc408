"""Ahrefs Site Explorer, organic keywords: the encoding of Keywords Explorer, other headings, an intent per column."""

from __future__ import annotations

from igny8_lib.models import SearchIntent
from igny8_lib.planner.formats.layout import (
    Cells,
    ExportFormat,
    Header,
    Measure,
    RowReader,
    cell,
    count_in,
    cpc_in,
    difficulty_in,
    page_in,
    position_in,
)

OWN_HEADINGS = ("current url", "current position", "country code", "organic traffic", "current organic traffic")


def reader(header: Header) -> RowReader | None:
    """Known by KD and volume beside what a site ranks with."""
    keyword, volume = header.find("keyword"), header.find("volume")
    if keyword is None or volume is None or not header.has("kd") or not header.has_any(OWN_HEADINGS):
        return None
    return RowReader.of(
        keyword,
        volume=count_in(volume),
        difficulty=difficulty_in(header.find("kd")),
        cpc=cpc_in(header.find("cpc")),
        intent=first_true(header),
        position=position_in(header.find("current position", "position")),
        page_url=page_in(header.find("current url", "url")),
    )


def first_true(header: Header) -> Measure | None:
    """The first intent whose column says true, in the order in which Keywords Explorer lists them."""
    found = {column: intent for intent in SearchIntent if (column := header.find(intent.value)) is not None}

    def read(cells: Cells) -> SearchIntent | None:
        return next((intent for column, intent in found.items() if cell(cells, column).lower() == "true"), None)

    return Measure(tuple(found), read) if found else None


FORMAT = ExportFormat("ahrefs_site_explorer", reader)
