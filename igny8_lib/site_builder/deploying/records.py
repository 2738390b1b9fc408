"""What the rows say of what is at a site's place. The target knows first: its pointer is switched, then come the rows.

A process that dies between the two leaves rows that lag: settling.py writes them.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from igny8_lib.models import (
    BlueprintHosting,
    BlueprintStatus,
    DeploymentKind,
    SiteBlueprint,
    SiteDeployment,
    SiteVersion,
    SiteVersionStatus,
)
from igny8_lib.site_builder.deploying.versions import version_row
from igny8_lib.site_builder.releases.manifest import Changes, Manifest

SHOWN = 20
"""Paths that a report names of each kind; it counts all."""


@dataclass(frozen=True)
class Deployed:
    """What was done: the version that is live now, the one before it, and what is different for visitors."""

    version: int
    before: int | None
    changes: Changes
    report: dict[str, Any] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """As a JSON document."""
        return {
            "version": self.version,
            "before": self.before,
            "changes": {name: list(paths) for name, paths in vars(self.changes).items()},
            "report": self.report,
        }


@dataclass(frozen=True)
class Order:
    """Who asked for what: the site, the build that does it, if any."""

    site_id: int
    kind: DeploymentKind
    by: str
    build_id: int | None = None


def record(session: Session, order: Order, done: Deployed, there: Collection[int] | None) -> Deployed:
    """Write what was done: the deployment, which versions are left, and which blueprint visitors see.

    `there` are the versions that stand at the target; None where it was not touched.
    """
    version = version_row(session, order.site_id, done.version)
    blueprint_id = version.blueprint_id if version else None
    report = done.report | {"removed_versions": follow(session, order.site_id, there, done.version)}
    session.add(
        SiteDeployment(
            site_id=order.site_id,
            blueprint_id=blueprint_id,
            build_id=order.build_id,
            kind=order.kind,
            version=done.version,
            before=done.before,
            report=report,
            by=order.by,
        )
    )
    show(session, order.site_id, blueprint_id, done.version)
    session.flush()
    return Deployed(done.version, done.before, done.changes, report)


def follow(session: Session, site_id: int, there: Collection[int] | None, live: int) -> list[int]:
    """Let the rows say which versions are at the target; those that are gone since, oldest first. Versions that are
    pages of WordPress alone have no files that could go."""
    mine = SiteVersion.site_id == site_id
    session.execute(update(SiteVersion).where(mine, SiteVersion.number == live).values(status=SiteVersionStatus.KEPT))
    if there is None:
        return []
    kept = set(there) | {live}
    files = SiteVersion.hosting != BlueprintHosting.WORDPRESS
    gone = (
        update(SiteVersion)
        .where(mine, files, SiteVersion.status != SiteVersionStatus.REMOVED, SiteVersion.number.not_in(kept))
        .values(status=SiteVersionStatus.REMOVED)
        .returning(SiteVersion.number)
    )
    return sorted(session.scalars(gone))


def show(session: Session, site_id: int, blueprint_id: int | None, version: int) -> None:
    """Let the rows say which blueprint visitors see, and in which version. One that is being generated stays that: its
    build says what it is when it ends."""
    shown = select(SiteBlueprint).where(SiteBlueprint.site_id == site_id, SiteBlueprint.deployed_version.is_not(None))
    for other in session.scalars(shown.with_for_update()):
        if other.id != blueprint_id:
            other.deployed_version = None
            if other.status is BlueprintStatus.DEPLOYED:
                other.status = BlueprintStatus.READY
    session.flush()
    own = select(SiteBlueprint).where(SiteBlueprint.site_id == site_id, SiteBlueprint.id == blueprint_id)
    blueprint = session.scalar(own.with_for_update().execution_options(populate_existing=True))
    if blueprint is None:
        return
    newest = select(func.max(SiteVersion.number)).where(
        SiteVersion.site_id == site_id, SiteVersion.blueprint_id == blueprint_id
    )
    blueprint.version = session.scalar(newest) or version
    blueprint.deployed_version = version
    if blueprint.status is not BlueprintStatus.GENERATING:
        blueprint.status = BlueprintStatus.DEPLOYED


def report_of(manifest: Manifest | None, changes: Changes) -> dict[str, Any]:
    """What people are told of a deployment: all counts, and the first paths."""
    files = manifest.files if manifest else {}
    told = {
        name: {"count": len(paths), "paths": list(paths[:SHOWN])}
        for name, paths in (("added", changes.added), ("changed", changes.changed), ("removed", changes.removed))
    }
    return {"files": len(files), "bytes": sum(one.size for one in files.values()), **told, "missing_articles": []}
