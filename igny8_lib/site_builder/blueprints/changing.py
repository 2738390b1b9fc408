"""Changing and deleting blueprints."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

from sqlalchemy import func
from sqlalchemy.orm import Session

from igny8_lib.errors import Conflict
from igny8_lib.models import BlueprintStatus, SiteBlueprint
from igny8_lib.site_builder.blueprints.creating import chosen, columns, require_icon
from igny8_lib.site_builder.blueprints.finding import find_blueprint
from igny8_lib.site_builder.blueprints.given import blueprint_values, require_revision

log = logging.getLogger(__name__)


def change(
    session: Session, blueprint: SiteBlueprint, given: Mapping[str, Any], *, revision: int | None, by: str
) -> SiteBlueprint:
    """Make of it what is said; where it is so already, nothing is done and its revision stays.

    Raises BadStructure, NotFound where it is gone, ChangedMeanwhile for an older revision than the newest.
    """
    row = find_blueprint(session, blueprint.site_id, blueprint.id, lock=True)
    require_revision(row, revision, f"the blueprint {row.id} {row.name!r}")
    wanted = columns(blueprint_values(given), row.theme)
    values = {name: value for name, value in wanted.items() if value != getattr(row, name)}
    if not values:
        return row
    require_icon(session, row.site_id, values.get("icon_asset_id"))
    for name, value in values.items():
        setattr(row, name, value)
    row.edited = chosen(values, tuple(row.edited))
    row.revision += 1
    row.updated_at = func.clock_timestamp()
    session.flush()
    session.refresh(row)
    log.info("%s changed blueprint %d to revision %d: %s.", by, row.id, row.revision, ", ".join(values))
    return row


def delete(session: Session, site_id: int, blueprint_id: int, *, by: str) -> str:
    """Delete a blueprint with its pages; the name that it had. Versions that were made of it stay.

    Raises NotFound, and Conflict while a build of it is under way, or visitors see it.
    """
    row = find_blueprint(session, site_id, blueprint_id, lock=True)
    if row.status is BlueprintStatus.GENERATING:
        raise Conflict(f"A build of “{row.name}” is under way: wait for it or cancel it, then delete the blueprint.")
    if row.deployed_version is not None:
        raise Conflict(f"Visitors see “{row.name}” (version {row.deployed_version}): deploy another website first.")
    name = row.name
    session.delete(row)
    session.flush()
    log.info("%s deleted blueprint %d %r.", by, blueprint_id, name)
    return name
