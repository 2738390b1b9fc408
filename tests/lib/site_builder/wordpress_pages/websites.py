"""Websites whose pages are a real WordPress', deployed by what deploys websites."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from sqlalchemy import select

from igny8_lib.db.session import Sessions
from igny8_lib.models import (
    BlueprintHosting,
    PublishingSettings,
    Site,
    SiteBlueprint,
    SiteDeployment,
    SitePage,
    SiteWordPressPage,
)
from igny8_lib.site_builder.assets.receiving import add_file
from igny8_lib.site_builder.assets.showing import images_of
from igny8_lib.site_builder.deploying.places import Places
from igny8_lib.wordpress.client import WordPress
from igny8_lib.wordpress.connection import WordPressConnection
from igny8_lib.wordpress.posts import Post
from tests.factories.sites import make_site
from tests.lib.site_builder.deploying.websites import Website, make_blueprint, platform
from tests.lib.site_builder.uploads.making import picture
from tests.wordpress_server import WordPressServer


@dataclass(frozen=True)
class WordPressWebsite(Website):
    """A website as another, with the connection of its WordPress."""

    connection: WordPressConnection | None = None

    @property
    def places(self) -> Places:
        return Places.of(platform(self.folder), self.sessions, lambda _slug: self.access, self.open)

    def open(self, _slug: str) -> WordPress:
        assert self.connection
        return WordPress(self.connection, allow_private=True)

    def through(self, connection: WordPressConnection) -> WordPressWebsite:
        """The same, asking WordPress at another address or as somebody else."""
        return replace(self, connection=connection)

    def set_page(self, slug: str, /, **values: Any) -> None:
        with self.sessions.begin() as session:
            mine = (SitePage.blueprint_id == self.blueprint_id, SitePage.slug == slug)
            page = session.scalars(select(SitePage).where(*mine)).one()
            for name, value in values.items():
                setattr(page, name, value)

    def remove_page(self, slug: str) -> None:
        with self.sessions.begin() as session:
            mine = (SitePage.blueprint_id == self.blueprint_id, SitePage.slug == slug)
            session.delete(session.scalars(select(SitePage).where(*mine)).one())

    def set_hosting(self, hosting: BlueprintHosting) -> None:
        with self.sessions.begin() as session:
            session.get_one(SiteBlueprint, self.blueprint_id).hosting_type = hosting

    def publishing(self, **values: Any) -> None:
        """What the site says of its posts."""
        with self.sessions.begin() as session:
            row = session.scalar(select(PublishingSettings).where(PublishingSettings.site_id == self.site_id))
            if row is None:
                row = PublishingSettings(site_id=self.site_id)
                session.add(row)
            for name, value in values.items():
                setattr(row, name, value)

    def add_picture(self) -> str:
        """The name of a picture that was uploaded."""
        with self.sessions.begin() as session:
            add_file(session, self.store, session.get_one(Site, self.site_id), "oven.png", picture(width=40), by="ann")
        with self.sessions() as session:
            (name,) = images_of(session, self.site_id)
        return name

    def rows(self) -> dict[str, SiteWordPressPage]:
        """What is known of each page in WordPress, by its slug here."""
        with self.sessions() as session:
            query = select(SiteWordPressPage).where(SiteWordPressPage.site_id == self.site_id)
            return {row.slug: row for row in session.scalars(query)}

    def reports(self) -> list[dict[str, Any]]:
        """What each deployment tells of WordPress."""
        with self.sessions() as session:
            query = select(SiteDeployment).where(SiteDeployment.site_id == self.site_id).order_by(SiteDeployment.id)
            return [row.report["wordpress"] for row in session.scalars(query)]


def make_website(
    sessions: Sessions,
    folder: Path,
    connection: WordPressConnection,
    hosting: BlueprintHosting = BlueprintHosting.WORDPRESS,
) -> WordPressWebsite:
    """A site with a blueprint of five pages, not deployed yet."""
    with sessions.begin() as session:
        site = make_site(session, hosting_type="wordpress", domain="www.boats.example")
        blueprint = make_blueprint(session, site, hosting_type=hosting)
        return WordPressWebsite(sessions, folder, site.id, site.slug, blueprint.id, None, connection)


def hero(title: str, target: str, **data: Any) -> dict[str, Any]:
    """A block with a button."""
    buttons = [{"label": "More", "target": target}]
    return {"id": "hero", "type": "hero", "data": {"title": title, "buttons": buttons} | data}


def pages_of(server: WordPressServer) -> dict[str, dict[str, Any]]:
    """The rows of all pages, those in the trash, too, by their slugs. Fails where two have one slug."""
    found = server.query("SELECT * FROM wp_posts WHERE post_type = 'page' AND post_status <> 'auto-draft' ORDER BY ID")
    pages = {row["post_name"]: row for row in found}
    assert len(pages) == len(found), [row["post_name"] for row in found]
    return pages


def page(wordpress: WordPressServer, slug: str) -> Post:
    """The page at a slug."""
    with wordpress.client() as client:
        (found,) = client.static_pages.find(slug=slug)
    return found


def change(wordpress: WordPressServer, slug: str, /, **fields: str) -> None:
    """What people do in WordPress."""
    number = page(wordpress, slug).id
    with wordpress.client() as client:
        client.static_pages.update(number, dict(fields))


def seen(wordpress: WordPressServer, slug: str) -> str:
    """What visitors see of it."""
    with wordpress.client() as client:
        answer = client.fetch_public(page(wordpress, slug).link)
    assert answer.status == 200
    return answer.html
