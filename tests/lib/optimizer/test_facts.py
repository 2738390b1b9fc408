"""Numbers by their value and names by how they are written."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from igny8_lib.optimizer.facts import names, numbers


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("1,500", "1.500"),
        ("1500", "1\u00a0500"),
        ("1’234’567", "1,234,567"),
        ("2.50", "2,5"),
        ("1.234,56", "1,234.56"),
        ("٢٠٢٤", "2024"),
    ],
)
def test_one_number_may_be_written_in_several_ways(one: str, other: str) -> None:
    assert numbers(one).keys() == numbers(other).keys()


@pytest.mark.parametrize(("one", "other"), [("0.125", "125"), ("2.5", "25"), ("24.12.2026", "24122026"), ("½", "1")])
def test_different_numbers_stay_different(one: str, other: str) -> None:
    assert numbers(one).keys() != numbers(other).keys()


@given(st.integers(0, 10**12))
def test_grouping_never_changes_a_number(number: int) -> None:
    assert numbers(f"{number:,}").keys() == {str(number)}


@pytest.mark.parametrize(
    ("html", "language", "found"),
    [
        ("<p>We met Marie Curie at NASA. Roses grow.</p>", "en", ["Marie", "Curie", "NASA"]),
        ("<p>Roses grow. Tulips, too.</p>", "en", []),
        ("<h2>When To Prune Roses</h2><p>Now.</p>", "en", []),
        ("<p>An iPhone with IPv6, and WordPress.</p>", "en", ["iPhone", "IPv6", "WordPress"]),
        ("<p>He said I should go.</p>", "en", []),
        ("<p>Run it with <code>Foo Bar</code>.</p>", "en", []),
        ("<p>Dort steht ein Haus mit Garten.</p>", "de", []),
        ("<p>Dort traf er Angela Merkel bei der Deutschen Bahn.</p>", "de", ["Angela", "Merkel", "Deutschen", "Bahn"]),
        ("<p>Wenn Sie Rosen pflanzen, gelingt es.</p>", "de", []),
        ("<p>Die DSGVO gilt auch für WordPress.</p>", "de", ["DSGVO", "WordPress"]),
        ("<p>Мы живём в Москве с 1990 года.</p>", "ru", ["Москве"]),
        ("<p>新しい Sony の カメラ です。</p>", "ja", ["Sony"]),
        ("<p>WE NEVER STOP</p>", "en", []),
        ("<p>She read O'Brien and Jean-Luc.</p>", "en", ["O'Brien", "Jean-Luc"]),
    ],
)
def test_names_are_told_by_their_writing(html: str, language: str, found: list[str]) -> None:
    assert names(html, language) == found
