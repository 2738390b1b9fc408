"""Workbooks, ZIP archives and gzip: the table found inside, and nothing unpacked beyond bounds."""

from __future__ import annotations

import contextlib
import gzip
import io
import zipfile
from pathlib import Path

import pytest
from openpyxl import Workbook

from igny8_lib.errors import InvalidInput
from igny8_lib.planner import sources, unpack, workbook
from igny8_lib.planner.recognition import ReadOptions
from tests.lib.planner.files import read, texts

QUERIES = "Meine Abfragen,K,I,CTR,P\nblue lamp,3,120,2.5%,7.1\ngreen lamp,1,40,2.5%,9\n"
COUNTRIES = "Herkunft,K,I,CTR,P\nGermany,3,120,2.5%,7.1\nFrance,1,40,2.5%,9\n"
DATES = "Datum,K,I,CTR,P\n2026-01-01,3,120,2.5%,7.1\n"


def make_zip(path: Path, **members: str | bytes) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name.replace("_", "."), content)
    return path


def make_workbook(path: Path, **sheets: list[list[object]]) -> Path:
    book = Workbook()
    book.remove(book.active)
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    book.save(path)
    return path


def test_the_queries_of_a_search_console_archive_are_found(tmp_path: Path) -> None:
    path = make_zip(tmp_path / "x.zip", Daten_csv=DATES, Orte_csv=COUNTRIES, Abfragen_csv=QUERIES)
    export, keywords, _ = read(path)
    assert [(row.text, row.impressions) for row in keywords] == [("blue lamp", 120), ("green lamp", 40)]
    assert export.source.name == "x.zip, Abfragen.csv"


def test_a_table_of_an_archive_can_be_named(tmp_path: Path) -> None:
    path = make_zip(tmp_path / "x.zip", a_csv="Keyword,Volume\nred lamp,1\n", b_csv="Keyword,Volume\nblue lamp,1\n")
    export = read(path)[0]
    assert export.left_out == ("x.zip, b.csv",)
    assert texts(path, ReadOptions(table="b.csv")) == ["blue lamp"]
    with pytest.raises(InvalidInput, match=r"has no table 'c\.csv'"):
        read(path, ReadOptions(table="c.csv"))


def test_a_workbook_is_read_like_the_text_it_was_made_from(tmp_path: Path) -> None:
    rows: list[list[object]] = [
        ["Top queries", "Clicks", "Impressions", "CTR", "Position"],
        ["blue lamp", 3, 120.0, 0.025, 7.1],
    ]
    path = make_workbook(tmp_path / "x.xlsx", Chart=[["Date", "Clicks"], ["2026-01-01", 2]], Queries=rows)
    export, (row,), _ = read(path)
    assert (export.format, export.encoding, export.source.name) == ("search_console", "xlsx", "x.xlsx, sheet Queries")
    assert (row.text, row.clicks, row.impressions, str(row.position), row.line) == ("blue lamp", 3, 120, "7.10", 2)


def test_a_sheet_of_one_column_is_a_list(tmp_path: Path) -> None:
    assert texts(make_workbook(tmp_path / "x.xlsx", List=[["blue lamp"], ["red lamp"]])) == ["blue lamp", "red lamp"]


def test_gzip_and_a_workbook_in_an_archive_are_unpacked(tmp_path: Path) -> None:
    packed = tmp_path / "x.csv.gz"
    packed.write_bytes(gzip.compress(QUERIES.encode()))
    assert texts(packed) == ["blue lamp", "green lamp"]
    book = make_workbook(tmp_path / "x.xlsx", S=[["Keyword", "Volume"], ["blue lamp", 5]])
    assert texts(make_zip(tmp_path / "y.zip", x_xlsx=book.read_bytes())) == ["blue lamp"]


def test_the_names_in_an_archive_lead_nowhere(tmp_path: Path) -> None:
    path = tmp_path / "inner" / "x.zip"
    path.parent.mkdir()
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("../../evil.csv", QUERIES)
        archive.writestr(str(tmp_path / "absolute.csv"), QUERIES)
    assert texts(path) == ["blue lamp", "green lamp"]
    assert sorted(each.name for each in tmp_path.rglob("*.csv")) == []


def test_what_grows_beyond_measure_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unpack, "MAX_BYTES", 1 << 20)
    bomb = b"Keyword\n" + b"a lamp\n" * (1 << 20)
    packed = tmp_path / "x.gz"
    packed.write_bytes(gzip.compress(bomb))
    for path in (packed, make_zip(tmp_path / "x.zip", a_csv=bomb)):
        with pytest.raises(InvalidInput, match="too large"):
            read(path)
    monkeypatch.setattr(workbook, "MAX_UNPACKED", 1_000)
    with pytest.raises(InvalidInput, match="too large a workbook"):
        read(make_workbook(tmp_path / "x.xlsx", S=[["Keyword"]] + [["a lamp"]] * 10))


def test_a_file_of_too_many_lines_is_refused_before_a_row_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sources, "MAX_ROWS", 100)
    (tmp_path / "x.csv").write_text("Keyword,Volume\n" + "lamp,1\n" * 100)
    with pytest.raises(InvalidInput, match="101 lines or more, at most 100 are imported at once"):
        read(tmp_path / "x.csv")
    with pytest.raises(InvalidInput, match="at most 100 are imported"):
        read(make_workbook(tmp_path / "x.xlsx", S=[["Keyword", "Volume"]] + [["a lamp", 1]] * 101))


@pytest.mark.parametrize("cut", [5, 40, 200, 900])
def test_damaged_archives_are_read_or_refused(tmp_path: Path, cut: int) -> None:
    book = make_workbook(tmp_path / "x.xlsx", S=[["Keyword"], ["a lamp"]]).read_bytes()
    packed = make_zip(tmp_path / "x.zip", a_csv=QUERIES * 50).read_bytes()
    squeezed = gzip.compress((QUERIES * 50).encode())
    for content in (book, packed, squeezed):
        for broken in (content[:cut], content[:cut] + bytes(8) + content[cut + 8 :]):
            (tmp_path / "broken").write_bytes(broken)
            with contextlib.suppress(InvalidInput):  # nothing else may come out
                read(tmp_path / "broken")


def test_archives_without_tables_and_with_too_many_files_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="archive without a table"):
        read(make_zip(tmp_path / "x.zip", a_png=b"x"))
    many = io.BytesIO()
    with zipfile.ZipFile(many, "w") as archive:
        for number in range(101):
            archive.writestr(f"{number}.csv", "a")
    (tmp_path / "y.zip").write_bytes(many.getvalue())
    with pytest.raises(InvalidInput, match="holds 101 files"):
        read(tmp_path / "y.zip")
