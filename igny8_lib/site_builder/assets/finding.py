"""A file of a site by its number, where its bytes are kept, and the lock under which files of a site come and go."""

from __future__ import annotations

import hashlib

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from igny8_lib.errors import NotFound
from igny8_lib.models import SiteAsset

FILES_LOCK = 0x49675366 << 32
"""The advisory locks of files: this, and the site's number."""


def lock_files(session: Session, site_id: int) -> None:
    """Let only one transaction at a time bring or take files of the site: what is counted, named and kept until its end
    is as the rows say."""
    session.execute(select(func.pg_advisory_xact_lock(FILES_LOCK + site_id)))


def find_asset(session: Session, site_id: int, asset_id: int, *, lock: bool = False) -> SiteAsset:
    """A file of the site as the database has it now. Raises NotFound, also for another site's."""
    query = select(SiteAsset).where(SiteAsset.site_id == site_id, SiteAsset.id == asset_id)
    query = query.with_for_update() if lock else query
    found = session.scalar(query.execution_options(populate_existing=True))
    if found is None:
        raise NotFound(f"The site has no file {asset_id}.")
    return found


def store_folder(site_id: int) -> str:
    """Where the store keeps the site's uploads and nothing else: what is there and has no row can go."""
    return f"websites/{site_id}/uploads"


def stored_name(site_id: int, name: str, data: bytes) -> str:
    """The name in the store, which the same content always has: twins in two folders are kept once."""
    return f"{store_folder(site_id)}/{hashlib.sha256(data).hexdigest()}.{name.rpartition('.')[2]}"
