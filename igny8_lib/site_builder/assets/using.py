"""The pages that show a file: while one does, the file stays."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Text, cast, select
from sqlalchemy.orm import Session

from igny8_lib.errors import Conflict
from igny8_lib.models import AssetFolder, SiteAsset, SiteBlueprint, SitePage

SHOWN = 5
"""Places that a sentence names."""


class InUse(Conflict):
    """A file is shown; `places` are the pages and icons that do."""

    def __init__(self, name: str, places: list[str]) -> None:
        more = f" and {len(places) - SHOWN} more" if len(places) > SHOWN else ""
        super().__init__(
            f'The file "{name}" is used by {", ".join(places[:SHOWN])}{more}. Take it out there before you delete it.'
        )
        self.name = name
        self.places = places


def require_unused(session: Session, asset: SiteAsset) -> None:
    """Raises InUse for a file that a page shows or links to, or that a website's icon is drawn from."""
    if places := [*pages_with(session, asset), *icons_of(session, asset)]:
        raise InUse(asset.name, places)


def pages_with(session: Session, asset: SiteAsset) -> list[str]:
    """The pages of the site's blueprints whose blocks name the file, as people know them."""
    query = (
        select(SiteBlueprint.name, SitePage.title, SitePage.blocks)
        .join(SiteBlueprint, SiteBlueprint.id == SitePage.blueprint_id)
        .where(
            SitePage.site_id == asset.site_id,
            SiteBlueprint.site_id == asset.site_id,
            cast(SitePage.blocks, Text).contains(asset.name, autoescape=True),
        )
        .order_by(SiteBlueprint.id, SitePage.position, SitePage.id)
    )
    return [
        f'the page "{title}" of {blueprint}'
        for blueprint, title, blocks in session.execute(query)
        if is_named(asset, blocks)
    ]


def is_named(asset: SiteAsset, blocks: list[Any]) -> bool:
    """Whether a picture of the blocks is this file, or a text of them has its path in the site."""
    path = f"assets/{asset.folder}/{asset.name}"
    is_picture = asset.folder is AssetFolder.IMAGES
    return any(path in text or (is_picture and key == "file" and text == asset.name) for key, text in texts_of(blocks))


def texts_of(value: object, key: str = "") -> Iterator[tuple[str, str]]:
    """All texts in JSON with the names that they stand under."""
    if isinstance(value, str):
        yield key, value
    elif isinstance(value, dict):
        for name, each in value.items():
            yield from texts_of(each, name)
    elif isinstance(value, list):
        for each in value:
            yield from texts_of(each, key)


def icons_of(session: Session, asset: SiteAsset) -> list[str]:
    """The blueprints whose icon is drawn from the file, as people know them."""
    query = select(SiteBlueprint.name).where(
        SiteBlueprint.site_id == asset.site_id, SiteBlueprint.icon_asset_id == asset.id
    )
    return [f"the icon of {name}" for name in session.scalars(query.order_by(SiteBlueprint.id))]
