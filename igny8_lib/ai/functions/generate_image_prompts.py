"""Stage 5: describe the pictures of one article."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pydantic import BaseModel

from igny8_lib.ai.names import Line, require_fit
from igny8_lib.ai.prompts import render
from igny8_lib.ai.requests import SiteBrief, TextRequest
from igny8_lib.models.writer import ImageKind
from igny8_lib.text.names import is_blank

VERSION = "generate_image_prompts/v1"
MAX_ALT_TEXT = 125
"""Characters; screen readers stop near there."""
MAX_PROMPT = 4_000
"""Characters; what the strictest of the image models take. The prompt asks for a tenth of it."""
TOKENS_PER_IMAGE = 400
TOKENS_AROUND = 300


@dataclass(frozen=True)
class ArticleSummary:
    """What the picture editor is told about an article."""

    title: str
    headings: Sequence[str]
    summary: str


class ImagePromptAnswer(BaseModel):
    """One picture: what to draw, and what it shows for those who cannot see it."""

    kind: ImageKind
    prompt: Line
    alt_text: Line


class ImagePrompts(BaseModel):
    """The answer: the featured picture, then those inside the article in its order."""

    images: list[ImagePromptAnswer]


def request(site: SiteBrief, article: ArticleSummary, images: int = 4) -> TextRequest[ImagePrompts]:
    """Ask for exactly `images` prompts, the first one featured."""
    item = {
        "title": article.title,
        "headings": list(article.headings),
        "summary": article.summary,
        "images": images,
    }
    return TextRequest(
        function="generate_image_prompts",
        prompt_version=VERSION,
        prompt=render(VERSION, site, item, images=images),
        schema_name="image_prompts",
        answer=ImagePrompts,
        check=lambda answer: check(answer, images),
        max_output_tokens=TOKENS_AROUND + TOKENS_PER_IMAGE * images,
    )


def check(answer: ImagePrompts, images: int) -> None:
    """As many as asked for, the first featured, each with a prompt and a fitting alt text. Raises ValueError."""
    if len(answer.images) != images:
        raise ValueError(f"There are {len(answer.images)} images; give exactly {images}.")
    for position, image in enumerate(answer.images):
        expected = ImageKind.IN_ARTICLE if position else ImageKind.FEATURED
        if image.kind != expected:
            raise ValueError(f"Image {position + 1} is {image.kind}; it must be {expected}.")
        if is_blank(image.prompt) or is_blank(image.alt_text):
            raise ValueError(f"Image {position + 1} lacks its prompt or its alt text; give both.")
        require_fit(image.prompt, MAX_PROMPT, f"Prompt {position + 1}")
        if (length := len(image.alt_text)) > MAX_ALT_TEXT:
            raise ValueError(f"Alt text {position + 1} has {length} characters; use at most {MAX_ALT_TEXT}.")
