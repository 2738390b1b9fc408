"""Stage 6: image prompts become files; an article whose images are all done moves to review."""

from __future__ import annotations

from typing import Any

from sqlalchemy import exists, func, select, update
from sqlalchemy.orm import Session

from igny8_lib.ai.functions import generate_images
from igny8_lib.ai.metered_call import Applied, Failure, draw
from igny8_lib.models import Content, ContentStatus, Image, ImageStatus
from igny8_lib.pipeline.batch import Batch
from igny8_lib.pipeline.worklist import RequestItems

PROMPT_VERSION = "generate_images/v1"
"""The prompt of a picture is stage 5's answer, sent as it is."""


async def work(batch: Batch, items: RequestItems) -> Failure | None:
    """Draw one picture."""
    with batch.tools.sessions.begin() as session:
        image = session.scalars(select(Image).where(Image.site_id == batch.site_id, Image.id == items.ids[0])).one()
    return await draw(
        batch.meter(items.number),
        batch.charge(items.number, 1),
        generate_images.request(image.prompt, image.kind, batch.snapshot.image_quality),
        prompt_version=PROMPT_VERSION,
        store=lambda picture: batch.tools.media.write(file_name(batch, image, picture.mime), picture.content),
        apply=lambda session, picture: store(session, batch, image, picture),
        reject=lambda session, failure: give_up(session, batch, image, failure),
    )


def file_name(batch: Batch, image: Image, mime: str) -> str:
    """The same name at every try, so that a retry leaves no second file."""
    return f"{batch.site_slug}/{image.content_id}/{image.position}-{image.id}.{mime.removeprefix('image/')}"


def store(session: Session, batch: Batch, image: Image, picture: dict[str, Any]) -> Applied:
    """Book the file; move the article on when this was its last image."""
    session.execute(
        update(Image)
        .where(Image.site_id == batch.site_id, Image.id == image.id)
        .values(status=ImageStatus.GENERATED, error=None, **picture)
    )
    move_on(session, batch.site_id, image.content_id)
    return batch.book_done(session, [image.id], units=1, created=1, related=("content", image.content_id))


def give_up(session: Session, batch: Batch, image: Image, failure: Failure) -> None:
    """Mark the image failed; after a temporary failure it stays pending for the next run.

    A failed image does not hold its article back for ever: people see it in the review queue and can ask again.
    """
    batch.book_failed(session, [image.id], failure)
    status = ImageStatus.PENDING if failure.temporary else ImageStatus.FAILED
    mine = (Image.site_id == batch.site_id, Image.id == image.id)
    session.execute(update(Image).where(*mine).values(status=status, error=func.left(failure.reason, 2000)))
    move_on(session, batch.site_id, image.content_id)


def move_on(session: Session, site_id: int, content_id: int) -> None:
    """Put the draft into review when none of its images is pending any more; people see there which ones failed."""
    pictures = select(Image.id).where(Image.site_id == site_id, Image.content_id == content_id)
    session.execute(
        update(Content)
        .where(
            Content.site_id == site_id,
            Content.id == content_id,
            Content.status == ContentStatus.DRAFT,
            ~exists(pictures.where(Image.status == ImageStatus.PENDING)),
        )
        .values(status=ContentStatus.REVIEW)
    )
