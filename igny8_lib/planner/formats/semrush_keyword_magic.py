"""Semrush Keyword Magic: UTF-8, commas; the trend is twelve numbers in one quoted field; an empty difficulty is not 0.

Competitive density is how many advertisers bid, and is left aside.
"""

from __future__ import annotations

from igny8_lib.planner.formats.layout import ExportFormat
from igny8_lib.planner.formats.table import reader_of_tool

OWN_HEADINGS = ("trend", "competitive density", "serp features", "number of results")
MEASURES = ("volume", "difficulty", "cpc", "intent")

FORMAT = ExportFormat("semrush_keyword_magic", reader_of_tool(OWN_HEADINGS, "keyword difficulty", MEASURES))
