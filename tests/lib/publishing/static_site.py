"""A static site for tests: its folder, the web server that shows it, a media store with pictures, and publishers."""

from __future__ import annotations

import io
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
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
from igny8_lib.publishing.targets.static import StaticTarget
from igny8_lib.stack.site_server import make_server
from tests.factories.articles import make_article
from tests.factories.sites import make_site


@dataclass(frozen=True)
class StaticSites:
    """Folders and addresses of the static sites of one test."""

    root: Path
    url: str
    media: Media

    @contextmanager
    def target_of(self, site: Site, settings: PublishingSettings) -> Iterator[StaticTarget]:
        """The site's target."""
        yield StaticTarget.of(site, settings, root=self.root, url=self.url, store=self.media)

    def publisher(self, sessions: Sessions) -> Publisher:
        """One that is ready to work."""
        return Publisher(sessions, self.target_of, self.media)

    def pages(self, slug: str) -> list[str]:
        """The slugs of the site's public articles."""
        return sorted(path.parent.name for path in (self.root / slug).glob("*/index.html"))

    def page(self, site: str, slug: str) -> str:
        """A public page's source."""
        return (self.root / site / slug / "index.html").read_text("utf-8")


@contextmanager
def served(folder: Path) -> Iterator[StaticSites]:
    """A server of the folder's sites, stopped at the end."""
    server = make_server(folder / "sites", 0)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield StaticSites(folder / "sites", f"http://127.0.0.1:{server.server_port}", Media(folder / "media"))
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
