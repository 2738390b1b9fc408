"""What a site's live version shows, and what it is to show: read in a fixed number of statements."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from igny8_lib.models import SiteArticleRow, SiteVersion
from igny8_lib.site_builder.article_index import Index
from igny8_lib.site_builder.documents import SiteDocument, read_site
from igny8_lib.site_builder.images import ImageFile, Images
from igny8_lib.site_builder.images_json import images_from
from igny8_lib.site_builder.showing.rows import listed_from, stored_files


@dataclass(frozen=True)
class LiveVersion:
    """The version that visitors see: what it was rendered from."""

    number: int
    site: SiteDocument
    base_url: str
    images: Images
    """Of the site's uploads."""


@dataclass(frozen=True)
class Row:
    """An article of the site without its text."""

    content_id: int
    facts: Mapping[str, Any]
    images: Mapping[str, Any]
    is_unfinished: bool
    former: Mapping[str, Any] | None
    is_leaving: bool

    @property
    def before(self) -> Mapping[str, Any] | None:
        """What the live version shows of it, or showed before a change that is unfinished; None for nothing."""
        return (self.former or {}).get("facts") if self.is_unfinished else self.facts

    @property
    def after(self) -> Mapping[str, Any] | None:
        """What it is to show; None for nothing."""
        return None if self.is_leaving else self.facts

    @property
    def slugs(self) -> set[str]:
        """Those of both."""
        return {str(facts["slug"]) for facts in (self.before, self.after) if facts}


@dataclass(frozen=True)
class Standing:
    """A live version, and the site's articles."""

    version: LiveVersion
    rows: Sequence[Row]

    @cached_property
    def before(self) -> Index:
        """The articles as the live version shows them, or did before an unfinished change."""
        return self.index(row.before for row in self.rows)

    @cached_property
    def after(self) -> Index:
        """The articles as it is to show them."""
        return self.index(row.after for row in self.rows)

    def index(self, shown: Iterable[Mapping[str, Any] | None]) -> Index:
        """The index of some articles."""
        return Index.of([listed_from(facts) for facts in shown if facts], self.version.site)

    @property
    def unfinished(self) -> list[Row]:
        """What the live version may not show yet."""
        return [row for row in self.rows if row.is_unfinished]

    @cached_property
    def images(self) -> Images:
        """The pictures of the articles that it is to show."""
        shown = (images_from(row.images) for row in self.rows if row.after)
        return {name: image for images in shown for name, image in images.items()}

    def former_images(self) -> list[ImageFile]:
        """The pictures that unfinished changes may leave behind."""
        kept = [images for row in self.unfinished for images in (row.images, (row.former or {}).get("images", {}))]
        return [image for images in kept for image in images_from(images).values()]


def version_of(session: Session, site_id: int, number: int) -> LiveVersion | None:
    """The version of this number; None where it was not deployed from here. Raises BadStructure."""
    mine = SiteVersion.site_id == site_id, SiteVersion.number == number
    query = select(SiteVersion.document, SiteVersion.base_url, SiteVersion.images).where(*mine)
    found = session.execute(query).one_or_none()
    if found is None:
        return None
    document, base_url, images = found
    return LiveVersion(number, read_site(document), base_url, images_from(images))


def rows_of(session: Session, site_id: int) -> list[Row]:
    """All articles of the site, those that are leaving among them; one statement."""
    columns = (
        SiteArticleRow.content_id,
        SiteArticleRow.facts,
        SiteArticleRow.images,
        SiteArticleRow.is_unfinished,
        SiteArticleRow.former,
        SiteArticleRow.is_leaving,
    )
    query = select(*columns).where(SiteArticleRow.site_id == site_id).order_by(SiteArticleRow.content_id)
    return [Row(*row) for row in session.execute(query)]


def files_left(standing: Standing) -> set[str]:
    """The pictures that no article needs any more, and no page: their paths in the site."""
    left = stored_files(0, standing.former_images()).keys()
    uploaded = stored_files(0, standing.version.images.values()).keys()
    return set(left) - set(uploaded) - stored_files(0, standing.images.values()).keys()
