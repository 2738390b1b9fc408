"""What the page of a website's files shows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from igny8_lib.models import AssetFolder, Site, SiteAsset
from igny8_lib.site_builder.assets.listing import count_files, list_files
from igny8_lib.site_builder.assets.quota import MB, Usage, in_mb, usage
from igny8_lib.site_builder.assets.showing import image_from
from igny8_lib.site_builder.uploads.kinds import KINDS
from igny8_web.pages.tables import ON_A_PAGE, Choice, Table, choices

NAMES = {AssetFolder.IMAGES: "Pictures", AssetFolder.DOCUMENTS: "Documents", AssetFolder.MEDIA: "Film and sound"}
ICONS = {AssetFolder.IMAGES: "image", AssetFolder.DOCUMENTS: "doc", AssetFolder.MEDIA: "play"}
ACCEPTED = ",".join(sorted({f".{suffix}" for kind in KINDS.values() for suffix in (kind.suffix, *kind.also)}))
"""What the browser's dialog offers; the content decides."""
NEARLY_FULL = 90
"""Percent of the quota from which on the page says so."""
SHOWN_WIDTH = 160
"""Pixels of a picture in the list."""
KB = 1_000


@dataclass(frozen=True)
class Brought:
    """What became of a file that was sent."""

    name: str
    folder: AssetFolder | None = None
    """Where it is kept; None where it was refused."""
    refused: str = ""

    @property
    def where(self) -> str:
        """The folder in words."""
        return NAMES[self.folder] if self.folder else ""


@dataclass(frozen=True)
class Preview:
    """A picture's narrowest copy: its name, and its width and height on the page."""

    name: str
    width: int
    height: int


@dataclass(frozen=True)
class FileView:
    """One file."""

    id: int
    name: str
    folder: AssetFolder
    icon: str
    alt_text: str
    facts: str
    """Its size, and how large it is on screens."""
    brought_by: str
    brought_at: datetime
    preview: Preview | None

    @property
    def is_picture(self) -> bool:
        """Whether it can be described."""
        return self.preview is not None


@dataclass(frozen=True)
class FilesView:
    """All that the page shows."""

    name: str
    slug: str
    zone: str
    usage: Usage
    table: Table
    folder: str
    """In words; empty for all folders."""

    @property
    def taken(self) -> str:
        """How much of the quota is taken."""
        return f"{in_mb(self.usage.bytes)} of {self.usage.quota // MB:,} MB"

    @property
    def is_nearly_full(self) -> bool:
        """Whether little more fits in."""
        return self.usage.percent >= NEARLY_FULL


def view_of(session: Session, site: Site, folder: AssetFolder | None, page: int) -> FilesView:
    """The view; four statements."""
    found = list_files(session, site.id, folder, page=page, page_size=ON_A_PAGE)
    counts = count_files(session, site.id)
    used = usage(session, site.id)
    offered = choices(
        [(each.value, NAMES[each]) for each in AssetFolder], {each.value: counts[each] for each in counts}
    )
    filters = [Choice("", "All", sum(counts.values())), *offered]
    return FilesView(
        name=site.name,
        slug=site.slug,
        zone=site.timezone,
        usage=used,
        table=Table([file_of(row) for row in found.rows], page, found.total, filters),
        folder=NAMES[folder] if folder else "",
    )


def file_of(row: SiteAsset) -> FileView:
    """One file."""
    image = image_from(row.image) if row.image else None
    preview = None
    if image:
        least = image.variants[0] if image.variants else image
        width = min(SHOWN_WIDTH, least.width)
        preview = Preview(least.file, width, max(1, round(width * image.height / image.width)))
    facts = [size_of(row.size_bytes), f"{image.width:,} × {image.height:,} pixels" if image else ""]
    return FileView(
        id=row.id,
        name=row.name,
        folder=row.folder,
        icon=ICONS[row.folder],
        alt_text=row.alt_text,
        facts=", ".join(fact for fact in facts if fact),
        brought_by=row.uploaded_by,
        brought_at=row.created_at,
        preview=preview,
    )


def size_of(size: int) -> str:
    """Bytes in words."""
    if size >= MB:
        return f"{in_mb(size)} MB"
    return f"{size / KB:,.0f} kB" if size >= KB else f"{size} bytes"
