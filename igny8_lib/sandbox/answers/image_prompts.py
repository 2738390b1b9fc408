"""Image prompts: one picture for the whole article, the others for its headings in their order."""

from __future__ import annotations

import random
from collections.abc import Mapping
from typing import Any

from igny8_lib.sandbox.answers.asked import PLAINLY, Asked

LONGEST_ALT = 125
MOST_IMAGES = 50
SCENES = (
    ("a tidy wooden desk with an open notebook, a pencil and a cup of tea", "A tidy desk with an open notebook"),
    ("two adults talking over papers at a kitchen table", "Two adults talking over papers at a table"),
    ("a bright hallway with an open door and a coat on a hook", "A bright hallway with an open door"),
    ("a person walking along a quiet street lined with trees", "A person walking along a quiet street"),
    ("a workbench with a few well-used tools laid out in order", "A workbench with tools laid out in order"),
    ("a window seat with folded blankets and a small plant", "A window seat with a small plant"),
    (
        "a small shop front with a friendly assistant behind the counter",
        "A small shop with an assistant at the counter",
    ),
    ("a garden path leading to the entrance of a modest house", "A garden path leading to a modest house"),
    ("a meeting room with empty chairs around a light table", "A light meeting room with empty chairs"),
    ("a shelf with plain boxes and a few neatly stacked folders", "A shelf with boxes and stacked folders"),
    ("an adult reading a letter beside a sunlit window", "An adult reading a letter by a window"),
    ("a parked car in front of a workshop with its gate open", "A parked car in front of an open workshop"),
)
LIGHTS = ("soft morning light", "late afternoon light", "even daylight from the left", "the light of an overcast day")
VIEWS = ("eye level, a moderate wide angle", "slightly from above", "from the side at some distance")
MOODS = ("calm and matter-of-fact", "warm and unhurried", "clear and friendly")
ENDING = "No text, no letters, no logos, no watermark."


def image_prompts(item: Mapping[str, Any], _: Asked = PLAINLY) -> dict[str, Any]:
    """The answer to INPUT {title, headings, summary, images}."""
    title = " ".join(str(item["title"]).split()) or "this article"
    headings = [" ".join(str(heading).split()) for heading in item.get("headings") or ()]
    subjects = [heading for heading in headings if heading] or [title]
    chance = random.Random(f"{title}/{subjects}")  # noqa: S311 - a choice of scenes, not a secret
    scenes = chance.sample(SCENES, len(SCENES))
    style = chance.choice(LIGHTS), chance.choice(VIEWS), chance.choice(MOODS)
    images = []
    for number in range(min(int(item.get("images") or 1), MOST_IMAGES)):
        scene, shown = scenes[number % len(scenes)]
        subject = subjects[(number - 1) % len(subjects)] if number else title
        images.append(
            {
                "kind": "in_article" if number else "featured",
                "prompt": prompt(scene, subject, style, featured=number == 0),
                "alt_text": alt_text(shown, subject),
            }
        )
    return {"images": images}


def prompt(scene: str, subject: str, style: tuple[str, str, str], *, featured: bool) -> str:
    """What to draw."""
    light, view, mood = style
    room = "One clear subject, calm background, room at the edges for cropping. " if featured else ""
    part = "an article called" if featured else "the section"
    return (
        f"Editorial photograph of {scene}, illustrating {part} “{subject}”. {room}"
        f"Lit by {light}, seen {view}, shallow depth of field, natural muted colours, {mood}. {ENDING}"
    )


def alt_text(shown: str, subject: str) -> str:
    """What is to be seen, within what screen readers read."""
    text = f"{shown}, for: {subject}"
    return text if len(text) <= LONGEST_ALT else text[: LONGEST_ALT - 1].rstrip() + "…"
