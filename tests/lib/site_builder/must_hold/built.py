"""Websites as customers get them: planned and written by the sandbox's AI, with pictures and articles, deployed."""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from PIL import Image
from sqlalchemy import select

from igny8_lib.ai.endpoint import Endpoint
from igny8_lib.ai.retrying import Retrying
from igny8_lib.db.session import Sessions
from igny8_lib.models import BuildStatus, Site, SiteBlueprint, SitePage
from igny8_lib.site_builder.assets.receiving import add_file
from igny8_lib.site_builder.blueprints.changing import change
from igny8_lib.site_builder.blueprints.creating import create
from igny8_lib.site_builder.blueprints.pages import change_page
from igny8_lib.site_builder.building import work
from igny8_lib.site_builder.building.deployer import SiteDeployer
from igny8_lib.site_builder.building.opening import open_build
from igny8_lib.site_builder.building.tools import Tools
from igny8_lib.site_builder.deploying.deploying import deploy
from igny8_lib.site_builder.releases.folder import FolderTarget
from tests.factories.credits import make_funded_account
from tests.lib.publishing.static_site import StaticSites, make_due, make_static_site

PICTURES = {"yard.jpg": (1600, 1000), "hands-at-work.jpg": (1200, 1600), "door.jpg": (640, 480)}


@dataclass(frozen=True)
class BuiltSite:
    """One of them: its rows, and where visitors find it."""

    sessions: Sessions
    sites: StaticSites
    site_id: int
    slug: str
    blueprint_id: int

    @property
    def url(self) -> str:
        """Its address, with a slash at the end."""
        return f"{self.sites.url}/{self.slug}/"

    def deploy(self) -> int:
        """Make it live as it is now; the version's number."""
        given = (self.sessions, self.sites.places, self.sites.media, self.site_id, self.blueprint_id)
        return deploy(*given, by="ann").version

    def wear(self, **theme: str) -> None:
        """Deploy it in another theme."""
        with self.sessions.begin() as session:
            change(session, session.get_one(SiteBlueprint, self.blueprint_id), theme, revision=None, by="ann")
        self.deploy()

    def change(self, slug: str, **given: Any) -> None:
        """Change one of its pages as people do."""
        with self.sessions.begin() as session:
            mine = (SitePage.blueprint_id == self.blueprint_id, SitePage.slug == slug)
            change_page(session, session.scalars(select(SitePage).where(*mine)).one(), given, revision=None, by="ann")

    def pages(self) -> list[SitePage]:
        """Its blueprint's pages, in order."""
        mine = SitePage.blueprint_id == self.blueprint_id
        with self.sessions() as session:
            return list(session.scalars(select(SitePage).where(mine).order_by(SitePage.position)))

    def files(self) -> dict[str, bytes]:
        """All that visitors can get."""
        target = FolderTarget(self.sites.root / self.slug)
        version = target.live()
        assert version is not None
        return dict(target.read(version, target.paths(version)))

    def addresses(self) -> list[str]:
        """The whole address of each page that is live, the home page's first."""
        found = [path.removesuffix("index.html") for path in self.files() if path.endswith("index.html")]
        return [f"{self.url}{path}" for path in sorted(found)]


def build_site(
    sessions: Sessions,
    sites: StaticSites,
    ai_url: str,
    slug: str,
    *,
    brief: Mapping[str, Any],
    articles: Mapping[str, Mapping[str, Any]],
) -> BuiltSite:
    """From the brief to the live site in one build, then its articles by the publisher."""
    with sessions.begin() as session:
        account = make_funded_account(session, 1000)
        site = make_static_site(session, account=account, slug=slug, name=brief["name"], language=brief["language"])
        for name, size in PICTURES.items():
            add_file(session, sites.media, site, name, photograph(*size), by="ann", alt_text=f"“{name}” & more")
        blueprint = create(session, site, brief, by="ann")
        build_id = open_build(session, blueprint, by="ann", structure=True, every_page=True, deploy=True).id
        built = BuiltSite(sessions, sites, site.id, slug, blueprint.id)
    deployer = SiteDeployer(sessions, sites.places, sites.media)
    endpoint = Endpoint(ai_url, "any", "text", "image", 30)
    ended = work.work_here(Tools(sessions, lambda: endpoint, lambda: deployer, Retrying(attempts=1)), build_id)
    assert ended.status is BuildStatus.COMPLETED, ended.sentence
    publish(built, articles)
    return built


def publish(built: BuiltSite, articles: Mapping[str, Mapping[str, Any]]) -> None:
    """Let a publisher show the articles, each with two pictures."""
    with built.sessions.begin() as session:
        site = session.get_one(Site, built.site_id)
        for slug, values in articles.items():
            make_due(session, site, built.sites.media, slug=slug, **values)
    counts = built.sites.publisher(built.sessions).work().counts
    assert {outcome.value: count for outcome, count in counts.items()} == {"done": len(articles)}


def photograph(width: int, height: int) -> bytes:
    """A JPEG with as much in it as a photograph has."""
    file = io.BytesIO()
    noise = Image.effect_noise((width // 4, height // 4), 60).resize((width, height))
    Image.merge("RGB", (noise, noise.rotate(180), noise)).save(file, "JPEG", quality=85)
    return file.getvalue()
