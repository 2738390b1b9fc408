"""Parts of a whole, as rings and bars are drawn of them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Part:
    """One part; `start` and `share` are percentages of the whole, `value` is how it is written."""

    kind: str
    name: str
    value: str
    share: float
    start: float


def parts_of(amounts: Iterable[tuple[str, str, str, float]]) -> list[Part]:
    """Of (kind, name, value, amount), one after another; without a whole all shares are 0."""
    given = list(amounts)
    whole = sum(amount for *_, amount in given)
    found: list[Part] = []
    start = 0.0
    for kind, name, value, amount in given:
        share = 100 * amount / whole if whole else 0.0
        found.append(Part(kind, name, value, share, start))
        start += share
    return found
