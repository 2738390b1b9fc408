"""Links keep leading somewhere: a target that is no longer public loses ours, one that moved gets its new address."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import delete
from sqlalchemy.orm import Session

from igny8_lib.db.session import Sessions
from igny8_lib.linker import mending
from igny8_lib.linker.mending import mend, mend_all, sites_astray
from igny8_lib.linker.process import link
from igny8_lib.linker.splicing import read_links
from igny8_lib.models import Content, ContentStatus, PlacedLink, Site
from igny8_lib.review.edit import ArticleChanges, edit
from igny8_lib.review.versions import list_versions
from tests.lib.linker.garden import make_garden, make_source, placed, read

Change = Callable[[Session, Content], object]


def unpublish(_: Session, target: Content) -> None:
    target.status = ContentStatus.APPROVED


def reject(_: Session, target: Content) -> None:
    target.status = ContentStatus.REJECTED


def remove(session: Session, target: Content) -> None:
    session.execute(delete(Content).where(Content.site_id == target.site_id, Content.id == target.id))


def linked(session: Session) -> tuple[Site, Content, Content]:
    """An article with three links, and the target of the second one."""
    site = make_garden(session)
    content = make_source(session, site)
    link(session, site.id, content.id, by="ann")
    session.flush()
    return site, content, session.get_one(Content, placed(session, content)[1].target_id)


@pytest.mark.parametrize("change", [unpublish, reject, remove])
def test_a_target_that_is_no_longer_public_loses_our_links_to_it(session: Session, change: Change) -> None:
    site, content, target = linked(session)
    row = placed(session, content)[1]
    whole = f'<a href="{row.href}">{row.anchor}</a>'
    expected = content.html.replace(whole, row.anchor)
    change(session, target)
    session.flush()
    read(session, site)
    session.expire_all()
    done = mend(session, site.id)
    assert (done.removed, done.moved, done.after) == (1, 0, None)
    assert (content.html, content.version, len(content.internal_links)) == (expected, 3, 2)
    newest = list_versions(session, site.id, content.id)[0]
    told = ("linked", "linker", "1 link taken out: its target is no longer public")
    assert (newest["kind"], newest["made_by"], newest["note"]) == told
    assert session.get_one(PlacedLink, row.id).removed_why == "its target is no longer public"


def test_a_target_that_moved_gets_its_new_address_in_every_link_of_ours(session: Session) -> None:
    site, content, target = linked(session)
    other = make_source(session, site)
    link(session, site.id, other.id, by="ann")
    before = {each.id: (each.html, placed(session, each)[1].href) for each in (content, other)}
    target.external_url = f"https://{site.domain}/elsewhere/?p=1&q=2"
    session.flush()
    read(session, site)
    done = mend(session, site.id)
    assert (done.removed, done.moved) == (0, 2)
    for each in (content, other):
        html, old = before[each.id]
        assert each.html == html.replace(old, f"https://{site.domain}/elsewhere/?p=1&amp;q=2")
        assert placed(session, each)[1].href == each.internal_links[1]["href"] == target.external_url
        assert each.internal_links[2]["offset"] == read_links(each.html)[2].start


def test_mended_again_nothing_changes(session: Session) -> None:
    site, content, target = linked(session)
    assert mend(session, site.id).removed == 0
    unpublish(session, target)
    session.flush()
    read(session, site)
    assert sites_astray(session) == [site.id]
    mend(session, site.id)
    assert sites_astray(session) == []
    version = content.version
    assert (mend(session, site.id).removed, content.version) == (0, version)


def test_links_that_people_changed_and_links_of_people_are_left(session: Session) -> None:
    site, content, target = linked(session)
    row = placed(session, content)[1]
    mine = f'<p>My <a href="{row.href}">own link</a> here.</p>'
    html = content.html.replace(f">{row.anchor}</a>", ">other words</a>") + mine
    edit(session, site.id, content.id, ArticleChanges(html=html), version=2, by="ben")
    unpublish(session, target)
    session.flush()
    read(session, site)
    assert mend(session, site.id).removed == 0
    assert content.html == html
    assert sites_astray(session) == []


def test_a_site_is_mended_in_pages_each_a_transaction_of_its_own(
    session: Session, sessions: Sessions, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mending, "PAGE", 2)
    site, _, target = linked(session)
    others = [make_source(session, site) for _ in range(4)]
    for each in others:
        link(session, site.id, each.id, by="ann")
    unpublish(session, target)
    session.flush()
    read(session, site)
    session.commit()
    with sessions() as dying:
        assert mend(dying, site.id).after == others[0].id
    assert mend_all(sessions, [site.id]).removed == 5
    assert sites_astray(session) == []
