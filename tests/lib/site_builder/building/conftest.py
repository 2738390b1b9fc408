"""A website to be built, credits to spend, the sandbox as the provider, and a folder to deploy to."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from igny8_lib.ai.endpoint import Endpoint
from igny8_lib.ai.retrying import Retrying
from igny8_lib.db.session import Sessions
from igny8_lib.models import (
    AICall,
    BlueprintStatus,
    LedgerEntry,
    Reservation,
    ReservationStatus,
    Site,
    SiteBlueprint,
    SiteBuild,
    SitePage,
)
from igny8_lib.pipeline.media import Media
from igny8_lib.site_builder.building import work
from igny8_lib.site_builder.building.deployer import SiteDeployer
from igny8_lib.site_builder.building.opening import open_build
from igny8_lib.site_builder.building.progress import Progress, progress_of
from igny8_lib.site_builder.building.tools import Tools
from igny8_lib.site_builder.deploying.places import Places
from tests.factories.credits import make_funded_account
from tests.factories.sites import make_site
from tests.sandbox_server import SandboxServer

BRIEF = (
    "Harbour Lane Boatyard repairs and stores wooden boats in a small harbour. Owners bring their boats in autumn and "
    "sail again in spring. Write to us at yard@harbour-lane.example."
)
OPERATIONS = ("site_structure_generation", "site_page_generation")


@dataclass
class Yard:
    """One website and everything that is asked of it."""

    sessions: Sessions
    endpoint: Endpoint
    folder: Path
    site: Site
    blueprint_id: int

    def tools(self, sessions: Sessions | None = None) -> Tools:
        own = sessions or self.sessions
        places = Places(self.folder / "sites", "http://sites.example", lambda _site: nullcontext())
        deployer = SiteDeployer(own, places, Media(self.folder / "media"))
        return Tools(own, lambda: self.endpoint, lambda: deployer, Retrying(attempts=2, first_wait_seconds=0.001))

    def open(self, **wishes: Any) -> int:
        with self.sessions.begin() as session:
            blueprint = session.get_one(SiteBlueprint, self.blueprint_id)
            return open_build(session, blueprint, **({"by": "ann"} | wishes)).id

    def work(self, build_id: int) -> Progress:
        return work.work_here(self.tools(), build_id)

    def progress(self, build_id: int) -> Progress:
        with self.sessions() as session:
            return progress_of(session, session.get_one(SiteBuild, build_id))

    def status(self) -> BlueprintStatus:
        with self.sessions() as session:
            return session.get_one(SiteBlueprint, self.blueprint_id).status

    def pages(self) -> list[SitePage]:
        with self.sessions() as session:
            mine = SitePage.blueprint_id == self.blueprint_id
            return list(session.scalars(select(SitePage).where(mine).order_by(SitePage.position, SitePage.id)))

    def add_page(self, slug: str, **values: Any) -> int:
        with self.sessions.begin() as session:
            given: dict[str, Any] = {"title": slug.title(), "type": "custom", "position": len(self.pages())}
            own = {"site_id": self.site.id, "blueprint_id": self.blueprint_id, "slug": slug, "purpose": f"Of {slug}."}
            page = SitePage(**own, **(given | values))
            session.add(page)
            session.flush()
            return page.id

    def charges(self) -> list[float]:
        """What the ledger has, in credits."""
        with self.sessions() as session:
            mine = (LedgerEntry.site_id == self.site.id, LedgerEntry.operation.in_(OPERATIONS))
            amounts = session.scalars(select(LedgerEntry.amount).where(*mine).order_by(LedgerEntry.id))
            return [-float(amount.as_number()) for amount in amounts]

    def held(self) -> int:
        """Reservations that are still pending."""
        with self.sessions() as session:
            mine = (Reservation.site_id == self.site.id, Reservation.status == ReservationStatus.PENDING)
            return session.scalar(select(func.count()).where(*mine)) or 0

    def calls(self) -> int:
        with self.sessions() as session:
            return session.scalar(select(func.count()).where(AICall.site_id == self.site.id)) or 0


@pytest.fixture
def make_yard(sessions: Sessions, sandbox: SandboxServer, tmp_path: Path) -> Callable[..., Yard]:
    """Another customer with a website that nobody has planned."""

    def make(credits: int = 1000) -> Yard:  # noqa: A002
        with sessions.begin() as session:
            site = make_site(session, make_funded_account(session, credits), language="en")
            blueprint = SiteBlueprint(
                site_id=site.id, name="Harbour Lane", brief=BRIEF, business_type="Boatyard", created_by="ann"
            )
            session.add(blueprint)
            session.flush()
            number = blueprint.id
        return Yard(sessions, Endpoint(sandbox.base_url, "any", "text", "image", 30), tmp_path, site, number)

    return make


@pytest.fixture
def yard(make_yard: Callable[..., Yard]) -> Yard:
    return make_yard()
