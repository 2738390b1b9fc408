"""A site that articles are published to in tests, and what its live version must be: the same as made anew."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from igny8_lib.db.session import Sessions
from igny8_lib.models import Content, Site, SiteArticleRow, SiteVersion
from igny8_lib.publishing import actions
from igny8_lib.review.edit import ArticleChanges, edit
from igny8_lib.site_builder.deploying.deploying import deploy
from igny8_lib.site_builder.deploying.material import material_of_version
from igny8_lib.site_builder.deploying.records import Deployed
from igny8_lib.site_builder.deploying.rendering import files_of
from igny8_lib.site_builder.deploying.rolling_back import rollback
from igny8_lib.site_builder.releases.folder import FolderTarget
from tests.lib.publishing.static_site import StaticSites, make_due, make_static_site
from tests.lib.site_builder.deploying.websites import make_blueprint


@dataclass(frozen=True)
class Harbour:
    """The site "harbour" with its articles."""

    session: Session
    sessions: Sessions
    sites: StaticSites
    site: Site

    def due(self, slug: str, **values: Any) -> Content:
        """An approved article with two pictures whose slot has come."""
        content = make_due(self.session, self.site, self.sites.media, **({"slug": slug, "title": slug} | values))
        self.session.commit()
        return content

    def work(self) -> dict[str, int]:
        """Let a publisher do what is due."""
        counts = dict(self.sites.publisher(self.sessions).work().counts)
        self.session.expire_all()
        return {outcome.value: count for outcome, count in counts.items()}

    def publish(self, slug: str, **values: Any) -> Content:
        """An article that is public."""
        content = self.due(slug, **values)
        assert self.work() == {"done": 1}
        return content

    def ask_update(self, content: Content, **values: Any) -> None:
        """Change the article, and ask for its page to say so."""
        changes: dict[str, Any] = values
        edit(self.session, self.site.id, content.id, ArticleChanges(**changes), version=content.version, by="ann")
        actions.update(self.session, self.site, content.id, by="ann")
        self.session.commit()

    def ask_unpublish(self, content: Content) -> None:
        """Ask for its page to go."""
        actions.unpublish(self.session, self.site, content.id, by="ann")
        self.session.commit()

    def blueprint(self) -> int:
        """A blueprint that can be deployed; its number."""
        number = make_blueprint(self.session, self.site).id
        self.session.commit()
        return number

    def deploy(self, blueprint_id: int) -> Deployed:
        return deploy(self.sessions, self.sites.places, self.sites.media, self.site.id, blueprint_id, by="ann")

    def rollback(self, version: int) -> Deployed:
        return rollback(self.sessions, self.sites.places, self.sites.media, self.site.id, version, by="ann")

    @property
    def folder(self) -> FolderTarget:
        return FolderTarget(self.sites.root / "harbour")

    def seen(self) -> dict[str, bytes]:
        """All that visitors see."""
        version = self.folder.live()
        return {} if version is None else dict(self.folder.read(version, self.folder.paths(version)))

    def made_anew(self) -> dict[str, bytes]:
        """What the live version would be if it were made with the articles of now."""
        mine = SiteVersion.site_id == self.site.id, SiteVersion.number == self.folder.live()
        with self.sessions() as session:
            version = session.scalars(select(SiteVersion).where(*mine)).one()
            files = files_of(material_of_version(session, version), self.sites.media, version.base_url)
            return {path: files[path] for path in files}

    def assert_whole(self) -> None:
        """Nothing is unfinished, and every file of the live version is as if it had been made anew."""
        with self.sessions() as session:
            mine = SiteArticleRow.site_id == self.site.id
            assert not any(session.scalars(select(SiteArticleRow.is_unfinished).where(mine)))
        seen, anew = self.seen(), self.made_anew()
        assert seen.keys() == anew.keys()
        assert [path for path in seen if seen[path] != anew[path]] == []


def make_harbour(session: Session, sessions: Sessions, sites: StaticSites) -> Harbour:
    """The site, without any version."""
    site = make_static_site(session, slug="harbour", name="Harbour & Sons", language="en-AU")
    session.commit()
    return Harbour(session, sessions, sites, site)
