"""A site's blueprints as lists show them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from igny8_lib.db.paging import Listed
from igny8_lib.models import BlueprintHosting, BlueprintStatus, Layout, SiteBlueprint, SitePage, Template


@dataclass(frozen=True)
class BlueprintRow:
    """A blueprint with how far its pages are."""

    id: int
    site_id: int
    name: str
    status: BlueprintStatus
    hosting_type: BlueprintHosting
    business_type: str
    industry: str
    audience: str
    brief: str
    objectives: list[str]
    tagline: str
    language: str
    layout: Layout
    template: Template
    theme: dict[str, Any]
    icon_asset_id: int | None
    edited: list[str]
    revision: int
    version: int
    deployed_version: int | None
    structured_at: datetime | None
    created_by: str
    created_at: datetime
    updated_at: datetime
    pages_total: int
    pages_ready: int
    """Pages that have a text."""


def list_blueprints(session: Session, site_id: int, *, page: int = 1, page_size: int = 50) -> Listed[BlueprintRow]:
    """The newest first; two statements, however many there are."""
    total = session.scalar(select(func.count()).select_from(SiteBlueprint).where(SiteBlueprint.site_id == site_id))
    mine = (SitePage.site_id == site_id, SitePage.blueprint_id == SiteBlueprint.id)
    written = func.jsonb_array_length(SitePage.blocks) > 0
    pages = select(func.count()).where(*mine).correlate(SiteBlueprint).scalar_subquery()
    ready = select(func.count()).where(*mine, written).correlate(SiteBlueprint).scalar_subquery()
    query = (
        select(SiteBlueprint, pages, ready)
        .where(SiteBlueprint.site_id == site_id)
        .order_by(SiteBlueprint.id.desc())
        .limit(page_size)
        .offset((page - 1) * page_size)
        .execution_options(populate_existing=True)
    )
    rows = [row_of(blueprint, count, texts) for blueprint, count, texts in session.execute(query)]
    return Listed(rows, total or 0)


def row_of(blueprint: SiteBlueprint, total: int, ready: int) -> BlueprintRow:
    """One blueprint."""
    figures: dict[str, Any] = {"pages_total": total, "pages_ready": ready}
    own: dict[str, Any] = {
        name: getattr(blueprint, name) for name in BlueprintRow.__dataclass_fields__ if name not in figures
    }
    return BlueprintRow(**own, **figures)
