"""How often a route may be asked: what a route, or a whole group, declares.

    router = APIRouter(prefix="/linker", dependencies=[Depends(AtMost(30, "the linker"))])

Routes with equal declarations are counted together, a user's requests over all processes and servers.
"""

from __future__ import annotations

from dataclasses import dataclass

from igny8_lib.sites.rates import admit
from igny8_web.caller import SignedIn


@dataclass(frozen=True)
class AtMost:
    """The dependency of routes that cost much: so many requests a minute and user, of `what` together."""

    most: int
    what: str

    def __call__(self, caller: SignedIn) -> None:
        """Count the request, in a transaction of its own. Raises TooManyRequests."""
        with caller.sessions.begin() as session:
            admit(session, caller.name, self.what, self.most)


STARTING_RUNS = AtMost(30, "starting runs")
REWRITING = AtMost(30, "articles and pictures to be made anew")
IMPORTING = AtMost(30, "imports")
CLUSTERING = AtMost(30, "clustering")
EXPORTING = AtMost(30, "exports")
PUBLISHING = AtMost(60, "publishing")
CHECKING = AtMost(6, "connection checks")
RESCHEDULING = AtMost(60, "moving dates")
CONNECTING = AtMost(20, "connecting websites")
SYNCING = AtMost(30, "reading WordPress")
OPTIMIZING = AtMost(10, "the optimizer")
TESTING_RULES = AtMost(60, "testing rules")
LINKING = AtMost(30, "the linker")
BUILDING_SITES = AtMost(30, "building websites")
DEPLOYING = AtMost(30, "deploying websites")
UPLOADING = AtMost(120, "uploading files")
