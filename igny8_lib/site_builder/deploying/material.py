"""What a site's files are made of, read from the database in one short transaction."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from igny8_lib.models import AssetFolder, SiteArticleRow, SiteAsset, SiteVersion
from igny8_lib.site_builder.articles import SiteArticle
from igny8_lib.site_builder.assets import showing as uploaded
from igny8_lib.site_builder.documents import SiteDocument, read_site
from igny8_lib.site_builder.images import Images
from igny8_lib.site_builder.images_json import images_from
from igny8_lib.site_builder.showing import rows as published

Shown = dict[str, tuple[dict[str, Any], datetime]]
"""The articles that a site is to show: by slug what is told of each, and when it changed."""


@dataclass(frozen=True)
class Material:
    """A structure with what it shows: `pictures` are the sizes of the uploaded ones, `drawn` those of the articles'.

    `stored` says where the media store keeps each file by its path in the site. `icon` is the uploaded picture that the
    icons are drawn from: its name, and where it is kept.
    """

    document: SiteDocument
    pictures: Images
    drawn: Images
    stored: dict[str, str]
    articles: list[SiteArticle]
    icon: tuple[str, str] | None = None

    @property
    def images(self) -> Images:
        """The sizes of all pictures."""
        return {**self.pictures, **self.drawn}


def material_of(session: Session, site_id: int, document: SiteDocument, *, icon_asset_id: int | None) -> Material:
    """What a version of this structure consists of now."""
    drawn = published.images_of(session, site_id)
    return Material(
        document,
        uploaded.images_of(session, site_id),
        drawn,
        uploaded.stored_of(session, site_id) | published.files_of(session, site_id),
        published.articles_of(session, site_id),
        icon_of(session, site_id, icon_asset_id),
    )


def material_of_version(session: Session, version: SiteVersion) -> Material:
    """A version's own structure and pictures with the articles of now; its uploads and icons stand in it."""
    return Material(
        read_site(version.document),
        images_from(version.images),
        published.images_of(session, version.site_id),
        published.files_of(session, version.site_id),
        published.articles_of(session, version.site_id),
    )


def icon_of(session: Session, site_id: int, asset_id: int | None) -> tuple[str, str] | None:
    """The picture that a blueprint's icons are drawn from."""
    if asset_id is None:
        return None
    query = select(SiteAsset.name, SiteAsset.files).where(
        SiteAsset.site_id == site_id, SiteAsset.id == asset_id, SiteAsset.folder == AssetFolder.IMAGES
    )
    found = session.execute(query).one_or_none()
    return None if found is None else (found.name, found.files[found.name]["stored"])


def shown_of(session: Session, site_id: int) -> Shown:
    """The articles as their rows are now, to see later whether one has changed; one statement."""
    query = select(SiteArticleRow.slug, SiteArticleRow.facts, SiteArticleRow.changed_at).where(
        SiteArticleRow.site_id == site_id, ~SiteArticleRow.is_leaving
    )
    return {slug: (facts, changed_at) for slug, facts, changed_at in session.execute(query)}
