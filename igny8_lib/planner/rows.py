"""What a reader makes of one row of an export."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from igny8_lib.models import SearchIntent

QUOTED_LENGTH = 80


@dataclass(frozen=True, slots=True)
class KeywordRow:
    """A keyword and its measures; a measure that is missing or cannot be read is None, never 0."""

    line: int
    """Physical line of the file on which the row begins, from 1."""
    text: str
    normalized: str
    volume: int | None = None
    """Average monthly searches."""
    impressions: int | None = None
    """Search Console impressions in the exported period."""
    difficulty: Decimal | None = None
    """SEO difficulty, 0 to 100; never the competition of advertisers."""
    cpc: Decimal | None = None
    """Cost per click, in the export's currency."""
    intent: SearchIntent | None = None


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
        shown = "".join(char if char.isprintable() else " " for char in text[: 2 * QUOTED_LENGTH])
        shown = " ".join(shown.split())
        return cls(line, reason, shown if len(shown) <= QUOTED_LENGTH else shown[: QUOTED_LENGTH - 1] + "…")
