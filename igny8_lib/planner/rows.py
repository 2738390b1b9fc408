"""What a reader makes of one row of an export."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from igny8_lib.models import SearchIntent

QUOTED_LENGTH = 80


class KeywordRow(NamedTuple):
    """A keyword and its measures; a measure that is missing or cannot be read is None, never 0."""

    line: int
    """Physical line of the file (or row of the sheet) on which the row begins, from 1."""
    text: str
    normalized: str
    volume: int | None = None
    """Average monthly searches."""
    impressions: int | None = None
    """Search Console impressions in the exported period."""
    clicks: int | None = None
    """Search Console clicks in the exported period."""
    position: Decimal | None = None
    """Where the site stands in the results, 1 is the top; an average in Search Console."""
    difficulty: Decimal | None = None
    """SEO difficulty, 0 to 100; never the competition of advertisers."""
    cpc: Decimal | None = None
    """Cost per click, in the export's currency."""
    intent: SearchIntent | None = None
    parent_keyword: str | None = None
    """The keyword whose results answer this one, too, as the tool sees it: both belong together."""
    page_url: str | None = None
    """The page that ranks for it: keywords of one page belong together."""


MEASURES = KeywordRow._fields[3:]
"""What a row can tell of its keyword."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """A row that holds no keyword, and why."""

    line: int
    reason: str
    text: str
    """What stands there, shortened."""

    @classmethod
    def of(cls, line: int, reason: str, text: str) -> Refusal:
        """A refusal with the text made printable and short."""
        return cls(line, reason, shorten(text))


def shorten(text: str) -> str:
    """The text made printable, and cut to what a sentence can quote."""
    shown = " ".join(make_printable(text[: 2 * QUOTED_LENGTH]).split())
    return shown if len(shown) <= QUOTED_LENGTH else shown[: QUOTED_LENGTH - 1] + "…"


def make_printable(text: str) -> str:
    """The text with spaces for what cannot be shown, the undecodable bytes of file names among it."""
    return "".join(char if char.isprintable() else " " for char in text)
