"""Ahrefs Keywords Explorer: UTF-16LE with its mark, tabs, every field quoted.

`Volume` is the country's; `Global volume` is never the volume. Intents are a list with other labels among them.
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
    parent_in,
)

OWN_HEADINGS = ("global volume", "parent keyword", "parent topic", "traffic potential")


def reader(header: Header) -> RowReader | None:
    """Known by difficulty and volume beside a heading that only this tool has."""
    keyword, volume = header.find("keyword"), header.find("volume")
    if keyword is None or volume is None or not header.has("difficulty") or not header.has_any(OWN_HEADINGS):
        return None
    return RowReader.of(
        keyword,
        volume=count_in(volume),
        difficulty=difficulty_in(header.find("difficulty")),
        cpc=cpc_in(header.find("cpc")),
        intent=intent_in(header.find("intents", "intent")),
        parent_keyword=parent_in(header.find("parent keyword", "parent topic")),
    )


FORMAT = ExportFormat("ahrefs_keywords_explorer", reader)
