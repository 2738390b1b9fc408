"""Stage 5: an article draft gets its image prompts, one featured and the others inside the article."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from igny8_lib.ai.functions import generate_image_prompts
from igny8_lib.ai.functions.generate_image_prompts import ArticleSummary, ImagePrompts
from igny8_lib.ai.metered_call import Applied, Failure, ask
from igny8_lib.models import Content, Image
from igny8_lib.pipeline.batch import Batch
from igny8_lib.pipeline.worklist import RequestItems
from igny8_lib.text.html import headings, plain_text

SUMMARY_CHARACTERS = 1200


async def work(batch: Batch, items: RequestItems) -> Failure | None:
    """Ask for the image prompts of one article."""
    with batch.tools.sessions.begin() as session:
        article = summary_of(session, batch, items.ids[0])
    wanted = batch.snapshot.images_per_content
    return await ask(
        batch.meter(items.number),
        batch.charge(items.number, wanted),
        generate_image_prompts.request(batch.brief, article, wanted),
        apply=lambda session, answer: store(session, batch, items.ids[0], answer),
        reject=lambda session, failure: batch.book_failed(session, items.ids, failure),
    )


def summary_of(session: Session, batch: Batch, content_id: int) -> ArticleSummary:
    """The article as far as pictures need it."""
    content = session.scalars(select(Content).where(Content.site_id == batch.site_id, Content.id == content_id)).one()
    sections = [text for level, text in headings(content.html) if level == 2]
    return ArticleSummary(content.title, sections, plain_text(content.html)[:SUMMARY_CHARACTERS])


def store(session: Session, batch: Batch, content_id: int, answer: ImagePrompts) -> Applied:
    """One pending image per prompt; charged by prompts."""
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
