"""The row and the number of a new version."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from igny8_lib import clock
from igny8_lib.models import BlueprintHosting, SiteBlueprint, SiteVersion, SiteVersionStatus
from igny8_lib.site_builder.deploying.checking import Candidate
from igny8_lib.site_builder.deploying.records import Order
from igny8_lib.site_builder.images_json import as_json


def draw(session: Session, order: Order, newest: int) -> SiteVersion:
    """The row of the new version: the last one again where its version never became live, else one with the next
    number, beyond `newest`, the last that stands at the target."""
    mine = select(SiteVersion).where(SiteVersion.site_id == order.site_id)
    last = session.scalar(mine.order_by(SiteVersion.number.desc()).limit(1).with_for_update())
    if last is not None and last.status is SiteVersionStatus.MADE and last.number >= newest:
        return last
    drawn = SiteVersion(site_id=order.site_id, number=max(last.number if last else 0, newest) + 1)
    session.add(drawn)
    return drawn


def describe(version: SiteVersion, order: Order, blueprint: SiteBlueprint | None, checked: Candidate, url: str) -> None:
    """Let the row say what the version is made of, where it goes, and by whom."""
    version.blueprint_id = blueprint.id if blueprint else None
    version.hosting = blueprint.hosting_type if blueprint else BlueprintHosting.IGNY8_SITES
    version.build_id = order.build_id
    version.status = SiteVersionStatus.MADE
    version.document = checked.material.document.model_dump(mode="json")
    version.images = as_json(checked.material.pictures.values())
    version.base_url = url
    version.made_by = order.by
    version.made_at = clock.now()
