"""Clusters as they are listed, and the intents of keywords and clusters."""

from __future__ import annotations

from decimal import Decimal

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from igny8_lib.errors import InvalidInput
from igny8_lib.models import Cluster, Keyword, SearchIntent, Site
from igny8_lib.planner.clusters import ClusterOrder, cluster_scores, list_clusters
from igny8_lib.planner.intents import fill_intents
from igny8_lib.planner.listing import KeywordOrder, list_keywords
from igny8_lib.planner.opportunity import score
from tests.factories.planner import make_cluster, make_keywords
from tests.factories.sites import make_site

INFO, BUY = SearchIntent.INFORMATIONAL, SearchIntent.TRANSACTIONAL


def clustered(session: Session, site: Site, name: str, *measures: dict[str, object]) -> Cluster:
    """A cluster whose keywords have these measures, and no other ones."""
    cluster = make_cluster(session, site, name)
    session.query(Keyword).filter(Keyword.cluster_id == cluster.id).delete()
    for keyword, given in zip(
        make_keywords(session, site, [f"{name} {n}" for n in range(len(measures))]), measures, strict=True
    ):
        keyword.cluster_id, keyword.volume = cluster.id, None
        for field, value in given.items():
            setattr(keyword, field, value)
    session.flush()
    return cluster


def test_a_clusters_opportunity_comes_from_the_sum_of_its_keywords_and_unknown_stays_unknown(session: Session) -> None:
    site = make_site(session)
    small = clustered(session, site, "oak", {"volume": 500}, {"volume": 500, "difficulty": Decimal(50)}, {})
    big = clustered(session, site, "elm", {"volume": 9000}, {"volume": 10**6, "disabled": True})
    unknown = clustered(session, site, "fir", {"difficulty": Decimal(3)})
    empty = clustered(session, site, "ash")
    listed = list_clusters(session, site.id, order=ClusterOrder.OPPORTUNITY)
    assert [(c.id, c.keywords, c.volume, c.opportunity) for c in listed] == [
        (big.id, 1, 9000, score(9000 * 0.184)),
        (small.id, 3, 1000, score(500 * 0.184 * 1.5)),
        (unknown.id, 1, None, None),
        (empty.id, 0, None, None),
    ]
    assert cluster_scores(session, site.id, [small.id, unknown.id]) == {
        small.id: score(500 * 0.184 * 1.5),
        unknown.id: None,
    }


def test_clusters_are_listed_by_what_is_asked_for_and_only_the_sites_own(session: Session) -> None:
    site, other = make_site(session), make_site(session)
    clustered(session, other, "beech", {"volume": 1})
    clustered(session, site, "oak", {"volume": 5})
    clustered(session, site, "elm", {"volume": 9, "difficulty": Decimal(99)}, {"volume": 1})
    for order, names in (("id", "oak elm"), ("name", "elm oak"), ("volume", "elm oak"), ("opportunity", "oak elm")):
        assert [c.name for c in list_clusters(session, site.id, order=ClusterOrder(order))] == names.split(), order
    assert [c.name for c in list_clusters(session, site.id, limit=1, offset=1)] == ["elm"]
    with pytest.raises(InvalidInput):
        list_clusters(session, site.id, limit=-1)


def test_a_clusters_intent_is_the_commonest_of_its_keywords(session: Session) -> None:
    site = make_site(session)
    clustered(session, site, "oak", {"intent": BUY}, {"intent": INFO}, {"intent": BUY}, {}, {}, {})
    clustered(session, site, "elm", {})
    clustered(session, site, "fir", {"intent": BUY}, {"intent": INFO})
    assert [c.intent for c in list_clusters(session, site.id)] == [BUY, None, INFO]


def test_keywords_without_an_intent_get_their_clusters_and_an_exports_own_stays(session: Session) -> None:
    site, other = make_site(session), make_site(session)
    oak = clustered(session, site, "oak", {"intent": BUY}, {}, {})
    elm = clustered(session, site, "elm", {}, {})
    fir = clustered(session, site, "fir", {})
    foreign = clustered(session, other, "oak", {})
    assert fill_intents(session, site.id, {oak.id: INFO, elm.id: BUY, foreign.id: BUY}) == 4
    assert fill_intents(session, site.id, {oak.id: BUY}) == 0
    assert fill_intents(session, site.id, {}) == 0
    found = session.execute(select(Keyword.cluster_id, Keyword.intent).order_by(Keyword.id)).all()
    assert [tuple(row) for row in found] == [
        *((oak.id, BUY), (oak.id, INFO), (oak.id, INFO)),
        *((elm.id, BUY), (elm.id, BUY), (fir.id, None), (foreign.id, None)),
    ]


def test_keywords_are_sorted_by_opportunity_the_dearer_of_equals_first_and_unknown_last(session: Session) -> None:
    site = make_site(session)
    clustered(
        session, site, "oak", {}, {"volume": 10}, {"volume": 90}, {"volume": 90, "cpc": Decimal(2)}, {"impressions": 50}
    )
    listed = list_keywords(session, site.id, order=KeywordOrder.OPPORTUNITY)
    assert [keyword.text for keyword in listed] == ["oak 3", "oak 2", "oak 4", "oak 1", "oak 0"]
    assert [keyword.opportunity is None for keyword in listed] == [False] * 4 + [True]
