"""Keywords changed by hand."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from igny8_lib.errors import Conflict, InvalidInput, NotFound
from igny8_lib.models import Keyword, RunStatus, SearchIntent, Site, StageItem, StoppedReason
from igny8_lib.planner import edit_keywords
from igny8_lib.planner.by_hand import MOST_AT_ONCE
from igny8_lib.planner.edit_clusters import move_keywords
from igny8_lib.planner.listing import KeywordFilter, KeywordOrder, count_keywords, list_keywords, list_sectors
from tests.factories.planner import make_cluster, make_keywords
from tests.factories.runs import make_ended_run
from tests.factories.sites import make_site
from tests.statements import count_statements


@pytest.fixture
def site(session: Session) -> Site:
    return make_site(session)


@pytest.fixture
def keyword(session: Session, site: Site) -> Keyword:
    return make_keywords(session, site, ["oak floor"])[0]


def texts(session: Session, site: Site, order: KeywordOrder = KeywordOrder.ID, **wanted: Any) -> list[str]:
    reverse = wanted.pop("reverse", False)
    found = list_keywords(session, site.id, KeywordFilter(**wanted), order=order, reverse=reverse)
    assert len(found) == count_keywords(session, site.id, KeywordFilter(**wanted))
    return [each.text for each in found]


def test_an_edit_changes_what_is_given_and_nothing_else(session: Session, site: Site, keyword: Keyword) -> None:
    edit_keywords.edit(
        session, site.id, keyword.id, {"difficulty": Decimal("12.345"), "intent": SearchIntent.COMMERCIAL}
    )
    assert (keyword.text, keyword.volume, keyword.difficulty) == ("oak floor", 100, Decimal("12.35"))
    edit_keywords.edit(session, site.id, keyword.id, {"volume": None, "sector": "Floors", "text": "Oak  flooring"})
    assert (keyword.text, keyword.normalized, keyword.volume) == ("Oak flooring", "oak flooring", None)
    assert list_sectors(session, site.id) == ["Floors"]
    assert texts(session, site, sector="Floors") == ["Oak flooring"]
    edit_keywords.edit(session, site.id, keyword.id, {"sector": None})
    assert keyword.sector_id is None


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"volume": -1},
        {"volume": 10**12},
        {"difficulty": Decimal(101)},
        {"difficulty": Decimal("NaN")},
        {"cpc": Decimal(10**8)},
        {"text": " "},
        {"text": "12.5"},
        {"text": "a" * 501},
        {"sector": "\x07"},
    ],
)
def test_what_no_keyword_can_be_is_refused(
    session: Session, site: Site, keyword: Keyword, changes: edit_keywords.KeywordChanges
) -> None:
    with pytest.raises(InvalidInput):
        edit_keywords.edit(session, site.id, keyword.id, changes)


def test_a_text_of_another_keyword_is_refused_and_names_it(session: Session, site: Site, keyword: Keyword) -> None:
    other = make_keywords(session, site, ["Elm floor"])[0]
    with pytest.raises(Conflict, match=f"Keyword {other.id} of the site is 'Elm floor'"):
        edit_keywords.edit(session, site.id, keyword.id, {"text": "ELM floor"})


def test_the_text_of_a_clustered_keyword_stays_but_its_spelling_may_change(session: Session, site: Site) -> None:
    cluster = make_cluster(session, site, "oak")
    found = session.scalars(select(Keyword).where(Keyword.cluster_id == cluster.id)).first()
    assert found
    move_keywords(session, site.id, [found.id], None)
    move_keywords(session, site.id, [found.id], cluster.id)
    session.refresh(found)
    edit_keywords.edit(session, site.id, found.id, {"text": "Oak cost"})
    with pytest.raises(Conflict, match="has a cluster"):
        edit_keywords.edit(session, site.id, found.id, {"text": "elm cost"})


def test_the_text_of_a_keyword_that_a_run_is_clustering_is_left_alone(
    session: Session, site: Site, keyword: Keyword
) -> None:
    run = make_ended_run(session, site, {})
    run.status, run.stopped_reason = RunStatus.RUNNING, None
    item = {"run_id": run.id, "stage": 1, "position": 1, "site_id": site.id, "item_id": keyword.id}
    session.add(StageItem(**item, batch=0, request=1))
    session.flush()
    with pytest.raises(Conflict, match="just clustering"):
        edit_keywords.edit(session, site.id, keyword.id, {"text": "elm"})
    run.status, run.stopped_reason = RunStatus.CANCELLED, StoppedReason.CANCELLED
    session.flush()
    edit_keywords.edit(session, site.id, keyword.id, {"text": "elm"})


def test_another_text_lets_runs_ask_for_a_refused_keyword_again(session: Session, site: Site, keyword: Keyword) -> None:
    keyword.refused_reason = "weapons"
    session.flush()
    edit_keywords.edit(session, site.id, keyword.id, {"volume": 3})
    assert texts(session, site, refused=True) == ["oak floor"]
    edit_keywords.edit(session, site.id, keyword.id, {"text": "elm"})
    assert texts(session, site, refused=True) == []


def test_many_are_disabled_enabled_and_deleted_or_none(session: Session, site: Site) -> None:
    ids = [each.id for each in make_keywords(session, site, 6)]
    foreign = make_keywords(session, make_site(session), 1)[0].id
    with pytest.raises(NotFound, match=f"{foreign}"):
        edit_keywords.set_disabled(session, site.id, [*ids, foreign], disabled=True)
    with pytest.raises(NotFound, match=f"{foreign}"):
        edit_keywords.delete(session, site.id, [*ids, foreign])
    assert count_keywords(session, site.id, KeywordFilter(disabled=False)) == 6
    assert edit_keywords.set_disabled(session, site.id, ids[:4], disabled=True) == 4
    assert edit_keywords.set_disabled(session, site.id, ids, disabled=True) == 2
    assert edit_keywords.set_disabled(session, site.id, ids[:1], disabled=False) == 1
    assert edit_keywords.delete(session, site.id, ids[:5]) == 5
    assert count_keywords(session, site.id) == 1
    for wrong in ([], [1, 1], list(range(1, MOST_AT_ONCE + 2))):
        with pytest.raises(InvalidInput):
            edit_keywords.delete(session, site.id, wrong)


def test_keywords_are_narrowed_by_each_filter(session: Session, site: Site) -> None:
    cluster = make_cluster(session, site, "pine")
    one, other = make_keywords(session, site, ["100% Oak", "élan"])
    one.intent, one.source_file, one.disabled = SearchIntent.COMMERCIAL, "a.csv", True
    session.flush()
    assert texts(session, site, text="0% OAK") == ["100% Oak"]
    assert texts(session, site, text="%l") == []
    assert texts(session, site, cluster_id=cluster.id) == ["pine cost", "pine ideas"]
    assert texts(session, site, without_cluster=True) == ["100% Oak", "élan"]
    assert texts(session, site, intent=SearchIntent.COMMERCIAL) == ["100% Oak"]
    assert texts(session, site, source_file="a.csv\0") == ["100% Oak"]
    assert texts(session, site, disabled=True) == ["100% Oak"]
    assert texts(session, site, after=one.id) == [other.text]
    with pytest.raises(InvalidInput):
        texts(session, site, cluster_id=1, without_cluster=True)
    with pytest.raises(InvalidInput):
        texts(session, site, text="x" * 201)


@pytest.mark.parametrize("order", [each for each in KeywordOrder if each not in {KeywordOrder.ID, KeywordOrder.TEXT}])
def test_both_ways_round_what_is_unknown_comes_last(session: Session, site: Site, order: KeywordOrder) -> None:
    for number, each in enumerate(make_keywords(session, site, ["a", "b", "c"])):
        known = number if number < 2 else None
        each.volume = None if known is None else 10 * (known + 1)
        each.difficulty = each.cpc = None if known is None else Decimal(known + 1)
    session.flush()
    one, other = texts(session, site, order), texts(session, site, order, reverse=True)
    assert one[2] == other[2] == "c"
    assert one[:2] == other[1::-1]
    assert one[0] == ("a" if order == KeywordOrder.DIFFICULTY else "b")


def test_a_change_to_many_takes_as_many_statements_as_one_to_few(session: Session, site: Site) -> None:
    ids = [each.id for each in make_keywords(session, site, 80)]
    few = count_statements(session, lambda: edit_keywords.delete(session, site.id, ids[:2]))
    assert count_statements(session, lambda: edit_keywords.delete(session, site.id, ids[2:])) == few
