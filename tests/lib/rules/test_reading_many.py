"""Many items, many sites, narrow sessions: pages are short ranges, memory stays flat, nobody else's rows are seen."""

from __future__ import annotations

import tracemalloc
from collections.abc import Sequence

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from igny8_lib.db.scope import Scope
from igny8_lib.db.session import Sessions, scoped
from igny8_lib.models import RuleTrigger, Site
from igny8_lib.rules.documents import Condition
from igny8_lib.rules.reading import PAGE, Matches, find_matches, read_items
from tests.factories.planner import make_cluster, make_idea, make_keywords
from tests.factories.sites import make_site
from tests.query_plans import plans_of
from tests.statements import count_statements

FILL = """
    INSERT INTO keywords (site_id, text, normalized, volume, status)
    SELECT :site, 'keyword number ' || n, 'keyword number ' || n, n % 1000, 'new' FROM generate_series(1, :number) n
"""
MUCH_SEARCHED = Condition.model_validate({"field": "volume", "operator": "gte", "value": 100})


def fill(session: Session, site: Site, number: int) -> None:
    session.execute(text(FILL), {"site": site.id, "number": number})


def peak_memory(session: Session, site: Site) -> int:
    """Bytes at most while matches are looked for."""
    tracemalloc.start()
    find_matches(session, site, RuleTrigger.KEYWORD_ADDED, [MUCH_SEARCHED])
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak


@pytest.mark.slow("counts the bytes of 20,000 keywords, which makes every allocation slow")
def test_four_times_as_many_keywords_take_the_memory_of_a_page_and_their_ids(session: Session) -> None:
    few, many = make_site(session), make_site(session)
    fill(session, few, PAGE)
    fill(session, many, 4 * PAGE)
    find_matches(session, few, RuleTrigger.KEYWORD_ADDED, [MUCH_SEARCHED])  # what is made once is there

    assert peak_memory(session, many) < 1.5 * peak_memory(session, few)


def test_statements_grow_with_pages_and_not_with_items(session: Session) -> None:
    site = make_site(session)
    fill(session, site, 6 * PAGE - 1)

    def find(ids: Sequence[int] | None = None) -> Matches:
        return find_matches(session, site, RuleTrigger.KEYWORD_ADDED, [MUCH_SEARCHED], ids=ids)

    ids = find().ids

    assert len(ids) == 27_000
    assert count_statements(session, find) == 6
    assert count_statements(session, lambda: find(ids)) == 6


def test_pages_of_a_site_leave_out_what_others_have_between(session: Session) -> None:
    mine, other = make_site(session), make_site(session)
    ids = []
    for number in range(4):
        ids += [each.id for each in make_keywords(session, mine, [f"mine {number}"])]
        make_keywords(session, other, [f"other {number}"])

    first = read_items(session, mine, RuleTrigger.KEYWORD_ADDED, limit=3)
    second = read_items(session, mine, RuleTrigger.KEYWORD_ADDED, after=first[-1].id, limit=3)

    assert [[item.id for item in page] for page in (first, second)] == [ids[:3], ids[3:]]


def test_clusters_come_in_pages_too(session: Session) -> None:
    mine, other = make_site(session), make_site(session)
    ids = []
    for number in range(4):
        ids.append(make_cluster(session, mine, f"Mine {number}").id)
        make_cluster(session, other, f"Other {number}")

    first = read_items(session, mine, RuleTrigger.CLUSTER_CREATED, limit=3)
    second = read_items(session, mine, RuleTrigger.CLUSTER_CREATED, after=first[-1].id, limit=3)

    assert [[item.id for item in page] for page in (first, second)] == [ids[:3], ids[3:]]
    assert all(item.values["keywords"] == 2 for item in first + second)


@pytest.mark.parametrize("named", [False, True])
def test_a_page_of_keywords_is_found_by_an_index(engine: Engine, sessions: Sessions, *, named: bool) -> None:
    with sessions.begin() as session:
        sites = [make_site(session) for _ in range(4)]
        for site in sites:
            fill(session, site, 2 * PAGE)
        session.execute(text("ANALYZE keywords"))
        last = read_items(session, sites[1], RuleTrigger.KEYWORD_ADDED, limit=PAGE)[-1].id
    ids = list(range(last, last + 500)) if named else None

    found = plans_of(
        engine,
        lambda session: read_items(session, sites[1], RuleTrigger.KEYWORD_ADDED, ids=ids, after=last, limit=500),
    )

    assert ("keywords", "Seq Scan") not in {(node.get("Relation Name"), node["Node Type"]) for node in found}


@pytest.mark.parametrize("trigger", RuleTrigger)
def test_a_tenant_s_session_reads_the_same_and_nothing_of_others(sessions: Sessions, trigger: RuleTrigger) -> None:
    with sessions.begin() as session:
        mine, other = make_site(session), make_site(session)
        for site in (mine, other):
            make_idea(session, site, make_cluster(session, site, "Roofs"), "Roofs that last")
        expected = [item.id for item in read_items(session, mine, trigger)]

    with scoped(sessions, Scope.of_account(mine.account_id))() as session:
        assert [item.id for item in read_items(session, mine, trigger)] == expected
        if trigger is not RuleTrigger.SCHEDULE:
            assert read_items(session, other, trigger) == []
