"""The export of keywords: spreadsheets run nothing in it, and it comes back as it was."""

from __future__ import annotations

import csv
from decimal import Decimal
from io import StringIO

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from igny8_lib.db.session import Sessions
from igny8_lib.models import Keyword, SearchIntent, Site
from igny8_lib.planner import keyword_export
from igny8_lib.planner.formats.layout import RowReader, parse_page, parse_parent
from igny8_lib.planner.formats.own_export import HEADINGS, mark, unmark
from igny8_lib.planner.importing import import_keywords
from igny8_lib.planner.keyword_export import csv_blocks
from igny8_lib.planner.listing import ALL, KeywordFilter
from igny8_lib.planner.rows import MEASURES, KeywordRow
from tests.factories.planner import make_cluster, make_keywords
from tests.factories.sites import make_site

SIGNS = "'=+-@,;\"\t\r\n\uff1d $%|<>"
words = st.text(st.sampled_from(SIGNS) | st.characters(codec="utf-8"), min_size=1, max_size=12)
rows = st.builds(lambda text: RowReader(0, in_table=False).read(1, (text,)), words).filter(
    lambda row: isinstance(row, KeywordRow)
)
hundredths = st.integers(0, 10_000).map(lambda number: Decimal(number) / 100)
measures = st.fixed_dictionaries(
    {
        "volume": st.none() | st.integers(0, 10**12 - 1),
        "impressions": st.none() | st.integers(0, 10**12 - 1),
        "clicks": st.none() | st.integers(0, 10**12 - 1),
        "position": st.none() | hundredths.filter(bool),
        "difficulty": st.none() | hundredths,
        "cpc": st.none() | hundredths,
        "intent": st.none() | st.sampled_from(SearchIntent),
        "parent_keyword": st.none() | words.map(parse_parent),
        "page_url": st.none() | words.map(lambda text: parse_page(f"{text}.example/{text}")),
    }
)


def exported(sessions: Sessions, site: Site, wanted: KeywordFilter = ALL) -> str:
    return "".join(csv_blocks(sessions, site.id, wanted))


def values_of(session: Session, site: Site) -> list[tuple[object, ...]]:
    names = ("text", "normalized", *MEASURES)
    query = select(*(getattr(Keyword, name) for name in names)).where(Keyword.site_id == site.id)
    return [tuple(row) for row in session.execute(query.order_by(Keyword.id))]


@given(found=st.lists(st.tuples(rows, measures), min_size=1, max_size=5, unique_by=lambda each: each[0].normalized))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_an_export_is_read_back_to_the_same_values(
    sessions: Sessions, tmp_path_factory: pytest.TempPathFactory, found: list[tuple[KeywordRow, dict[str, object]]]
) -> None:
    with sessions() as session:
        site, other = make_site(session), make_site(session)
        for row, known in found:
            session.add(Keyword(site_id=site.id, text=row.text, normalized=row.normalized, **known))
        session.commit()
        path = tmp_path_factory.mktemp("export") / "keywords.csv"
        path.write_text(exported(sessions, site), "utf-8", newline="")
        report = import_keywords(session, other.id, path)
        assert (report.format, report.added, report.refused) == ("igny8", len(found), [])
        assert values_of(session, other) == values_of(session, site)


@given(words)
def test_a_marked_cell_begins_with_nothing_that_is_run_and_comes_back(text: str) -> None:
    assert mark(text)[0] not in "=+-@\t\r\n\uff1d"
    assert unmark(mark(text)) == text


def test_the_export_shows_what_the_site_made_of_its_keywords(sessions: Sessions) -> None:
    with sessions() as session:
        site = make_site(session)
        make_cluster(session, site, "=cmd()")
        make_keywords(session, site, ["-oak", "elm"])[0].disabled = True
        session.commit()
        text = exported(sessions, site)
        assert text.startswith("\ufeff")
        lines = list(csv.DictReader(StringIO(text.removeprefix("\ufeff"))))
        assert tuple(lines[0]) == HEADINGS
        shown = [tuple(line[name] for name in ("Keyword", "Cluster", "Disabled")) for line in lines]
        assert shown == [
            ("'=cmd() cost", "'=cmd()", "no"),
            ("'=cmd() ideas", "'=cmd()", "no"),
            ("'-oak", "", "yes"),
            ("elm", "", "no"),
        ]
        assert exported(sessions, site, KeywordFilter(text="elm")).count("\n") == 2


def test_blocks_miss_no_keyword_and_repeat_none(sessions: Sessions, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keyword_export, "AT_ONCE", 4)
    with sessions() as session:
        for number in (0, 3, 4, 8, 9):
            site = make_site(session)
            made = [each.text for each in make_keywords(session, site, number)]
            session.commit()
            text = exported(sessions, site).removeprefix("\ufeff")
            assert [line["Keyword"] for line in csv.DictReader(StringIO(text))] == made
