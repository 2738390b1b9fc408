"""Ending a build by hand."""

from __future__ import annotations

from sqlalchemy.orm import Session

from igny8_lib.errors import Conflict
from igny8_lib.models import BuildStatus, SiteBuild
from igny8_lib.site_builder.building import closing
from igny8_lib.site_builder.building.finding import OPEN, find_build


def cancel(session: Session, build: SiteBuild, *, by: str) -> SiteBuild:
    """Let no further step of the build be begun: what is under way is ended, and charged as it would have been; what
    was done stays. A build that was cancelled stays so. Raises Conflict where it has ended otherwise."""
    build = find_build(session, build.site_id, build.id, lock=True)
    if build.status in OPEN:
        closing.end(session, build, BuildStatus.CANCELLED, f"Cancelled by {by}.")
    elif build.status is not BuildStatus.CANCELLED:
        raise Conflict(f"Build {build.id} has ended already: it is {build.status.value}.")
    return build
