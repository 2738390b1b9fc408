"""Files of a website: brought, seen, described, removed."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Body, Depends, Form, Path, Query, UploadFile
from sqlalchemy.orm import Session
from starlette.responses import Response

from igny8_lib.models import AssetFolder, Site
from igny8_lib.site_builder.assets.changing import change_alt, remove_file
from igny8_lib.site_builder.assets.finding import find_asset
from igny8_lib.site_builder.assets.listing import list_files
from igny8_lib.site_builder.assets.quota import usage
from igny8_lib.site_builder.uploads.kinds import KINDS
from igny8_web import website_files
from igny8_web.api.site_builder_assets_shapes import (
    AltChange,
    AltTextField,
    Asset,
    AssetList,
    AssetRemoved,
    Room,
    asset_of,
)
from igny8_web.api.site_builder_doors import PREFIX, TAG, Reading, Writing
from igny8_web.api.writer_doors import HIGHEST_ID, Paging
from igny8_web.rates import UPLOADING
from igny8_web.repeats import Named, do_once

router = APIRouter(prefix=f"{PREFIX}/assets", tags=[TAG])

AssetId = Annotated[int, Path(ge=1, le=HIGHEST_ID, description="The file's number.")]
FileName = Annotated[
    str, Query(max_length=200, description="One of its `files`, such as a narrower copy; itself where absent.")
]
TYPES = sorted({kind.media_type.partition(";")[0] for kind in KINDS.values()})


@router.get("/")
def list_assets(door: Reading, paging: Paging, folder: AssetFolder | None = None) -> AssetList:
    """The website's files, the newest first, and how much of the quota all of them take."""
    with door.begin() as (session, site):
        found = list_files(session, site.id, folder, page=paging.page, page_size=paging.page_size)
        room = Room.model_validate(usage(session, site.id))
        rows = [asset_of(row) for row in found.rows]
    return AssetList(assets=rows, usage=room, pagination=paging.among(found.total))


@router.post("/", status_code=201, dependencies=[Depends(UPLOADING)])
def upload_asset(door: Writing, file: UploadFile, alt_text: Annotated[AltTextField, Form()] = "") -> Asset:
    """Bring a file: PNG, JPEG, WebP, GIF; PDF, .docx, .xlsx, .pptx, .odt, .txt, .csv; MP4, WebM, MP3, Ogg, WAV, M4A.

    Its type is told by its content, its name is made fit for an address, pictures are drawn anew as WebP with narrower
    copies. What could run, unpacks without bound, has a twin or does not fit into the quota is refused (422, with what
    to do), and nothing of it kept. Sent twice it has a twin, so this write takes no Idempotency-Key.
    """
    return asset_of(website_files.take_in(door, file, alt_text))


@router.get("/{asset_id}/")
def show_asset(door: Reading, asset_id: AssetId) -> Asset:
    """One file."""
    with door.begin() as (session, site):
        return asset_of(find_asset(session, site.id, asset_id))


@router.get(
    "/{asset_id}/file/",
    response_class=Response,
    responses={200: {"content": {each: {} for each in TYPES}, "description": "The bytes, under their own type."}},
)
def show_asset_file(door: Reading, asset_id: AssetId, name: FileName = "") -> Response:
    """The file itself, as the website serves it: under its own type alone, nothing in it runs; it has an ETag.

    Documents are to be saved.
    """
    with door.begin() as (session, site):
        asset = find_asset(session, site.id, asset_id)
    return website_files.sent(asset, name)


@router.patch("/{asset_id}/")
def describe_asset(door: Writing, asset_id: AssetId, change: Annotated[AltChange, Body()], request: Named) -> Asset:
    """Say what a picture shows, for those who cannot see it. Blocks that show it already keep their own words."""

    def do(session: Session, site: Site) -> Asset:
        return asset_of(change_alt(session, site.id, asset_id, change.alt_text, by=door.caller.name))

    return do_once(door, request, Asset, do)


@router.delete("/{asset_id}/")
def delete_asset(door: Writing, asset_id: AssetId, request: Named) -> AssetRemoved:
    """Remove a file with its copies. Refused while a page or an icon shows it (409, `places` names them); versions that
    are deployed keep theirs."""
    stored: list[str] = []
    owner: list[int] = []

    def do(session: Session, site: Site) -> AssetRemoved:
        name = find_asset(session, site.id, asset_id).name
        stored.extend(remove_file(session, site.id, asset_id, by=door.caller.name))
        owner.append(site.id)
        return AssetRemoved(id=asset_id, name=name)

    answer = do_once(door, request, AssetRemoved, do)
    for site_id in owner:
        website_files.clean(door.caller.sessions, site_id, stored)
    return answer
