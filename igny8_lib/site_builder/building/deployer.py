"""Who checks and deploys the websites of builds."""

from __future__ import annotations

from dataclasses import dataclass

from igny8_lib.db.session import Sessions
from igny8_lib.site_builder.building.tools import Release, Report
from igny8_lib.site_builder.deploying.checking import check
from igny8_lib.site_builder.deploying.deploying import deploy
from igny8_lib.site_builder.deploying.places import Places
from igny8_lib.site_builder.stored import Store


@dataclass(frozen=True)
class SiteDeployer:
    """A `Deployer` of building/tools.py."""

    sessions: Sessions
    places: Places
    store: Store

    def check(self, site_id: int, blueprint_id: int) -> Report:
        """Check the whole site as it would be deployed now; changes nothing."""
        return check(self.sessions, self.places, self.store, site_id, blueprint_id)

    def deploy(self, site_id: int, blueprint_id: int, *, by: str, build_id: int) -> Release:
        """Deploy it. The same build makes one version, however often it is called."""
        return deploy(self.sessions, self.places, self.store, site_id, blueprint_id, by=by, build_id=build_id)
