"""Saying what a picture shows, and removing a file."""

from __future__ import annotations

import logging

from sqlalchemy.orm import Session

from igny8_lib.errors import InvalidInput
from igny8_lib.models import SiteAsset
from igny8_lib.site_builder.assets.finding import find_asset, lock_files
from igny8_lib.site_builder.assets.using import require_unused
from igny8_lib.site_builder.assets.words import alt_text_of

log = logging.getLogger(__name__)


def change_alt(session: Session, site_id: int, asset_id: int, text: str, *, by: str) -> SiteAsset:
    """Say what a picture shows; "" where it only decorates. It is what pages are offered that show it from now on.

    Raises NotFound, and InvalidInput for a text that is too long, or a file that is no picture.
    """
    words = alt_text_of(text)
    asset = find_asset(session, site_id, asset_id, lock=True)
    if asset.image is None:
        raise InvalidInput(f'The file "{asset.name}" is no picture: only pictures have an alternative text.')
    if words != asset.alt_text:
        asset.alt_text = words
        log.info("%s said what the picture %s of site %d shows.", by, asset.name, site_id)
    return asset


def remove_file(session: Session, site_id: int, asset_id: int, *, by: str) -> tuple[str, ...]:
    """Remove a file; the names in the store that it had, for `cleaning.clean` once this is committed.

    Raises NotFound, and InUse where a page shows it.
    """
    lock_files(session, site_id)
    asset = find_asset(session, site_id, asset_id, lock=True)
    require_unused(session, asset)
    session.delete(asset)
    session.flush()
    log.info("%s removed the file %s/%s of site %d.", by, asset.folder, asset.name, site_id)
    return tuple(kept["stored"] for kept in asset.files.values())
