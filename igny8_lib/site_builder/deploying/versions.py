"""The versions of a site that there are, what was live when, and what is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session, defer

from igny8_lib.db.paging import Listed, one_page
from igny8_lib.errors import NotFound
from igny8_lib.models import (
    BlueprintHosting,
    DeploymentKind,
    SiteBlueprint,
    SiteDeployment,
    SiteVersion,
    SiteVersionStatus,
)


@dataclass(frozen=True)
class VersionRow:
    """A version without its document."""

    number: int
    status: SiteVersionStatus
    is_live: bool
    blueprint_id: int | None
    """Null where it is the site that articles are shown in without one, or the blueprint was deleted."""
    blueprint: str | None
    """Its name now."""
    base_url: str
    made_by: str
    made_at: datetime

    def as_json(self) -> dict[str, Any]:
        """As a JSON document."""
        return vars(self) | {"status": self.status.value, "made_at": self.made_at.isoformat()}


@dataclass(frozen=True)
class DeploymentRow:
    """That a version became live."""

    id: int
    kind: DeploymentKind
    version: int
    before: int | None
    blueprint_id: int | None
    build_id: int | None
    report: dict[str, Any]
    by: str
    created_at: datetime

    def as_json(self) -> dict[str, Any]:
        """As a JSON document."""
        return vars(self) | {"kind": self.kind.value, "created_at": self.created_at.isoformat()}


def versions_of(session: Session, site_id: int, *, page: int = 1, page_size: int = 50) -> Listed[VersionRow]:
    """The site's versions, the newest first, also those whose files are gone; three statements."""
    live = live_of(session, site_id)
    query = (
        select(SiteVersion, SiteBlueprint.name)
        .outerjoin(SiteBlueprint, (SiteBlueprint.id == SiteVersion.blueprint_id) & (SiteBlueprint.site_id == site_id))
        .where(SiteVersion.site_id == site_id)
        .options(defer(SiteVersion.document), defer(SiteVersion.images))
        .order_by(SiteVersion.number.desc())
    )
    rows = [
        VersionRow(
            version.number,
            version.status,
            version.number == live,
            version.blueprint_id,
            name,
            version.base_url,
            version.made_by,
            version.made_at,
        )
        for version, name in session.execute(one_page(query, page, page_size))
    ]
    return Listed(rows, count(session, SiteVersion.site_id == site_id))


def deployments_of(session: Session, site_id: int, *, page: int = 1, page_size: int = 50) -> Listed[DeploymentRow]:
    """What was live when, the newest first; two statements."""
    mine = SiteDeployment.site_id == site_id
    query = select(SiteDeployment).where(mine).order_by(SiteDeployment.id.desc())
    rows = [
        DeploymentRow(**{name: getattr(row, name) for name in DeploymentRow.__dataclass_fields__})
        for row in session.scalars(one_page(query, page, page_size))
    ]
    return Listed(rows, count(session, mine))


def live_of(session: Session, site_id: int) -> int | None:
    """The number of the version that is live as the rows say; None before the first.

    After a process that died right when it switched, the target knows better until the next deployment or rollback.
    """
    last = last_deployment(session, site_id)
    return None if last is None else last.version


def last_deployment(session: Session, site_id: int) -> SiteDeployment | None:
    """The newest deployment of the site."""
    query = select(SiteDeployment).where(SiteDeployment.site_id == site_id)
    return session.scalar(query.order_by(SiteDeployment.id.desc()).limit(1))


def deployment_of_build(session: Session, site_id: int, build_id: int) -> SiteDeployment | None:
    """What a build has deployed; None where it has not."""
    query = select(SiteDeployment).where(SiteDeployment.site_id == site_id, SiteDeployment.build_id == build_id)
    return session.scalar(query.order_by(SiteDeployment.id.desc()).limit(1))


def last_with_files(session: Session, site_id: int) -> SiteDeployment | None:
    """The newest deployment that the site's place knows of: of pages of WordPress alone it does not."""
    version = (SiteVersion.site_id == site_id) & (SiteVersion.number == SiteDeployment.version)
    alone = select(SiteVersion.id).where(version, SiteVersion.hosting == BlueprintHosting.WORDPRESS).exists()
    query = select(SiteDeployment).where(SiteDeployment.site_id == site_id, ~alone)
    return session.scalar(query.order_by(SiteDeployment.id.desc()).limit(1))


def version_row(session: Session, site_id: int, number: int) -> SiteVersion | None:
    """The version of this number, with its document; None where no row has it."""
    return session.scalar(select(SiteVersion).where(SiteVersion.site_id == site_id, SiteVersion.number == number))


def find_version(session: Session, site_id: int, number: int) -> SiteVersion:
    """The version of this number. Raises NotFound."""
    found = version_row(session, site_id, number)
    if found is None:
        raise NotFound(f"The site has no version {number}: look at its list of versions.")
    return found


def count(session: Session, condition: ColumnElement[bool]) -> int:
    """How many rows there are."""
    return session.scalar(select(func.count()).where(condition)) or 0
