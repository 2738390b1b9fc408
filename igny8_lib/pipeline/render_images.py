"""Stage 6: image prompts become files; an article whose images are all done moves to review."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, select, update
from sqlalchemy.orm import Session

from igny8_lib.ai.functions import generate_images
from igny8_lib.ai.metered_call import Applied, Failure, draw
from igny8_lib.amounts import ZERO
from igny8_lib.models import Image, ImageStatus
from igny8_lib.pipeline.batch import Batch, Material
from igny8_lib.pipeline.worklist import RequestItems
from igny8_lib.review.drafts import move_on
from igny8_lib.review.scores import score_pictures

PROMPT_VERSION = "generate_images/v1"
"""The prompt of a picture is stage 5's answer, sent as it is."""


def load(session: Session, site_id: int, ids: Sequence[int], _opened_at: datetime) -> Material:
    """The batch's pictures that have no file yet."""
    return Material({image.id: image for image in session.scalars(select(Image).where(*waiting(site_id, ids)))})


def waiting(site_id: int, ids: Sequence[int]) -> tuple[ColumnElement[bool], ...]:
    """Of these pictures those that are pending."""
    return (Image.site_id == site_id, Image.id.in_(ids), Image.status == ImageStatus.PENDING)


async def work(batch: Batch, items: RequestItems) -> Failure | None:
    """Draw one picture."""
    image: Image = batch.material.items[items.ids[0]]
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
    """Book the file; move the article on when this was its last image. Nothing for a picture that is gone."""
    drawn = (
        update(Image)
        .where(*waiting(batch.site_id, [image.id]))
        .values(status=ImageStatus.GENERATED, error=None, **picture)
        .returning(Image.id)
    )
    if session.scalar(drawn) is None:
        batch.book_lost(session, [image.id])
        return Applied(ZERO)
    score_pictures(session, batch.site_id, image.content_id)
    move_on(session, batch.site_id, image.content_id, improvement=batch.snapshot.improvement)
    return batch.book_done(session, [image.id], units=1, created=1, related=("content", image.content_id))


def give_up(session: Session, batch: Batch, image: Image, failure: Failure) -> None:
    """Mark the image failed; after a temporary failure it stays pending for the next run.

    A failed image does not hold its article back for ever: people see it in the review queue and can ask again.
    """
    batch.book_failed(session, [image.id], failure)
    status = ImageStatus.PENDING if failure.temporary else ImageStatus.FAILED
    mine = (Image.site_id == batch.site_id, Image.id == image.id)
    session.execute(update(Image).where(*mine).values(status=status, error=func.left(failure.reason, 2000)))
    score_pictures(session, batch.site_id, image.content_id)
    move_on(session, batch.site_id, image.content_id, improvement=batch.snapshot.improvement)
