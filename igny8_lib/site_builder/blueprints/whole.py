"""A blueprint and its pages as one structure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import ValidationError
from sqlalchemy.orm import Session

from igny8_lib.models import PageType, SiteBlueprint, SitePage
from igny8_lib.site_builder.blueprints.finding import pages_of
from igny8_lib.site_builder.documents import Block, Page, SiteDocument, read_site

OWN = ("name", "tagline", "language", "layout", "template", "theme")
OF_PAGES = ("slug", "title", "type", "description", "blocks")


def site_document(session: Session, blueprint: SiteBlueprint, *, partial: bool = False) -> SiteDocument:
    """The structure as it is now. Raises BadStructure, which names the place ("pages.2.blocks.0.data.title").

    A `partial` one is for previews: blocks that cannot be read are left out, a page without any shows its title, and
    where no page is the home page the first one is.
    """
    own = {name: getattr(blueprint, name) for name in OWN}
    pages = pages_of(session, blueprint)
    if not partial:
        return read_site(own | {"pages": [fields_of(page) for page in pages]})
    return read_site(own | {"pages": with_home([readable(page) for page in pages], blueprint.name)})


def structure_of(session: Session, blueprint: SiteBlueprint) -> dict[str, Any]:
    """The same as JSON, whether or not it is a whole website yet; pages have their ids, purposes and sections, too."""
    own = {name: getattr(blueprint, name) for name in OWN}
    pages = [
        {"id": page.id, **fields_of(page), "purpose": page.purpose, "sections": page.sections, "status": page.status}
        for page in pages_of(session, blueprint)
    ]
    return own | {"pages": pages}


def fields_of(page: SitePage) -> dict[str, Any]:
    """What the structure says of a page."""
    return {name: getattr(page, name) for name in OF_PAGES}


def readable(page: SitePage) -> dict[str, Any]:
    """The page as far as it can be read."""
    fields = fields_of(page) | {"blocks": [*readable_blocks(page)]}
    if not fields["blocks"] and page.type is not PageType.BLOG:
        fields["blocks"] = [title_block(page.title)]
    try:
        Page.model_validate(fields)
    except ValidationError:
        return fields | {"blocks": [title_block(page.title)]}
    return fields


def readable_blocks(page: SitePage) -> Iterator[Mapping[str, Any]]:
    """The page's blocks that fit their types."""
    for block in page.blocks:
        try:
            Block.model_validate(block)
        except ValidationError:
            continue
        yield block


def title_block(title: str) -> dict[str, Any]:
    """What stands for the text of a page that has none."""
    return {"id": "hero-1", "type": "hero", "data": {"title": title}}


def with_home(pages: list[dict[str, Any]], name: str) -> list[dict[str, Any]]:
    """The pages with one of type home among them."""
    if not pages:
        return [{"slug": "home", "title": name, "type": PageType.HOME, "blocks": [title_block(name)]}]
    if all(page["type"] is not PageType.HOME for page in pages):
        first = next((page for page in pages if page["type"] is not PageType.BLOG), None)
        if first is None:
            return [*with_home([], name), *pages]
        first["type"] = PageType.HOME
    return pages
