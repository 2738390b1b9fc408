"""`igny8 content scores|checks|score|settings`: what people type, what they read, and the exit codes."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from igny8_lib.models import Content
from igny8_lib.review.improvement_settings import Improvement
from tests.factories.articles import make_article
from tests.factories.sites import make_site
from tests.lib.commands.conftest import Igny8, Shell


@pytest.fixture
def articles(session: Session) -> list[Content]:
    """Three articles of the site `blog`: one with a low score, one with a high one, one that was never analysed."""
    site = make_site(session, slug="blog")
    numbers = {"seo": 70, "readability": 60, "engagement": 50}
    made = [make_article(session, site, optimization_scores=numbers | {"overall": score}) for score in (90, 30)]
    made.append(make_article(session, site))
    session.commit()
    return made


def test_scores_are_listed_from_the_lowest_on(igny8: Igny8, shell: Shell, articles: list[Content]) -> None:
    high, low, never = (article.id for article in articles)
    code, rows = igny8("content", "scores", "blog")
    assert (code, [row["id"] for row in rows]) == (0, [low, high, never])
    assert rows[0]["scores"] == {"overall": 30, "seo": 70, "readability": 60, "engagement": 50}
    assert rows[2]["scores"] is None
    assert [row["id"] for row in igny8("content", "scores", "blog", "--below", "90")[1]] == [low]
    printed = shell("content", "scores", "blog", "--limit", "2")[1]
    assert "2 of 3 articles" in printed
    assert shell("content", "scores", "nowhere")[0] == 3


def test_an_articles_checks_are_told_the_worst_first_and_nothing_is_kept(
    igny8: Igny8, shell: Shell, session: Session, articles: list[Content]
) -> None:
    never = articles[2]
    code, document = igny8("content", "checks", "blog", str(never.id))
    points = {check["name"]: check["points"] for check in document["checks"]}
    assert (code, 0 <= document["overall"] <= 100) == (0, True)
    assert [name for name in document["mend_first"] if points[name] == 9] == []
    printed = shell("content", "checks", "blog", str(never.id))[1]
    assert printed.index(document["mend_first"][0]) < printed.index("heading_structure" if points else "")
    assert f"Score {document['overall']}" in printed
    session.refresh(never)
    assert never.optimization_scores == {}
    assert igny8("content", "checks", "blog", "999")[0] == 3


def test_articles_are_scored_when_asked_all_or_none(igny8: Igny8, session: Session, articles: list[Content]) -> None:
    never = articles[2]
    assert igny8("content", "score", "blog", str(never.id), "999")[0] == 3
    session.refresh(never)
    assert never.score is None
    code, rows = igny8("content", "score", "blog", str(never.id))
    session.refresh(never)
    assert (code, rows[0]["scores"]["overall"]) == (0, never.score)


def test_settings_are_shown_and_changed(igny8: Igny8, shell: Shell, session: Session, articles: list[Content]) -> None:
    assert igny8("content", "settings", "blog") == (
        0,
        {"site": "blog", "version": 1, "settings": Improvement().as_json()},
    )
    changed = igny8("content", "settings", "blog", "link_in_runs=true", "seo_weight=0", "readability_weight=0")[1]
    assert (changed["version"], changed["settings"]["link_in_runs"]) == (2, True)
    session.refresh(articles[0])
    assert articles[0].score == 50
    code, refused = shell("content", "settings", "blog", "link_threshold=101", "color=red")
    assert code != 0
    assert "link_threshold" in refused
    assert "no setting 'color'" in refused
    assert "links_per_1000_words" in shell("content", "settings", "blog")[1]
