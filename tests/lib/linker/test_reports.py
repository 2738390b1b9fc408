"""Reports tell who is linked by nobody, who links to an article, and which links lead nowhere, whoever put them in."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from igny8_lib.errors import InvalidInput, NotFound
from igny8_lib.linker.process import link
from igny8_lib.linker.reports import broken, links_to, orphans
from igny8_lib.models import Content, ContentStatus, Site
from igny8_lib.review.edit import ArticleChanges, edit
from tests.factories.articles import make_article
from tests.lib.linker.garden import make_garden, make_source, make_target, placed, read
from tests.statements import count_statements


def target_named(session: Session, site: Site, title: str) -> Content:
    return session.scalars(select(Content).where(Content.site_id == site.id, Content.title.startswith(title))).one()


def test_orphans_are_public_articles_that_no_public_article_links_to(session: Session) -> None:
    site = make_garden(session)
    assert orphans(session, site.id).total == 4
    draft = make_source(session, site)
    link(session, site.id, draft.id, by="ann")
    read(session, site)
    assert orphans(session, site.id).total == 4, "what nobody can read leads nobody there"
    draft.status, draft.external_url = ContentStatus.PUBLISHED, f"https://{site.domain}/year/"
    session.flush()
    read(session, site)
    found = orphans(session, site.id)
    assert [row["title"] for row in found.rows] == ["Compost heap for beginners", "The garden through the year"]
    assert found.total == 2
    assert orphans(session, site.id, 2, 1).rows == found.rows[1:]


def test_an_article_that_links_to_itself_is_an_orphan_still(session: Session) -> None:
    site = make_garden(session)
    made = make_target(session, site, "garden gnomes", "Gnomes stand about.")
    made.html += f'<p><a href="{made.external_url}#top">Up</a></p>'
    session.flush()
    read(session, site)
    assert made.id in [row["content_id"] for row in orphans(session, site.id).rows]


def test_who_links_to_an_article_is_told_with_the_words_and_whether_the_linker_did_it(session: Session) -> None:
    site = make_garden(session)
    target = target_named(session, site, "Pruning")
    linked = make_source(session, site)
    link(session, site.id, linked.id, by="ann")
    mine = make_article(session, site, html='<p>See <a href="/pruning-roses">this page</a>.</p>')
    read(session, site)
    found = links_to(session, site.id, target.id)
    rows = [(row["content_id"], row["anchor"], row["href"], row["placed"], row["status"]) for row in found.rows]
    assert rows == [
        (linked.id, "pruning roses", target.external_url, True, ContentStatus.REVIEW),
        (mine.id, "this page", "/pruning-roses", False, ContentStatus.REVIEW),
    ]
    assert found.total == 2
    with pytest.raises(NotFound):
        links_to(session, make_garden(session).id, target.id)


def test_broken_links_are_told_with_why(session: Session) -> None:
    site = make_garden(session)
    gone, moved = target_named(session, site, "Pruning"), target_named(session, site, "Compost")
    html = '<p><a href="/pruning-roses/">a</a> <a href="/compost-heap/">b</a> <a href="/raised-garden-beds/">c</a></p>'
    mine = make_article(
        session, site, html=f'{html}<p><a href="/nowhere/">d</a> <a href="https://x.example/">e</a></p>'
    )
    read(session, site)
    assert broken(session, site.id).total == 0
    gone.status, moved.external_url = ContentStatus.APPROVED, f"https://{site.domain}/new-heap/"
    session.flush()
    read(session, site)
    found = broken(session, site.id)
    rows = [(row["content_id"], row["anchor"], row["target_id"], row["why"], row["now"]) for row in found.rows]
    assert rows == [(mine.id, "a", gone.id, "gone", None), (mine.id, "b", moved.id, "moved", moved.external_url)]
    unknown = broken(session, site.id, with_unknown=True)
    assert [(row["anchor"], row["why"]) for row in unknown.rows] == [("a", "gone"), ("b", "moved"), ("d", "unknown")]


def test_a_link_of_people_is_no_link_of_the_linker_in_the_same_article(session: Session) -> None:
    site = make_garden(session)
    content = make_source(session, site)
    link(session, site.id, content.id, by="ann")
    row = placed(session, content)[0]
    html = content.html + f'<p>And <a href="{row.href}">by hand</a>.</p>'
    edit(session, site.id, content.id, ArticleChanges(html=html), version=2, by="ben")
    read(session, site)
    assert row.target_id
    found = links_to(session, site.id, row.target_id)
    assert [(each["anchor"], each["placed"]) for each in found.rows] == [(row.anchor, True), ("by hand", False)]


def test_a_report_takes_the_same_statements_however_many_rows_it_has(session: Session) -> None:
    site = make_garden(session)
    for report in (orphans, broken):
        assert count_statements(session, lambda: report(session, site.id)) <= 3  # noqa: B023
    with pytest.raises(InvalidInput):
        orphans(session, site.id, 0)
    with pytest.raises(InvalidInput):
        broken(session, site.id, 1, 1_000)
