"""A website's files: dropped in, seen by folder, described, deleted."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Path, Query, Request, UploadFile
from starlette.responses import HTMLResponse, Response

from igny8_lib.errors import InvalidInput
from igny8_lib.models import AssetFolder, Module
from igny8_lib.site_builder.assets.changing import change_alt, remove_file
from igny8_lib.site_builder.assets.finding import find_asset
from igny8_lib.site_builder.assets.words import MOST_CHARACTERS
from igny8_lib.sites.access import Action, may
from igny8_web import website_files
from igny8_web.api.shapes import PageNumber
from igny8_web.api.writer_doors import HIGHEST_ID
from igny8_web.doors import OnPage, SiteDoor
from igny8_web.guards import LARGEST_FILE, MEGABYTE
from igny8_web.pages.frame import frame_of_site
from igny8_web.pages.going import go
from igny8_web.pages.site import say
from igny8_web.pages.tables import Listing
from igny8_web.pages.templating import render
from igny8_web.pages.website_files.view import ACCEPTED, Brought, view_of
from igny8_web.rates import UPLOADING

router = APIRouter(prefix="/sites/{slug}/website/files")
Reading = Annotated[SiteDoor, Depends(OnPage(Action.READ, Module.SITE_BUILDER))]
Writing = Annotated[SiteDoor, Depends(OnPage(Action.WRITE_CONTENT, Module.SITE_BUILDER))]
AssetId = Annotated[int, Path(ge=1, le=HIGHEST_ID)]
Folder = Annotated[AssetFolder | None, Query()]
AltText = Annotated[str, Form(max_length=10 * MOST_CHARACTERS)]
MOST_AT_ONCE = 20
"""Files of one request: each is looked at while the browser waits."""


@router.get("", name="website_files")
def show_files(request: Request, door: Reading, folder: Folder = None, page: PageNumber = 1) -> HTMLResponse:
    """The page, or the list alone where the page is there."""
    template = "website_files/list.html" if "hx-request" in request.headers else "website_files/page.html"
    return show(request, door, template, folder, page)


@router.post("", name="website_files_bring", dependencies=[Depends(UPLOADING)])
def bring_files(request: Request, door: Writing, files: list[UploadFile]) -> HTMLResponse:
    """Keep each of the files, or say why not; one that is refused keeps no other from coming in."""
    door.check()
    brought = [bring(door, upload) for upload in files[:MOST_AT_ONCE]]
    brought += [Brought(upload.filename or "", refused=TOO_MANY) for upload in files[MOST_AT_ONCE:]]
    template = "website_files/brought.html" if "hx-request" in request.headers else "website_files/page.html"
    return show(request, door, template, brought=brought)


TOO_MANY = f"{MOST_AT_ONCE} files are taken at once, and it came behind them. Choose it again."


def bring(door: SiteDoor, upload: UploadFile) -> Brought:
    """Keep one of them; what became of it."""
    try:
        asset = website_files.take_in(door, upload)
    except InvalidInput as refused:
        return Brought(str(getattr(refused, "name", "")), refused=str(getattr(refused, "reason", refused)))
    return Brought(asset.name, folder=asset.folder)


@router.post("/{asset_id}/describe", name="website_file_describe")
def describe_file(  # noqa: PLR0917 - the framework calls it by name
    request: Request,
    door: Writing,
    asset_id: AssetId,
    alt_text: AltText = "",
    folder: Folder = None,
    page: PageNumber = 1,
) -> Response:
    """Say what a picture shows."""
    with door.begin() as (session, site):
        name = change_alt(session, site.id, asset_id, alt_text, by=door.caller.name).name
    return go_on(request, door, folder, page, f"What {name} shows is saved.")


@router.post("/{asset_id}/delete", name="website_file_delete")
def delete_file(
    request: Request, door: Writing, asset_id: AssetId, folder: Folder = None, page: PageNumber = 1
) -> Response:
    """Remove a file that no page shows."""
    with door.begin() as (session, site):
        name = find_asset(session, site.id, asset_id).name
        stored = remove_file(session, site.id, asset_id, by=door.caller.name)
        site_id = site.id
    website_files.clean(door.caller.sessions, site_id, stored)
    return go_on(request, door, folder, page, f"{name} is deleted.")


def go_on(request: Request, door: SiteDoor, folder: AssetFolder | None, page: int, said: str) -> Response:
    """The list as it is now, where the page is there; else the page anew."""
    if "hx-request" in request.headers:
        return say(show(request, door, "website_files/list.html", folder, page), said)
    return go(request, listing_of(door.slug, folder, page).under(""))


def listing_of(slug: str, folder: AssetFolder | None, page: int) -> Listing:
    """The list as it is shown."""
    chosen = {"folder": folder.value if folder else "", "page": str(page) if page > 1 else ""}
    return Listing(f"sites/{slug}/website/files", chosen)


def show(  # noqa: PLR0917 - what the page is made of
    request: Request,
    door: SiteDoor,
    template: str,
    folder: AssetFolder | None = None,
    page: int = 1,
    brought: Sequence[Brought] = (),
) -> HTMLResponse:
    """The page, or a part of it."""
    with door.begin() as (session, site):
        view = view_of(session, site, folder, page)
        frame = frame_of_site(session, site, "Website")
    values = {"view": view, "brought": brought, "listing": listing_of(door.slug, folder, page)}
    values |= {"may_write": may(door.caller.person, Action.WRITE_CONTENT), "accepted": ACCEPTED}
    values |= {"most_bytes": LARGEST_FILE, "most": LARGEST_FILE // MEGABYTE, "longest": MOST_CHARACTERS}
    return render(request, template, title=f"Files, {view.name}", frame=frame, at_once=MOST_AT_ONCE, **values)
