"""A file comes to a site: looked at, kept in the store, counted and written down.

The store is written to before the row is there, and both under one lock: whoever is killed between the two leaves bytes
that no row names, which cleaning.py removes, and never a row whose bytes are missing.
"""

from __future__ import annotations

import logging
from dataclasses import asdict

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import array
from sqlalchemy.orm import Session

from igny8_lib.models import Site, SiteAsset
from igny8_lib.site_builder.assets.finding import lock_files, stored_name
from igny8_lib.site_builder.assets.quota import require_room, usage
from igny8_lib.site_builder.assets.words import alt_text_of
from igny8_lib.site_builder.stored import Store
from igny8_lib.site_builder.uploads.names import twin_key
from igny8_lib.site_builder.uploads.receiving import Received, check_twins, receive
from igny8_lib.site_builder.uploads.refusal import Refused, Unwanted

log = logging.getLogger(__name__)


def add_file(
    session: Session, store: Store, site: Site, name: str, data: bytes, *, by: str, alt_text: str = ""
) -> SiteAsset:
    """Receive a file and keep it. Raises Refused for what is not taken, has a twin, or does not fit into the quota."""
    return keep_received(session, store, site, receive(name, data), by=by, alt_text=alt_text)


def keep_received(
    session: Session, store: Store, site: Site, received: Received, *, by: str, alt_text: str = ""
) -> SiteAsset:
    """Keep a file that was looked at before the transaction began, for that takes seconds with a large picture.

    Until the transaction ends, nobody else brings or takes files of the site. Raises Refused, InvalidInput.
    """
    words = alt_text_of(alt_text)
    lock_files(session, site.id)
    try:
        check_twins(received, taken_names(session, site.id, received))
        require_room(usage(session, site.id), received.size)
    except Unwanted as reason:
        raise Refused(received.name, str(reason)) from None
    asset = SiteAsset(
        site_id=site.id,
        folder=received.folder,
        name=received.name,
        twin_key=twin_key(received.name),
        media_type=received.media_type,
        alt_text=words,
        files={name: keep(store, site.id, name, content) for name, content in received.files.items()},
        image=asdict(received.image) if received.image else None,
        size_bytes=received.size,
        uploaded_by=by,
    )
    session.add(asset)
    session.flush()
    session.refresh(asset)
    log.info("%s brought the file %s/%s to site %s.", by, asset.folder, asset.name, site.slug)
    return asset


def keep(store: Store, site_id: int, name: str, data: bytes) -> dict[str, object]:
    """Keep one of its files; what its row says of it."""
    return {"stored": store.write(stored_name(site_id, name, data), data), "bytes": len(data)}


def taken_names(session: Session, site_id: int, received: Received) -> set[str]:
    """The names of files of its folder, pictures' variants among them, in whose place one of its files would come."""
    found = session.scalars(
        select(SiteAsset.files).where(
            SiteAsset.site_id == site_id,
            SiteAsset.folder == received.folder,
            SiteAsset.files.has_any(array(list(received.files))),
        )
    )
    return {name for files in found for name in files}
