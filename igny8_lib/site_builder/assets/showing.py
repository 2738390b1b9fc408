"""A site's files as its website shows them: the pictures' sizes for rendering, and where each file is kept."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from igny8_lib.models import SiteAsset
from igny8_lib.site_builder.images import ImageFile, Images, Variant


def images_of(session: Session, site_id: int) -> Images:
    """The site's uploaded pictures by the names that documents give them; one statement."""
    query = (
        select(SiteAsset.name, SiteAsset.image)
        .where(SiteAsset.site_id == site_id, SiteAsset.image.is_not(None))
        .order_by(SiteAsset.id)
    )
    return {name: image_from(image) for name, image in session.execute(query) if image is not None}


def stored_of(session: Session, site_id: int) -> dict[str, str]:
    """Where the store keeps each of the site's uploaded files, pictures' variants among them, by its path in the site
    ("assets/images/oven.webp"); one statement."""
    query = select(SiteAsset.folder, SiteAsset.files).where(SiteAsset.site_id == site_id).order_by(SiteAsset.id)
    return {
        f"assets/{folder}/{name}": kept["stored"]
        for folder, files in session.execute(query)
        for name, kept in files.items()
    }


def image_from(document: Mapping[str, Any]) -> ImageFile:
    """A picture's sizes as the database keeps them."""
    variants = tuple(Variant(each["file"], each["width"], each["height"]) for each in document["variants"])
    return ImageFile(document["file"], document["width"], document["height"], variants)
