"""Builds of a website, the versions that came of them, and what was live when."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from igny8_lib.amounts import Credits
from igny8_lib.db.base import Base, CreatedAt, Id, SiteId
from igny8_lib.db.types import text_enum
from igny8_lib.models.site_builder import BlueprintHosting


class BuildStatus(StrEnum):
    """How far a build is."""

    PENDING = "pending"
    RUNNING = "running"
    COMPLETED = "completed"
    FAILED = "failed"
    """Its `error` says where and why; what was done stays done."""
    CANCELLED = "cancelled"


class SiteBuild(Base):
    """Work on a blueprint that takes its time: planning, writing pages, checking and deploying, in Airflow."""

    __tablename__ = "site_builds"

    id: Mapped[Id]
    site_id: Mapped[SiteId]
    blueprint_id: Mapped[int] = mapped_column(ForeignKey("site_blueprints.id", ondelete="CASCADE"))
    status: Mapped[BuildStatus] = mapped_column(text_enum(BuildStatus), default=BuildStatus.PENDING)
    structure: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    """Whether the AI plans the pages first."""
    every_page: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    """Whether all pages without text are written that are there after the planning."""
    replace: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    """Whether what people edited is planned and written anew, too."""
    deploy: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    """Whether the site is checked and deployed at the end."""
    remark: Mapped[str] = mapped_column(default="", server_default="")
    """What people said about how its pages shall be written; empty where nothing."""
    requested_by: Mapped[str]
    rule_execution_id: Mapped[int | None] = mapped_column(ForeignKey("rule_executions.id", ondelete="SET NULL"))
    """The execution of a rule that asked for it; null where people did."""
    credit_limit: Mapped[Credits] = mapped_column(default=Credits(0), server_default=text("0"))
    """What it may cost in all: 0 = no limit but the account's."""
    dag_run_id: Mapped[str | None]
    """Airflow's run that works on it; null before Airflow took it."""
    starts: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    """How often Airflow was asked to work on it."""
    asked_at: Mapped[datetime | None]
    """When Airflow was last asked."""
    created_at: Mapped[CreatedAt]
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    error: Mapped[str | None]
    """Why it failed, or who cancelled it; null otherwise."""

    __table_args__ = (
        Index("ix_site_builds_site_id", "site_id", "id"),
        Index("ix_site_builds_blueprint_id", "blueprint_id", "id"),
        Index(
            "uq_site_builds_open",
            "blueprint_id",
            unique=True,
            postgresql_where=text("status IN ('pending', 'running')"),
        ),
        Index("ix_site_builds_open", "id", postgresql_where=text("status IN ('pending', 'running')")),
        Index(
            "ix_site_builds_rule_execution_id",
            "rule_execution_id",
            postgresql_where=text("rule_execution_id IS NOT NULL"),
        ),
    )


class BuildStepKind(StrEnum):
    """The steps of a build, in their order."""

    STRUCTURE = "structure"
    PAGE = "page"
    CHECK = "check"
    DEPLOY = "deploy"


class BuildStepStatus(StrEnum):
    """How a step stands."""

    PENDING = "pending"
    RUNNING = "running"
    DONE = "done"
    SKIPPED = "skipped"
    """There was nothing to do, or the build ended before it."""
    FAILED = "failed"


class SiteBuildStep(Base):
    """One step of a build; a page step for each page."""

    __tablename__ = "site_build_steps"

    id: Mapped[Id]
    build_id: Mapped[int] = mapped_column(ForeignKey("site_builds.id", ondelete="CASCADE"), index=True)
    site_id: Mapped[SiteId] = mapped_column(index=True)
    kind: Mapped[BuildStepKind] = mapped_column(text_enum(BuildStepKind))
    page_id: Mapped[int | None] = mapped_column(ForeignKey("site_pages.id", ondelete="CASCADE"), index=True)
    """Of a page step."""
    status: Mapped[BuildStepStatus] = mapped_column(text_enum(BuildStepStatus), default=BuildStepStatus.PENDING)
    outcome: Mapped[str] = mapped_column(default="", server_default="")
    """What was done, or why nothing was, in a sentence."""
    report: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default=text("'{}'"))
    """Of a check: {"faults": [{"path", "reason"}], "files", "bytes"}; of a deployment: {"version", "changes"}."""
    credits: Mapped[Credits] = mapped_column(default=Credits(0), server_default=text("0"))
    attempts: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    token: Mapped[str] = mapped_column(default="", server_default="")
    """Whose turn it is: a process that finds another token has been taken over."""
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]

    __table_args__ = (Index("ix_site_build_steps_running", "build_id", postgresql_where=text("status = 'running'")),)


class SiteVersionStatus(StrEnum):
    """What is left of a version."""

    MADE = "made"
    """Its files are being written, or were and never became live."""
    KEPT = "kept"
    """It was live once, and can be again."""
    REMOVED = "removed"
    """Its files were deleted for newer ones; what it said is still known."""


class SiteVersion(Base):
    """A blueprint at the time of a deployment."""

    __tablename__ = "site_versions"

    id: Mapped[Id]
    site_id: Mapped[SiteId]
    blueprint_id: Mapped[int | None] = mapped_column(ForeignKey("site_blueprints.id", ondelete="SET NULL"), index=True)
    build_id: Mapped[int | None] = mapped_column(ForeignKey("site_builds.id", ondelete="SET NULL"), index=True)
    """The build that it was made by; null for one that people deployed without."""
    number: Mapped[int]
    """Counted per site, from 1: the folder v{number}."""
    status: Mapped[SiteVersionStatus] = mapped_column(text_enum(SiteVersionStatus), default=SiteVersionStatus.MADE)
    hosting: Mapped[BlueprintHosting] = mapped_column(
        text_enum(BlueprintHosting), default=BlueprintHosting.IGNY8_SITES, server_default=BlueprintHosting.IGNY8_SITES
    )
    """Where it went: one of WordPress pages alone has no files."""
    document: Mapped[dict[str, Any]]
    """documents.SiteDocument."""
    images: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default=text("'{}'"))
    """The sizes of the uploaded pictures by name: images.ImageFile."""
    base_url: Mapped[str]
    made_by: Mapped[str]
    made_at: Mapped[CreatedAt]

    __table_args__ = (UniqueConstraint("site_id", "number"),)


class DeploymentKind(StrEnum):
    """How a version became live."""

    DEPLOY = "deploy"
    ROLLBACK = "rollback"


class SiteDeployment(Base):
    """That a version became live: what was live when, and what changed for visitors."""

    __tablename__ = "site_deployments"

    id: Mapped[Id]
    site_id: Mapped[SiteId]
    blueprint_id: Mapped[int | None] = mapped_column(ForeignKey("site_blueprints.id", ondelete="SET NULL"), index=True)
    build_id: Mapped[int | None] = mapped_column(ForeignKey("site_builds.id", ondelete="SET NULL"), index=True)
    kind: Mapped[DeploymentKind] = mapped_column(text_enum(DeploymentKind))
    version: Mapped[int]
    before: Mapped[int | None]
    """Which was live before; null for the first."""
    report: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default=text("'{}'"))
    """{"files", "bytes", "added", "changed", "removed": counts and the first paths, "missing_articles",
    "removed_versions", "wordpress": what became of its pages}."""
    by: Mapped[str]
    created_at: Mapped[CreatedAt]

    __table_args__ = (Index("ix_site_deployments_site_id", "site_id", "id"),)
