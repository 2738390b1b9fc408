from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from igny8_lib.models import PostStatus
from igny8_lib.publishing.target import Article
from igny8_lib.publishing.wordpress.content import Uploaded
from igny8_lib.publishing.wordpress.fields import EXCERPT, PostSettings, excerpt_of, fields_of, first_sentences
from igny8_lib.publishing.wordpress.seo import SeoPlugin, dropped, meta_of, plugin_of, sentence_of
from tests.lib.publishing.wordpress_articles import article


def fields(one: Article, settings: PostSettings | None = None, **values: object) -> dict[str, object]:
    given_ = {"categories": [], "tags": [], "author": None} | values
    return fields_of(one, settings or PostSettings(), "m", {0: Uploaded(7, "/u.webp", 4, 3)}, **given_)


def test_a_post_says_what_the_article_says() -> None:
    found = fields(article(), categories=[4, 2], tags=[9])
    assert found["title"] == "Tea &amp; coffee: &lt;what&gt; to drink"
    assert (found["slug"], found["status"], found["featured_media"]) == ("tea-and-coffee", "publish", 7)
    assert (found["categories"], found["tags"]) == ([2, 4], [9])
    assert found["excerpt"] == "What wakes you up."


def test_what_a_site_does_not_say_is_left_to_wordpress() -> None:
    assert {"author", "comment_status", "categories", "date", "date_gmt"}.isdisjoint(fields(article()))


@pytest.mark.parametrize(("is_open", "expected"), [(True, "open"), (False, "closed")])
def test_comments_and_author_follow_the_settings(is_open: bool, expected: str) -> None:  # noqa: FBT001
    found = fields(article(), PostSettings(comments_open=is_open, post_status=PostStatus.DRAFT), author=3)
    assert (found["comment_status"], found["author"], found["status"]) == (expected, 3, "draft")


def test_a_date_is_said_in_gmt_and_never_in_the_sites_zone() -> None:
    moment = datetime(2026, 3, 1, 1, 30, tzinfo=timezone(timedelta(hours=5)))
    found = fields(article(published_at=moment))
    assert found["date_gmt"] == "2026-02-28T20:30:00"
    assert "date" not in found


def test_the_articles_own_excerpt_goes_first_then_its_description_then_its_first_sentences() -> None:
    assert excerpt_of(article(excerpt="Mine & yours")) == "Mine &amp; yours"
    assert excerpt_of(article()) == "What wakes you up."
    assert excerpt_of(article(meta_description="")).startswith("Tea wakes you up gently. Coffee is quicker.")


@given(st.text(alphabet="ab. !。", max_size=400), st.integers(5, 60))
def test_first_sentences_never_exceed_their_length(text: str, most: int) -> None:
    found = first_sentences(text, most)
    assert len(found) <= most
    assert text.startswith(found.removesuffix("…"))


def test_first_sentences_end_with_a_sentence_where_one_fits() -> None:
    text = "One sentence (with 1.5 brackets). Another. " + "word " * EXCERPT
    assert first_sentences(text) == "One sentence (with 1.5 brackets). Another."
    assert first_sentences("word " * EXCERPT).endswith("word…")


@pytest.mark.parametrize(
    ("namespaces", "plugin"),
    [(["wp/v2"], None), (["wp/v2", "yoast/v1"], SeoPlugin.YOAST), (["rankmath/v1"], SeoPlugin.RANK_MATH)],
)
def test_the_seo_plugin_is_told_by_the_sites_namespaces(namespaces: list[str], plugin: SeoPlugin | None) -> None:
    assert plugin_of(namespaces) is plugin


def test_what_the_seo_plugin_dropped_is_named_with_what_to_do() -> None:
    wanted = meta_of(article(), SeoPlugin.YOAST)
    assert wanted["_yoast_wpseo_focuskw"] == "tea or coffee"
    kept = wanted | {"_yoast_wpseo_title": "Tea &amp; coffee", "_yoast_wpseo_metadesc": ""}
    assert dropped(wanted, kept) == ["description"]
    assert dropped(wanted, {}) == ["title", "description", "keyword"]
    assert "igny8-seo.php" in sentence_of(SeoPlugin.YOAST, ["description"])


def test_gmt_is_written_without_a_zone() -> None:
    assert fields(article(published_at=datetime(2026, 1, 2, tzinfo=UTC)))["date_gmt"] == "2026-01-02T00:00:00"
