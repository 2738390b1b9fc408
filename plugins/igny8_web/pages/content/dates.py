"""When an approved article goes out, as a sentence."""

from __future__ import annotations

from igny8_lib.models import Content
from igny8_lib.review.queue import Named
from igny8_web.pages.words import moment


def date_of(article: Named | Content, zone: str) -> str:
    """Its date in the zone, or why it has none; empty where none is meant."""
    if article.scheduled_publish_at is None:
        return article.no_slot_reason or ""
    return f"Its date: {moment(article.scheduled_publish_at, zone)}."
