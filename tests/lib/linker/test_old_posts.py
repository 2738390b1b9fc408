"""Posts that WordPress had long before: linked, written back, and as they were once the links are taken out again.
What people changed there meanwhile is never overwritten."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from igny8_lib.linker.process import Linked, process
from igny8_lib.linker.targets import refresh_all
from igny8_lib.linker.undo import undo_all
from igny8_lib.models import Publication, PublicationStatus
from igny8_lib.publishing.publisher import Publisher
from tests.factories.credits import grant
from tests.lib.linker.garden import FILLER, TOPICS, paragraph
from tests.lib.publishing.importing.conftest import Import, imported, publisher
from tests.lib.publishing.importing.test_writing_back import post
from tests.wordpress_server import WordPressServer

__all__ = ["imported", "publisher"]

RAW = (
    f"<!-- wp:paragraph -->\n<p>{FILLER}</p>\n<!-- /wp:paragraph -->\n\n[contact-form]\n\n"
    f"<!-- wp:paragraph -->\n{paragraph('pruning roses')}\n<!-- /wp:paragraph -->\n\n"
    f"{paragraph('compost heap')}\n\n<p>{FILLER * 20}</p>"
)


@pytest.fixture
def source(imported: Import, publisher: Publisher, wordpress: WordPressServer) -> int:  # noqa: ARG001 - they are there
    """The number of a post that names two others; all three are imported, and the account has credits."""
    for phrase in ("pruning roses", "compost heap"):
        text = "".join(f"<p>{TOPICS[phrase]} {FILLER}</p>" for _ in range(3))
        imported.write(post_title=f"{phrase.capitalize()} for beginners", post_content=text)
    number = imported.write(post_title="The garden through the year", post_content=RAW)
    imported.counts()
    with imported.sessions.begin() as session:
        grant(session, imported.site.account_id, 100)
    refresh_all(imported.sessions, [imported.site.id])
    return number


def link(imported: Import, number: int) -> Linked:
    """Put links into the post's article."""
    return process(imported.sessions, imported.site.id, imported.content(number).id, by="ann")


def record(imported: Import, number: int) -> Publication:
    """The publication of the post's article."""
    with imported.sessions() as session:
        mine = Publication.content_id == imported.content(number).id
        return session.scalars(select(Publication).where(mine)).one()


def test_an_old_post_gets_its_links_and_nothing_else_of_it_changes(
    imported: Import, publisher: Publisher, source: int
) -> None:
    done = link(imported, source)
    assert done.links == 2, done.sentence
    assert done.sentence.endswith("Its post is updated within a minute.")
    publisher.work()
    assert record(imported, source).status is PublicationStatus.DONE
    raw = RAW
    for row in imported.content(source).internal_links:
        assert imported.server.url in row["href"]
        raw = raw.replace(row["anchor"], f'<a href="{row["href"]}">{row["anchor"]}</a>', 1)
    assert post(imported, source)["post_content"] == raw
    assert "conflicts" not in imported.counts()
    assert link(imported, source).links == 0
    undo_all(imported.sessions, imported.site.id, placing=done.placing, by="ann")
    publisher.work()
    assert post(imported, source)["post_content"] == RAW


def test_what_people_changed_there_is_never_overwritten_by_links(
    imported: Import, publisher: Publisher, source: int
) -> None:
    theirs = RAW.replace("[contact-form]", "<p>Theirs.</p>")
    imported.change(source, post_content=theirs)
    assert link(imported, source).links == 2  # nobody here knows yet
    publisher.work()
    failed = record(imported, source)
    assert (failed.status, failed.cause) == (PublicationStatus.FAILED, "changed_there")
    assert post(imported, source)["post_content"] == theirs
    assert imported.counts()["conflicts"] == 1
    told = undo_all(imported.sessions, imported.site.id, content_id=imported.content(source).id, by="ann")
    assert told.removed == 2
    publisher.work()
    assert post(imported, source)["post_content"] == theirs
