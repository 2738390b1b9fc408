"""How much room a site's files take, and how much they may."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from igny8_lib.models import SiteAsset, SiteBuilderSettings
from igny8_lib.site_builder.uploads.refusal import Unwanted

MB = 1_000_000
"""Of the quota: megabytes as people count them."""
QUOTA_MB = 500
"""Of a site that chose nothing."""
MOST_FILES = 5_000
"""Of a site, however small they are: pages offer all of them to choose from."""


@dataclass(frozen=True)
class Usage:
    """What a site's files take: bytes, the bytes that they may, and how many files there are."""

    bytes: int
    quota: int
    files: int

    @property
    def left(self) -> int:
        """Bytes that are free; 0 where the quota was made smaller than what is there."""
        return max(0, self.quota - self.bytes)

    @property
    def percent(self) -> int:
        """Of the quota, 0…100, rounded up: a full one is never told as nearly full, a used one never as empty."""
        return min(100, -(-100 * self.bytes // self.quota))

    def as_json(self) -> dict[str, Any]:
        """As a JSON document."""
        return {"bytes": self.bytes, "quota": self.quota, "left": self.left, "files": self.files}


def usage(session: Session, site_id: int) -> Usage:
    """What the site's files take now; one statement."""
    chosen = select(SiteBuilderSettings.asset_quota_mb).where(SiteBuilderSettings.site_id == site_id).scalar_subquery()
    query = select(func.coalesce(func.sum(SiteAsset.size_bytes), 0), func.count(), chosen)
    taken, files, quota = session.execute(query.where(SiteAsset.site_id == site_id)).one()
    return Usage(int(taken), (QUOTA_MB if quota is None else quota) * MB, files)


def require_room(used: Usage, size: int) -> None:
    """Raises Unwanted where a file of so many bytes does not fit beside what is there."""
    if used.files >= MOST_FILES:
        raise Unwanted(f"The site has {MOST_FILES:,} files, and more it cannot have. Delete some that no page shows.")
    if size > used.left:
        raise Unwanted(
            f"It takes {in_mb(size)} MB as the website keeps it, and of the site's {in_mb(used.quota)} MB "
            f"{in_mb(used.left)} are left. Delete files that no page shows, or have the quota raised in the settings."
        )


def in_mb(size: int) -> str:
    """Bytes as megabytes, with a decimal where there are few of them."""
    return f"{size / MB:,.1f}" if size < 100 * MB else f"{size / MB:,.0f}"
