"""Image prompts: one picture for the whole article, the others for its headings in their order."""

from __future__ import annotations

import random
from collections.abc import Mapping
from configparser import ConfigParser
from pathlib import Path
from typing import Any

from igny8_lib.sandbox.answers.asked import PLAINLY, Asked

LONGEST_ALT = 125
MOST_IMAGES = 50
LIGHTS = ("soft morning light", "late afternoon light", "even daylight from the left", "the light of an overcast day")
VIEWS = ("eye level, a moderate wide angle", "slightly from above", "from the side at some distance")
MOODS = ("calm and matter-of-fact", "warm and unhurried", "clear and friendly")
ENGLISH = "english"
ENDING = "No text, no letters, no logos, no watermark."


def read_scenes() -> tuple[dict[str, str], list[dict[str, str]]]:
    """How alt texts are put together by language, and the scenes of scenes.ini."""
    file = ConfigParser(interpolation=None, delimiters=("=",))
    file.read(Path(__file__).with_name("scenes.ini"), encoding="utf-8")
    alt, *scenes = (dict(file[name]) for name in file.sections())
    return alt, scenes


SAID_IN, SCENES = read_scenes()


def image_prompts(item: Mapping[str, Any], asked: Asked = PLAINLY) -> dict[str, Any]:
    """The answer to INPUT {title, headings, summary, images}."""
    title = " ".join(str(item["title"]).split()) or "this article"
    headings = [" ".join(str(heading).split()) for heading in item.get("headings") or ()]
    subjects = [heading for heading in headings if heading] or [title]
    chance = random.Random(f"{title}/{subjects}")  # noqa: S311 - a choice of scenes, not a secret
    language = asked.language if asked.language in SAID_IN else ENGLISH
    scenes = chance.sample(SCENES, len(SCENES))
    style = chance.choice(LIGHTS), chance.choice(VIEWS), chance.choice(MOODS)
    images = []
    for number in range(min(int(item.get("images") or 1), MOST_IMAGES)):
        scene = scenes[number % len(scenes)]
        subject = subjects[(number - 1) % len(subjects)] if number else title
        images.append(
            {
                "kind": "in_article" if number else "featured",
                "prompt": prompt(scene["prompt"], subject, style, featured=number == 0),
                "alt_text": alt_text(scene[language], subject, language),
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


def alt_text(shown: str, subject: str, language: str) -> str:
    """What is to be seen, within what screen readers read."""
    text = SAID_IN[language].replace("{scene}", shown).replace("{subject}", subject)
    return text if len(text) <= LONGEST_ALT else text[: LONGEST_ALT - 1].rstrip() + "…"
