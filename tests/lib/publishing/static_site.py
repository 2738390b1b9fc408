"""Built websites for tests: their folder, the web server that shows it, a media store with pictures, publishers."""

from __future__ import annotations

import io
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from PIL import Image as Pillow
from sqlalchemy import select
from sqlalchemy.orm import Session

from igny8_lib import clock
from igny8_lib.db.session import Sessions
from igny8_lib.models import Content, ContentStatus, Image, Publication, PublishingSettings, Site, SiteContentStatus
from igny8_lib.pipeline.media import Media
from igny8_lib.publishing.publisher import Publisher
from igny8_lib.site_builder.deploying.places import Places
from igny8_lib.site_builder.showing.target import BuiltSiteTarget
from igny8_lib.site_builder.site_lock import alone_with_store
from igny8_lib.stack.site_server import make_server
from tests.factories.articles import make_article
from tests.factories.sites import make_site


@dataclass(frozen=True)
class StaticSites:
    """Folders and addresses of the websites of one test; `sessions` are those that their targets work with."""

    root: Path
    url: str
    media: Media
    sessions: Sessions | None = None

    def working_with(self, sessions: Sessions) -> StaticSites:
        """The same in another process, or for a test that brings its own sessions."""
        return replace(self, sessions=sessions)

    @property
    def places(self) -> Places:
        """Where they are."""
        return Places(self.root, self.url, partial(alone_with_store, self.known_sessions))

    @property
    def known_sessions(self) -> Sessions:
        """The sessions, which somebody must have given."""
        assert self.sessions is not None, "working_with(sessions)"
        return self.sessions

    def target(self, site: Site, settings: PublishingSettings, visit_url: str = "") -> BuiltSiteTarget:
        """The site's target."""
        return BuiltSiteTarget.of(
            site, settings, sessions=self.known_sessions, places=self.places, store=self.media, visit_url=visit_url
        )

    @contextmanager
    def target_of(self, site: Site, settings: PublishingSettings) -> Iterator[BuiltSiteTarget]:
        """The site's target, as publishers ask for it."""
        yield self.target(site, settings)

    def publisher(self, sessions: Sessions) -> Publisher:
        """One that is ready to work."""
        return Publisher(sessions, self.working_with(sessions).target_of, self.media)

    def live(self, site: str) -> Path:
        """The folder of the site's live version."""
        return self.root / site / "current"

    def article(self, site: str, slug: str) -> Path:
        """A public article's folder."""
        return self.live(site) / "blog" / slug

    def pages(self, site: str) -> list[str]:
        """The slugs of the site's public articles."""
        return sorted(path.parent.name for path in self.live(site).glob("blog/*/index.html"))

    def page(self, site: str, slug: str) -> str:
        """A public page's source."""
        return (self.article(site, slug) / "index.html").read_text("utf-8")

    def address(self, site: str, slug: str) -> str:
        """Where visitors find an article."""
        return f"{self.url}/{site}/blog/{slug}/"


@contextmanager
def served(folder: Path, sessions: Sessions | None = None) -> Iterator[StaticSites]:
    """A server of the folder's sites, stopped at the end."""
    server = make_server(folder / "sites", 0)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield StaticSites(folder / "sites", f"http://127.0.0.1:{server.server_port}", Media(folder / "media"), sessions)
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def make_static_site(session: Session, **values: Any) -> Site:
    """A site whose articles go into a folder."""
    return make_site(session, **({"hosting_type": "igny8"} | values))


def make_due(
    session: Session, site: Site, media: Media | None = None, *, ago: timedelta = timedelta(minutes=1), **values: object
) -> Content:
    """An approved article whose slot has come, with a featured picture and one inside where there is a media store."""
    given = {
        "status": ContentStatus.APPROVED,
        "site_status": SiteContentStatus.SCHEDULED,
        "scheduled_publish_at": clock.now() - ago,
    }
    content = make_article(session, site, pictures=2 if media else 0, **(given | values))
    if media:
        for image in session.scalars(select(Image).where(Image.content_id == content.id)):
            media.write(str(image.file), picture(image.position * 50))
    return content


def picture(shade: int = 0) -> bytes:
    """A small PNG."""
    file = io.BytesIO()
    Pillow.new("RGB", (64, 48), (shade, 120, 90)).save(file, "PNG")
    return file.getvalue()


def record(session: Session, content: Content) -> Publication:
    """The article's publication as the database has it now."""
    query = select(Publication).where(Publication.content_id == content.id)
    return session.scalars(query.execution_options(populate_existing=True)).one()


def move_slot(session: Session, content: Content, at: datetime) -> None:
    """Give it another time."""
    session.get_one(Content, content.id).scheduled_publish_at = at
