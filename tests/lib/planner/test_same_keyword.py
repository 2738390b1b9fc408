"""The same keyword in other characters is one keyword."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from igny8_lib.planner.importing import import_keywords
from tests.factories.sites import make_site
from tests.lib.planner.files import SHARED, written

CASE = SHARED / "cases" / "D5_same_keyword.json"
SAME = [
    ("men's lamp", "men\u2019s lamp"),
    ("cafe\u0301 lamp", "café lamp"),
    ("\uff33\uff25\uff2f lamp", "SEO lamp"),
    ("blue\u200b lamp", "blue lamp"),
]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_a_keyword_in_other_characters_is_merged(session: Session, tmp_path: Path, one: str, other: str) -> None:
    site = make_site(session)
    report = import_keywords(session, site.id, written(tmp_path, f"Keyword,Volume\n{one},10\n{other},20\n"))
    assert (report.added, report.merged, report.refused) == (1, 1, [])


@pytest.mark.skipif(not CASE.is_file(), reason="the known troubles are not here")
def test_the_pairs_among_the_known_troubles_are_the_same_keyword(session: Session, tmp_path: Path) -> None:
    pairs = json.loads(CASE.read_text())
    rows = [f"{text},10" for pair in pairs for text in pair]
    report = import_keywords(session, make_site(session).id, written(tmp_path, "\n".join(["Keyword,Volume", *rows])))
    assert (report.added, report.merged, report.refused) == (len(pairs), len(pairs), [])
