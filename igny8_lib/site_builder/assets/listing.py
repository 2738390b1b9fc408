"""A site's files, the newest first, page by page."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from igny8_lib.db.paging import Listed, one_page
from igny8_lib.models import AssetFolder, SiteAsset


def list_files(
    session: Session, site_id: int, folder: AssetFolder | None = None, *, page: int = 1, page_size: int = 50
) -> Listed[SiteAsset]:
    """Files of one folder, or of all; two statements, however many there are."""
    mine = [SiteAsset.site_id == site_id]
    mine += [SiteAsset.folder == folder] if folder else []
    total = session.scalar(select(func.count()).select_from(SiteAsset).where(*mine)) or 0
    query = select(SiteAsset).where(*mine).order_by(SiteAsset.id.desc())
    rows = session.scalars(one_page(query, page, page_size))
    return Listed(list(rows), total)


def count_files(session: Session, site_id: int) -> dict[AssetFolder, int]:
    """How many files each folder has, 0 among them; one statement."""
    query = select(SiteAsset.folder, func.count()).where(SiteAsset.site_id == site_id).group_by(SiteAsset.folder)
    found = {row[0]: row[1] for row in session.execute(query)}
    return {folder: found.get(folder, 0) for folder in AssetFolder}
