"""Whatever a file holds, and whatever it is packed in: rows come out, or one sentence."""

from __future__ import annotations

import csv
import gzip
import io
import random
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from igny8_lib.errors import InvalidInput
from igny8_lib.planner.numbers import is_figure
from tests.lib.planner.files import read, written

ANY_FOLDER = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
HEADINGS = ["Keyword", "Volume", "Top queries", "Clicks", "Begriff", "Zahl", "上位", "2025", "Suggestion", "Modifier"]


def packed(**members: bytes) -> bytes:
    """A ZIP archive of these members; two underscores stand for a slash, one for a point."""
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in members.items():
            file.writestr(name.replace("__", "/").replace("_", "."), content)
    return archive.getvalue()


def workbook_parts() -> dict[str, bytes]:
    """The parts of a workbook with a few rows."""
    book, saved = Workbook(), io.BytesIO()
    for row in (["Keyword", "Volume"], ["blue lamp", 12], ["green lamp", 3.5], ["Total", None]):
        book.active.append(row)
    book.save(saved)
    with zipfile.ZipFile(saved) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


PARTS = workbook_parts()


def repacked(parts: dict[str, bytes]) -> bytes:
    """A workbook of these parts."""
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as file:
        for name, content in parts.items():
            file.writestr(name, content)
    return archive.getvalue()


WRAPS: dict[str, Callable[[bytes], bytes]] = {
    "zip": lambda content: packed(a_csv=content, b_txt=content[::-1]),
    "gzip": gzip.compress,
    "gzip in a zip": lambda content: packed(a_csv=gzip.compress(content)),
    "zip in a gzip": lambda content: gzip.compress(packed(a_csv=content)),
    "workbook in a zip": lambda content: packed(a_xlsx=content),
    "what begins like gzip": lambda content: b"\x1f\x8b\x08" + content,
    "what begins like a zip": lambda content: b"PK\x03\x04" + content,
    "sheet": lambda content: repacked(PARTS | {"xl/worksheets/sheet1.xml": content}),
    "workbook": lambda content: repacked(PARTS | {"xl/workbook.xml": content}),
    "styles": lambda content: repacked(PARTS | {"xl/styles.xml": content}),
    "texts": lambda content: repacked(PARTS | {"xl/sharedStrings.xml": content}),
    "types": lambda content: repacked(PARTS | {"[Content_Types].xml": content}),
}


def rows_or_a_sentence(path: Path) -> list[str]:
    """The keywords of a file; none where it is refused. Anything else that is raised fails the test."""
    try:
        _, keywords, refused = read(path)
    except InvalidInput:
        return []
    assert all(row.text.strip() and row.normalized for row in keywords)
    assert all(row.reason for row in refused)
    return [row.text for row in keywords]


@pytest.mark.parametrize("wrap", WRAPS)
def test_any_bytes_are_rows_or_a_sentence_however_they_are_packed(tmp_path: Path, wrap: str) -> None:
    @settings(ANY_FOLDER, max_examples=40)
    @given(st.binary(max_size=300) | st.text(max_size=100).map(str.encode))
    @example(b"Keyword,Volume\nblue lamp,3\n")
    @example(b"")
    def check(content: bytes) -> None:
        rows_or_a_sentence(written(tmp_path, WRAPS[wrap](content)))

    check()


@ANY_FOLDER
@given(part=st.sampled_from(sorted(PARTS)), cut=st.floats(0, 1), piece=st.binary(max_size=20), drop=st.integers(0, 60))
def test_a_workbook_with_a_damaged_part_is_rows_or_a_sentence(
    tmp_path: Path, part: str, cut: float, piece: bytes, drop: int
) -> None:
    content = PARTS[part]
    place = int(cut * len(content))
    damaged = content[:place] + piece + content[place + drop :]
    rows_or_a_sentence(written(tmp_path, repacked(PARTS | {part: damaged})))


@ANY_FOLDER
@given(seed=st.integers(0, 2**32), flips=st.integers(1, 8), kind=st.sampled_from(["zip", "gzip", "xlsx"]))
def test_archives_with_flipped_bits_are_rows_or_a_sentence(tmp_path: Path, seed: int, flips: int, kind: str) -> None:
    table = b"Keyword,Volume\nblue lamp,3\n" * 20
    content = {"zip": packed(a_csv=table), "gzip": gzip.compress(table), "xlsx": repacked(PARTS)}[kind]
    damaged, dice = bytearray(content), random.Random(seed)  # noqa: S311 - damage, no secret
    for _ in range(flips):
        damaged[dice.randrange(len(damaged))] ^= 1 << dice.randrange(8)
    rows_or_a_sentence(written(tmp_path, bytes(damaged)))


cells = st.one_of(
    st.sampled_from([*HEADINGS, "blue lamp", "Total", "--", "", "1,5 %", "<10", "1K – 10K", "2026-01-01", "5 €"]),
    st.integers(-5, 10**7).map(str),
    st.floats(allow_nan=False, allow_infinity=False).map(str),
    st.text(max_size=12),
)


@ANY_FOLDER
@given(
    headings=st.lists(st.sampled_from(HEADINGS[:-3]), min_size=2, max_size=5, unique=True),
    rows=st.lists(st.lists(cells, min_size=1, max_size=5), max_size=12),
    delimiter=st.sampled_from([",", ";", "\t", "|"]),
    encoding=st.sampled_from(["utf-8", "utf-16", "utf-8-sig"]),
)
def test_below_headings_neither_a_number_nor_a_heading_is_a_keyword(
    tmp_path: Path, headings: list[str], rows: list[list[str]], delimiter: str, encoding: str
) -> None:
    table = io.StringIO(newline="")
    writer = csv.writer(table, delimiter=delimiter, quoting=csv.QUOTE_ALL)
    writer.writerows([headings, *rows])
    content = table.getvalue().encode(encoding, "replace")
    found = rows_or_a_sentence(written(tmp_path, content))
    assert not [text for text in found if is_figure(text)]
    assert set(found) & set(headings) <= {text.strip() for row in rows for text in row}
