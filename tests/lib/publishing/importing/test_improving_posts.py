"""Old posts: imported, analysed, linked to each other, made better by the AI, and written back into their own posts.
Everything can be taken back, there too, and what people changed in WordPress meanwhile is never overwritten."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from sqlalchemy import func, select

from igny8_lib.ai.endpoint import Endpoint
from igny8_lib.amounts import Credits
from igny8_lib.batches.listing import list_items, show_batch
from igny8_lib.batches.opening import Choice, open_batch
from igny8_lib.batches.progress import Progress
from igny8_lib.batches.work import Worker
from igny8_lib.linker.undo import undo_all
from igny8_lib.models import (
    BatchItemStatus,
    BatchKind,
    BatchStatus,
    Content,
    ContentSource,
    ContentVersion,
    OptimizationTask,
    Publication,
    PublicationStatus,
    PublishingSettings,
    Site,
    SyncConflict,
)
from igny8_lib.optimizer.taking_back import take_back
from igny8_lib.publishing.publisher import Publisher
from igny8_lib.review.scores import analyse_article
from tests.factories.credits import grant
from tests.lib.linker.garden import FILLER, TOPICS, paragraph
from tests.lib.publishing.importing.conftest import Import, write_back
from tests.lib.publishing.importing.test_writing_back import post
from tests.sandbox_server import SandboxServer

FRAME = '<iframe src="https://video.example/garden"></iframe>'
AROUND = f"<!-- wp:paragraph -->\n<p>{FILLER}</p>\n<!-- /wp:paragraph -->\n\n[contact-form]\n\n{FRAME}\n\n"
NAMED = {"pruning roses": "compost heap", "compost heap": "raised garden beds", "raised garden beds": "pruning roses"}
"""Which topic the post on a topic names."""


@dataclass(frozen=True)
class Blog:
    """Posts that name each other, all imported, and those who work on them."""

    imported: Import
    publisher: Publisher
    worker: Worker
    raw: dict[int, str]
    """What each post said before, by its number."""

    def batch(self, kind: BatchKind) -> Progress:
        """Have all imported posts worked, and their posts written, as far as they follow; the batch afterwards."""
        sessions, site = self.imported.sessions, self.imported.site
        with sessions.begin() as session:
            every = Choice(source=ContentSource.WORDPRESS)
            batch_id = open_batch(session, session.get_one(Site, site.id), kind, every, by="ann").id
        self.worker.work()
        self.publisher.work()
        with sessions() as session:
            shown = show_batch(session, site.id, batch_id)
            items = list_items(session, site.id, batch_id).rows
        assert shown.status is BatchStatus.COMPLETED, shown
        assert {item.status for item in items} == {BatchItemStatus.DONE}, items
        return shown

    def approve_by_itself(self) -> None:
        """From now on nobody has to approve what the AI writes for the site."""
        with self.imported.sessions.begin() as session:
            session.get_one(PublishingSettings, self.imported.site.id).auto_approval_enabled = True

    def there(self) -> dict[int, str]:
        """What the posts say now."""
        return {number: post(self.imported, number)["post_content"] for number in self.raw}

    def article(self, number: int) -> Content:
        return self.imported.content(number)

    def kinds(self, number: int) -> list[str]:
        """How the versions of a post's article were made, in order."""
        query = select(ContentVersion.kind).where(ContentVersion.content_id == self.article(number).id)
        with self.imported.sessions() as session:
            return [kind.value for kind in session.scalars(query.order_by(ContentVersion.number))]

    def record(self, number: int) -> Publication:
        """The publication of a post's article."""
        query = select(Publication).where(Publication.content_id == self.article(number).id)
        with self.imported.sessions() as session:
            return session.scalars(query).one()

    def take_all_back(self) -> None:
        """Every optimization of the site."""
        sessions, site = self.imported.sessions, self.imported.site
        with sessions() as session:
            tasks = session.scalars(select(OptimizationTask.id).where(OptimizationTask.site_id == site.id)).all()
        for task in tasks:
            with sessions.begin() as session:
                take_back(session, site.id, task, by="ann")


def stripped(texts: dict[int, str]) -> dict[int, str]:
    """Without blank lines at their ends: they show nothing."""
    return {number: text.rstrip() for number, text in texts.items()}


@pytest.fixture
def blog(imported: Import, publisher: Publisher, sandbox: SandboxServer) -> Blog:
    """Three posts with what articles here cannot hold; the account has credits."""
    raw = {}
    for phrase, named in NAMED.items():
        text = f"{AROUND}<p>{TOPICS[phrase]} {FILLER}</p>\n\n{paragraph(named)}\n\n<p>{FILLER * 6}</p>"
        raw[imported.write(post_title=f"{phrase.capitalize()} for beginners", post_content=text)] = text
    imported.counts()
    with imported.sessions.begin() as session:
        grant(session, imported.site.account_id, 200)
    endpoint = Endpoint(sandbox.base_url, "any", "text", "image", 30)
    return Blog(imported, publisher, Worker(imported.sessions, lambda: endpoint), raw)


@pytest.mark.slow("a real WordPress is written to a dozen times")
def test_old_posts_are_analysed_linked_optimized_and_written_back_and_are_as_before_once_it_is_taken_back(
    blog: Blog,
) -> None:
    blog.batch(BatchKind.ANALYZE)
    before = {number: blog.article(number).score for number in blog.raw}
    assert all(before.values())

    assert blog.batch(BatchKind.LINK).credits == Credits.of(8 * len(blog.raw))
    linked = blog.there()
    for number, raw in blog.raw.items():
        expected = raw
        for link in blog.article(number).internal_links:
            expected = expected.replace(link["anchor"], f'<a href="{link["href"]}">{link["anchor"]}</a>', 1)
        assert linked[number] == expected != raw

    blog.approve_by_itself()
    assert blog.batch(BatchKind.OPTIMIZE).credits > Credits(0)
    for number, text in blog.there().items():
        article = blog.article(number)
        assert article.score > before[number]
        assert article.internal_links
        assert text != linked[number]
        assert all(f'<a href="{link["href"]}">' in text for link in article.internal_links)
        assert "[contact-form]" in text
        assert FRAME in text
        assert blog.kinds(number) == ["imported", "linked", "optimized"]
        assert blog.record(number).content_version == article.version
    assert "conflicts" not in blog.imported.counts(), "what was written back is no change of people"

    blog.take_all_back()
    blog.publisher.work()
    assert stripped(blog.there()) == linked
    for number in blog.raw:
        undo_all(blog.imported.sessions, blog.imported.site.id, content_id=blog.article(number).id, by="ann")
    blog.publisher.work()
    assert stripped(blog.there()) == blog.raw
    with blog.imported.sessions() as session:
        for number in blog.raw:
            article = blog.article(number)
            assert analyse_article(session, article.site_id, article.id).digest == article.optimization_scores["digest"]


def test_what_the_ai_wrote_waits_for_people_where_the_site_does_not_approve_by_itself(blog: Blog) -> None:
    blog.batch(BatchKind.OPTIMIZE)
    assert blog.there() == blog.raw
    first, *others = blog.raw
    assert write_back(blog.imported, blog.publisher, blog.article(first)).error is None
    written = blog.there()
    assert written[first] != blog.raw[first]
    blog.take_all_back()
    blog.publisher.work()
    assert stripped(blog.there()) == blog.raw, "taking back reaches the post that was written, and changes no other"
    assert blog.kinds(others[0]) == ["imported", "optimized", "restored"]


def test_where_people_changed_the_post_meanwhile_they_decide_and_the_others_are_written(blog: Blog) -> None:
    blog.approve_by_itself()
    blog.batch(BatchKind.LINK)
    theirs, *others = blog.raw
    blog.imported.change(theirs, post_content="<p>Theirs.</p>")
    blog.batch(BatchKind.OPTIMIZE)
    failed = blog.record(theirs)
    assert (failed.status, failed.cause) == (PublicationStatus.FAILED, "changed")
    assert all(blog.record(number).status is PublicationStatus.DONE for number in others)
    assert blog.imported.counts()["conflicts"] == 1
    with blog.imported.sessions() as session:
        assert session.scalar(select(func.count()).select_from(SyncConflict)) == 1
    blog.take_all_back()
    blog.publisher.work()
    assert blog.there()[theirs] == "<p>Theirs.</p>"
    assert blog.kinds(theirs) == ["imported", "linked", "optimized", "restored"], "nothing of ours is lost either"
