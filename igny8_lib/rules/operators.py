"""The eight operators (SPEC §10): how each compares, how it is said, and how it is said that it does not hold.

This is the one table of them: a verdict and its explanation cannot differ.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from igny8_lib.rules.documents import Operator


@dataclass(frozen=True)
class Comparison:
    """One operator. It compares what both sides were made comparable to: numbers, folded texts, choices, flags."""

    words: str
    """Between a fact and a value in a sentence: "volume is at least 100"."""
    refusal: str
    """After a fact and what it is, where that does not hold: "volume 80 is not ≥ 100"."""
    unknown: str
    """After a fact that nobody knows: "volume is unknown, not ≥ 100"."""
    holds: Callable[[Any, Any], bool]
    """Whether it holds of what the item has and what the rule wants, in this order; both are known."""


COMPARISONS: Mapping[Operator, Comparison] = {
    Operator.EQ: Comparison("is", "is not {}", "not {}", lambda has, wanted: bool(has == wanted)),
    Operator.NE: Comparison("is not", "is excluded", "not other than {}", lambda has, excluded: bool(has != excluded)),
    Operator.GT: Comparison("is more than", "is not > {}", "not > {}", lambda has, least: bool(has > least)),
    Operator.GTE: Comparison("is at least", "is not ≥ {}", "not ≥ {}", lambda has, least: bool(has >= least)),
    Operator.LT: Comparison("is less than", "is not < {}", "not < {}", lambda has, most: bool(has < most)),
    Operator.LTE: Comparison("is at most", "is not ≤ {}", "not ≤ {}", lambda has, most: bool(has <= most)),
    Operator.IN: Comparison("is one of", "is not one of {}", "not one of {}", lambda has, wanted: has in wanted),
    Operator.CONTAINS: Comparison(
        "contains", "does not contain {}", "and does not contain {}", lambda has, part: part in has
    ),
}
