"""What a file is taken for, and which files are refused whole."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from igny8_lib.errors import InvalidInput
from igny8_lib.planner.formats.layout import DIRECTION, TOTAL
from igny8_lib.planner.lines import LONGEST_LINE
from igny8_lib.planner.numbers import is_figure
from igny8_lib.text.normalisation import normalise, refusal_reason
from tests.lib.planner.files import read, written

ANY_FOLDER = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("Date,Clicks,Impressions\n2026-01-01,5,90\n", "table of 3 columns, but none is headed Keyword"),
        ("Top pages,Clicks,Impressions,CTR,Position\nhttps://a.example,1,2,3%,4\n", "Top pages, Clicks"),
        ("name\tprice\n2\t20\n3\t90\n", "table of 2 columns"),
        ("<!DOCTYPE html><html><body>keyword</body></html>", "begins with '<!DOCTYPE"),
        ('{"keywords": "a"}', "begins with"),
        ('["a", "b"]', "begins with"),
        ("!!!\n???\n---\n", "no letter or digit"),
        ("\x01\x02\n\x03\x04\n", "control characters"),
        ("It was a bright cold day in April when all the clocks were striking thirteen.\n" * 5, "reads like prose"),
    ],
)
def test_a_file_that_is_no_keyword_export_is_refused_whole(tmp_path: Path, content: str, sentence: str) -> None:
    with pytest.raises(InvalidInput, match=sentence):
        read(written(tmp_path, content))


def test_a_folder_and_a_missing_file_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="is not a file"):
        read(tmp_path)
    with pytest.raises(InvalidInput, match="There is no file"):
        read(tmp_path / "nowhere.csv")


def test_a_line_without_end_is_refused_before_it_fills_the_memory(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="line 2: longer than"):
        read(written(tmp_path, "keyword\n" + "a" * (LONGEST_LINE + 1)))


def test_a_quote_that_never_closes_is_refused_where_it_opens(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="Line 3 opens a quote"):
        read(written(tmp_path, 'Keyword,Volume\nfine,10\n"never closed,20\n' + "more,30\n" * 20_000))


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_any_table_with_a_keyword_column_is_read(tmp_path: Path, delimiter: str, end: str) -> None:
    rows = (("Group", "Search term", "Volume"), ("a", "red shoes", "90"), ("b", "blue shoes", ""))
    path = written(tmp_path, end.join(delimiter.join(row) for row in rows))
    export, keywords, _ = read(path)
    assert export.format == "table"
    assert [(row.text, row.volume) for row in keywords] == [("red shoes", 90), ("blue shoes", None)]


def test_headings_below_a_preamble_are_found(tmp_path: Path) -> None:
    content = "Report of our agency\n\nMade on,2026-01-13\n\nKeyword,Volume\nred shoes,90\n"
    assert [(row.line, row.text) for row in read(written(tmp_path, content))[1]] == [(6, "red shoes")]


def test_a_list_about_keywords_loses_none_of_them(tmp_path: Path) -> None:
    content = "seo basics\nkeyword\nkeywords, and how to find them\nquery\n"
    export, keywords, _ = read(written(tmp_path, content))
    assert (export.format, len(keywords)) == ("plain_list", 4)


def test_a_list_in_the_notation_of_exact_matches_is_read(tmp_path: Path) -> None:
    assert [row.text for row in read(written(tmp_path, "[red shoes]\n+blue +shoes\n"))[1]] == [
        "[red shoes]",
        "+blue +shoes",
    ]


def test_a_heading_above_a_list_is_no_keyword(tmp_path: Path) -> None:
    assert [row.text for row in read(written(tmp_path, '"Keyword"\r\nred shoes\r\n"5"" nails"\r\n'))[1]] == [
        "red shoes",
        '5" nails',
    ]


def test_a_table_that_is_only_headings_has_no_rows(tmp_path: Path) -> None:
    export, keywords, refused = read(written(tmp_path, "Top queries,Clicks,Impressions,CTR,Position\n"))
    assert (export.format, keywords, refused) == ("search_console", [], [])


def test_rows_that_break_the_table_are_refused_with_their_line(tmp_path: Path) -> None:
    content = "Keyword,Volume\nred, shoes,90\n,\n\n,10\nKeyword,Volume\nblue shoes\nx,1,,\n"
    _, keywords, refused = read(written(tmp_path, content))
    assert [(row.line, row.text) for row in keywords] == [(7, "blue shoes"), (8, "x")]
    assert [(row.line, row.reason.split(":")[0]) for row in refused] == [
        (2, "3 cells under 2 headings"),
        (5, "no keyword"),
        (6, "the headings once more"),
    ]


any_text = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=30)
keyword_texts = any_text.filter(lambda text: refusal_reason(text) is None and not TOTAL.fullmatch(text.strip())).filter(
    lambda text: not is_figure(text.translate(DIRECTION))
)


@ANY_FOLDER
@given(st.lists(keyword_texts, min_size=1, max_size=20), st.sampled_from([",", ";", "\t"]))
def test_whatever_a_spreadsheet_quotes_comes_back(tmp_path: Path, texts: list[str], delimiter: str) -> None:
    table = io.StringIO(newline="")
    csv.writer(table, delimiter=delimiter).writerows([("Keyword", "Volume"), *((text, 7) for text in texts)])
    _, keywords, refused = read(written(tmp_path, table.getvalue()))
    assert [row.normalized for row in keywords] == [normalise(text) for text in texts]
    assert refused == []
    assert {row.volume for row in keywords} == {7}


@ANY_FOLDER
@given(st.binary(max_size=400))
def test_any_bytes_are_rows_or_an_invalid_input(tmp_path: Path, content: bytes) -> None:
    try:
        export, keywords, refused = read(written(tmp_path, content))
    except InvalidInput:
        return
    assert export.encoding
    assert all(row.text and row.normalized for row in keywords)
    assert all(row.reason for row in refused)


@ANY_FOLDER
@given(st.lists(any_text | st.sampled_from(["Keyword", '"', ",", ";", "\t", "\n", "\r", "1.234"]), max_size=25))
def test_any_text_is_rows_or_an_invalid_input(tmp_path: Path, pieces: list[str]) -> None:
    content = "Keyword,Volume\n" + "".join(pieces)
    try:
        _, keywords, _ = read(written(tmp_path, content))
    except InvalidInput:
        return
    assert all(row.line >= 2 for row in keywords)


@ANY_FOLDER
@given(
    st.lists(st.tuples(any_text, st.integers() | st.floats() | any_text), max_size=8),
    st.sampled_from([",", ";", "\t"]),
    st.sampled_from(["Keyword,Volume", "Terme,Nombre", "上位,数"]),
)
def test_no_row_of_numbers_becomes_a_keyword_below_headings(
    tmp_path: Path, rows: list[tuple[str, object]], delimiter: str, headings: str
) -> None:
    table = io.StringIO(newline="")
    writer = csv.writer(table, delimiter=delimiter)
    writer.writerows([headings.split(","), ("blue lamp", 1), ("red lamp", 2), *rows, (12, 34), ("1,5 %", 3)])
    try:
        _, keywords, _ = read(written(tmp_path, table.getvalue()))
    except InvalidInput:
        return
    assert not any(is_figure(row.text) for row in keywords)
    assert not {row.text for row in keywords} & {"Keyword", "Terme", "上位"}
