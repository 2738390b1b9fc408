"""Ahrefs Keywords Explorer: UTF-16LE with its mark, tabs, every field quoted.

`Volume` is the country's; `Global volume` is never the volume. Intents are a list with other labels among them. Its
clicks are everybody's, not one site's, and are left aside.
"""

from __future__ import annotations

from igny8_lib.planner.formats.layout import ExportFormat
from igny8_lib.planner.formats.table import reader_of_tool

OWN_HEADINGS = ("global volume", "parent keyword", "parent topic", "traffic potential")
MEASURES = ("volume", "difficulty", "cpc", "intent", "parent_keyword")

FORMAT = ExportFormat("ahrefs_keywords_explorer", reader_of_tool(OWN_HEADINGS, "difficulty", MEASURES))
