"""A real WordPress as a publisher meets it: a target signed in as somebody, articles, what stands there."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from igny8_lib.models import StepName
from igny8_lib.pipeline.media import Media
from igny8_lib.publishing.records import post_trace
from igny8_lib.publishing.target import Article, Post
from igny8_lib.publishing.targets.wordpress import WordPressTarget
from igny8_lib.publishing.wordpress.fields import PostSettings
from igny8_lib.wordpress.client import WordPress
from tests.lib.publishing import static_site
from tests.lib.publishing.wordpress_articles import article, picture
from tests.wordpress_server import WordPressServer


@dataclass
class KeptSteps:
    """A publication's steps in memory."""

    mark: str = field(default_factory=lambda: uuid.uuid4().hex)
    traces: dict[StepName, dict[str, Any]] = field(default_factory=dict)

    def trace(self, name: StepName) -> dict[str, Any]:
        """What the step kept."""
        return dict(self.traces.get(name, {}))

    def keep(self, name: StepName, trace: dict[str, Any]) -> None:
        """Replace it; the post stays known."""
        known = self.traces.get(name, {})
        self.traces[name] = {key: known[key] for key in ("post",) if key in known} | dict(trace)


@dataclass
class WordPressSite:
    """A website, and the media store beside it."""

    server: WordPressServer
    media: Media
    role: str = "administrator"
    settings: PostSettings = field(default_factory=PostSettings)

    @contextmanager
    def target(self, **choices: Any) -> Iterator[WordPressTarget]:
        """The target, signed in."""
        with self.server.client(self.role) as wordpress:
            yield WordPressTarget(wordpress, self.media, self.settings, **choices)

    @contextmanager
    def admin(self) -> Iterator[WordPress]:
        """What people with all rights do there."""
        with self.server.client("administrator") as wordpress:
            yield wordpress

    def article(self, pictures: int = 2, *, shade: int = 0, **values: Any) -> Article:
        """An article whose pictures are in the media store; another shade makes other pictures."""
        drawn = []
        for position in range(pictures):
            data = static_site.picture(shade + position)
            self.media.write(f"{position}.png", data)
            drawn.append(picture(position, data))
        return article(pictures=tuple(drawn), **values)

    def publish(self, one: Article, steps: KeptSteps) -> Post:
        """All steps, as a publisher takes them."""
        with self.target() as target:
            steps.keep(StepName.MEDIA, target.media(one, steps))
            steps.keep(StepName.TERMS, target.terms(one, steps))
            post = target.post(one, steps)
            steps.traces[StepName.POST] = steps.trace(StepName.POST) | post_trace(post)
            steps.keep(StepName.SEO, target.seo(one, post, steps))
            steps.keep(StepName.LIVE, target.live(one, post, steps))
        return post

    def posts(self) -> list[dict[str, Any]]:
        """All posts, of any status."""
        return self.server.query("SELECT * FROM wp_posts WHERE post_type = 'post' ORDER BY ID")

    def files(self) -> list[dict[str, Any]]:
        """All files of the media library."""
        return self.server.query("SELECT * FROM wp_posts WHERE post_type = 'attachment' ORDER BY ID")

    def terms(self, taxonomy: str) -> list[str]:
        """All names of a taxonomy, as they are stored."""
        rows = self.server.query(
            "SELECT name FROM wp_terms JOIN wp_term_taxonomy USING (term_id) "  # noqa: S608 - a test's own word
            f"WHERE taxonomy = '{taxonomy}' AND term_id > 1 ORDER BY term_id"
        )
        return [row["name"] for row in rows]


def site_of(server: WordPressServer, folder: Path, role: str = "administrator", **settings: Any) -> WordPressSite:
    """The website as this user, with these publishing settings."""
    return WordPressSite(server, Media(folder / "media"), role, PostSettings(**settings))
