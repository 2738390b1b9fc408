"""Pictures of articles: seen, described, drawn anew, replaced."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query, UploadFile
from sqlalchemy.orm import Session
from starlette.responses import Response

from igny8_lib.ai.pictures import MIME
from igny8_lib.models import Site
from igny8_lib.review import pictures
from igny8_lib.review.export import images_of
from igny8_lib.review.versions import find_article
from igny8_web.api.writer_doors import HIGHEST_ID, ImageId, Reading, Writing
from igny8_web.api.writer_shapes import AltText, Picture, PictureList, Redraw
from igny8_web.media import read_picture, read_upload, remove, replace_picture
from igny8_web.rates import REWRITING
from igny8_web.repeats import Named, do_once

router = APIRouter(prefix="/images", tags=["writer"])

HARMLESS = "default-src 'none'; sandbox; frame-ancestors 'self'"
"""A picture that is opened by itself can do nothing, whatever its bytes are."""


@router.get("/")
def list_images(
    door: Reading, content: Annotated[int, Query(ge=1, le=HIGHEST_ID, description="The article's id.")]
) -> PictureList:
    """The pictures of one article, the featured one first."""
    with door.begin() as (session, site):
        found = images_of(session, find_article(session, site.id, content))
        return PictureList.model_validate({"images": found})


@router.get("/{image_id}/file/", response_class=Response, responses={200: {"content": {MIME: {}}}})
def show_file(door: Reading, image_id: ImageId) -> Response:
    """The picture itself, always a PNG. It has an ETag: ask with If-None-Match, for a picture can be drawn anew."""
    with door.begin() as (session, site):
        image = pictures.find_image(session, site.id, image_id)
    return Response(read_picture(image), media_type=MIME, headers={"Content-Security-Policy": HARMLESS})


@router.patch("/{image_id}/")
def describe(door: Writing, image_id: ImageId, wish: AltText, request: Named) -> Picture:
    """Say what a picture shows, for those who cannot see it."""

    def change(session: Session, site: Site) -> Picture:
        image = pictures.change_alt_text(session, site.id, image_id, wish.alt_text, by=door.caller.name)
        return Picture.model_validate(image)

    return do_once(door, request, Picture, change)


@router.post("/{image_id}/redraw/", dependencies=[Depends(REWRITING)])
def redraw(door: Writing, image_id: ImageId, request: Named, wish: Redraw) -> Picture:
    """Let the next run draw a picture again, by another prompt if one is given; its article is a draft until then."""
    unused: list[str] = []

    def ask(session: Session, site: Site) -> Picture:
        unused.extend(pictures.redraw(session, site.id, image_id, by=door.caller.name, prompt=wish.prompt))
        return Picture.model_validate(pictures.find_image(session, site.id, image_id))

    answer = do_once(door, request, Picture, ask)
    remove(unused)
    return answer


@router.post("/{image_id}/replace/")
def replace(door: Writing, image_id: ImageId, file: UploadFile) -> Picture:
    """Put a picture of yours in the place of another: PNG, JPEG, WebP, GIF or AVIF by what its bytes are, up to 25 MB.

    Sent twice it is the same picture, so it takes no Idempotency-Key.
    """
    with door.begin() as (_session, site):
        pass
    replace_picture(door.caller.sessions, site, image_id, read_upload(file), by=door.caller.name)
    with door.begin() as (session, site):
        return Picture.model_validate(pictures.find_image(session, site.id, image_id))
