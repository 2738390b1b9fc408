"""Imported posts have scores from the first moment on, and those of their newest text after each pass."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import select
from sqlalchemy.orm import Session

from igny8_lib import clock
from igny8_lib.models import Content, PostKind, Site
from igny8_lib.publishing.importing.posts import MediaReference, WordPressPost
from igny8_lib.publishing.importing.storing import store
from igny8_lib.review.scores import analyse_article
from tests.factories.sites import make_site
from tests.statements import count_statements

FEATURED = MediaReference(src="https://blog.example/rose.jpg", id=7, alt="A rose")


def post(number: int, raw: str = "<p>Cut above a bud.</p>", **more: object) -> WordPressPost:
    """A public post as a pass reads it."""
    facts = {"kind": PostKind.POST, "id": number, "status": "publish", "slug": f"post-{number}", "excerpt": ""}
    facts |= {"url": f"https://blog.example/post-{number}/", "raw_title": f"Post {number}", "raw": raw, "author": 1}
    facts |= {"modified_at": None, "date": None, "categories": [], "tags": [], "featured": None}
    return WordPressPost.model_validate(facts | more)


def imported(session: Session, site: Site) -> list[Content]:
    session.expire_all()
    return list(session.scalars(select(Content).where(Content.site_id == site.id).order_by(Content.id)))


def test_new_and_changed_posts_have_the_scores_of_what_they_say(session: Session) -> None:
    site = make_site(session)
    store(session, site.id, [post(1), post(2, featured=FEATURED.model_dump())], clock.now())
    store(session, site.id, [post(1, "<p>Cut now. Use sharp tools.</p>"), post(2)], clock.now())
    first, second = imported(session, site)
    assert (first.version, second.version) == (2, 1)
    for article in (first, second):
        kept = article.optimization_scores
        assert kept["text_version"] == article.version
        assert kept["digest"] == analyse_article(session, site.id, article.id).digest
        assert article.score == kept["overall"]


def test_nothing_is_said_of_meta_fields_that_wordpress_keeps_elsewhere(session: Session) -> None:
    site = make_site(session)
    store(session, site.id, [post(1)], clock.now())
    (article,) = imported(session, site)
    checks = set(article.optimization_scores["checks"])
    assert checks
    assert not {name for name in checks if "meta" in name}


def test_a_page_of_many_new_posts_is_scored_by_as_many_statements_as_one(session: Session) -> None:
    site = make_site(session)

    def storing(numbers: range) -> Callable[[], object]:
        return lambda: store(session, site.id, [post(number) for number in numbers], clock.now())

    few = count_statements(session.get_bind(), storing(range(1, 2)))
    many = count_statements(session.get_bind(), storing(range(10, 60)))
    assert few == many
