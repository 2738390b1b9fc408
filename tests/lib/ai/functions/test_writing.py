"""Articles and image prompts: which answers are accepted; and what is asked of the image model."""

from __future__ import annotations

import pytest

from igny8_lib.ai.functions import generate_content, generate_image_prompts, generate_images
from igny8_lib.ai.functions.generate_content import Article, ArticleBrief
from igny8_lib.ai.functions.generate_image_prompts import ImagePromptAnswer, ImagePrompts
from igny8_lib.ai.requests import ImageRequest
from igny8_lib.credits.costs import ImageQuality
from igny8_lib.models.writer import ImageKind

BRIEF = ArticleBrief("Pruning roses", ["When", "How"], "how_to", "informational", ["prune roses", "rose pruning"], 100)


def article(**values: object) -> Article:
    body = "<h2>When</h2><p>" + "word " * 40 + "</p><h2>How</h2><p>" + "word " * 40 + "</p>"
    fields = {
        "title": "Pruning roses",
        "meta_title": "Pruning roses",
        "meta_description": "When and how.",
        "primary_keyword": "Prune  Roses",
        "secondary_keywords": ["rose pruning"],
        "tags": ["roses"],
        "categories": ["Garden"],
        "html": body,
    }
    return Article.model_validate(fields | values)


def test_a_structured_article_on_its_keyword_is_accepted() -> None:
    generate_content.check(article(), BRIEF)


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"html": " "}, "'html' is empty"),
        ({"title": ""}, "'title' is empty"),
        ({"meta_description": ""}, "'meta_description' is empty"),
        ({"html": "<h2>One</h2><p>" + "word " * 90 + "</p>"}, "has 1 h2"),
        ({"html": "<h2>One</h2><h3>Two</h3><p>" + "word " * 90 + "</p>"}, "has 1 h2"),
        ({"html": "<h2>One</h2><h2>Two</h2><p>" + "word " * 50 + "</p>"}, "has 52 words; write about 100"),
        ({"html": "<h2>A</h2><h2>B</h2><script>" + "word " * 90 + "</script>"}, "has 2 words"),
        ({"primary_keyword": "lawns"}, "'lawns' is none of the target keywords"),
    ],
)
def test_other_articles_are_refused_with_a_sentence_for_the_model(values: dict[str, object], sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        generate_content.check(article(**values), BRIEF)


def image(kind: str, **values: object) -> ImagePromptAnswer:
    return ImagePromptAnswer.model_validate({"kind": kind, "prompt": "A rose", "alt_text": "Rose"} | values)


def test_one_featured_image_and_others_inside_are_accepted() -> None:
    answer = ImagePrompts(images=[image("featured"), image("in_article", alt_text="x" * 125), image("in_article")])
    generate_image_prompts.check(answer, 3)


@pytest.mark.parametrize(
    ("images", "sentence"),
    [
        ([image("featured")], "1 images; give exactly 2"),
        ([image("in_article"), image("featured")], "Image 1 is in_article; it must be featured"),
        ([image("featured"), image("featured")], "Image 2 is featured; it must be in_article"),
        ([image("featured"), image("in_article", prompt=" ")], "Image 2 lacks"),
        ([image("featured"), image("in_article", prompt="\u200b\u200d")], "Image 2 lacks"),
        (
            [image("featured"), image("in_article", prompt="x" * 4001)],
            "Prompt 2 .* use at most 4000",
        ),
        ([image("featured"), image("in_article", alt_text="x" * 126)], "Alt text 2 has 126 characters"),
    ],
)
def test_other_image_prompts_are_refused(images: list[ImagePromptAnswer], sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        generate_image_prompts.check(ImagePrompts(images=images), 2)


def test_quality_and_kind_choose_the_providers_words() -> None:
    featured = generate_images.request("A rose", ImageKind.FEATURED)
    assert featured == ImageRequest("A rose", "1536x1024", "low")
    inside = [generate_images.request("A rose", ImageKind.IN_ARTICLE, quality) for quality in ImageQuality]
    assert [(image.size, image.quality) for image in inside] == [
        ("1024x1024", "low"),
        ("1024x1024", "medium"),
        ("1024x1024", "high"),
        ("1536x1024", "high"),
    ]
