"""What an import keeps beyond volume, how it is told, and who helps it: hints, progress, the site's language."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from igny8_lib.errors import InvalidInput
from igny8_lib.models import Keyword, Sector
from igny8_lib.planner.importing import import_keywords
from igny8_lib.planner.recognition import ReadOptions
from igny8_lib.planner.report import ImportProgress
from tests.factories.sites import make_site
from tests.lib.planner.files import SAMPLES, texts, written

ORGANIC = "Keyword,Position,Search Volume,Keyword Difficulty,CPC,URL\n"


def test_the_page_of_the_best_position_is_kept(session: Session, tmp_path: Path) -> None:
    site = make_site(session)
    for rows in (
        "lamp,8,10,,,https://a.example/eight\nlamp,3,10,,,https://a.example/three\n",
        "lamp,5,10,,,https://a.example/five\n",
    ):
        import_keywords(session, site.id, written(tmp_path, ORGANIC + rows))
    (row,) = session.scalars(select(Keyword))
    assert (row.position, row.page_url) == (3, "https://a.example/three")
    import_keywords(session, site.id, written(tmp_path, ORGANIC + "lamp,1,10,,,https://a.example/one\n"))
    session.refresh(row)
    assert (row.position, row.page_url) == (1, "https://a.example/one")


def test_parents_clicks_and_positions_are_kept_and_merged(session: Session, tmp_path: Path) -> None:
    site = make_site(session)
    import_keywords(session, site.id, written(tmp_path, "Keyword,Volume,Parent Keyword\nblue lamp,10,lamp\n"))
    gsc = "Top queries,Clicks,Impressions,CTR,Position\nblue lamp,{},120,2.5%,{}\n"
    import_keywords(session, site.id, written(tmp_path, gsc.format(3, "7.1")))
    import_keywords(session, site.id, written(tmp_path, gsc.format(2, "9.4")))
    (row,) = session.scalars(select(Keyword))
    assert (row.parent_keyword, row.clicks, row.position) == ("lamp", 3, Decimal("7.10"))


def test_the_report_says_how_each_column_was_understood(session: Session) -> None:
    report = import_keywords(session, make_site(session).id, SAMPLES / "ahrefs_keywords_explorer.csv")
    uses = {column.heading: column.used_as for column in report.columns}
    assert (uses["Keyword"], uses["Parent Keyword"], uses["Volume"]) == ("keyword", "parent_keyword", "volume")
    assert uses["Global volume"] is None
    assert [column.number for column in report.columns] == list(range(1, len(report.columns) + 1))


def test_progress_is_told_after_each_block(session: Session, tmp_path: Path) -> None:
    path = written(tmp_path, "Keyword,Volume\n" + "".join(f"lamp {number},1\n" for number in range(12_000)))
    told: list[ImportProgress] = []
    import_keywords(session, make_site(session).id, path, progress=told.append)
    assert [(each.read, each.rows) for each in told] == [(5_000, 12_001), (10_000, 12_001), (12_000, 12_001)]


def test_a_sector_that_nobody_can_read_is_refused(session: Session, tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="cannot be used"):
        import_keywords(session, make_site(session).id, written(tmp_path, "lamp\n"), sector="\u200b")
    assert session.scalars(select(Sector)).all() == []


def test_the_sites_language_decides_between_code_pages(session: Session, tmp_path: Path) -> None:
    path = written(tmp_path, "램프\n".encode("cp949"))
    with pytest.raises(InvalidInput, match="could be"):
        import_keywords(session, make_site(session, language="en").id, path)
    site = make_site(session, language="ko-KR")
    assert import_keywords(session, site.id, path).encoding == "cp949"
    assert session.scalars(select(Keyword.text)).all() == ["램프"]


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("파란 램프 가격\n초록 의자 추천\n", "cp949"),
        ("檯燈 價格\n椅子 推薦\n桌子 比較\n窗簾 評價\n", "cp950"),
        ("μπλε λάμπα\nπράσινη καρέκλα\n", "cp1253"),
        ("มือถือ ราคา\nเก้าอี้ สีเขียว\nโคมไฟ\n", "cp874"),
        ("مصباح أزرق\nكرسي أخضر\n", "cp1256"),
        ("mėlyna lempa\nžalia kėdė\npigūs šviestuvai\n", "cp1257"),
        ("café à paris\nhôtel pas cher\n", "mac_roman"),
    ],
)
def test_small_files_in_code_pages_have_the_right_letters(tmp_path: Path, text: str, encoding: str) -> None:
    path = written(tmp_path, text, encoding)
    assert texts(path) == text.splitlines()
    assert texts(path, ReadOptions(encoding=encoding)) == text.splitlines()


def test_an_encoding_given_by_hand_is_used_or_refused(tmp_path: Path) -> None:
    path = written(tmp_path, "램프\n".encode("cp949"))
    assert texts(path, ReadOptions(encoding="euc-kr")) == ["램프"]
    for wrong in ("klingon", "base64", "idna", "utf\x00"):
        with pytest.raises(InvalidInput, match="is no encoding"):
            texts(path, ReadOptions(encoding=wrong))
    with pytest.raises(InvalidInput, match="cannot be read as that"):
        texts(path, ReadOptions(encoding="utf-8"))
