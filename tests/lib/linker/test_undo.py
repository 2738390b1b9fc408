"""What was put in is taken out exactly, whatever was changed elsewhere; what people changed is left, and told."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from igny8_lib.amounts import Credits
from igny8_lib.db.session import Sessions
from igny8_lib.errors import InvalidInput
from igny8_lib.linker import undo as undoing
from igny8_lib.linker.journal import meet
from igny8_lib.linker.process import link
from igny8_lib.linker.splicing import Fate, Placement, insert, is_whole, remove
from igny8_lib.linker.undo import undo, undo_all
from igny8_lib.models import BatchKind, Content, ContentBatch, PlacedLink, Site
from igny8_lib.review.edit import ArticleChanges, edit
from igny8_lib.review.versions import list_versions, restore
from igny8_lib.text.html import plain_text
from tests.lib.linker.fragments import clean
from tests.lib.linker.garden import charges, make_garden, make_source, placed


def change(session: Session, content: Content, html: str) -> None:
    """Let a person save another text."""
    edit(session, content.site_id, content.id, ArticleChanges(html=html), version=content.version, by="ben")


def linked(session: Session, **values: object) -> tuple[Site, Content, str]:
    """An article with three links, and its text before."""
    site = make_garden(session)
    content = make_source(session, site)
    before = content.html
    link(session, site.id, content.id, by="ann", **values)  # type: ignore[arg-type]
    return site, content, before


def make_batch(session: Session, site: Site) -> int:
    """A batch of links."""
    batch = ContentBatch(site_id=site.id, kind=BatchKind.LINK, requested_by="ann")
    session.add(batch)
    session.flush()
    return batch.id


def test_undone_an_article_says_to_the_letter_what_it_said_before(session: Session) -> None:
    site, content, before = linked(session)
    done = undo(session, site.id, content_id=content.id, by="ben")
    assert (done.removed, done.articles, done.left, done.after) == (3, 1, [], None)
    assert (content.html, content.internal_links, content.version) == (before, [], 3)
    newest = list_versions(session, site.id, content.id)[0]
    assert (newest["kind"], newest["made_by"], newest["note"]) == ("linked", "ben", "3 links taken out: undone")
    rows = session.query(PlacedLink).filter_by(content_id=content.id).all()
    assert {(row.removed_by, row.removed_why, row.removed_at is not None) for row in rows} == {("ben", "undone", True)}
    assert charges(session, site) == [Credits.of(8)]


def test_undone_again_nothing_changes(session: Session) -> None:
    site, content, _ = linked(session)
    undo(session, site.id, content_id=content.id, by="ben")
    again = undo(session, site.id, content_id=content.id, by="ben")
    assert (again.removed, again.left, content.version) == (0, [], 3)


def test_after_edits_elsewhere_in_the_text_exactly_its_links_go(session: Session) -> None:
    site, content, before = linked(session)
    change(session, content, "<p>A new beginning, by hand.</p>" + content.html.replace("In every season", "All year"))
    done = undo(session, site.id, content_id=content.id, by="ben")
    assert (done.removed, done.left) == (3, [])
    assert content.html == "<p>A new beginning, by hand.</p>" + before.replace("In every season", "All year")


def test_links_that_people_changed_are_left_and_told(session: Session) -> None:
    site, content, _ = linked(session)
    one, two, three = placed(session, content)
    html = content.html.replace(f">{one.anchor}</a>", ">other words</a>")
    html = html.replace(f'"{two.href}"', '"https://else.example/"')
    html = html.replace(f'<a href="{three.href}">{three.anchor}</a>', "nothing at all")
    change(session, content, html)
    done = undo(session, site.id, content_id=content.id, by="ben")
    assert (done.removed, content.html) == (0, html)
    assert {(each.content_id, each.title) for each in done.left} == {(content.id, content.title)}
    assert {each.anchor: each.why for each in done.left} == {
        one.anchor: "people gave its address other words",
        two.anchor: "people let its words lead elsewhere",
        three.anchor: "people took it out",
    }


def test_links_of_other_people_and_of_other_placings_stay(session: Session) -> None:
    site = make_garden(session, improvement={"links_per_1000_words": 2})
    content = make_source(session, site)
    mine = f'<p>Read <a href="https://{site.domain}/pruning-roses/">about pruning</a> and more.</p>'
    content.html = content.html.replace("</p>", f"</p>{mine}", 1)
    first = link(session, site.id, content.id, by="ann")
    assert first.links == 1
    session.query(PlacedLink).update({PlacedLink.placing: "another"})
    done = undo(session, site.id, placing=first.placing, by="ben")
    assert (done.removed, mine in content.html, len(placed(session, content))) == (0, True, 1)
    assert undo(session, site.id, placing="another", by="ben").removed == 1
    assert mine in content.html


def test_a_batch_is_undone_as_a_whole_in_pages(
    session: Session, sessions: Sessions, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(undoing, "PAGE", 2)
    site = make_garden(session)
    batch = make_batch(session, site)
    some = [make_source(session, site) for _ in range(5)]
    texts = {content.id: content.html for content in some}
    for content in some[:4]:
        link(session, site.id, content.id, by="ann", batch_id=batch)
    link(session, site.id, some[4].id, by="ann")
    page = undo(session, site.id, batch_id=batch, by="ben")
    assert (page.articles, page.removed, page.after) == (2, 6, some[1].id)
    session.commit()
    rest = undo_all(sessions, site.id, batch_id=batch, by="ben")
    assert (rest.articles, rest.removed, rest.left, rest.after) == (2, 6, [], None)
    session.expire_all()
    assert [content.html == texts[content.id] for content in some] == [True] * 4 + [False]


def test_exactly_one_of_batch_article_and_placing_is_named(session: Session) -> None:
    site = make_garden(session)
    with pytest.raises(InvalidInput, match="exactly one"):
        undo(session, site.id, by="ben")
    with pytest.raises(InvalidInput, match="exactly one"):
        undo(session, site.id, content_id=1, batch_id=1, by="ben")


def test_of_another_site_nothing_is_undone(session: Session) -> None:
    _, content, _ = linked(session)
    other = make_garden(session)
    assert undo(session, other.id, content_id=content.id, by="ben").removed == 0
    assert len(placed(session, content)) == 3


def test_an_older_version_that_is_restored_brings_its_links_back_into_the_record(session: Session) -> None:
    site, content, before = linked(session)
    change(session, content, before)
    assert undo(session, site.id, content_id=content.id, by="ben").removed == 0
    restore(session, site.id, content.id, 2, version=3, by="ben")
    assert undo(session, site.id, content_id=content.id, by="ben").removed == 3
    assert content.html == before


HREFS = ("https://blog.example/one/?a=1&b=2", "https://blog.example/two/", "https://blog.example/three/")


@settings(max_examples=60)
@given(clean, clean, clean, st.randoms(use_true_random=False))
def test_wherever_text_is_added_around_links_exactly_they_are_found(
    before: str, html: str, after: str, random: Random
) -> None:
    words = [(at, at + size) for at in range(len(html)) for size in (3, 9) if is_whole(html, at, at + size)]
    if not words or "<a " in html:
        return
    spans, end = [], 0
    for start, stop in sorted(random.sample(words, min(3, len(words)))):
        if start >= end:
            spans.append((start, stop))
            end = stop
    places = [Placement(start, stop, href) for (start, stop), href in zip(spans, HREFS, strict=False)]
    rows = [PlacedLink(href=each.href, anchor=html[each.start : each.end], offset=each.start) for each in places]
    met = meet(before + insert(html, places) + after, rows)
    assert [each.fate for each in met] == [Fate.THERE] * len(rows)
    assert (
        remove(before + insert(html, places) + after, [each.link for each in met if each.link]) == before + html + after
    )
    assert all(plain_text(row.anchor) == each.link.text for row, each in zip(rows, met, strict=True) if each.link)
