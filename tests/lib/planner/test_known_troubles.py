"""The exports that once went wrong, each with all that is right about it; absent where the cases are."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.lib.planner.files import SHARED, read

CASES = SHARED / "cases"
SEARCH_CONSOLE = [("blue lamp", 3, 120, "7.10"), ("green lamp", 1, 40, "9.00"), ("old lamp", 0, 5, "31.00")]

SEEN = {
    "A1_gsc_languages/it.csv": SEARCH_CONSOLE,
    "A1_gsc_languages/ja.csv": SEARCH_CONSOLE,
    "A1_gsc_languages/nl.csv": SEARCH_CONSOLE,
    "A1_gsc_languages/pl.csv": SEARCH_CONSOLE,
    "A1_gsc_languages/ru.csv": SEARCH_CONSOLE,
    "A1_gsc_languages/zh-CN.csv": SEARCH_CONSOLE,
    "A2_gsc_compare.csv": [("blue lamp", 3, 120, "7.00"), ("green lamp", 0, 40, "9.00")],
}
"""Keyword, clicks, impressions and position of each row."""
KEYWORDS = {
    "A3_table_as_list/google_ads_keywords.csv": ["blue lamp", "green lamp"],
    "A3_table_as_list/google_ads_terms.csv": ["blue lamp"],
    "A3_table_as_list/preamble_unknown.csv": ["lampe bleue", "lampe verte"],
}
LETTERS = {"A4_code_pages/korean_cp949.csv": "cp949", "A4_code_pages/taiwan_big5_small.csv": "big5"}
"""The code page that each was written in."""
MEASURES = {
    "A5_measures_lost/moz_range_columns.csv": ("blue lamp", 50_000, 51, None),
    "A5_measures_lost/planner_ja.csv": ("青い ランプ", 50_000, None, None),
    "A5_measures_lost/semrush_semicolon.csv": ("blue lamp", 8100, 68, "informational"),
}
"""Keyword, volume, difficulty and intent of the one row."""


def case(name: str) -> Path:
    """The file of that case; the test is skipped where it is absent."""
    path = CASES / name
    if not path.is_file():
        pytest.skip(f"{name} is not here")
    return path


def test_every_export_among_the_cases_is_held_against_a_table() -> None:
    here = {path.relative_to(CASES).as_posix() for path in CASES.glob("A*/*")}
    here |= {path.name for path in CASES.glob("A*.*")}
    assert here <= {*SEEN, *KEYWORDS, *LETTERS, *MEASURES}


@pytest.mark.parametrize("name", SEEN)
def test_search_console_keeps_clicks_impressions_and_positions(name: str) -> None:
    export, keywords, refused = read(case(name))
    assert (export.format, refused) == ("search_console", [])
    assert [(row.text, row.clicks, row.impressions, str(row.position)) for row in keywords] == SEEN[name]


@pytest.mark.parametrize("name", KEYWORDS)
def test_of_a_table_exactly_the_keywords_are_read(name: str) -> None:
    assert [row.text for row in read(case(name))[1]] == KEYWORDS[name]


@pytest.mark.parametrize("name", LETTERS)
def test_a_code_page_gives_the_letters_it_was_written_in(name: str) -> None:
    path = case(name)
    _, *rows = path.read_text(LETTERS[name]).split("\n")
    _, keywords, refused = read(path)
    assert [f"{row.text},{row.volume}" for row in keywords] == [row for row in rows if row]
    assert refused == []


@pytest.mark.parametrize("name", MEASURES)
def test_a_known_tools_measures_are_read(name: str) -> None:
    _, keywords, refused = read(case(name))
    assert [(row.text, row.volume, row.difficulty, row.intent) for row in keywords] == [MEASURES[name]]
    assert refused == []
