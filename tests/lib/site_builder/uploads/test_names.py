"""File names: tidy, short, ASCII, and no way out of the folder."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from igny8_lib.site_builder.uploads.names import STEM_LENGTH, split_name, twin_key
from igny8_lib.site_builder.uploads.refusal import Unwanted


@pytest.mark.parametrize(
    ("name", "tidy"),
    [
        ("Our Prices (2026).PDF", ("our-prices-2026", "pdf")),
        ("Größe.jpeg", ("grosse", "jpeg")),
        ("日本.png", ("ri-ben", "png")),
        ("😀.png", ("file", "png")),
        ("", ("file", "")),
        (".htaccess", ("file", "htaccess")),
        ("..", ("file", "")),
        ("shell.php.jpg", ("shell-php", "jpg")),
        ("evil.html. . ", ("evil", "html")),
        ("a.pdf::$DATA", ("a-pdf-data", "")),
        ("%2e%2e%2fetc.txt", ("2e-2e-2fetc", "txt")),
        ("photo\u202egnp.exe", ("photognp", "exe")),
        ("CON.txt", ("file-con", "txt")),
        ("lpt1", ("file-lpt1", "")),
        ("ｆｉｌｅ．ｐｄｆ", ("file", "pdf")),
        ("Report v1.2 final", ("report-v1-2-final", "")),
        ("\ud800x.png", ("x", "png")),
    ],
)
def test_names_become_plain_words(name: str, tidy: tuple[str, str]) -> None:
    assert split_name(name) == tidy


@pytest.mark.parametrize("name", ["../x.png", "a/b.png", "c:\\x.png", "x\0.png", "..／x.png", "a＼b.png", "x" * 1_001])
def test_names_that_are_paths_or_endless_are_refused(name: str) -> None:
    with pytest.raises(Unwanted, match="its name has"):
        split_name(name)


@given(st.text(max_size=400))
def test_whatever_comes_is_a_short_ascii_name_that_is_its_own_tidy_form(name: str) -> None:
    try:
        stem, suffix = split_name(name)
    except Unwanted:
        return
    assert 1 <= len(stem) <= STEM_LENGTH + len("file-")
    assert set(stem + suffix) <= set("abcdefghijklmnopqrstuvwxyz0123456789-")
    assert not stem.startswith("-")
    assert not stem.endswith("-")
    if suffix:
        assert split_name(f"{stem}.{suffix}") == (stem, suffix)
    assert twin_key(twin_key(name)) == twin_key(name)


@given(st.text(alphabet="abcXYZ ÄöÉ.", max_size=20))
def test_names_that_differ_in_case_are_twins(name: str) -> None:
    assert twin_key(name.lower()) == twin_key(name)
