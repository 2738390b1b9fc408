"""A site's keywords as CSV, block by block: no list of all of them is ever in memory, and no transaction stays open
while somebody reads slowly."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from dataclasses import replace
from io import StringIO

from igny8_lib.db.session import Sessions
from igny8_lib.planner.formats.own_export import HEADINGS, MEASURES, SHOWN, mark
from igny8_lib.planner.listing import ALL, KeywordFilter, ListedKeyword, list_keywords

AT_ONCE = 2_000
"""Keywords of one block, which is one statement."""
BYTE_ORDER_MARK = "\ufeff"
"""Without it Excel takes UTF-8 for the code page of its country."""
COLUMNS = ("text", *MEASURES, *SHOWN)


def csv_blocks(sessions: Sessions, site_id: int, wanted: KeywordFilter = ALL) -> Iterator[str]:
    """The wanted keywords, oldest first, as the text of a CSV file: the headings, then some thousand rows at a time.

    `igny8 keywords import` reads it back. Raises InvalidInput for a filter that cannot be, before the first block.
    """
    yield BYTE_ORDER_MARK + rows_of([HEADINGS])
    after = 0
    while True:
        with sessions() as session:
            block = list_keywords(session, site_id, replace(wanted, after=after), limit=AT_ONCE)
        if block:
            yield rows_of([cells_of(keyword) for keyword in block])
        if len(block) < AT_ONCE:
            return
        after = block[-1].id


def rows_of(rows: Sequence[Sequence[str]]) -> str:
    """Rows as CSV."""
    text = StringIO()
    csv.writer(text, lineterminator="\r\n").writerows(rows)
    return text.getvalue()


def cells_of(keyword: ListedKeyword) -> list[str]:
    """A keyword as the cells of its row; what is unknown is empty."""
    return [mark(cell_of(getattr(keyword, name))) for name in COLUMNS]


def cell_of(value: object) -> str:
    """A value as people and programs read it."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "" if value is None else str(value)
