"""Lists by score read a range of an index, however many articles a site has."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from igny8_lib.db.session import Sessions
from igny8_lib.review.queue import Sort, View, count_by_status, list_articles
from igny8_lib.review.score_bands import Band
from tests.factories.sites import make_site
from tests.query_plans import plans_of

FILL = """
    INSERT INTO content (site_id, title, slug, html, meta_title, meta_description, primary_keyword, secondary_keywords,
        tags, categories, word_count, status, site_status, source, sync_status, sync_metadata, internal_links,
        linker_version, optimizer_version, optimization_scores)
    SELECT :site, 'a', n, '', '', '', '', '[]', '[]', '[]', 1, 'review', 'not_scheduled', 'igny8', 'native', '{}', '[]',
        0, 0, jsonb_build_object('overall', n % 101, 'seo', 1, 'readability', 1, 'engagement', 1)
    FROM generate_series(1, :articles) n
"""
ARTICLES = 5_000
"""Of each of two sites."""
ASKED: dict[str, Callable[[Session, int], object]] = {
    "below a score": lambda session, site_id: list_articles(session, site_id, View((), score_below=3)),
    "never analysed": lambda session, site_id: list_articles(session, site_id, View((), band=Band.NONE)),
    "counted": lambda session, site_id: count_by_status(session, site_id, View((), score_below=3)),
}


@pytest.fixture
def site_id(sessions: Sessions) -> int:
    """A site with many articles, beside another one."""
    with sessions.begin() as session:
        ids = [make_site(session).id, make_site(session).id]
        for each in ids:
            session.execute(text(FILL), {"site": each, "articles": ARTICLES})
        session.execute(text("ANALYZE content"))
    return ids[0]


@pytest.mark.parametrize("name", ASKED)
def test_a_part_by_score_is_a_range_of_the_index(engine: Engine, site_id: int, name: str) -> None:
    found = plans_of(engine, lambda session: ASKED[name](session, site_id))
    assert "ix_content_score" in {node.get("Index Name") for node in found}
    assert ("content", "Seq Scan") not in {(node.get("Relation Name"), node["Node Type"]) for node in found}


def test_the_lowest_scores_are_read_in_the_order_of_the_index(engine: Engine, site_id: int) -> None:
    found = plans_of(engine, lambda session: list_articles(session, site_id, View((), sort=Sort.LOWEST)))
    (page,) = [node for node in found if node["Node Type"] == "Limit"]
    scanned = [node for node in page["Plans"] if node.get("Relation Name") == "content"]
    assert [node["Index Name"] for node in scanned] == ["ix_content_score"]
