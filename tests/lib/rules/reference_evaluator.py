"""What conditions mean, written a second time and as plainly as possible: exact fractions, no table, no shared code.

It takes a condition as JSON has it and says True or False, nothing else.
"""

from __future__ import annotations

import json
import unicodedata
from fractions import Fraction
from typing import Any

NOTHING = {*"\u00ad\u200b\u200c\u200d\u2060\ufeff"}
TYPED = {"’": "'", "‘": "'", "`": "'", "“": '"', "”": '"', "–": "-", "—": "-"}


def fold(text: str) -> str:
    """A text as keywords are compared, for the characters that the tests use."""
    plain = "".join(TYPED.get(character, character) for character in text if character not in NOTHING)
    plain = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", plain).casefold())
    return " ".join(plain.split())


def exact(number: Any) -> Fraction:
    """A number as its digits say it."""
    return Fraction(str(number))


def holds(kind: str, condition: str, value: Any) -> bool:
    """Whether a condition (JSON) holds of a value of this kind: "text", "texts", "number", "choice", "flag"."""
    read = json.loads(condition)
    operator, wanted = read["operator"], read["value"]
    if value is None:
        return False
    if operator == "contains":
        parts = [fold(each) for each in value] if kind == "texts" else fold(value)
        return fold(wanted) in parts
    if operator in ("eq", "ne"):
        return same(kind, value, wanted) is (operator == "eq")
    if operator == "in":
        return any(same(kind, value, each) for each in wanted)
    return in_order(operator, exact(value) - exact(wanted))


def in_order(operator: str, difference: Fraction) -> bool:
    """Whether two numbers with this difference stand in this order."""
    if difference == 0:
        return operator in ("gte", "lte")
    return operator in (("gt", "gte") if difference > 0 else ("lt", "lte"))


def same(kind: str, one: Any, other: Any) -> bool:
    """Whether two values are the same one."""
    if kind == "number":
        return exact(one) == exact(other)
    if kind == "text":
        return fold(one) == fold(other)
    return str(one) == str(other)
