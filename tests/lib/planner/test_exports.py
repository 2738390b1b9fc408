"""Exports in unknown words: what each column is taken for, what is left out, and what is never a keyword."""

from __future__ import annotations

from pathlib import Path

import pytest

from igny8_lib.errors import InvalidInput
from igny8_lib.planner.naming import NamedColumns
from igny8_lib.planner.recognition import ReadOptions
from tests.lib.planner.files import SHARED, read, texts, written

GSC_ROWS = "blue lamp,3,120,2.5%,7.1\ngreen lamp,1,40,2.5%,9\nold lamp,0,5,0%,31\n"
CASES = SHARED / "cases"


@pytest.mark.parametrize(
    "headings",
    [
        "Query principali,Clic,Impressioni,CTR,Posizione",
        "上位のクエリ,クリック数,表示回数,CTR,掲載順位",
        "Najpopularniejsze zapytania,Kliknięcia,Wyświetlenia,CTR,Pozycja",
        "热门查询,点击次数,展示,点击率,排名",
        "Leggyakoribb lekérdezések,Kattintások,Megjelenések,Átkattintási arány,Pozíció",
        "أهم الاستعلامات,النقرات,مرات الظهور,نسبة النقر إلى الظهور,الموضع",
        "क्वेरी सबसे ऊपर,क्लिक की संख्या,इंप्रेशन,सीटीआर,क्रम",
    ],
)
def test_search_console_is_read_in_any_language(tmp_path: Path, headings: str) -> None:
    export, keywords, refused = read(written(tmp_path, f"{headings}\n{GSC_ROWS}"))
    assert (export.format, refused) == ("search_console", [])
    assert [(row.text, row.clicks, row.impressions, str(row.position)) for row in keywords] == [
        ("blue lamp", 3, 120, "7.10"),
        ("green lamp", 1, 40, "9.00"),
        ("old lamp", 0, 5, "31.00"),
    ]


@pytest.mark.parametrize(
    "words", [("Last 28 days", "Previous 28 days"), ("28 nap", "előző 28 nap"), ("1/1/26", "1/1/25")]
)
def test_of_two_periods_the_current_one_is_taken(tmp_path: Path, words: tuple[str, str]) -> None:
    metrics = ("Clicks", "Impressions", "CTR", "Position") if words[0] != "28 nap" else ("A", "B", "C", "D")
    headings = ",".join(f"{period} {metric}" for metric in metrics for period in words)
    content = f"Top queries,{headings}\nblue lamp,3,1,120,90,2.5%,1.1%,7,8\ngreen lamp,0,2,40,60,0%,3.3%,9,6\n"
    assert [(row.clicks, row.impressions, row.position) for row in read(written(tmp_path, content))[1]] == [
        (3, 120, 7),
        (0, 40, 9),
    ]


@pytest.mark.parametrize(
    "content",
    [
        "Countries of ours,X,Y,Z,W\nGermany,3,120,2.5%,7.1\nFrance,1,40,2.5%,9\n",
        "Land,Klicks,Impressionen,CTR,Position\nfrankreich,3,120,2.5%,7.1\nitalien,1,40,2.5%,9\n",
        "Seiten,a,b\nhttps://a.example/1,2,3\nhttps://a.example/2,2,3\n",
    ],
)
def test_the_other_sheets_of_search_console_are_no_keywords(tmp_path: Path, content: str) -> None:
    with pytest.raises(InvalidInput, match="name the column of keywords"):
        read(written(tmp_path, content))


def test_google_ads_reports_lose_their_preamble_totals_and_match_types(tmp_path: Path) -> None:
    content = (
        'Search keyword report\n"Sep 1, 2026 - Sep 13, 2026"\n'
        "Keyword status,Keyword,Match type,Campaign,Clicks,Impr.,Avg. CPC\n"
        'Enabled,blue lamp,Broad match,C1,"1,200","45,000",12.50\nEnabled,[green lamp],Exact match,C1,4,90,1.00\n'
        'Enabled,"""red lamp""",Phrase match,C1,4,90,1.00\nTotal: Search keywords, --, --, --,"1,204","45,090",13.50\n'
    )
    export, keywords, refused = read(written(tmp_path, content))
    assert export.format == "google_ads"
    assert [(row.text, str(row.cpc), row.impressions) for row in keywords] == [
        ("blue lamp", "12.50", None),
        ("green lamp", "1.00", None),
        ("red lamp", "1.00", None),
    ]
    assert [row.line for row in refused] == [7]
    terms = 'Report\n"Sep"\nSearch term,Match type,Campaign,Clicks\nlamp,Broad,C,4\nTotal: Search terms, --, --,4\n'
    _, keywords, refused = read(written(tmp_path, terms))
    assert ([row.text for row in keywords], [row.reason for row in refused]) == (["lamp"], ["a total of other rows"])


def test_a_table_with_one_column_of_texts_is_read_below_its_preamble(tmp_path: Path) -> None:
    content = (
        "Report for shop.example\nExported on,2026-05-01\n\n"
        "Unbekannt,Zahl,Land\nlampe blau,120,DE\nlampe grün,80,DE\nlampe rot,1,DE\n"
    )
    export, keywords, _ = read(written(tmp_path, content))
    assert [row.text for row in keywords] == ["lampe blau", "lampe grün", "lampe rot"]
    assert export.reader.uses() == {0: "keyword"}
    assert texts(written(tmp_path, "blue lamp,120\ngreen lamp,80\n")) == ["blue lamp", "green lamp"]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("a lamp,12,3\nb lamp,9\nc lamp,4,5,6\nd lamp\n", "rows are uneven"),
        ("Erste,Zweite\nblaue lampe,rote lampe\ngrüner stuhl,gelber stuhl\n", "several hold texts"),
        ("Zahl,Datum\n12,2026-01-01\n13,2026-01-02\n", "no other holds what looks like keywords"),
    ],
)
def test_a_table_whose_keywords_cannot_be_told_is_refused(tmp_path: Path, content: str, sentence: str) -> None:
    with pytest.raises(InvalidInput, match=sentence):
        read(written(tmp_path, content))


def test_columns_are_named_by_hand_by_heading_or_number(tmp_path: Path) -> None:
    path = written(tmp_path, "Erste,Zweite,Dritte\nblaue lampe,rote lampe,1.200\ngrüner stuhl,gelber stuhl,<10\n")
    named = ReadOptions(columns=NamedColumns("zweite", {"volume": "3"}))
    assert [(row.text, row.volume) for row in read(path, named)[1]] == [("rote lampe", 1200), ("gelber stuhl", 10)]
    assert texts(path, ReadOptions(columns=NamedColumns("1"))) == ["blaue lampe", "grüner stuhl"]
    for wrong in (NamedColumns("Vierte"), NamedColumns("9"), NamedColumns("1", {"volume": "Vierte"})):
        with pytest.raises(InvalidInput, match="has no column"):
            read(path, ReadOptions(columns=wrong))
    with pytest.raises(InvalidInput, match="no measure 'price'"):
        read(path, ReadOptions(columns=NamedColumns("1", {"price": "2"})))
    with pytest.raises(InvalidInput, match="column of keywords and cannot be its volume"):
        read(path, ReadOptions(columns=NamedColumns("1", {"volume": "1"})))


def test_semrush_codes_and_moz_bounds_are_read(tmp_path: Path) -> None:
    semrush = "database;Keyword;Search Volume;Keyword Difficulty Index;Intent\nus;blue lamp;8100;68;1,0\n"
    (row,) = read(written(tmp_path, semrush))[1]
    assert (row.volume, row.difficulty, row.intent) == (8100, 68, "informational")
    moz = "# ---\nList Name,Lamps\nKeyword,Locale,Min Volume,Max Volume,Difficulty\nblue lamp,en-US,30301,70800,51\n"
    (row,) = read(written(tmp_path, moz))[1]
    assert (row.volume, row.difficulty) == (50_000, 51)
    planner = "キーワード\t通貨\t月間平均検索ボリューム\t競合性\n青い ランプ\tJPY\t1万～10万\t高\n"
    assert read(written(tmp_path, planner, "utf-16"))[1][0].volume == 50_000


@pytest.mark.parametrize(
    "content", ['Keyword,Volume\nblue lamp,1\n4711,2\n"1,200",3\n12%,4\n2026-01-01,5\n', "Keyword\nblue lamp\n4711\n"]
)
def test_a_number_is_never_a_keyword(tmp_path: Path, content: str) -> None:
    _, keywords, refused = read(written(tmp_path, content))
    assert [row.text for row in keywords] == ["blue lamp"]
    assert {row.reason for row in refused} == {"a number, no keyword"}


def test_a_keyword_that_begins_like_a_total_is_one(tmp_path: Path) -> None:
    content = "Keyword,Volume\ntotal gym,1\ntotal-body workout,2\nTotal,3\nGesamt: 2,3\n"
    assert texts(written(tmp_path, content)) == ["total gym", "total-body workout"]


def test_writing_directions_are_left_out_and_zero_width_names_refused(tmp_path: Path) -> None:
    _, keywords, refused = read(written(tmp_path, "Keyword,Volume\n\u202eblue lamp\u202c,1\n\u200b\u200d\u2060,2\n"))
    assert [row.text for row in keywords] == ["blue lamp"]
    assert len(refused) == 1


@pytest.mark.parametrize(
    "content",
    [
        'Keyword,Volume\nfine,1\n"open lamp,2\nred lamp,3\n',
        'Terme inconnu,Vues\nfine,1\n"open lamp,2\nred lamp,3\n',
        'Keyword,Volume\nfine,1\n"open lamp,2\n"red lamp",3\ngreen lamp,4\n',
        'Keyword,Volume\nfine,1\n"open lamp,2',
    ],
)
def test_a_quote_that_never_closes_is_refused_with_its_line(tmp_path: Path, content: str) -> None:
    with pytest.raises(InvalidInput, match="Line 3 opens a quote that is never closed"):
        read(written(tmp_path, content))


def test_a_quote_inside_an_unquoted_cell_is_text(tmp_path: Path) -> None:
    assert texts(written(tmp_path, 'Keyword,Volume\n5" nails,1\nthe "big" lamp,2\n')) == ['5" nails', 'the "big" lamp']


def case_files() -> list[Path]:
    if not CASES.is_dir():
        return []
    return [path for folder in ("A1*", "A3*", "A4*", "A5*") for path in sorted(CASES.glob(f"{folder}/*"))]


@pytest.mark.parametrize("path", case_files(), ids=lambda path: path.name)
def test_every_known_trouble_imports_without_a_line_as_a_keyword(path: Path) -> None:
    keywords = read(path)[1]
    assert keywords
    assert not any("," in row.text or "report" in row.text.lower() or row.text[0].isdigit() for row in keywords)
