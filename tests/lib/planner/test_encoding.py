"""Which encoding a file has."""

from __future__ import annotations

from pathlib import Path

import pytest

from igny8_lib.errors import InvalidInput
from igny8_lib.planner.encoding import CHUNK, detect_encoding
from tests.lib.planner.files import read, written

RUSSIAN = "ремонт старых окон\nутепление деревянных окон\nзамена стеклопакета цена\n"
FRENCH = "café à paris\nhôtel pas cher\nécole de ski\noù manger\n"
GERMAN = "möbel günstig kaufen\nküche für kleine räume\nstraßenbau\n"


@pytest.mark.parametrize("text", [RUSSIAN, FRENCH, GERMAN, "plain english\nkeywords\n", "東京 ホテル\n大阪 旅行\n"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_unicode_is_read_with_and_without_its_mark(tmp_path: Path, text: str, encoding: str) -> None:
    path = written(tmp_path, text, encoding)
    assert [keyword.text for keyword in read(path)[1]] == text.splitlines()


def test_big_endian_with_its_mark_is_read(tmp_path: Path) -> None:
    path = written(tmp_path, b"\xfe\xff" + RUSSIAN.encode("utf-16-be"))
    assert [keyword.text for keyword in read(path)[1]] == RUSSIAN.splitlines()


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        (RUSSIAN, "cp1251"),
        (FRENCH, "cp1252"),
        (FRENCH, "latin-1"),
        (GERMAN, "latin-1"),
        ("plumbers – near me\ncafé\n", "cp1252"),
        ("kids’ shoes under £50\n45° corner sofa\n", "cp1252"),
        ("żółte buty\nłóżko tanie\nświece zapachowe\n", "cp1250"),
        ("東京 ホテル\n大阪 旅行\n", "cp932"),
        ("北京 酒店\n上海 旅游\n", "gb18030"),
    ],
)
def test_code_pages_are_told_apart_by_the_words_they_make(tmp_path: Path, text: str, encoding: str) -> None:
    path = written(tmp_path, text, encoding)
    assert [keyword.text for keyword in read(path)[1]] == text.splitlines()


def test_foreign_letters_at_the_end_of_a_long_file_are_seen(tmp_path: Path) -> None:
    path = written(tmp_path, ("plain english keyword\n" * CHUNK + FRENCH).encode("cp1252"))
    assert detect_encoding(path, "export") == "cp1252"


def test_a_letter_cut_in_two_by_the_reading_of_pieces_is_still_utf8(tmp_path: Path) -> None:
    path = written(tmp_path, b"a" * (CHUNK - 1) + "é\n".encode())
    assert detect_encoding(path, "export") == "utf-8"


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "is empty"),
        (b" \r\n\t\n", "is empty"),
        (b"PK\x03\x04rest", "archive that cannot be looked into"),
        (b"%PDF-1.7", "PDF"),
        (b"\x1f\x8b\x08", "gzip"),
        (b"\x89PNG\r\n", "picture"),
        (b"\x00\x00\x01\x02abc\x00\x00\x00", "binary"),
        (b"Keyword,Volume\nred\x00 shoes,90\nblue shoes,80\n", "binary"),
    ],
)
def test_what_is_no_text_is_refused_by_name(tmp_path: Path, content: bytes, sentence: str) -> None:
    with pytest.raises(InvalidInput, match=sentence):
        detect_encoding(written(tmp_path, content), "export")


def test_bytes_that_the_mark_does_not_promise_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="save it as UTF-8"):
        read(written(tmp_path, b"\xff\xfekeyword\xd8"))
