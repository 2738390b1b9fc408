"""Files of websites as the API server takes and gives them: read in bounds, kept, sent so that nothing in them runs."""

from __future__ import annotations

from collections.abc import Sequence

from fastapi import UploadFile
from starlette.responses import Response

from igny8_lib.db.session import Sessions
from igny8_lib.errors import NotFound
from igny8_lib.models import SiteAsset
from igny8_lib.site_builder.assets import cleaning
from igny8_lib.site_builder.assets.receiving import keep_received
from igny8_lib.site_builder.uploads.headers import headers_for
from igny8_lib.site_builder.uploads.receiving import receive
from igny8_lib.site_builder.uploads.refusal import Refused
from igny8_web.doors import SiteDoor
from igny8_web.guards import LARGEST_FILE, MEGABYTE
from igny8_web.media import media


def take_in(door: SiteDoor, upload: UploadFile, alt_text: str = "") -> SiteAsset:
    """Keep a file for the site. Raises Refused, and what the door does, before anything of the file is looked at.

    No transaction is open while the file is looked at: a large picture takes seconds.
    """
    door.check()
    received = receive(upload.filename or "", read(upload))
    with door.begin() as (session, site):
        return keep_received(session, media(), site, received, by=door.caller.name, alt_text=alt_text)


def read(upload: UploadFile) -> bytes:
    """The bytes. Raises Refused for too many, before they are read into memory."""
    if (upload.size or 0) > LARGEST_FILE:
        raise Refused(
            upload.filename or "", f"It is larger than the {LARGEST_FILE // MEGABYTE} MB that can be sent here."
        )
    return upload.file.read()


def clean(sessions: Sessions, site_id: int, stored: Sequence[str]) -> None:
    """Remove from the store what no file needs any more, once that is committed."""
    cleaning.clean(sessions, media(), site_id, stored)


def sent(asset: SiteAsset, name: str) -> Response:
    """A file, or a narrower copy of a picture by its name, as it may be sent. Raises NotFound."""
    wanted = name or asset.name
    kept = asset.files.get(wanted)
    if kept is None:
        raise NotFound(f"The file {asset.id} has no file {wanted!r}.")
    try:
        content = media().read(kept["stored"])
    except FileNotFoundError:
        raise NotFound(f"The file {wanted!r} is gone from the media store: delete it, and bring it again.") from None
    headers = headers_for(f"assets/{asset.folder}/{wanted}")
    if "Content-Disposition" in headers:
        headers["Content-Disposition"] += f'; filename="{wanted}"'
    return Response(content, headers=headers)
