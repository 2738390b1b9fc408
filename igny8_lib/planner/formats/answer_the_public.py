"""AnswerThePublic and its like: the suggestions are the keywords; what stands under Keyword is the word asked about.

It repeats in every row, or is missing, so headings of other tables would tell the wrong column or none.
"""

from __future__ import annotations

from igny8_lib.planner.formats.layout import ExportFormat, Header, RowReader
from igny8_lib.planner.formats.table import reader_of


def reader(header: Header) -> RowReader | None:
    """Known by suggestions beside the modifiers that they are made with."""
    suggestion = header.find("suggestion", "suggestions")
    if suggestion is None or header.find("modifier", "modifiers", "modifier type") is None:
        return None
    return reader_of(header, suggestion, ("volume", "cpc"))


FORMAT = ExportFormat("answer_the_public", reader)
