"""Every format, by the project's own samples: what is recognised and what each column becomes."""

from __future__ import annotations

import shutil
from decimal import Decimal
from pathlib import Path

import pytest

from igny8_lib.models import SearchIntent
from igny8_lib.planner.rows import KeywordRow
from tests.lib.planner.files import DEMO, REAL, SAMPLES, read

EXPECTED = [
    ("google_keyword_planner.csv", "google_keyword_planner", "utf-16", 30),
    ("google_keyword_planner_resaved.csv", "google_keyword_planner", "utf-8-sig", 21),
    ("google_ads_search_terms.csv", "google_ads", "utf-8", 4),
    ("search_console_compare.csv", "search_console", "utf-8", 5),
    ("search_console_hu.csv", "search_console", "utf-8", 5),
    ("search_console_en.csv", "search_console", "utf-8", 27),
    ("search_console_de.csv", "search_console", "utf-8", 16),
    ("search_console_fr.csv", "search_console", "utf-8", 15),
    ("search_console_es.csv", "search_console", "utf-8", 15),
    ("ahrefs_keywords_explorer.csv", "ahrefs_keywords_explorer", "utf-16", 25),
    ("ahrefs_site_explorer.csv", "ahrefs_site_explorer", "utf-16", 18),
    ("semrush_keyword_magic.csv", "semrush_keyword_magic", "utf-8", 24),
    ("semrush_organic_positions.csv", "semrush_organic_positions", "utf-8", 20),
    ("plain_list.txt", "plain_list", "utf-8", 15),
    ("plain_list_cp1251.txt", "plain_list", "cp1251", 16),
    ("plain_list_utf16.txt", "plain_list", "utf-16", 16),
    ("table_cp1252.csv", "table", "cp1252", 15),
]

REAL_EXPORTS = [
    ("gkp_car_repair_es.csv", "google_keyword_planner", 1433, 1049),
    ("gsc_disability_housing.csv", "search_console", 795, 795),
    ("ahrefs_keywords_explorer_payday_loans.csv", "ahrefs_keywords_explorer", 919, 510),
    ("semrush_keyword_magic_maps.csv", "semrush_keyword_magic", 2343, 0),
    ("plain_list_ru.txt", "plain_list", 47, 47),
]


def keyword(name: str, text: str) -> KeywordRow:
    return next(row for row in read(SAMPLES / name)[1] if row.text == text)


@pytest.mark.parametrize(("name", "export_format", "encoding", "rows"), EXPECTED)
def test_a_sample_is_recognised_by_content_alone(
    tmp_path: Path, name: str, export_format: str, encoding: str, rows: int
) -> None:
    shutil.copy(SAMPLES / name, tmp_path / "download (3).bin")
    export, keywords, refused = read(tmp_path / "download (3).bin")
    assert (export.format, export.encoding, len(keywords), refused) == (export_format, encoding, rows, [])


def test_the_demo_export_reads_as_200_queries() -> None:
    export, keywords, refused = read(DEMO)
    assert (export.format, refused) == ("search_console", [])
    assert 195 <= len({row.normalized for row in keywords}) == len(keywords) <= 205
    assert any('"turn key"' in row.text for row in keywords)
    assert "home expo perth 2025, perth convention centre, home modifications" in {row.text for row in keywords}


@pytest.mark.parametrize(("name", "export_format", "rows", "without_volume"), REAL_EXPORTS)
def test_a_real_export_is_read_whole(name: str, export_format: str, rows: int, without_volume: int) -> None:
    if not (REAL / name).is_file():
        pytest.skip("the real exports are not here")
    export, keywords, refused = read(REAL / name)
    assert (export.format, len(keywords), refused) == (export_format, rows, [])
    assert sum(row.volume is None for row in keywords) == without_volume


def test_keyword_planner_gives_volume_and_bids_but_no_difficulty() -> None:
    row = keyword("google_keyword_planner.csv", "best espresso machine under 500")
    assert (row.line, row.volume, row.cpc) == (5, 500, Decimal("0.78"))
    assert all(row.difficulty is None for row in read(SAMPLES / "google_keyword_planner.csv")[1])


def test_an_empty_volume_is_unknown_and_a_0_is_0() -> None:
    assert keyword("google_keyword_planner.csv", "how to descale an espresso machine").volume is None
    assert keyword("semrush_keyword_magic.csv", "how to stop puppy biting").volume == 0


def test_a_volume_range_becomes_keyword_planners_bucket() -> None:
    volumes = [row.volume for row in read(SAMPLES / "google_keyword_planner_resaved.csv")[1]]
    assert volumes[:6] == [500, 5000, 50_000, 500_000, 50, 500]


@pytest.mark.parametrize("language", ["de", "fr", "es"])
def test_search_console_speaks_the_users_language(language: str) -> None:
    rows = read(SAMPLES / f"search_console_{language}.csv")[1]
    assert [row.impressions for row in rows[:4]] == [1834, 912, 640, 88]
    assert all(row.volume is None for row in rows)


def test_a_query_with_a_line_break_is_one_row_and_the_lines_after_it_are_counted_right() -> None:
    fair, after = read(SAMPLES / "search_console_en.csv")[1][-2:]
    assert fair.text == "coffee fair 2026, town hall, saturday"
    assert (fair.line, after.line) == (27, 29)


def test_ahrefs_global_volume_is_never_the_volume() -> None:
    rows = read(SAMPLES / "ahrefs_keywords_explorer.csv")[1]
    assert rows[7].text == "are e bikes allowed on trails"
    assert (rows[7].volume, rows[7].difficulty, rows[7].intent) == (None, None, None)
    assert {row.volume for row in rows} == {None, 20, 90, 400, 1500, 2200}


def test_ahrefs_intents_are_read_from_a_list_and_from_columns() -> None:
    assert (
        keyword("ahrefs_keywords_explorer.csv", "e bike battery range in winter").intent is SearchIntent.TRANSACTIONAL
    )
    assert [row.intent for row in read(SAMPLES / "ahrefs_site_explorer.csv")[1][:4]] == [
        SearchIntent.INFORMATIONAL,
        SearchIntent.COMMERCIAL,
        SearchIntent.NAVIGATIONAL,
        None,
    ]


def test_semrush_gives_difficulty_intent_and_cost_per_click() -> None:
    row = keyword("semrush_keyword_magic.csv", "crate training at night")
    assert (row.volume, row.difficulty, row.cpc, row.intent) == (40, 41, Decimal("1.42"), SearchIntent.INFORMATIONAL)
    assert keyword("semrush_keyword_magic.csv", "how to stop puppy biting").difficulty is None


def test_decimal_commas_and_grouping_spaces_are_read() -> None:
    row = keyword("table_cp1252.csv", "coût d'une isolation par l'extérieur")
    assert (row.volume, row.difficulty, row.cpc) == (320, Decimal("12.5"), Decimal("1.10"))


def test_commas_are_part_of_a_keyword_in_a_list() -> None:
    assert keyword("plain_list.txt", "bed, breakfast and dog").line == 13
