"""A publisher is killed at each of its exchanges with a real WordPress: before, while and after WordPress does it."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from queue import Queue
from typing import Any

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from igny8_lib import clock
from igny8_lib.models import Content, ContentStatus, Publication, PublicationStatus, SiteContentStatus
from igny8_lib.pipeline.media import Media
from igny8_lib.publishing.wordpress.content import has_mark
from tests.dead_processes import wait_until_gone
from tests.factories.sites import make_site
from tests.http_proxy import Cut, HttpProxy, Moment, Repeat, Seen, writes
from tests.lib.publishing.kill_wordpress import Work
from tests.lib.publishing.static_site import make_due, record
from tests.lib.publishing.wordpress_site import WordPressSite, site_of
from tests.wordpress_server import WordPressServer

MOMENTS = (Moment.BEFORE_SENDING, Moment.AFTER_SENDING, Moment.AFTER_ANSWER)
SECONDS = 120
"""For one publisher."""
EXCHANGES = 17
"""Of one publication, from finding the REST API to seeing the page."""
HTML = "<p>Cut above a bud, not below.</p><h2>When</h2><p>In spring.</p>"


@dataclass
class Desk:
    """A due article, its website behind a proxy, and publishers in processes of their own."""

    session: Session
    work: Work
    site: WordPressSite
    proxy: HttpProxy
    content: Content

    def publish(self) -> None:
        """Let a publisher do what it can, and end."""
        make_due_now(self.session)
        publisher = self.work.start()
        publisher.join(SECONDS)
        assert publisher.exitcode == 0

    def finish(self) -> None:
        """Let a publisher end the work undisturbed."""
        self.proxy.mend()
        self.publish()

    def kill_at(self, number: int, moment: Moment) -> bool:
        """Kill a publisher at this exchange of its own; False where it ended before."""
        self.proxy.mend()
        make_due_now(self.session)
        at = len(self.proxy.exchanges) + number
        started: Queue[ForkServerProcess] = Queue()
        self.proxy.on(lambda seen: seen.number == at, Cut(moment, lambda: started.get().kill()))
        publisher = self.work.start()
        started.put(publisher)
        publisher.join(SECONDS)
        wait_until_gone(self.work.database)
        return publisher.exitcode == -signal.SIGKILL

    def begin_anew(self) -> None:
        """An empty website, and the same article due on it for the first time."""
        self.proxy.settle()
        self.proxy.forget()
        self.site.server.reset()
        for publication in self.session.scalars(select(Publication)):
            self.session.delete(publication)
        self.session.refresh(self.content)
        self.content.status = ContentStatus.APPROVED
        self.content.site_status = SiteContentStatus.SCHEDULED
        self.content.scheduled_publish_at = clock.now() - timedelta(minutes=1)
        self.content.published_at = self.content.external_id = self.content.external_url = None
        self.session.commit()

    def check(self) -> None:
        """One post, no orphan among the pictures, the right text, terms and picture."""
        self.proxy.settle()
        known = record(self.session, self.content)
        assert (known.status, known.error) == (PublicationStatus.DONE, None)
        (row,) = self.site.posts()
        assert row["ID"] == known.external_id
        with self.site.admin() as admin:
            post = admin.posts.get(int(row["ID"]))
            page = admin.fetch_public(f"{self.site.server.url}/{self.content.slug}/")
        assert post
        files = {int(file["ID"]) for file in self.site.files()}
        assert len(files) == 2
        assert has_mark(post.content, known.mark)
        assert (post.status, post.slug) == ("publish", self.content.slug)
        assert post.featured_media in files
        assert sorted(self.site.terms("post_tag")) == ["Hot &amp; cold", "Roses"]
        assert len(post.tags) == 2
        assert page.status == 200
        assert "Cut above a bud, not below." in page.text
        assert all(f"wp-image-{number}" in post.content for number in files - {post.featured_media})


def make_due_now(session: Session) -> None:
    """No back-off: what is waiting is tried at once."""
    session.rollback()
    session.execute(
        update(Publication)
        .where(Publication.status == PublicationStatus.WAITING)
        .values(next_attempt_at=func.now())
        .execution_options(synchronize_session=False)
    )
    session.commit()


@pytest.fixture
def desk(session: Session, database_url: str, wordpress: WordPressServer, tmp_path: Path) -> Iterator[Desk]:
    media = Media(tmp_path / "media")
    values: dict[str, Any] = {"slug": "pruning", "html": HTML, "tags": ["Hot & cold", "Roses"]}
    content = make_due(session, make_site(session, hosting_type="wordpress"), media, **values)
    session.commit()
    user = wordpress.users["author"]
    with HttpProxy(wordpress.url) as proxy:
        work = Work(database_url, tmp_path / "media", proxy.url, user.login, user.password)
        yield Desk(session, work, site_of(wordpress, tmp_path, "author"), proxy, content)


@pytest.mark.timeout(1200)
@pytest.mark.slow("seventeen publishers, each a process that is killed, and as many that finish their work")
@pytest.mark.parametrize("moment", MOMENTS)
def test_a_publisher_that_is_killed_at_any_exchange_leaves_one_right_post(desk: Desk, moment: Moment) -> None:
    kills = 0
    while desk.kill_at(kills + 1, moment):
        kills += 1
        desk.finish()
        desk.check()
        desk.begin_anew()
    desk.check()
    assert kills >= EXCHANGES


def test_a_publisher_that_is_killed_again_and_again_gets_through(desk: Desk) -> None:
    number, kills = 3, 0
    while desk.kill_at(number, MOMENTS[kills % len(MOMENTS)]):
        kills += 1
        number += 2
    assert kills > 3
    desk.check()


@pytest.mark.parametrize("which", ["media", "posts", "tags", "all"])
def test_requests_that_are_repeated_on_their_way_leave_one_right_post(desk: Desk, which: str) -> None:
    def fits(seen: Seen) -> bool:
        return writes(seen) and (which == "all" or f"/wp/v2/{which}" in seen.path)

    desk.proxy.on(fits, Repeat(2), times=50)
    desk.publish()
    assert any(seen.fault for seen in desk.proxy.exchanges)
    desk.finish()
    desk.check()


@pytest.mark.parametrize("moment", [*MOMENTS, Moment.WITHIN_ANSWER])
def test_an_answer_that_never_came_is_found_out_and_nothing_is_made_twice(desk: Desk, moment: Moment) -> None:
    made: list[str] = []

    def first_of_its_kind(seen: Seen) -> bool:
        kind = f"{seen.method} {seen.path.partition('?')[0]}"
        new = writes(seen) and kind not in made
        made.extend([kind] if new else [])
        return new

    desk.proxy.on(first_of_its_kind, Cut(moment), times=50)
    for _ in range(8):
        desk.publish()
    assert len(made) >= 3
    desk.check()


def test_a_site_where_the_publisher_found_no_way_is_told(desk: Desk) -> None:
    desk.proxy.on(lambda _: True, Cut(Moment.BEFORE_SENDING), times=1000)
    desk.publish()
    known = record(desk.session, desk.content)
    assert (known.status, known.cause) == (PublicationStatus.WAITING, "unreachable")
    desk.finish()
    desk.check()
