"""What stands aside until people look at it."""

from __future__ import annotations

from dataclasses import dataclass

from igny8_lib.insights.overview import AttentionItems
from igny8_web.pages.words import plural


@dataclass(frozen=True)
class Attention:
    """One line of it; `path` leads to where something can be done."""

    icon: str
    kind: str
    sentence: str
    note: str
    path: str


def attention_of(slug: str, to_review: int, items: AttentionItems) -> list[Attention]:
    """The lines that say something."""
    here = f"sites/{slug}"
    lines = [
        (to_review, "article", "eye", "t-run", "to review", "Approve, edit or reject", f"{here}/content"),
        (items.failed_content, "article", "alert", "t-bad", "failed", "Could not be written", f"{here}/content"),
        (items.failed_images, "image", "image", "t-bad", "failed", "Could not be drawn", f"{here}/content"),
        (items.skipped_ideas, "idea", "bulb", "", "skipped", "Compete with pages you have", f"{here}/planner"),
    ]
    return [
        Attention(icon, kind, f"{plural(count, one)} {what}", note, path)
        for count, one, icon, kind, what, note, path in lines
        if count
    ]
