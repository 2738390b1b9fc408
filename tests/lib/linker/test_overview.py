"""Figures of a site's links agree with its reports, count what readers reach, and take a fixed number of statements."""

from __future__ import annotations

from sqlalchemy.orm import Session

from igny8_lib.linker.overview import LinkCounts, links_of, overview, remembered
from igny8_lib.linker.process import link
from igny8_lib.linker.reports import broken, orphans
from igny8_lib.linker.undo import undo
from igny8_lib.models import Content, ContentStatus, LinkReading, Site
from tests.lib.linker.garden import TOPICS, make_garden, make_source, placed, read
from tests.statements import count_statements


def published(session: Session, site: Site) -> Content:
    """A public article whose text names the others."""
    source = make_source(
        session, site, status=ContentStatus.PUBLISHED, external_url=f"https://{site.domain}/garden-year/"
    )
    link(session, site.id, source.id, by="ann")
    return source


def test_figures_agree_with_the_reports_and_say_what_waits(session: Session) -> None:
    site = make_garden(session)
    source = published(session, site)
    before = overview(session, site.id)
    assert (before.targets, before.placed, before.waiting) == (len(TOPICS), len(placed(session, source)), 1)
    read(session, site)
    after = overview(session, site.id)
    assert (after.targets, after.waiting, after.read) == (len(TOPICS) + 1, 0, len(TOPICS) + 1)
    assert after.orphans == orphans(session, site.id).total < len(TOPICS) + 1
    assert after.broken == broken(session, site.id).total == 0


def test_embeddings_are_counted_where_they_are_stored(session: Session) -> None:
    site = make_garden(session)
    assert overview(session, site.id).embedded == 0
    session.query(LinkReading).filter_by(site_id=site.id).limit(1).one().embedded_by = "text-model"
    session.flush()
    assert overview(session, site.id).embedded == 1


def test_links_are_counted_from_public_articles_alone_and_never_from_oneself(session: Session) -> None:
    site = make_garden(session)
    source = published(session, site)
    put = placed(session, source)
    read(session, site)
    ids = [source.id, *(each.target_id for each in put if each.target_id)]
    counts = links_of(session, site.id, ids)
    assert counts[source.id] == LinkCounts(0, len(put), len(put))
    assert {counts[each] for each in ids[1:]} == {LinkCounts(1, 0, 0)}
    source.status = ContentStatus.APPROVED
    session.flush()
    read(session, site)
    assert {links_of(session, site.id, ids)[each].into for each in ids[1:]} == {0}


def test_the_record_tells_what_was_put_in_also_when_it_is_gone(session: Session) -> None:
    site = make_garden(session)
    source = published(session, site)
    number = len(placed(session, source))
    undo(session, site.id, by="bob", content_id=source.id)
    rows = remembered(session, site.id, source.id)
    assert [each.link.removed_by for each in rows] == ["bob"] * number
    assert all(each.title for each in rows)


def test_figures_take_a_fixed_number_of_statements(session: Session) -> None:
    site = make_garden(session)
    session.commit()
    assert count_statements(session, lambda: overview(session, site.id)) == 6
    assert count_statements(session, lambda: links_of(session, site.id, list(range(1, 50)))) == 3
