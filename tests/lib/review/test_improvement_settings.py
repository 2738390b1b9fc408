"""What each setting for scores and links may be, and that other weights weigh what is stored, and nothing else."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from igny8_lib.analysis.results import Analysis, Check, Part, Weights
from igny8_lib.errors import ChangedMeanwhile, InvalidInput
from igny8_lib.models import Content, ImprovementSettings, Site
from igny8_lib.review.improvement_settings import Improvement, change, changed, read
from igny8_lib.review.scores import PARTS, score_each, scores_of, weigh_anew
from tests.factories.articles import make_article
from tests.factories.sites import make_site

HUNDRED = st.integers(0, 100)


def test_the_defaults_of_the_model_are_those_of_the_database(session: Session) -> None:
    assert read(session, make_site(session).id) == (Improvement(), 1)
    hidden = {"site_id", "version"}
    assert set(Improvement.model_fields) == {column.name for column in ImprovementSettings.__table__.columns} - hidden


def test_settings_are_taken_as_the_command_line_writes_them(session: Session, site: Site) -> None:
    after = change(session, site.id, {"link_in_runs": "true", "links_per_1000_words": "0", "seo_weight": "100"})
    assert (after.link_in_runs, after.links_per_1000_words, after.seo_weight) == (True, 0, 100)
    assert read(session, site.id) == (after, 2)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("links_per_1000_words", -1),
        ("links_per_1000_words", 21),
        ("links_per_1000_words", 2.5),
        ("links_to_one_target", -1),
        ("links_to_one_target", 10_001),
        ("link_threshold", -1),
        ("link_threshold", 101),
        ("seo_weight", -1),
        ("readability_weight", 101),
        ("engagement_weight", "much"),
        ("engagement_weight", None),
        ("link_in_runs", "perhaps"),
        ("optimize_in_runs", None),
        ("version", 2),
        ("site_id", 2),
    ],
)
def test_what_a_setting_cannot_be_is_refused_by_its_name_and_nothing_is_changed(
    session: Session, site: Site, name: str, value: object
) -> None:
    with pytest.raises(InvalidInput, match=name):
        change(session, site.id, {"link_threshold": 70, name: value})
    assert read(session, site.id) == (Improvement(), 1)


def test_one_of_the_weights_has_to_count() -> None:
    nothing = {"seo_weight": 0, "readability_weight": 0, "engagement_weight": 0}
    with pytest.raises(InvalidInput, match="one of them has to count"):
        changed(Improvement(), nothing)
    assert changed(Improvement(), nothing | {"seo_weight": 1}).seo_weight == 1


def test_every_bad_setting_is_named_at_once() -> None:
    with pytest.raises(InvalidInput) as refused:
        changed(Improvement(), {"link_threshold": "high", "seo_weight": 1000, "color": "red"})
    assert all(name in str(refused.value) for name in ("link_threshold", "seo_weight", "'color'"))


def test_a_change_of_an_older_version_is_refused_and_no_change_is_no_version(session: Session, site: Site) -> None:
    change(session, site.id, {"link_threshold": 70}, version=1)
    with pytest.raises(ChangedMeanwhile, match="the settings for links and scores") as refused:
        change(session, site.id, {"link_threshold": 20}, version=1)
    assert refused.value.facts == {"yours": 1, "now": 2}
    change(session, site.id, {"link_threshold": 70}, version=2)
    assert read(session, site.id)[1] == 2


def test_other_weights_weigh_all_scores_of_the_site_anew_and_no_others(session: Session, site: Site) -> None:
    mine, unscored = make_article(session, site, pictures=1), make_article(session, site)
    foreign = make_article(session, make_site(session))
    score_each(session, site.id, [mine.id])
    score_each(session, foreign.site_id, [foreign.id])
    before = dict(mine.optimization_scores)
    theirs = foreign.score
    change(session, site.id, {"seo_weight": 0, "readability_weight": 0, "engagement_weight": 3})
    session.expire_all()
    assert mine.optimization_scores == before | {"overall": before["engagement"]}
    assert mine.score == before["engagement"] != before["overall"]
    assert (unscored.optimization_scores, unscored.score, foreign.score) == ({}, None, theirs)


@given(parts=st.tuples(HUNDRED, HUNDRED, HUNDRED), weights=st.tuples(HUNDRED, HUNDRED, HUNDRED).filter(any))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_database_weighs_as_the_analysis_does(
    session: Session, article: Content, parts: tuple[int, int, int], weights: tuple[int, int, int]
) -> None:
    checks = (Check(part, part, 9, points, "") for part, points in zip(Part, parts, strict=True))
    lost = (Check(f"{part}_lost", part, 0, 100 - points, "") for part, points in zip(Part, parts, strict=True))
    given = Analysis(1, "", "en", (*checks, *lost), {}, ())
    named = {f"{part}_weight": weight for part, weight in zip(PARTS, weights, strict=True)}
    article.optimization_scores = scores_of(given, Weights(1, 1, 1), 1)
    for name, value in named.items():
        setattr(session.get_one(ImprovementSettings, article.site_id), name, value)
    session.flush()
    weigh_anew(session, article.site_id)
    session.expire_all()
    assert article.score == given.overall(Weights(*weights))
