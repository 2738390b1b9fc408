"""Scores beside articles: never of another text, weighed as the site wants, made by a fixed number of statements."""

from __future__ import annotations

from functools import partial
from threading import Thread

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from igny8_lib.db.session import Sessions
from igny8_lib.errors import NotFound
from igny8_lib.models import Content, ContentSource, Image, ImageStatus, PostKind, Site, WordPressOriginal
from igny8_lib.review import pictures, scores
from igny8_lib.review.pictures import Upload
from igny8_lib.review.score_bands import Band, band_of
from tests.factories.articles import make_article
from tests.factories.sites import make_site
from tests.statements import count_statements


def test_an_articles_scores_are_those_of_its_analysis_with_the_sites_weights(session: Session) -> None:
    site = make_site(session, improvement={"seo_weight": 1, "readability_weight": 0, "engagement_weight": 0})
    article = make_article(session, site, pictures=2)
    scores.score_each(session, site.id, [article.id])
    analysis = scores.analyse_article(session, site.id, article.id)
    assert article.optimization_scores == {
        "version": analysis.version,
        "digest": analysis.digest,
        "text_version": 1,
        "seo": analysis.seo,
        "readability": analysis.readability,
        "engagement": analysis.engagement,
        "overall": analysis.seo,
        "checks": {check.name: check.points for check in analysis.checks},
    }
    session.expire_all()
    assert article.score == analysis.seo


def test_the_analysis_is_told_what_visitors_of_the_website_see(session: Session) -> None:
    site = make_site(session, domain="www.harbour.example", language="de")
    article = make_article(
        session, site, pictures=3, secondary_keywords=["rose care"], external_url="https://blog.harbour.example/x"
    )
    session.execute(update(Image).where(Image.position == 1).values(file=None, status=ImageStatus.PENDING))
    (facts,) = scores.facts_of(session, site.id, [article]).values()
    assert (facts.language, facts.title, facts.slug) == ("de", article.title, article.slug)
    assert (facts.primary_keyword, facts.secondary_keywords) == ("prune roses", ("rose care",))
    assert [(each.position, each.is_featured, each.alt_text) for each in facts.pictures] == [
        (0, True, "A rose"),
        (2, False, "A rose"),
    ]
    assert facts.hosts == {"harbour.example", "www.harbour.example", "blog.harbour.example"}


@pytest.mark.parametrize("url", [None, "", "https://[::1", "no address", "//"])
def test_an_address_that_names_no_host_adds_none(url: str | None) -> None:
    assert scores.hosts_of("harbour.example", url) == {"harbour.example", "www.harbour.example"}


def test_the_featured_image_of_an_imported_post_counts(session: Session, site: Site) -> None:
    imported = make_article(session, site, source=ContentSource.WORDPRESS)
    facts = {"featured": {"src": "a.png", "id": 1, "alt": "A rose"}}
    session.add(
        WordPressOriginal(
            content_id=imported.id,
            site_id=site.id,
            external_id="1",
            kind=PostKind.POST,
            raw="",
            digest="",
            version=1,
            status="publish",
            seen_at=imported.created_at,
            facts=facts,
        )
    )
    plain = make_article(session, site, source=ContentSource.WORDPRESS)
    found = scores.facts_of(session, site.id, [imported, plain])
    assert [(each.is_featured, each.alt_text) for each in found[imported.id].pictures] == [(True, "A rose")]
    assert found[plain.id].pictures == ()


def test_another_sites_article_is_not_analysed(session: Session, article: Content) -> None:
    with pytest.raises(NotFound):
        scores.analyse_article(session, make_site(session).id, article.id)
    assert scores.score_each(session, make_site(session).id, [article.id]) == []


def test_many_articles_are_scored_by_as_many_statements_as_one(session: Session, site: Site) -> None:
    ids = [make_article(session, site, pictures=1).id for _ in range(12)]
    session.commit()
    one = count_statements(session.get_bind(), partial(scores.score_each, session, site.id, ids[:1]))
    session.commit()
    many = count_statements(session.get_bind(), partial(scores.score_each, session, site.id, ids))
    assert one == many <= 7


def test_a_described_or_replaced_picture_is_scored_at_once(session: Session, site: Site) -> None:
    article = make_article(session, site, pictures=2)
    scores.score_each(session, site.id, [article.id])
    first = article.optimization_scores["digest"]
    image = session.scalars(select(Image).where(Image.content_id == article.id, Image.position == 0)).one()
    pictures.change_alt_text(session, site.id, image.id, "A pruned rose bush", by="ann")
    session.refresh(article)
    described = article.optimization_scores["digest"]
    image.file = None
    session.flush()
    pictures.replace(session, site.id, image.id, Upload("a/b.png", 10, 10), by="ann")
    session.refresh(article)
    assert first != described == scores.analyse_article(session, site.id, article.id).digest
    assert article.optimization_scores["digest"] == described


def test_scores_wait_for_the_last_picture(session: Session, site: Site) -> None:
    article = make_article(session, site, pictures=2)
    first, second = session.scalars(select(Image).where(Image.content_id == article.id).order_by(Image.position))
    first.status = second.status = ImageStatus.PENDING
    scores.score_pictures(session, site.id, article.id)
    second.status = ImageStatus.GENERATED
    scores.score_pictures(session, site.id, article.id)
    assert article.optimization_scores == {}
    first.status = ImageStatus.FAILED
    scores.score_pictures(session, site.id, article.id)
    assert article.optimization_scores["text_version"] == 1


def test_of_two_who_draw_the_last_two_pictures_at_once_the_later_one_scores(sessions: Sessions) -> None:
    with sessions.begin() as session:
        site = make_site(session)
        content = make_article(session, site, pictures=2)
        session.execute(update(Image).values(status=ImageStatus.PENDING))
        site_id, content_id = site.id, content.id
    drawn = update(Image).values(status=ImageStatus.GENERATED)
    with sessions() as one, sessions() as other:
        one.execute(drawn.where(Image.content_id == content_id, Image.position == 0))
        other.execute(drawn.where(Image.content_id == content_id, Image.position == 1))
        scores.score_pictures(one, site_id, content_id)
        later = Thread(target=scores.score_pictures, args=(other, site_id, content_id))
        later.start()
        later.join(0.3)  # it waits for the first one: else it would be done by then, having seen one picture only
        one.commit()
        later.join()
        other.commit()
    with sessions() as session:
        assert session.get_one(Content, content_id).score is not None


@pytest.mark.parametrize(
    ("score", "band"),
    [(None, Band.NONE), (0, Band.POOR), (49, Band.POOR), (50, Band.FAIR), (79, Band.FAIR), (80, Band.GOOD)],
)
def test_scores_are_good_from_80_and_fair_from_50(score: int | None, band: Band) -> None:
    assert band_of(score) is band
