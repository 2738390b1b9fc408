"""Style sheets of our own: short, and without rules for what no page has."""

from __future__ import annotations

import re
from pathlib import Path

import igny8_web
import pytest

WEB = Path(igny8_web.__file__).parent
SHEETS = sorted((WEB / "static").glob("*.css"))
MOST_LINES = 350
OF_OTHERS = re.compile(r"jodit-")
"""Classes that the editor makes in the browser."""


def words_of_pages() -> set[str]:
    """Every word that could be a class: of templates and scripts, and the texts of the programs that fill them."""
    pages = [*WEB.rglob("*.html"), *(WEB / "static").glob("*.js")]
    written = " ".join(path.read_text(encoding="utf-8") for path in pages)
    programs = " ".join(path.read_text(encoding="utf-8") for path in WEB.rglob("*.py"))
    said = " ".join(re.findall(r'"([^"\n]{1,12})"', programs))
    return set(re.findall(r"[A-Za-z][\w-]*", f"{written} {said}"))


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda sheet: sheet.name)
def test_a_style_sheet_is_short_and_styles_only_what_pages_have(sheet: Path) -> None:
    rules = sheet.read_text(encoding="utf-8")
    assert len(rules.splitlines()) <= MOST_LINES
    selectors = re.sub(r"\{[^{}]*\}", " ", rules)
    classes = set(re.findall(r"\.([A-Za-z][\w-]*)", selectors))
    assert not {each for each in classes - words_of_pages() if not OF_OTHERS.match(each)}
