"""One of ten thousand articles: what changes in the site is counted, in files and in statements."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import insert
from sqlalchemy.orm import Session

from igny8_lib.db.session import Sessions
from igny8_lib.models import Content, Site, SiteArticleRow, SiteVersion, SiteVersionStatus
from igny8_lib.pipeline.media import Media
from igny8_lib.site_builder.article_changes import all_paths
from igny8_lib.site_builder.article_index import Index
from igny8_lib.site_builder.articles import SiteArticle
from igny8_lib.site_builder.releases.folder import FolderTarget
from igny8_lib.site_builder.releases.manifest import MANIFEST, Changes, Manifest, entry
from igny8_lib.site_builder.showing import changes
from igny8_lib.site_builder.showing.rows import facts_of
from igny8_lib.site_builder.showing.updating import Updater
from tests.factories.articles import make_article
from tests.factories.sites import make_site
from tests.lib.site_builder.articles_made import BASE, START, article, site
from tests.statements import count_statements

MANY = 10_000
TAGS = 40


def written(number: int, **values: Any) -> SiteArticle:
    """One of the articles: of one of five categories, with one of forty tags."""
    terms = {"categories": (f"Category {number % 5}",), "tags": (f"Tag {number % TAGS}",)}
    return article(number, **(terms | values))


@pytest.fixture
def updater(request: pytest.FixtureRequest, session: Session, sessions: Sessions, tmp_path: Any) -> Updater:
    """A site with so many articles, whose live version says that it has all their files: none of them is read."""
    count: int = request.param
    owner = make_site(session)
    known = [written(number) for number in range(count)]
    rows = [content_of(owner, one) for one in known]
    ids = session.scalars(insert(Content).returning(Content.id, sort_by_parameter_order=True), rows).all()
    session.execute(insert(SiteArticleRow), [row_of(owner, *pair) for pair in zip(ids, known, strict=True)])
    document = site()
    values = {"number": 1, "status": SiteVersionStatus.KEPT, "base_url": BASE, "made_by": "ann"}
    session.add(SiteVersion(site_id=owner.id, document=document.model_dump(mode="json"), **values))
    session.commit()
    folder = FolderTarget(tmp_path / "site")
    paths = {*all_paths(Index.of(known, document)), "index.html", "assets/site.css"}
    manifest = Manifest(1, dict.fromkeys(sorted(paths), entry(b"as it was")))
    (folder.root / "v1").mkdir(parents=True)
    (folder.root / "v1" / MANIFEST).write_bytes(manifest.as_json())
    folder.switch(1)
    return Updater(sessions, Media(tmp_path / "media"), owner.id, folder)


def content_of(owner: Site, one: SiteArticle) -> dict[str, Any]:
    """A row of content."""
    return {"site_id": owner.id, "title": one.title, "slug": one.slug, "html": one.html, "word_count": 4}


def row_of(owner: Site, content_id: int, one: SiteArticle) -> dict[str, Any]:
    """A row of what the site shows."""
    return {
        "content_id": content_id,
        "site_id": owner.id,
        "slug": one.slug,
        "mark": f"mark-{one.slug}",
        "facts": facts_of(one),
        "html": one.html,
        "published_at": one.published,
        "changed_at": one.changed,
    }


def bring(updater: Updater) -> Changes:
    """What the live version's update changed."""
    updated = updater.bring()
    assert updated is not None
    return updated.changes


def put(updater: Updater, content_id: int, one: SiteArticle) -> None:
    with updater.sessions.begin() as session:
        changes.put(session, updater.site_id, content_id, one, mark=f"mark-{content_id}", images={})


def number_of(session: Session, slug: str) -> int:
    """The content whose article has this slug."""
    return session.query(SiteArticleRow.content_id).where(SiteArticleRow.slug == slug).scalar()  # type: ignore[no-any-return]


@pytest.mark.parametrize("updater", [MANY], indirect=True)
@pytest.mark.slow("ten thousand rows are written and read")
def test_one_of_ten_thousand_articles_touches_what_shows_something_of_it_and_nothing_else(
    updater: Updater, session: Session
) -> None:
    middle = written(MANY // 2, title="Another title")
    put(updater, number_of(session, middle.slug), middle)
    changed = bring(updater)
    assert (changed.added, changed.removed) == ((), ())
    assert middle.path in changed.changed
    assert len(changed.changed) <= 1 + 3 + 2 * 10 + 2, "itself, a page of three lists, related ones, site map and feed"

    own = make_article(session, session.get_one(Site, updater.site_id))
    session.commit()
    newest = written(MANY)
    put(updater, own.id, newest)
    changed = bring(updater)
    assert newest.path in changed.added
    assert len(changed.added) <= 1 + 3, "itself, and a page of each list that became full"
    assert len(changed.changed) <= 3 + 3 + 2 * 10 + 2, "first pages and those before, related ones, site map and feed"
    there = {path.relative_to(updater.target.root) for path in updater.target.root.rglob("index.html")}  # type: ignore[attr-defined]
    assert len(there) <= 60, "no other file of the site was written"

    row = number_of(session, written(7).slug)
    with updater.sessions.begin() as working:
        leaving = changes.row_of(working, updater.site_id, row)
        assert leaving is not None
        changes.take_away(leaving)
    assert written(7).path in bring(updater).removed
    assert bring(updater) == Changes()


@pytest.mark.parametrize("updater", [30, 300], indirect=True)
def test_an_update_takes_as_many_statements_whatever_the_number_of_articles(updater: Updater, session: Session) -> None:
    for number in (3, 17):
        one = written(number, title="Another title", changed=START + timedelta(days=400))
        put(updater, number_of(session, one.slug), one)
        session.commit()
        assert count_statements(session, updater.bring) == 4, "version, articles, texts, done"
