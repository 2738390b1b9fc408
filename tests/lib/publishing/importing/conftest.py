"""A site whose WordPress is imported: the real one, and what the database has of it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from igny8_lib.db.session import Sessions
from igny8_lib.models import Content, HostingType, Publication, PublishingSettings, Site, WordPressOriginal
from igny8_lib.pipeline.media import Media
from igny8_lib.publishing import actions
from igny8_lib.publishing.importing import state
from igny8_lib.publishing.importing.passes import work
from igny8_lib.publishing.publisher import Publisher
from igny8_lib.publishing.target import Target
from igny8_lib.publishing.targets.wordpress import WordPressTarget
from tests.factories.sites import make_site
from tests.wordpress_server import WordPressServer

MANY = """
INSERT INTO wp_posts (post_author, post_date, post_date_gmt, post_content, post_title, post_excerpt, post_status,
                      post_name, to_ping, pinged, post_modified, post_modified_gmt, post_content_filtered)
SELECT 1, '2026-01-01 00:00:00', '2026-01-01 05:00:00', CONCAT('<p>TEXT ', seq, '</p>'), CONCAT('Post ', seq), '',
       'publish', CONCAT('post-', seq), '', '', '2026-01-01 00:00:00', '2026-01-01 05:00:00', ''
FROM seq_1_to_NUMBER"""


@dataclass
class Import:
    """One site, and its WordPress."""

    sessions: Sessions
    site: Site
    server: WordPressServer

    def write(self, **fields: Any) -> int:
        """A post that people wrote in WordPress; a published one, where nothing else is said. Its number."""
        given = {"post_title": "A post", "post_content": "<p>Text.</p>", "post_status": "publish"} | fields
        made: int = self.server.php(
            f"return wp_insert_post(wp_slash(json_decode({json.dumps(json.dumps(given))}, true)));"
        )
        return made

    def write_many(self, number: int, text: str = "Text") -> None:
        """So many posts, by SQL: WordPress would take its time."""
        self.server.query(MANY.replace("TEXT", text).replace("NUMBER", str(number)))

    def change(self, number: int, **fields: Any) -> None:
        """What people change in WordPress."""
        given = json.dumps(json.dumps({"ID": number} | fields))
        self.server.php(f"return wp_update_post(wp_slash(json_decode({given}, true)));")

    def run(self, *, full: bool = False, seconds: float = 240, role: str = "administrator") -> dict[str, Any]:
        """A pass, now."""
        with self.sessions.begin() as session:
            state.ask(session, self.site.id, full=full)
        with self.server.client(role) as website:
            return work(self.sessions, website, self.site.id, seconds=seconds)

    def counts(self, *, full: bool = False) -> dict[str, int]:
        """What became of the posts that a pass met, without zeros."""
        done = self.run(full=full)
        assert (done["error"], done["state"]) == (None, "finished")
        return {name: count for name, count in done["counts"].items() if count}

    def content(self, number: int) -> Content:
        """What became of a post."""
        with self.sessions() as session:
            return session.scalars(select(Content).where(Content.external_id == str(number))).one()

    def original(self, number: int) -> WordPressOriginal:
        """What is kept of it to the letter."""
        with self.sessions() as session:
            query = select(WordPressOriginal).where(WordPressOriginal.external_id == str(number))
            return session.scalars(query).one()

    def everything(self) -> list[tuple[Any, ...]]:
        """All content and originals of the site as they are."""
        tables = (Content.__table__, WordPressOriginal.__table__)
        with self.sessions() as session:
            return [
                tuple(value for name, value in row._mapping.items() if name != "seen_at")
                for table in tables
                for row in session.execute(select(table).order_by(table.c[0]))
            ]


@pytest.fixture
def imported(sessions: Sessions, wordpress: WordPressServer) -> Import:
    """A new site with an emptied WordPress."""
    with sessions.begin() as session:
        site = make_site(session, slug="blog")
    return Import(sessions, site, wordpress)


@pytest.fixture
def publisher(imported: Import, tmp_path: Path) -> Publisher:
    """The publisher of the imported site."""
    with imported.sessions.begin() as session:
        session.get_one(Site, imported.site.id).hosting_type = HostingType.WORDPRESS
    media = Media(tmp_path)

    @contextmanager
    def target_of(_site: Site, settings: PublishingSettings) -> Iterator[Target]:
        with imported.server.client("administrator") as wordpress:
            yield WordPressTarget.of(wordpress, settings, media)

    return Publisher(imported.sessions, target_of, media)


def write_back(imported: Import, publisher: Publisher, content: Content) -> Publication:
    """Ask for it, and let the publisher work; its record afterwards."""
    with imported.sessions.begin() as session:
        actions.update(session, session.get_one(Site, imported.site.id), content.id, by="editor")
    publisher.work()
    with imported.sessions() as session:
        return session.scalars(select(Publication).where(Publication.content_id == content.id)).one()
