"""What the Linker knows follows every change of an article: text, address, state, deletion, the site's language."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from igny8_lib.db.session import Sessions
from igny8_lib.linker.targets import count_changes, read_anew, refresh, refresh_all, sites_with_changes
from igny8_lib.models import (
    Content,
    ContentLink,
    ContentStatus,
    LinkPhrase,
    LinkReading,
    LinkTarget,
    PostFound,
    Site,
    VersionKind,
)
from igny8_lib.review import versions
from tests.factories.publications import make_publication
from tests.factories.sites import make_site
from tests.lib.linker.pages import make_draft, make_page, read_all
from tests.statements import count_statements, wait_until_one_waits_for_a_lock


@pytest.fixture
def site(session: Session) -> Site:
    return make_site(session)


def known(session: Session, site: Site) -> dict[str, list[Any]]:
    """Everything that was made of a site's articles."""
    session.expire_all()
    return {
        table.__tablename__: sorted(
            map(repr, session.execute(select(*table.__table__.c).where(table.site_id == site.id)))
        )
        for table in (LinkTarget, LinkPhrase, ContentLink)
    }


def hrefs(session: Session, site: Site) -> list[str]:
    query = select(LinkTarget.href).where(LinkTarget.site_id == site.id).order_by(LinkTarget.content_id)
    return list(session.scalars(query))


def links(session: Session, site: Site) -> list[tuple[str, int | None]]:
    query = select(ContentLink.anchor, ContentLink.target_id).where(ContentLink.site_id == site.id)
    return [(row.anchor, row.target_id) for row in session.execute(query.order_by(ContentLink.content_id))]


CHANGES: dict[str, Callable[[Session, Content], object]] = {
    "unpublished": lambda _, page: setattr(page, "status", ContentStatus.APPROVED),
    "without_an_address": lambda _, page: setattr(page, "external_url", None),
    "deleted": lambda session, page: session.delete(page),
    "taken_down": lambda session, page: setattr(
        make_publication(session, session.get_one(Site, page.site_id), page, external_url=page.external_url),
        "found",
        PostFound.TRASHED,
    ),
}


@pytest.mark.parametrize("change", sorted(CHANGES))
def test_what_is_no_longer_public_is_no_target_and_what_linked_to_it_is_still_known(
    session: Session, site: Site, change: str
) -> None:
    page = make_page(session, site, "Apple trees", "apple tree")
    make_draft(session, site, f'<p>x</p><p>See <a href="{page.external_url}">the trees</a>.</p>')
    read_all(session, site)
    assert hrefs(session, site) == [page.external_url]
    assert links(session, site) == [("the trees", page.id)]
    gone, page_id = change == "deleted", page.id
    CHANGES[change](session, page)
    session.flush()
    read_all(session, site)
    session.expire_all()
    assert hrefs(session, site) == []
    assert session.scalar(select(func.count()).select_from(LinkPhrase).where(LinkPhrase.site_id == site.id)) == 0
    assert links(session, site) == [("the trees", None if gone else page_id)]


def test_a_moved_target_has_its_new_address_and_keeps_whose_links_were(session: Session, site: Site) -> None:
    page = make_page(session, site, "Apple trees", "apple tree")
    old = page.external_url
    draft = make_draft(session, site, f'<p>x</p><p><a href="{old}">trees</a></p>')
    read_all(session, site)
    page.external_url = f"https://{site.domain}/fruit/apple-trees"
    session.flush()
    read_all(session, site)
    assert hrefs(session, site) == [page.external_url]
    draft.html += "<p>More.</p>"
    session.flush()
    read_all(session, site)
    assert links(session, site) == [("trees", page.id)]


def test_a_link_that_was_there_before_its_target_is_adopted(session: Session, site: Site) -> None:
    make_draft(session, site, '<p>x</p><p><a href="/apple/?utm_source=mail">trees</a></p>')
    read_all(session, site)
    assert links(session, site) == [("trees", None)]
    page = make_page(session, site, "Apple trees", "apple tree", external_url=f"https://www.{site.domain}/apple/")
    read_all(session, site)
    assert links(session, site) == [("trees", page.id)]


def test_links_to_other_websites_are_none_of_the_site(session: Session, site: Site) -> None:
    make_draft(session, site, '<p><a href="https://other.example/">a</a> <a href="mailto:a@b.example">b</a></p>')
    read_all(session, site)
    assert links(session, site) == []


def test_an_edit_is_read_by_its_version_and_another_phrase_takes_the_place_of_the_old(
    session: Session, site: Site
) -> None:
    page = make_page(session, site, "Apple trees", "apple tree")
    read_all(session, site)
    before = known(session, site)["link_phrases"]
    article = versions.lock_version(session, site.id, page.id, page.version)
    said = {"title": "Pears", "primary_keyword": "pear"}
    versions.save(session, article, said, kind=VersionKind.EDITED, by="ann")
    session.flush()
    assert count_changes(session, site.id) == 1
    read_all(session, site)
    after = known(session, site)["link_phrases"]
    assert len(after) == 1
    assert not set(before) & set(after)
    assert session.get_one(LinkReading, page.id).version == article.version == 2


def test_another_language_has_everything_read_again(session: Session, site: Site) -> None:
    make_page(session, site, "Die Apfelbäume", "Apfelbäume")
    read_all(session, site)
    before = known(session, site)
    site.language = "de"
    session.flush()
    assert read_all(session, site) == 1
    assert known(session, site) != before


def test_reading_again_changes_nothing(session: Session, site: Site) -> None:
    pages = [make_page(session, site, f"Apple trees {number}", f"apple tree {number}") for number in range(3)]
    make_draft(session, site, "".join(f'<p><a href="{page.external_url}">{page.id}</a></p>' for page in pages))
    read_all(session, site)
    before = known(session, site)
    assert read_anew(session, site.id) == 4
    assert read_all(session, site) == 4
    assert known(session, site) == before
    assert refresh(session, site.id) == 0


def test_what_changes_nothing_that_is_read_is_not_read_again(session: Session, site: Site) -> None:
    page = make_page(session, site, "Apple trees", "apple tree")
    read_all(session, site)
    page.date_changes, page.optimization_scores = 3, {"seo": 1}
    session.flush()
    assert count_changes(session, site.id) == 0


def test_a_page_is_bounded_and_its_statements_are_a_fixed_number(session: Session, site: Site) -> None:
    counts = []
    for number in (2, 20):
        for each in range(number):
            page = make_page(session, site, f"Apple trees {each}", f"apple tree {each}")
            page.html += f'<p><a href="{page.external_url}x">a</a> <a href="https://{site.domain}/{each}">b</a></p>'
        session.flush()
        counts.append(
            count_statements(session, partial(refresh, session, site.id, limit=count_changes(session, site.id)))
        )
    assert counts[0] == counts[1] <= 16
    for each in range(3):
        make_page(session, site, f"Pears {each}", f"pear {each}")
    assert [refresh(session, site.id, limit=2) for _ in range(3)] == [2, 1, 0]


def test_a_page_that_is_given_up_takes_no_change_away(sessions: Sessions) -> None:
    with sessions.begin() as session:
        site = make_site(session)
        make_page(session, site, "Apple trees", "apple tree")
    with sessions() as session:
        assert refresh(session, site.id) == 1
        session.rollback()
        assert count_changes(session, site.id) == 1
    assert refresh_all(sessions, [site.id]) == 1
    with sessions() as session:
        assert sites_with_changes(session) == []


def test_several_at_once_and_people_who_write_meanwhile_leave_what_one_alone_leaves(sessions: Sessions) -> None:
    with sessions.begin() as session:
        site = make_site(session)
        pages = [make_page(session, site, f"Apple trees {each}", f"apple tree {each}").id for each in range(30)]

    def write(number: int) -> None:
        for page in pages[number::2]:
            with sessions.begin() as session:
                session.get_one(Content, page).title = f"Pear trees {page}"

    def read(_: int) -> None:
        for _ in range(20):
            with sessions.begin() as session:
                refresh(session, site.id, limit=7)

    with ThreadPoolExecutor(6) as pool:
        done = [pool.submit(write, each) for each in range(2)] + [pool.submit(read, each) for each in range(4)]
        for each in done:
            each.result()
    refresh_all(sessions, [site.id])
    with sessions.begin() as session:
        left = known(session, site)
        read_anew(session, site.id)
        read_all(session, site)
        assert known(session, site) == left
        titles = select(LinkTarget.title).where(LinkTarget.site_id == site.id)
        assert all(title.startswith("Pear") for title in session.scalars(titles))


def test_deleting_an_article_while_it_is_read_leaves_nothing_of_it(sessions: Sessions, engine: Engine) -> None:
    with sessions.begin() as session:
        site = make_site(session)
        page = make_page(session, site, "Apple trees", "apple tree")
    with sessions() as reader, ThreadPoolExecutor(1) as pool:
        assert refresh(reader, site.id) == 1

        def remove() -> None:
            with sessions.begin() as session:
                session.delete(session.get_one(Content, page.id))

        waits = pool.submit(remove)
        wait_until_one_waits_for_a_lock(engine)
        reader.commit()
        waits.result()
    with sessions() as session:
        assert known(session, site) == {"link_targets": [], "link_phrases": [], "content_links": []}
