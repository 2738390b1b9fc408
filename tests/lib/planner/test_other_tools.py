"""Exports as other tools write them: which column holds the keywords, and every measure that their headings tell."""

from __future__ import annotations

from pathlib import Path

import pytest

from igny8_lib.errors import InvalidInput
from igny8_lib.planner.rows import KeywordRow
from tests.lib.planner.files import read, written
from tests.lib.planner.test_archives import make_workbook, make_zip

TOOLS = {
    "Moz suggestions": (
        'Keyword,Minimum Volume,Maximum Volume,Relevancy\nblue lamp,"1,701","2,900",4.5\ngreen lamp,11,50,3\n',
        {"blue lamp": {"volume": 2000}, "green lamp": {"volume": 30}},
    ),
    "Moz ranking": (
        "Keyword,URL,Rank,Volume,Difficulty\nblue lamp,a.example/a,3,1.7k-2.9k,51\n",
        {"blue lamp": {"volume": 2000, "position": 3, "difficulty": 51, "page_url": "a.example/a"}},
    ),
    "Ubersuggest": (
        '\ufeffNo,Keyword,Volume,CPC,Paid Difficulty,SEO Difficulty\n"1","blue lamp","12,100","1.25","100","45"\n',
        {"blue lamp": {"volume": 12100, "cpc": 1.25, "difficulty": 45}},
    ),
    "Ubersuggest, short": (
        "No,Keywords,Vol,CPC,PD,SD,Results\n1,blue lamp,12100,$1.25,100,45,6\n",
        {"blue lamp": {"volume": 12100, "cpc": 1.25, "difficulty": 45}},
    ),
    "SE Ranking": (
        "Keyword;Difficulty;Search vol.;CPC;Competition;Search intent\nblue lamp;45;12 100;1,25;0,9;Informational\n",
        {"blue lamp": {"volume": 12100, "cpc": 1.25, "difficulty": 45, "intent": "informational"}},
    ),
    "KeywordTool": (
        "Keywords,Search Volume (Global),Trend,Average CPC (USD),Competition\nblue lamp,12100,12%,1.25,0.9\n",
        {"blue lamp": {"volume": 12100, "cpc": 1.25}},
    ),
    "KeywordTool, one country": (
        (
            '"Keyword","Average Monthly Search Volume (United States)","Trend","CPC (USD)","Sep 2025"\n'
            '"blue lamp","12100","+12%","1.25","100"\n'
        ),
        {"blue lamp": {"volume": 12100, "cpc": 1.25}},
    ),
    "Serpstat": (
        (
            '"#";"Keyword";"Google US Volume";"CPC, $";"Competition in PPC, %";"Keyword difficulty, %"\n'
            '"1";"blue lamp";"12100";"1.25";"90";"45"\n'
        ),
        {"blue lamp": {"volume": 12100, "cpc": 1.25, "difficulty": 45}},
    ),
    "AnswerThePublic": (
        (
            "Modifier Type,Modifier,Suggestion,Search Volume,CPC\nQuestions,are,are lamps good,90,0.1\n"
            "Prepositions,for,lamp for reptiles,1.2K,$0.30\n"
        ),
        {"are lamps good": {"volume": 90, "cpc": 0.1}, "lamp for reptiles": {"volume": 1200, "cpc": 0.3}},
    ),
    "AnswerThePublic, word asked about": (
        "keyword,modifier,suggestion\nlamp,are,are lamps good\nlamp,for,lamp for reptiles\n",
        {"are lamps good": {}, "lamp for reptiles": {}},
    ),
    "Google Trends": (
        (
            "Category: All categories\n\nTOP\nblue lamp,100\nlamp,22\nfloor lamp,8\n\nRISING\nmoon lamp,Breakout\n"
            'lava lamp,"+4,500%"\n'
        ),
        {"blue lamp": {}, "lamp": {}, "floor lamp": {}, "moon lamp": {}, "lava lamp": {}},
    ),
    "Bing Webmaster": (
        '\ufeff"Keyword","Impressions","Clicks","CTR","Avg. Position"\n"blue lamp","1,200","30","2.5%","4.3"\n',
        {"blue lamp": {"impressions": 1200, "clicks": 30, "position": 4.3}},
    ),
    "Yandex Wordstat": (
        "Что искали с «лампа»;Число запросов\nлампа;2 331 441\nсиняя лампа;12 100\n",
        {"лампа": {"volume": 2331441}, "синяя лампа": {"volume": 12100}},
    ),
    "Yandex Metrica": (
        '"Поисковая фраза";"Визиты";"Отказы"\n"Итого и средние";"120";"12,5 %"\n"синяя лампа";"20";"10,1 %"\n',
        {"синяя лампа": {}},
    ),
    "Yandex Webmaster": (
        "Query,Показы,Клики,CTR %,Ср. позиция\nсиняя лампа,120,4,3.3,7.1\n",
        {"синяя лампа": {"impressions": 120, "clicks": 4, "position": 7.1}},
    ),
    "Google Analytics": (
        (
            "# ----\n# Queries: Organic Google Search query\n# Start date: 20260801\n# ----\n"
            "Organic Google Search query,Organic Google Search clicks,Organic Google Search impressions\n"
            "blue lamp,3,120\n,,\nGrand total,4,160\n"
        ),
        {"blue lamp": {"clicks": 3, "impressions": 120}},
    ),
    "Keywords Everywhere": (
        'Keyword,Vol (US),CPC (US),Comp (US)\nblue lamp,"12,100",$1.25,0.9\n',
        {"blue lamp": {"volume": 12100, "cpc": 1.25}},
    ),
    "Semrush, German": (
        (
            "Keyword;Absicht;Volumen;Trend;Keyword-Schwierigkeit;CPC (EUR);Wettbewerbsdichte\n"
            "blaue lampe;Informational;1.000;0,1;45;0,30;0,5\n"
        ),
        {"blaue lampe": {"intent": "informational", "volume": 1000, "difficulty": 45, "cpc": 0.3}},
    ),
    "Helium 10": (
        'Keyword Phrase,Cerebro IQ Score,Search Volume,Search Volume Trend\nblue lamp,12,"12,100",4\n',
        {"blue lamp": {"volume": 12100}},
    ),
    "a spreadsheet's history": (
        "Begriff;2024;2025\nblaue lampe;120;90\ngrüne lampe;80;70\n",
        {"blaue lampe": {}, "grüne lampe": {}},
    ),
    "a spreadsheet with a hint for Excel": (
        "sep=;\r\nKeyword;Search Volume;CPC\r\nblue lamp;1.234;1,25\r\n",
        {"blue lamp": {"volume": 1234, "cpc": 1.25}},
    ),
}


def measures(row: KeywordRow) -> dict[str, object]:
    """What a row tells beside its keyword, as plain numbers and texts."""
    known = {name: getattr(row, name) for name in row._fields[3:] if getattr(row, name) is not None}
    return {name: value if isinstance(value, str | int) else float(value) for name, value in known.items()}


@pytest.mark.parametrize("tool", TOOLS)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_a_tools_keywords_and_measures_are_read(tmp_path: Path, tool: str, encoding: str) -> None:
    content, expected = TOOLS[tool]
    keywords = read(written(tmp_path, content.removeprefix("\ufeff"), encoding))[1]
    assert {row.text: measures(row) for row in keywords} == expected


def test_global_volume_is_the_volume_only_where_there_is_no_other(tmp_path: Path) -> None:
    for headings in ("Keyword,Volume (Global),Volume (US)", "Keyword,Global volume,Volume"):
        assert read(written(tmp_path, f"{headings}\nblue lamp,900,10\n"))[1][0].volume == 10
    assert read(written(tmp_path, "Keyword,Global volume,Rank\nblue lamp,900,10\n"))[1][0].volume is None


@pytest.mark.parametrize(
    "content",
    [
        "blue lamp,100\nlamp,22\nfloor lamp,8\n\nRISING\nmoon lamp,7\n",
        "Exported for us\n\nblue lamp,100\nlamp,22\nfloor lamp,8\nRISING,\nmoon lamp,7\n",
        "Wort,Zahl\nblue lamp,100\nlamp,22\nfloor lamp,8\nRISING\nmoon lamp,7\n",
    ],
)
def test_a_line_between_the_rows_of_a_table_is_no_keyword(tmp_path: Path, content: str) -> None:
    _, keywords, refused = read(written(tmp_path, content))
    assert [row.text for row in keywords] == ["blue lamp", "lamp", "floor lamp", "moon lamp"]
    assert [row.text for row in refused] == ["RISING"]
    assert "--keyword-column" in refused[0].reason


def test_below_headings_a_keyword_without_figures_is_one(tmp_path: Path) -> None:
    content = "Wort,Zahl\nblue lamp,100\nlamp,22\nfloor lamp,\nmoon lamp,7\n"
    assert [row.text for row in read(written(tmp_path, content))[1]][2] == "floor lamp"


@pytest.mark.parametrize("headings", ["Begriff,2024,2025", "Begriff,2025-01-01,2025-02-01", "Begriff,01/2025,02/2025"])
def test_periods_above_figures_are_headings(tmp_path: Path, headings: str) -> None:
    export, keywords, _ = read(written(tmp_path, f"{headings}\nblaue lampe,3,4\ngrüne lampe,5,6\n"))
    assert export.header is not None
    assert [row.text for row in keywords] == ["blaue lampe", "grüne lampe"]


def test_figures_in_the_first_row_are_no_headings(tmp_path: Path) -> None:
    for content in ("blue lamp,2024\nred lamp,80\n", "blue lamp,2026-01-01\nred lamp,2026-01-02\n"):
        assert [row.text for row in read(written(tmp_path, content))[1]] == ["blue lamp", "red lamp"]


@pytest.mark.parametrize("marks", ["- |- |- ", "• |• |• ", "1. |2. |3. ", "1) |2) |3) "])
def test_the_marks_of_a_list_are_taken_off(tmp_path: Path, marks: str) -> None:
    lines = [mark + word for mark, word in zip(marks.split("|"), ("blue lamp", "lamp", "3 watt lamp"), strict=True)]
    assert [row.text for row in read(written(tmp_path, "\n".join(lines)))[1]] == ["blue lamp", "lamp", "3 watt lamp"]


def test_a_keyword_that_begins_like_a_mark_stays_whole(tmp_path: Path) -> None:
    content = "blue lamp\n7. klasse mathe\nred lamp\n"
    assert [row.text for row in read(written(tmp_path, content))[1]] == content.splitlines()


def test_search_console_is_told_in_a_workbook_in_any_language(tmp_path: Path) -> None:
    """A workbook holds rates as fractions: they are told by what they are, clicks divided by impressions."""
    rows: list[list[object]] = [
        ["Lekérdezések", "Kattintások", "Megjelenések", "Arány", "Pozíció"],
        ["kék lámpa", 3, 120, 0.025, 7.1],
        ["zöld lámpa", 1, 40, 0.025, 9],
        ["régi lámpa", 0, 5, 0, 31],
    ]
    export, keywords, _ = read(make_workbook(tmp_path / "x.xlsx", Q=rows))
    assert (export.format, [row.impressions for row in keywords]) == ("search_console", [120, 40, 5])
    rows[1][3] = 0.9
    export, keywords, _ = read(make_workbook(tmp_path / "y.xlsx", Q=rows))
    assert (export.format, [row.impressions for row in keywords]) == ("table", [None, None, None])


def test_the_queries_of_an_archive_are_taken_before_its_filters(tmp_path: Path) -> None:
    """Swedish: the file of filters stands first, and has a heading of texts that no list here knows."""
    filters = "Filter,Inställning\nSöktyp,Webb\nDatum,Senaste tre månaderna\n"
    queries = "De vanligaste frågorna,K,V,CTR,P\nblå lampa,3,120,2.5%,7.1\ngrön lampa,1,40,2.5%,9\n"
    export, keywords, _ = read(make_zip(tmp_path / "x.zip", Filter_csv=filters, Fragor_csv=queries))
    assert (export.format, [row.text for row in keywords]) == ("search_console", ["blå lampa", "grön lampa"])


@pytest.mark.parametrize("again", ["Keyword,Volume", "KEYWORD,VOLUME", "keyword,volume", "keyword, Volume"])
def test_headings_that_come_again_are_refused_in_any_case(tmp_path: Path, again: str) -> None:
    _, keywords, refused = read(written(tmp_path, f"Keyword,Volume\nblue lamp,1\n{again}\nkeyword,500\n"))
    assert [(row.text, row.volume) for row in keywords] == [("blue lamp", 1), ("keyword", 500)]
    assert [row.reason for row in refused] == ["the headings once more"]


def test_a_table_saved_into_one_column_is_refused(tmp_path: Path) -> None:
    lines = ["Keyword;Volume", "blue lamp;10", "red lamp;20", "green lamp;30"]
    quoted = written(tmp_path, "".join(f'"{line}"\n' for line in lines))
    for path in (quoted, make_workbook(tmp_path / "x.xlsx", S=[[line] for line in lines])):
        with pytest.raises(InvalidInput, match="a table in one column"):
            read(path)


@pytest.mark.parametrize("heading", ["Keywords:", "Keyword", '"Search terms"', "Suchbegriffe :"])
def test_the_heading_of_a_list_is_no_keyword(tmp_path: Path, heading: str) -> None:
    assert [row.text for row in read(written(tmp_path, f"{heading}\nblue lamp\nred lamp\n"))[1]] == [
        "blue lamp",
        "red lamp",
    ]


@pytest.mark.parametrize("heading", ["Keyword idea", "Target keyword", "Main keyword", "Suchbegriff"])
def test_a_plan_kept_by_hand_is_read_beside_its_other_texts(tmp_path: Path, heading: str) -> None:
    content = f"Topic,{heading},Title,Monthly volume\nLamps,blue lamp,Ten blue lamps,120\nLamps,red lamp,Reds,40\n"
    keywords = read(written(tmp_path, content))[1]
    assert {row.text: row.volume for row in keywords} == {"blue lamp": 120, "red lamp": 40}
