"""Google Search Console, Queries: UTF-8, commas (semicolons in some locales), headings in the user's language.

There is no volume: impressions count how often the site was shown, which is not how often people searched.
A comparison of two periods has two columns for each figure ("Last 28 days Clicks", "Previous 28 days Clicks"); the
current period stands first and is taken. Where the headings are in a language that is not known here, the shape of the
table tells it (see `by_shape`).
"""

from __future__ import annotations

from collections.abc import Sequence

from igny8_lib.planner.formats.headings import CLICKS, IMPRESSIONS, KEYWORD, POSITION
from igny8_lib.planner.formats.layout import ExportFormat, Header, RowReader, count_in, position_in

PREVIOUS = ("previous", "vorherige", "précédent", "anterior", "precedent", "vorige", "предыдущ", "poprzedni", "同期")

SINGLE = ("text", "whole", "whole", "percent", "decimal")
COMPARED = ("text", "whole", "whole", "whole", "whole", "percent", "percent", "decimal", "decimal")
"""Query, clicks, impressions, CTR, position: the order is the same in every language."""


def reader(header: Header) -> RowReader | None:
    """Known by a column of queries beside clicks and impressions."""
    query = header.find(*KEYWORD)
    clicks, impressions = current(header, CLICKS), current(header, IMPRESSIONS)
    if query is None or impressions is None or clicks is None:
        return None
    return reader_of(query, clicks, impressions, current(header, POSITION))


def current(header: Header, names: Sequence[str]) -> int | None:
    """The figure's column; of two periods the current one's."""
    if (column := header.find(*names)) is not None:
        return column
    found = [column for column, name in enumerate(header.names) if name.endswith(tuple(f" {each}" for each in names))]
    recent = [column for column in found if not any(word in header.names[column] for word in PREVIOUS)]
    return next(iter(recent or found), None)


def reader_of(query: int, clicks: int, impressions: int, position: int | None) -> RowReader:
    """A reader of these columns."""
    return RowReader.of(
        query, clicks=count_in(clicks), impressions=count_in(impressions), position=position_in(position)
    )


def by_shape(kinds: Sequence[str]) -> RowReader | None:
    """The reader of a table whose columns hold what Search Console's hold; None where they do not."""
    if fits(kinds, SINGLE):
        return reader_of(0, 1, 2, 4)
    return reader_of(0, 1, 3, 7) if fits(kinds, COMPARED) else None


def fits(kinds: Sequence[str], shape: Sequence[str]) -> bool:
    """Whether the columns hold these kinds; a position or a percentage can be whole by chance."""
    return len(kinds) == len(shape) and all(
        kind == wanted or (wanted == "decimal" and kind == "whole") for kind, wanted in zip(kinds, shape, strict=True)
    )


FORMAT = ExportFormat("search_console", reader)
