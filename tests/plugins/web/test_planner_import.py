"""Importing keywords by a page: first the report, then the keywords; a bad file changes nothing."""

from __future__ import annotations

import pytest
from igny8_web.uploads import LONGEST_NAME, safe_name
from sqlalchemy import func, select
from starlette.testclient import TestClient

from igny8_lib.db.session import Sessions
from igny8_lib.models import Keyword
from tests.plugins.web.house import PAGES, House

PAGE = f"{PAGES}/sites/blog/planner/import"
PART = {"HX-Request": "true"}
EXPORT = "Keyword,Volume\noak floor,1200\npine floor,300\noak floor,900\n,50\n"


def send(browser: TestClient, content: str | bytes, *, name: str = "floors.csv", **fields: str) -> tuple[int, str]:
    """The status and the report."""
    answer = browser.post(PAGE, files={"file": (name, content)}, data=fields, headers=PART)
    return answer.status_code, answer.text


def stored(sessions: Sessions) -> int:
    with sessions() as session:
        return session.scalar(select(func.count()).select_from(Keyword)) or 0


def test_looking_tells_what_would_happen_and_changes_nothing(house: House, sessions: Sessions) -> None:
    status, report = send(house.browser("editor"), EXPORT)
    assert status == 200
    assert "4 read, 2 new, 1 merged as duplicates, 1 refused" in report
    assert "Nothing was changed yet" in report
    assert "a table of keywords" in report
    assert "utf-8" in report.lower()
    assert stored(sessions) == 0


def test_taking_over_imports_what_the_report_said(house: House, sessions: Sessions) -> None:
    status, report = send(house.browser("editor"), EXPORT, step="take", sector="Floors")
    assert status == 200
    assert "2\N{NO-BREAK SPACE}keywords taken over" in report
    with sessions() as session:
        found = session.scalars(select(Keyword).order_by(Keyword.id)).all()
        assert [(each.text, each.volume, each.source_file) for each in found] == [
            ("oak floor", 1200, "floors.csv"),
            ("pine floor", 300, "floors.csv"),
        ]


def test_refused_rows_are_told_with_line_and_reason_up_to_some_dozens(house: House) -> None:
    _, report = send(house.browser("editor"), EXPORT + ",1\n" * 60)
    assert report.count('data-l="Line"') == 40
    assert "21\N{NO-BREAK SPACE}more rows refused" in report


@pytest.mark.parametrize("content", [b"", b"\x00\x01\x02\xff", b"<html><body>no</body></html>", b"PK\x03\x04broken"])
@pytest.mark.parametrize("step", ["look", "take"])
def test_a_bad_file_is_told_in_place_and_changes_nothing(
    house: House, sessions: Sessions, content: bytes, step: str
) -> None:
    status, report = send(house.browser("editor"), content, step=step)
    assert status == 400
    assert 'role="alert"' in report
    assert "<html" not in report
    assert stored(sessions) == 0


def test_without_a_file_it_is_said_that_one_is_missing(house: House) -> None:
    answer = house.browser("editor").post(PAGE, data={"step": "look"}, headers=PART)
    assert answer.status_code == 422
    assert "file" in answer.text


def test_a_column_may_be_named_where_the_file_does_not_tell(house: House) -> None:
    two = "one,other\nred rose,garden bench\nblue rose,garden table\n"
    assert send(house.browser("editor"), two)[0] == 400
    assert "2 new" in send(house.browser("editor"), two, keyword_column="other")[1]


def test_without_script_the_whole_page_comes_with_the_report(house: House) -> None:
    answer = house.browser("editor").post(PAGE, files={"file": ("a.txt", "oak floor\npine floor\n")})
    assert "<html" in answer.text
    assert "2 new" in answer.text
    assert 'type="file"' in answer.text


def test_viewers_may_not_import(house: House) -> None:
    viewer = house.browser("viewer")
    assert viewer.get(PAGE).status_code == 403
    assert send(viewer, EXPORT, step="take")[0] == 403


@pytest.mark.parametrize(
    "name", ["<script>alert(1)</script>.csv", '"onmouseover="x.csv', "../../etc/passwd", "\u202egnp.csv"]
)
def test_names_of_files_cannot_break_the_page_or_leave_their_folder(house: House, name: str) -> None:
    status, report = send(house.browser("editor"), "oak floor\n<script>alert(1)</script>\n\n", name=name)
    assert status == 200
    assert "<script" not in report
    assert '"onmouseover' not in report
    assert "\u202e" not in report


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("keywords.csv", "keywords.csv"),
        ("C:\\Users\\me\\keywords.csv", "keywords.csv"),
        ("../../../etc/passwd", "passwd"),
        ("..", "file"),
        ("", "file"),
        ("a\x00b\n.csv", "ab.csv"),
        ("ключи.csv", "ключи.csv"),
        ("x" * 500 + ".csv", "x" * (LONGEST_NAME - 4) + ".csv"),
    ],
)
def test_a_file_keeps_the_readable_end_of_its_name(given: str, kept: str) -> None:
    assert safe_name(given) == kept
