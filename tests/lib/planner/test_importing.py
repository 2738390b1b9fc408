"""Importing into the database: counting, merging, dry runs, and what it costs."""

from __future__ import annotations

import tracemalloc
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import Engine, event, literal_column, select
from sqlalchemy.orm import Session

from igny8_lib.db.session import Sessions
from igny8_lib.errors import InvalidInput, NotFound
from igny8_lib.models import Cluster, Keyword, KeywordStatus, SearchIntent, Sector, Site
from igny8_lib.planner.importing import MAX_REFUSED, import_keywords
from igny8_lib.planner.listing import list_keywords
from igny8_lib.planner.report import ImportReport
from tests.factories.sites import make_site
from tests.lib.planner.files import SAMPLES, written


@pytest.fixture
def site(session: Session) -> Site:
    return make_site(session)


def rows_of(session: Session, site: Site) -> dict[str, Keyword]:
    session.expire_all()
    found = session.scalars(select(Keyword).where(Keyword.site_id == site.id).order_by(Keyword.id))
    return {keyword.text: keyword for keyword in found}


def imported(session: Session, site: Site, folder: Path, content: str, **options: object) -> ImportReport:
    return import_keywords(session, site.id, written(folder, content), **options)  # type: ignore[arg-type]


def test_the_report_accounts_for_every_row(session: Session, site: Site) -> None:
    report = import_keywords(session, site.id, SAMPLES / "with_refused_rows.csv")
    assert (report.read, report.added, report.merged, len(report.refused)) == (11, 3, 1, 7)
    assert report.read == report.added + report.merged + len(report.refused)
    assert [(refusal.line, refusal.reason.split(":")[0]) for refusal in report.refused] == [
        (3, "no keyword"),
        (4, "no letter or digit"),
        (8, "4 cells under 3 headings"),
        (9, "longer than 500 characters"),
        (10, "a web address"),
        (11, "the headings once more"),
        (13, "control characters"),
    ]


def test_keywords_keep_the_order_of_the_file_and_begin_as_new(session: Session, site: Site, tmp_path: Path) -> None:
    imported(session, site, tmp_path, "zebra\napple\nmango\n")
    keywords = rows_of(session, site)
    assert list(keywords) == ["zebra", "apple", "mango"]
    assert {(row.status, row.cluster_id, row.disabled) for row in keywords.values()} == {("new", None, False)}
    assert keywords["zebra"].source_file == "export"


def test_duplicates_in_a_file_become_one_keyword_that_knows_what_any_of_them_knew(
    session: Session, site: Site, tmp_path: Path
) -> None:
    content = (
        "Keyword,Volume,KD,CPC,Intent\nRed Shoes,50,,,\nred  shoes,500,12,,C\n"
        "RED SHOES,70,99,0.5,T\nred shoes,,,,\nblue shoes,,,,\n"
    )
    report = imported(session, site, tmp_path, content)
    assert (report.added, report.merged) == (2, 3)
    row = rows_of(session, site)["Red Shoes"]
    assert (row.volume, row.difficulty, row.cpc, row.intent) == (500, 12, Decimal("0.50"), SearchIntent.COMMERCIAL)


def test_a_second_import_fills_in_what_was_missing_and_keeps_the_larger_volume(
    session: Session, site: Site, tmp_path: Path
) -> None:
    imported(session, site, tmp_path, "Keyword,Volume,KD\nred shoes,500,\nblue shoes,,7\n")
    second = imported(session, site, tmp_path, "Keyword,Volume,KD\nRED SHOES,50,12\nblue shoes,90,80\ngreen shoes,1,\n")
    assert (second.added, second.merged) == (1, 2)
    rows = rows_of(session, site)
    assert (rows["red shoes"].volume, rows["red shoes"].difficulty) == (500, 12)
    assert (rows["blue shoes"].volume, rows["blue shoes"].difficulty) == (90, 7)


def test_impressions_join_a_keyword_without_becoming_its_volume(session: Session, site: Site, tmp_path: Path) -> None:
    imported(session, site, tmp_path, "Keyword,Volume\nred shoes,90\n")
    imported(session, site, tmp_path, "Top queries,Clicks,Impressions,CTR,Position\nred shoes,1,765,1%,3\n")
    row = rows_of(session, site)["red shoes"]
    assert (row.volume, row.impressions) == (90, 765)


def test_a_mapped_keyword_stays_mapped_and_a_disabled_one_disabled(
    session: Session, site: Site, tmp_path: Path
) -> None:
    imported(session, site, tmp_path, "Keyword,Volume\nred shoes,\nblue shoes,\n")
    cluster = Cluster(site_id=site.id, name="Shoes", normalized="shoes")
    session.add(cluster)
    session.flush()
    red, blue = rows_of(session, site).values()
    red.status, red.cluster_id, blue.disabled = KeywordStatus.MAPPED, cluster.id, True
    session.flush()
    imported(session, site, tmp_path, "Keyword,Volume\nred shoes,500\nblue shoes,40\n")
    red, blue = rows_of(session, site).values()
    assert (red.status, red.cluster_id, red.volume) == (KeywordStatus.MAPPED, cluster.id, 500)
    assert (blue.disabled, blue.volume) == (True, 40)


def test_importing_the_same_file_again_changes_nothing(session: Session, site: Site) -> None:
    path = SAMPLES / "ahrefs_keywords_explorer.csv"
    first = import_keywords(session, site.id, path)
    places = select(Keyword.id, literal_column("keywords.ctid::text"))
    before = session.execute(places).all()
    second = import_keywords(session, site.id, path)
    assert (second.added, second.merged, second.read) == (0, first.added, first.read)
    assert session.execute(places).all() == before, "no row was rewritten"


def test_sites_do_not_share_keywords(session: Session, site: Site, tmp_path: Path) -> None:
    other = make_site(session)
    imported(session, site, tmp_path, "red shoes\n")
    assert imported(session, other, tmp_path, "red shoes\n").added == 1


def test_a_dry_run_tells_the_same_numbers_and_changes_nothing(session: Session, site: Site) -> None:
    path = SAMPLES / "with_refused_rows.csv"
    dry = import_keywords(session, site.id, path, sector="Windows", dry_run=True)
    assert rows_of(session, site) == {}
    assert session.scalars(select(Sector)).all() == []
    assert import_keywords(session, site.id, path, sector="Windows").as_json() == dry.as_json()


def test_a_sector_labels_the_keywords_that_have_none(session: Session, site: Site, tmp_path: Path) -> None:
    imported(session, site, tmp_path, "red shoes\n", sector="Shoes")
    imported(session, site, tmp_path, "red shoes\nred hats\n", sector=" Hats ")
    imported(session, site, tmp_path, "red hats\nred bags\n", sector="Hats")
    sectors = {keyword.text: keyword.sector for keyword in list_keywords(session, site.id)}
    assert sectors == {"red shoes": "Shoes", "red hats": "Hats", "red bags": "Hats"}


def test_a_file_that_breaks_in_the_middle_changes_nothing(session: Session, site: Site, tmp_path: Path) -> None:
    content = "Keyword,Volume\n" + "".join(f"keyword {n},1\n" for n in range(2500)) + '"open,1\n' + "x,1\n" * 40_000
    with pytest.raises(InvalidInput, match="Line 2502 opens a quote"):
        imported(session, site, tmp_path, content, sector="Never")
    assert rows_of(session, site) == {}
    assert session.scalars(select(Sector)).all() == []


def test_a_file_of_which_nearly_all_is_refused_changes_nothing(session: Session, site: Site, tmp_path: Path) -> None:
    content = "Keyword,Volume\nfine,1\n" + ",5\n" * (MAX_REFUSED + 1)
    with pytest.raises(InvalidInput, match=r"more than 10,000 rows are refused, the first on line 3"):
        imported(session, site, tmp_path, content)
    assert rows_of(session, site) == {}


def test_a_site_that_does_not_exist_is_said_so(session: Session) -> None:
    with pytest.raises(NotFound, match="no site number 404"):
        import_keywords(session, 404, SAMPLES / "plain_list.txt")


def test_two_imports_at_once_into_one_site_wait_for_each_other(sessions: Sessions, tmp_path: Path) -> None:
    texts = [f"keyword {number}" for number in range(3_000)]
    (tmp_path / "up.txt").write_text("\n".join(texts))
    (tmp_path / "down.txt").write_text("\n".join(reversed(texts)))
    with sessions.begin() as session:
        site_id = make_site(session).id

    def run(name: str) -> ImportReport:
        with sessions.begin() as session:
            return import_keywords(session, site_id, tmp_path / name)

    with ThreadPoolExecutor(2) as pool:
        reports = list(pool.map(run, ["up.txt", "down.txt"]))
    assert sorted((report.added, report.merged) for report in reports) == [(0, 3_000), (3_000, 0)]


def keyword_file(folder: Path, rows: int) -> Path:
    return written(folder, "Keyword,Volume\n" + "".join(f"keyword number {n},{n % 900}\n" for n in range(rows)))


@pytest.fixture
def statements(engine: Engine) -> Iterator[list[str]]:
    seen: list[str] = []
    event.listen(engine, "before_cursor_execute", lambda *args: seen.append(args[2]))
    return seen  # type: ignore[return-value]


def test_every_block_of_rows_costs_one_statement_and_one_for_the_rules_where_it_adds_any(
    session: Session, site: Site, tmp_path: Path, statements: list[str]
) -> None:
    costs = []
    for rows in (5_000, 25_000, 50_000):
        session.flush()
        statements.clear()
        import_keywords(session, site.id, keyword_file(tmp_path, rows))
        costs.append(len(statements))
    blocks, with_new_ones = (1, 5, 10), (1, 4, 5)  # each file has the one before, and more
    assert costs == [4 + read + made for read, made in zip(blocks, with_new_ones, strict=True)]


def test_a_hundred_thousand_keywords_fit_in_a_bounded_memory(sessions: Sessions, tmp_path: Path) -> None:
    path = keyword_file(tmp_path, 100_000)
    with sessions.begin() as session:
        site = make_site(session)
        import_keywords(session, site.id, keyword_file(tmp_path, 1_000))
        path = keyword_file(tmp_path, 100_000)
        tracemalloc.start()
        report = import_keywords(session, site.id, path)
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    assert (report.read, report.added, report.merged) == (100_000, 99_000, 1_000)
    assert peak < 24 * 1024 * 1024
