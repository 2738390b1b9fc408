"""Websites that are deployed in tests: rows of a blueprint, a folder or a store as its place, and what visitors see."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from igny8_lib.db.session import Sessions
from igny8_lib.models import (
    BlueprintStatus,
    BuildStatus,
    PageType,
    Site,
    SiteArticleRow,
    SiteBlueprint,
    SiteBuild,
    SiteDeployment,
    SitePage,
    SitePageStatus,
    SiteVersion,
)
from igny8_lib.pipeline.media import Media
from igny8_lib.settings import Settings
from igny8_lib.site_builder.articles import SiteArticle
from igny8_lib.site_builder.deploying.deploying import deploy
from igny8_lib.site_builder.deploying.places import Places
from igny8_lib.site_builder.deploying.records import Deployed
from igny8_lib.site_builder.deploying.rolling_back import rollback
from igny8_lib.site_builder.deploying.settings import row_of
from igny8_lib.site_builder.deploying.target_urls import Access
from igny8_lib.site_builder.releases.targets import Target
from igny8_lib.site_builder.showing.rows import facts_of
from tests.factories.articles import make_article
from tests.factories.sites import make_site
from tests.lib.site_builder.articles_made import START, article

URL = "https://sites.example/"
PAGES = ("home", "about", "services", "blog", "contact")


@dataclass(frozen=True)
class Website:
    """One site with a blueprint, and all that deploys it."""

    sessions: Sessions
    folder: Path
    site_id: int
    slug: str
    blueprint_id: int
    access: Access | None = None

    @property
    def places(self) -> Places:
        return Places.of(platform(self.folder), self.sessions, lambda _slug: self.access)

    @property
    def store(self) -> Media:
        return Media(self.folder / "media")

    @property
    def target(self) -> Target:
        with self.sessions() as session:
            return self.places.place_of(session.get_one(Site, self.site_id), row_of(session, self.site_id)).target

    def using(self, sessions: Sessions) -> Website:
        """The same in another process, which has connections of its own."""
        return replace(self, sessions=sessions)

    def deploy(self, *, build_id: int | None = None, blueprint_id: int | None = None, by: str = "ann") -> Deployed:
        chosen = blueprint_id or self.blueprint_id
        return deploy(self.sessions, self.places, self.store, self.site_id, chosen, by=by, build_id=build_id)

    def rollback(self, version: int, *, with_articles: bool = False, by: str = "bob") -> Deployed:
        given = (self.sessions, self.places, self.store, self.site_id, version)
        return rollback(*given, by=by, with_articles=with_articles)

    def seen(self) -> dict[str, bytes]:
        """All that visitors see; nothing before the first version."""
        target, version = self.target, self.target.live()
        return {} if version is None else dict(target.read(version, target.paths(version)))

    def say(self, text: str, slug: str = "about") -> None:
        """Change the text of a page."""
        with self.sessions.begin() as session:
            page = session.scalars(
                select(SitePage).where(SitePage.blueprint_id == self.blueprint_id, SitePage.slug == slug)
            ).one()
            page.blocks = [block(text)]

    def publish(self, number: int, **changes: Any) -> SiteArticle:
        """Give the site an article's row, as a publisher does before it writes files."""
        made = article(number, **changes)
        with self.sessions.begin() as session:
            add_article(session, session.get_one(Site, self.site_id), made)
        return made

    def build(self) -> int:
        """A build of the blueprint; the number of its row."""
        with self.sessions.begin() as session:
            build = SiteBuild(
                site_id=self.site_id,
                blueprint_id=self.blueprint_id,
                status=BuildStatus.COMPLETED,
                deploy=True,
                requested_by="ann",
            )
            session.add(build)
            session.flush()
            return build.id

    def blueprint(self, blueprint_id: int | None = None) -> SiteBlueprint:
        with self.sessions() as session:
            return session.get_one(SiteBlueprint, blueprint_id or self.blueprint_id)

    def versions(self) -> dict[int, str]:
        """How each version stands, by its number."""
        with self.sessions() as session:
            query = select(SiteVersion).where(SiteVersion.site_id == self.site_id).order_by(SiteVersion.number)
            return {version.number: version.status.value for version in session.scalars(query)}

    def history(self) -> list[tuple[str, int, int | None, str]]:
        """What was live when: kind, version, the one before, and who did it."""
        with self.sessions() as session:
            query = select(SiteDeployment).where(SiteDeployment.site_id == self.site_id).order_by(SiteDeployment.id)
            return [(row.kind.value, row.version, row.before, row.by) for row in session.scalars(query)]


def platform(folder: Path) -> Settings:
    """The platform's settings: its sites below the folder."""
    return Settings(home=folder, static_root=folder / "sites", static_url=URL)


def make_website(sessions: Sessions, folder: Path, *, access: Access | None = None) -> Website:
    """A site with a blueprint of five pages, not deployed yet."""
    with sessions.begin() as session:
        site = make_site(session)
        blueprint = make_blueprint(session, site)
        return Website(sessions, folder, site.id, site.slug, blueprint.id, access)


def make_blueprint(session: Session, site: Site, **values: Any) -> SiteBlueprint:
    """A blueprint with a page of each type that a small site has."""
    given = {"name": "Boats & Sons", "status": BlueprintStatus.READY, "created_by": "ann"} | values
    blueprint = SiteBlueprint(site_id=site.id, **given)
    session.add(blueprint)
    session.flush()
    session.add_all(
        SitePage(
            site_id=site.id,
            blueprint_id=blueprint.id,
            position=position,
            slug=slug,
            title=slug.title(),
            type=PageType(slug),
            status=SitePageStatus.READY,
            blocks=[block(f"The {slug} page.")],
        )
        for position, slug in enumerate(PAGES)
    )
    session.flush()
    return blueprint


def block(text: str, **data: Any) -> dict[str, Any]:
    """A block with a text."""
    return {"id": "text", "type": "text", "data": {"title": "What we do", "body": text} | data}


def add_article(session: Session, site: Site, made: SiteArticle) -> None:
    """The row of a published article."""
    content = make_article(session, site, title=made.title, slug=made.slug)
    session.add(
        SiteArticleRow(
            content_id=content.id,
            site_id=site.id,
            slug=made.slug,
            mark=f"mark-{content.id}",
            facts=facts_of(made),
            html=made.html,
            published_at=made.published,
            changed_at=START + timedelta(days=content.id),
        )
    )
    session.flush()
