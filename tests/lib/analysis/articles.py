"""Articles for the tests of the analysis, and one way to look at a single check."""

from __future__ import annotations

from typing import Any

from igny8_lib.analysis.analyse import analyse
from igny8_lib.analysis.facts import Facts
from igny8_lib.analysis.results import Analysis, Check

PLAIN = "We test every one of them in our own kitchen and write down what we see there. "
"""A sentence of 16 words without anything that a check looks for."""


def facts(**given: Any) -> Facts:
    """Facts of an English article about smoke alarms."""
    known: dict[str, Any] = {"language": "en", "primary_keyword": "smoke alarm", "hosts": frozenset({"homes.example"})}
    return Facts(**known | given)


def analysed(html: str, **given: Any) -> Analysis:
    """The article's analysis."""
    return analyse(html, facts(**given))


def check(name: str, html: str, **given: Any) -> Check:
    """One check of an article; it must have been made."""
    found = analysed(html, **given).check(name)
    assert found is not None, f"{name} was left out"
    return found


def points(name: str, html: str, **given: Any) -> int:
    """The points of one check."""
    return check(name, html, **given).points


def left_out(name: str, html: str, **given: Any) -> bool:
    """Whether a check was left out."""
    return analysed(html, **given).check(name) is None


def words(number: int) -> str:
    """A paragraph's text of so many words, in sentences of ten."""
    return " ".join(f"{'Word' if at % 10 == 0 else 'word'}{'.' if at % 10 == 9 else ''}" for at in range(number))


def marked(html: str, found: Check) -> list[str]:
    """The pieces of the HTML that a check points at."""
    return [html[place.start : place.end] for place in found.places]
