"""What people do with an article's pictures: describe, draw anew, replace."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Path, Request, UploadFile
from starlette.responses import Response

from igny8_lib.review import pictures
from igny8_web.media import read_upload, remove, replace_picture
from igny8_web.pages.article.notes import Did
from igny8_web.pages.article.showing import HIGHEST_ID, ContentId, try_it
from igny8_web.pages.content import Writing
from igny8_web.rates import REWRITING

router = APIRouter(prefix="/content/{content_id}/images/{image_id}")
ImageId = Annotated[int, Path(ge=1, le=HIGHEST_ID)]


@router.post("/describe", name="picture_describe")
def describe(
    request: Request,
    door: Writing,
    content_id: ContentId,
    image_id: ImageId,
    alt_text: Annotated[str, Form(max_length=10_000)] = "",
) -> Response:
    """Say what it shows."""

    def act() -> None:
        with door.begin() as (session, site):
            pictures.change_alt_text(session, site.id, image_id, alt_text, by=door.caller.name)

    return try_it(request, door, content_id, Did.DESCRIBED, act, at=f"#picture-{image_id}")


@router.post("/redraw", name="picture_redraw", dependencies=[Depends(REWRITING)])
def redraw(
    request: Request,
    door: Writing,
    content_id: ContentId,
    image_id: ImageId,
    prompt: Annotated[str, Form(max_length=10_000)] = "",
) -> Response:
    """Have it drawn again; an empty prompt is its own."""

    def act() -> None:
        with door.begin() as (session, site):
            unused = pictures.redraw(session, site.id, image_id, by=door.caller.name, prompt=prompt or None)
        remove(unused)

    return try_it(request, door, content_id, Did.REDRAW, act, at=f"#picture-{image_id}")


@router.post("/replace", name="picture_replace")
def replace(request: Request, door: Writing, content_id: ContentId, image_id: ImageId, file: UploadFile) -> Response:
    """Put an upload in its place."""

    def act() -> None:
        with door.begin() as (_session, site):
            pass
        replace_picture(door.caller.sessions, site, image_id, read_upload(file), by=door.caller.name)

    return try_it(request, door, content_id, Did.REPLACED, act, at=f"#picture-{image_id}")
