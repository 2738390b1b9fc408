"""Blueprints of websites and their pages."""

from __future__ import annotations

import itertools
from typing import Any

from sqlalchemy.orm import Session

from igny8_lib.models import BlueprintStatus, PageChange, PageType, Site, SiteBlueprint, SitePage, SitePageStatus
from igny8_lib.site_builder.blueprints.page_rows import keep_revision

counter = itertools.count(1)


def text_block(block_id: str = "text-1", **data: Any) -> dict[str, Any]:
    return {"id": block_id, "type": "text", "data": {"title": "We repair boats", "body": "Big ones."} | data}


def make_blueprint(session: Session, site: Site, **values: Any) -> SiteBlueprint:
    """A draft without pages, unless something else is given."""
    usual: dict[str, Any] = {"name": f"Website {next(counter)}", "created_by": "owner"}
    blueprint = SiteBlueprint(site_id=site.id, **(usual | values))
    session.add(blueprint)
    session.flush()
    session.refresh(blueprint)
    return blueprint


def make_page(session: Session, blueprint: SiteBlueprint, **values: Any) -> SitePage:
    """A page with one block that the AI wrote, unless something else is given; with its first revision."""
    number = next(counter)
    usual: dict[str, Any] = {
        "position": number,
        "slug": f"page-{number}",
        "title": f"Page {number}",
        "type": PageType.CUSTOM,
        "blocks": [text_block()],
        "sections": [],
        "edited": [],
        "revision": 1,
    }
    given = usual | values
    given["type"] = PageType(given["type"])
    given.setdefault("status", SitePageStatus.READY if given["blocks"] else SitePageStatus.DRAFT)
    page = SitePage(site_id=blueprint.site_id, blueprint_id=blueprint.id, **given)
    session.add(page)
    keep_revision(session, page, PageChange.CREATED, by="owner")
    session.refresh(page)
    return page


def make_website(session: Session, site: Site, **values: Any) -> SiteBlueprint:
    """A blueprint of five pages, each with a text."""
    blueprint = make_blueprint(session, site, **({"status": BlueprintStatus.READY} | values))
    for position, kind in enumerate(
        (PageType.HOME, PageType.ABOUT, PageType.SERVICES, PageType.BLOG, PageType.CONTACT)
    ):
        slug = kind.value
        make_page(session, blueprint, position=position, slug=slug, title=slug.title(), type=kind)
    return blueprint
