"""`igny8 analyze`: any file of HTML, for people and as JSON, with a sentence for what cannot be read."""

from __future__ import annotations

import io
import sys
from pathlib import Path

import pytest
from rich.cells import cell_len

from igny8_lib.commands import analyze, output
from tests.lib.analysis.test_page import PAGE
from tests.lib.commands.conftest import Igny8, Shell

FRAGMENT = "<p>Smoke alarms age.</p>\n<h4></h4>\n<p>Test each <a href='/x'>smoke alarm</a>.</p>\n"


@pytest.fixture
def fragment(tmp_path: Path) -> Path:
    file = tmp_path / "article.html"
    file.write_text(FRAGMENT, "utf-8")
    return file


def test_a_fragment_with_a_keyphrase_as_json(igny8: Igny8, fragment: Path) -> None:
    code, told = igny8("analyze", str(fragment), "--language", "en", "--keyphrase", "smoke alarm", "--title", "Alarms")
    assert (code, told["title"], told["keyphrase"], told["language"]) == (0, "Alarms", "smoke alarm", "en")
    checks = {check["name"]: check for check in told["checks"]}
    assert checks["keyphrase_introduction"]["points"] == 9
    start, end = checks["keyphrase_introduction"]["places"][0]
    assert FRAGMENT[start:end] == "Smoke alarms"
    assert checks.keys() >= {"flesch", "heading_structure", "call_to_action"}
    assert set(told["weakest"]) == {name for name, check in checks.items() if check["points"] < 9}
    assert 0 <= told["overall"] <= 100


def test_a_page_tells_its_own_title_description_language_and_host(igny8: Igny8, tmp_path: Path) -> None:
    file = tmp_path / "page.html"
    file.write_text(PAGE.replace("Text.", "<a href='https://homes.example/y'>Text</a>."), "utf-8")
    code, told = igny8("analyze", str(file), "--keyphrase", "smoke alarm")
    assert (code, told["language"], told["title"]) == (0, "en-GB", "Smoke alarms")
    assert told["measures"]["internal_links"] == 1
    assert told["measures"]["words"] == 3
    checks = {check["name"]: check["points"] for check in told["checks"]}
    assert checks["keyphrase_slug"] == 9
    assert checks["meta_description_length"] == 6
    assert "keyphrase_meta_title" in checks
    over = igny8("analyze", str(file), "--keyphrase", "smoke alarm", "--slug", "x", "--meta-title", "Smoke alarm")[1]
    assert {check["name"]: check["points"] for check in over["checks"]}["keyphrase_slug"] == 3


def test_the_input_is_read_where_the_file_is_a_dash(igny8: Igny8, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO("<p>Über</p>".encode("cp1252"))))
    code, told = igny8("analyze", "-", "--language", "de")
    assert (code, told["measures"]["words"]) == (0, 1)


def test_people_read_what_to_mend_first_with_its_lines(shell: Shell, fragment: Path) -> None:
    code, printed = shell("analyze", str(fragment), "--language", "fi")
    assert code == 0
    assert "of 100 (SEO" in printed
    first = next(line for line in printed.splitlines() if line.startswith("│"))
    assert "No keyphrase is set" in first
    assert any("out of order" in line and "│ 2 " in line for line in printed.splitlines())
    assert "Not measured: The Flesch reading ease" in printed


def test_no_line_is_longer_than_a_narrow_terminal(
    shell: Shell, fragment: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(output.console, "_width", 80)
    code, printed = shell("analyze", str(fragment), "--language", "ja", "--title", "Everything about alarms " * 9)
    assert code == 0
    assert max(map(cell_len, printed.splitlines())) <= 80, printed


@pytest.mark.parametrize(
    ("content", "arguments", "sentence"),
    [
        (b"<p>x</p>", [], "name it: --language en"),
        (b"<p>x</p>", ["--language", "english please"], "no code of a language"),
        (b" \n", ["--language", "en"], "is empty"),
        (b"\x89PNG\0\0", ["--language", "en"], "NUL"),
    ],
)
def test_what_cannot_be_analysed_is_bad_input_in_one_sentence(
    content: bytes, arguments: list[str], sentence: str, igny8: Igny8, tmp_path: Path
) -> None:
    file = tmp_path / "x.html"
    file.write_bytes(content)
    code, told = igny8("analyze", str(file), *arguments)
    assert (code, told["error"]) == (2, "InvalidInput")
    assert sentence in told["message"]


def test_a_large_file_a_folder_and_no_file_are_bad_input(
    igny8: Igny8, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(analyze, "MOST_BYTES", 100)
    large = tmp_path / "large.html"
    large.write_bytes(b"x" * 101)
    for file, sentence in ((large, "larger than"), (tmp_path, "directory"), (tmp_path / "none", "No such file")):
        code, told = igny8("analyze", str(file), "--language", "en")
        assert (code, sentence in told["message"]) == (2, True)
