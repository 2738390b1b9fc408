"""Stage 5: an article draft gets its image prompts, one featured and the others inside the article."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, exists, select
from sqlalchemy.orm import Session

from igny8_lib.ai.functions import generate_image_prompts
from igny8_lib.ai.functions.generate_image_prompts import ArticleSummary, ImagePrompts
from igny8_lib.ai.metered_call import Applied, Failure, ask
from igny8_lib.amounts import ZERO
from igny8_lib.models import Content, ContentStatus, Image
from igny8_lib.pipeline.batch import Batch, Material
from igny8_lib.pipeline.worklist import RequestItems
from igny8_lib.review.drafts import being_rewritten
from igny8_lib.text.html import headings, plain_text

SUMMARY_CHARACTERS = 1200


def load(session: Session, site_id: int, ids: Sequence[int], _opened_at: datetime) -> Material:
    """The batch's drafts without image prompts, as far as pictures need them."""
    drafts = session.scalars(select(Content).where(*waiting(site_id, ids)))
    return Material({draft.id: summary_of(draft) for draft in drafts})


def waiting(site_id: int, ids: Sequence[int]) -> tuple[ColumnElement[bool], ...]:
    """Of these articles the drafts without image prompts."""
    mine = (Content.site_id == site_id, Content.id.in_(ids), Content.status == ContentStatus.DRAFT)
    return (*mine, ~exists().where(Image.content_id == Content.id, Image.site_id == site_id), ~being_rewritten())


async def work(batch: Batch, items: RequestItems) -> Failure | None:
    """Ask for the image prompts of one article."""
    content_id = items.ids[0]
    wanted = batch.snapshot.images_per_content
    return await ask(
        batch.meter(items.number),
        batch.charge(items.number, wanted),
        generate_image_prompts.request(batch.brief, batch.material.items[content_id], wanted),
        apply=lambda session, answer: store(session, batch, content_id, answer),
        reject=lambda session, failure: batch.book_failed(session, items.ids, failure),
        refuse=lambda session, refused: batch.book_refused(session, items, refused),
    )


def summary_of(content: Content) -> ArticleSummary:
    """The article as far as pictures need it."""
    sections = [text for level, text in headings(content.html) if level == 2]
    return ArticleSummary(content.title, sections, plain_text(content.html)[:SUMMARY_CHARACTERS])


def store(session: Session, batch: Batch, content_id: int, answer: ImagePrompts) -> Applied:
    """One pending image per prompt; charged by prompts. Nothing for an article that is no draft any more."""
    if session.scalar(select(Content.id).where(*waiting(batch.site_id, [content_id])).with_for_update()) is None:
        batch.book_lost(session, [content_id])
        return Applied(ZERO)
    session.add_all(
        Image(
            site_id=batch.site_id,
            content_id=content_id,
            kind=image.kind,
            position=position,
            prompt=image.prompt.strip(),
            alt_text=image.alt_text.strip(),
        )
        for position, image in enumerate(answer.images)
    )
    session.flush()
    made = len(answer.images)
    return batch.book_done(session, [content_id], units=made, created=made, related=("content", content_id))
