"""One item of a trigger, as conditions see it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from igny8_lib.rules.conditions import Value


@dataclass(frozen=True, slots=True)
class Item:
    """A keyword, a cluster, … a run, or the site; `values` has every fact of the trigger, None where it is unknown."""

    id: int
    """0 for the site, which is the item of schedules."""
    name: str
    values: Mapping[str, Value | None]


def known(text: str | None) -> str | None:
    """A text, or None where it is blank: a condition does not tell nothing from unknown."""
    return text if text and text.strip() else None


def texts(values: object) -> tuple[str, ...]:
    """A list of texts as JSON kept it."""
    return tuple(each for each in values if isinstance(each, str)) if isinstance(values, list) else ()
