"""Articles and image prompts: which answers are accepted; and what is asked of the image model."""

from __future__ import annotations

import pytest

from igny8_lib.ai.functions import generate_content, generate_image_prompts, generate_images
from igny8_lib.ai.functions.generate_content import Article, ArticleBrief
from igny8_lib.ai.functions.generate_image_prompts import ImagePromptAnswer, ImagePrompts
from igny8_lib.ai.requests import ImageRequest, SiteBrief
from igny8_lib.credits.costs import ImageQuality
from igny8_lib.models.writer import ImageKind

BRIEF = ArticleBrief("Pruning roses", ["When", "How"], "how_to", "informational", ["prune roses", "rose pruning"], 100)

BODY = "<h2>When</h2><p>" + "word " * 40 + "</p><h2>How</h2><p>" + "word " * 40 + "</p>"
LONG = BODY + "<p>" + "word " * 6000 + "</p>"
GERMAN = "<h2>Wann</h2><h2>Wie</h2>" + (
    "<p>Wer Rosen schneidet, wartet auf das Ende des Frostes und nimmt eine scharfe, saubere Schere zur Hand.</p>" * 12
)


def article(**values: object) -> Article:
    fields = {
        "title": "Pruning roses",
        "meta_title": "Pruning roses",
        "meta_description": "When and how.",
        "primary_keyword": "Prune  Roses",
        "secondary_keywords": ["rose pruning"],
        "tags": ["roses"],
        "categories": ["Garden"],
        "html": BODY,
    }
    return Article.model_validate(fields | values)


def test_a_structured_article_on_its_keyword_is_accepted() -> None:
    generate_content.check(article(), BRIEF, "en")


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
        ({"html": LONG}, "write about 100 words, and never over 250 words"),
        ({"html": "## When\n" + BODY}, "holds Markdown: a heading"),
        ({"html": BODY + "<p>This is **bold** text</p>"}, "holds Markdown: bold"),
        ({"html": BODY + "<p>\n- one\n- two</p>"}, "holds Markdown: a list"),
        ({"title": "x" * 201}, "'title' has 201 characters"),
        ({"title": "\u200b"}, "'title' is empty"),
        ({"meta_title": "x" * 71}, "'meta_title' has 71 characters"),
        ({"meta_description": "x" * 171}, "'meta_description' has 171 characters"),
        ({"title": "Best lamps"}, "about something else; write about 'Pruning roses'"),
        ({"html": GERMAN}, "written in the language 'de'; write all of it in 'en'"),
        ({"primary_keyword": "lawns"}, "'lawns' is none of the target keywords"),
    ],
)
def test_other_articles_are_refused_with_a_sentence_for_the_model(values: dict[str, object], sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        generate_content.check(article(**values), BRIEF, "en")


def test_an_article_is_cleaned_as_it_is_read() -> None:
    read = article(
        title="Pruning\u202e roses ",
        html=f"```html\n<h1>Pruning  ROSES</h1>{BODY}<script>x</script>\n```",
        tags=["roses", "Roses ", "\u200b", "", "x" * 61, "care"],
        categories=[" Garden", "garden"],
    )
    assert read.title == "Pruning roses"
    assert read.html == article().html
    assert read.words == 82
    assert (read.tags, read.categories) == (["roses", "care"], ["Garden"])


@pytest.mark.parametrize("target", ["men's lamp", "cafe\u0301 lamp", "ＳＥＯ lamp", "blue\u200b lamp"])
def test_a_keyword_is_the_same_in_other_characters(target: str) -> None:
    plain = {"men's lamp": "men\u2019s lamp", "cafe\u0301 lamp": "caf\u00e9 lamp"}.get(target, target)
    generate_content.check_keyword(plain.replace("\u200b", "").replace("ＳＥＯ", "SEO"), [target])


def test_a_japanese_article_is_measured_and_asked_for_in_characters() -> None:
    brief = ArticleBrief("ランプの選び方", ["ランプ"], "guide", "informational", ["ランプ"], 1000)
    sentence = "ランプの選び方を知っておくと、部屋の雰囲気が大きく変わります。"
    fields = {"title": "ランプの選び方", "meta_title": "ランプ", "primary_keyword": "ランプ"}
    html = "<h2>ランプとは</h2><h2>選び方</h2><p>" + sentence * 70 + "</p>"
    generate_content.check(article(**fields, html=html), brief, "ja")
    short = article(**fields, html=html.replace(sentence * 60, ""))
    with pytest.raises(ValueError, match="write about 2400 characters, and never under 1440 characters"):
        generate_content.check(short, brief, "ja")
    asked = generate_content.request(SiteBrief("Lamps", "lamps.example", "ja", ""), brief)
    assert "about 2400 characters" in asked.prompt.user


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
