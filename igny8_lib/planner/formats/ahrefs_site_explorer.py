"""Ahrefs Site Explorer, organic keywords: the encoding of Keywords Explorer, other headings, an intent per column."""

from __future__ import annotations

from dataclasses import replace

from igny8_lib.models import SearchIntent
from igny8_lib.planner.formats.layout import Cells, ExportFormat, Header, Measure, RowReader, cell
from igny8_lib.planner.formats.table import reader_of_tool

OWN_HEADINGS = ("current url", "current position", "country code", "organic traffic", "current organic traffic")
MEASURES = ("volume", "difficulty", "cpc", "position", "page_url")

known = reader_of_tool(OWN_HEADINGS, "kd", MEASURES)


def reader(header: Header) -> RowReader | None:
    """Known by KD and volume beside what a site ranks with."""
    found, intent = known(header), first_true(header)
    return replace(found, measures=dict(found.measures) | {"intent": intent}) if found and intent else found


def first_true(header: Header) -> Measure | None:
    """The first intent whose column says true, in the order in which Keywords Explorer lists them."""
    found = {column: intent for intent in SearchIntent if (column := header.find(intent.value)) is not None}

    def read(cells: Cells) -> SearchIntent | None:
        return next((intent for column, intent in found.items() if cell(cells, column).lower() == "true"), None)

    return Measure(tuple(found), read) if found else None


FORMAT = ExportFormat("ahrefs_site_explorer", reader)
