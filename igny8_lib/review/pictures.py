"""People change an article's pictures: what they say to those who cannot see them, drawing one anew, replacing one.

A picture's file is only deleted once nothing in the database names it any more: functions here tell which files these
are, and the caller deletes them after his transaction is committed.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Protocol

from sqlalchemy import select
from sqlalchemy.orm import Session

from igny8_lib.ai.functions.generate_image_prompts import MAX_ALT_TEXT, MAX_PROMPT
from igny8_lib.ai.pictures import NoPicture, verify_picture
from igny8_lib.errors import Conflict, InvalidInput
from igny8_lib.models import Content, ContentEvent, ContentEventKind, ContentStatus, Image, ImageStatus
from igny8_lib.review import rows, scores
from igny8_lib.review.drafts import ON_THE_WAY
from igny8_lib.review.edit import visible_line
from igny8_lib.review.versions import find_article

UPLOADED = "uploaded"
"""Stands in `Image.model` for a picture that people brought along."""
CAN_WAIT = (ContentStatus.DRAFT, *ON_THE_WAY, ContentStatus.REVIEW)
"""Articles that may wait for a picture; all others are decided about with the pictures that they have."""


class MediaStore(Protocol):
    """The part of a media store that writing needs."""

    def write(self, name: str, content: bytes) -> str:
        """Write a file and return its name."""
        ...


@dataclass(frozen=True)
class Upload:
    """A picture that is stored and belongs to no article yet."""

    file: str
    width: int
    height: int


def find_image(session: Session, site_id: int, image_id: int, *, lock: bool = False) -> Image:
    """A picture of the site; locked, it is as the database has it now. Raises NotFound, also for another site's."""
    return rows.find(session, Image, site_id, image_id, "picture", lock=lock)


def change_alt_text(session: Session, site_id: int, image_id: int, text: str, *, by: str) -> Image:
    """Say what a picture shows, for those who cannot see it. Raises NotFound, InvalidInput."""
    alt_text = visible_line(text, MAX_ALT_TEXT, "The alternative text")
    image = find_image(session, site_id, image_id, lock=True)
    if alt_text != image.alt_text:
        image.alt_text = alt_text
        note(session, image, ContentEventKind.ALT_TEXT_CHANGED, by, alt_text)
    return image


def redraw(session: Session, site_id: int, image_id: int, *, by: str, prompt: str | None = None) -> list[str]:
    """Let the next run's stage 6, or a direct one, draw a picture again, by another prompt where one is given.

    Nobody decides about its article until then: it is a draft, or stays linked or optimized. A drawn picture stays
    until the new one takes its place; of an uploaded one the file is told, to be deleted. Raises NotFound,
    InvalidInput, and Conflict for a picture that waits already, or whose article is decided about.
    """
    text = None if prompt is None else visible_line(prompt, MAX_PROMPT, "The prompt")
    image = find_image(session, site_id, image_id, lock=True)
    content = find_article(session, site_id, image.content_id, lock=True)
    if image.status == ImageStatus.PENDING:
        raise Conflict(f"The picture {image.id} waits to be drawn already.")
    if content.status not in CAN_WAIT:
        raise Conflict(f"The article {content.id} is {content.status.value}: take that back before its pictures.")
    unused = [image.file] if image.file and image.model == UPLOADED else []
    if unused:
        image.file = image.width = image.height = None
    image.status, image.model, image.error = ImageStatus.PENDING, None, None
    image.prompt = text or image.prompt
    if content.status not in ON_THE_WAY:
        content.status = ContentStatus.DRAFT
    note(session, image, ContentEventKind.REDRAW_ASKED, by, text or "")
    return unused


def store_upload(media: MediaStore, site_slug: str, image_id: int, content: bytes) -> Upload:
    """Store a picture that is to replace another one, as PNG, under a name of its own; no transaction needs to be open.

    PNG, JPEG, WebP, GIF or AVIF by what the bytes are, up to 25 MB and 40 million pixels. Raises InvalidInput.
    """
    try:
        picture = verify_picture(content)
    except NoPicture as error:
        raise InvalidInput(f"Nothing was replaced: {error.problem}") from None
    digest = hashlib.sha256(picture.content).hexdigest()[:16]
    file = media.write(f"{site_slug}/uploads/{image_id}-{digest}.png", picture.content)
    return Upload(file, picture.width, picture.height)


def require_replaceable(image: Image) -> None:
    """Raise Conflict for a picture that waits to be drawn.

    Ask before an upload is stored, for nothing would ever delete that file.
    """
    if image.status == ImageStatus.PENDING:
        raise Conflict(f"The picture {image.id} waits to be drawn; replace it afterwards.")


def replace(session: Session, site_id: int, image_id: int, upload: Upload, *, by: str) -> list[str]:
    """Put a stored upload in the place of a picture; returns the files that are to be deleted after the commit.

    Raises NotFound, and Conflict for a picture that waits to be drawn: the run would put another one in its place.
    """
    image = find_image(session, site_id, image_id, lock=True)
    require_replaceable(image)
    unused = [image.file] if image.file and image.file != upload.file else []
    image.file, image.width, image.height = upload.file, upload.width, upload.height
    image.status, image.model, image.error = ImageStatus.GENERATED, UPLOADED, None
    note(session, image, ContentEventKind.PICTURE_REPLACED, by)
    return unused


def note(session: Session, image: Image, kind: ContentEventKind, by: str, remark: str = "") -> None:
    """Write down what was done to a picture, and score its article with it."""
    mine = (Content.site_id == image.site_id, Content.id == image.content_id)
    version = session.scalars(select(Content.version).where(*mine)).one()
    facts = {"site_id": image.site_id, "content_id": image.content_id, "version": version, "position": image.position}
    session.add(ContentEvent(kind=kind, made_by=by, remark=remark, **facts))
    session.flush()
    scores.score_pictures(session, image.site_id, image.content_id)
