"""Shapes of versions of a website: what there is, what was live when, what is wrong before one is made."""

from __future__ import annotations

from datetime import datetime

from pydantic import Field

from igny8_lib.models import SiteVersionStatus
from igny8_lib.site_builder.deploying.checking import CheckReport
from igny8_lib.site_builder.deploying.records import Deployed
from igny8_lib.site_builder.deploying.versions import VersionRow
from igny8_lib.site_builder.releases.manifest import Changes
from igny8_web.api.shapes import Answer, Asked, Pagination
from igny8_web.api.site_builder_builds_shapes import BuildFacts
from igny8_web.api.site_builder_doors import HIGHEST_NUMBER

SHOWN = 200
"""Paths and faults of a kind that are told at most."""


class DeployWish(Asked):
    """A deployment, or a look at what it would come to."""

    dry_run: bool = Field(default=False, description="Checks the site and says what would change; nothing is deployed.")


class RollbackWish(Asked):
    """An earlier version that visitors shall see again."""

    version: int = Field(ge=1, le=HIGHEST_NUMBER, examples=[1], description="Its number, as `versions` tells it.")
    with_articles: bool = Field(
        default=False, description="Bring in the articles that were published since; otherwise it is exactly as it was."
    )


class SiteFault(Answer):
    """Something that keeps a site from being deployed."""

    path: str = Field(description="A file of the site, or a field of its structure.", examples=["about/index.html"])
    reason: str = Field(examples=["the link #prices leads nowhere"])


class SiteChanges(Answer):
    """What visitors would see otherwise: the first paths of each kind, and how many there are."""

    added: list[str]
    changed: list[str]
    removed: list[str]
    added_count: int
    changed_count: int
    removed_count: int


class SiteChecked(Answer):
    """What came of looking at a site."""

    works: bool = Field(description="Whether it can be deployed.")
    faults: list[SiteFault] = Field(description="The first of what is wrong, and where.")
    faults_count: int
    files: int
    bytes: int
    changes: SiteChanges


class DeployAsked(Answer):
    """A deployment that was begun (202), or what it would come to (200, for a dry run)."""

    build: BuildFacts | None = Field(description="Checks and deploys; null for a dry run.")
    check: SiteChecked | None = Field(description="Of a dry run; a build's own stands in its steps.")


class SiteVersionFacts(Answer):
    """A version of a site."""

    number: int
    status: SiteVersionStatus
    is_live: bool
    can_be_live: bool = Field(description="Whether its files are there: a rollback may name it.")
    blueprint_id: int | None
    blueprint: str | None = Field(description="The blueprint's name now.")
    base_url: str
    made_by: str
    made_at: datetime


class SiteVersionList(Answer):
    """A page of the site's versions, the newest first. They are the site's: other blueprints have made some, too."""

    versions: list[SiteVersionFacts]
    pagination: Pagination


class RolledBack(Answer):
    """An earlier version that visitors see again."""

    version: int
    before: int | None = Field(description="What they saw before.")
    base_url: str
    changes: SiteChanges
    missing_articles: list[str] = Field(description="Articles that were published since, and that it does not show.")


def changes_of(changes: Changes) -> SiteChanges:
    """What would be, or is, different, as it is told."""
    return SiteChanges(
        added=list(changes.added[:SHOWN]),
        changed=list(changes.changed[:SHOWN]),
        removed=list(changes.removed[:SHOWN]),
        added_count=len(changes.added),
        changed_count=len(changes.changed),
        removed_count=len(changes.removed),
    )


def checked_of(report: CheckReport) -> SiteChecked:
    """What came of looking at a site, as it is told."""
    return SiteChecked(
        works=not report.faults,
        faults=[SiteFault(path=path, reason=reason) for path, reason in report.faults[:SHOWN]],
        faults_count=len(report.faults),
        files=report.files,
        bytes=report.bytes,
        changes=changes_of(report.changes),
    )


def version_of(row: VersionRow) -> SiteVersionFacts:
    """A version as it is told."""
    there = row.status is SiteVersionStatus.KEPT
    return SiteVersionFacts.model_validate(vars(row) | {"can_be_live": there and not row.is_live})


def rolled_back_of(done: Deployed, base_url: str) -> RolledBack:
    """What a rollback did, as it is told."""
    return RolledBack(
        version=done.version,
        before=done.before,
        base_url=base_url,
        changes=changes_of(done.changes),
        missing_articles=[str(each) for each in done.report.get("missing_articles", ())],
    )
