"""An article on a real WordPress: what it becomes there, for whom, and with which settings."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from igny8_lib import clock
from igny8_lib.models import ImageFormat, Markup, PostStatus, StepName
from igny8_lib.publishing.errors import PublishingFailed
from igny8_lib.publishing.wordpress.content import has_mark
from tests.lib.publishing.wordpress_articles import article
from tests.lib.publishing.wordpress_site import KeptSteps, site_of
from tests.wordpress_server import WordPressServer, WordPressWith

RICH = (
    "<p>Tea & <a href='https://example.org/a?b=1&amp;c=2' rel='nofollow'>coffee</a> wake you up.</p><h2>Tea</h2>"
    "<ul><li>Green</li><li>Black<ul><li>Assam</li></ul></li></ul><h2>Table</h2><table><thead><tr><th>a</th></tr></thead>"
    "<tbody><tr><td>1</td></tr></tbody></table><blockquote><p>“Said” [gallery]</p></blockquote><h3>Code</h3>"
    "<pre><code>a &lt; b\n\n  c [1]</code></pre><hr><p>Ünï 日本 🍵</p>"
)


@pytest.mark.parametrize("markup", Markup)
@pytest.mark.parametrize("role", ["administrator", "editor", "author"])
def test_an_article_becomes_a_public_post_that_says_the_same(
    wordpress: WordPressServer, tmp_path: Path, role: str, markup: Markup
) -> None:
    site = site_of(wordpress, tmp_path, role, markup=markup)
    steps = KeptSteps()
    one = site.article(3, html=RICH, tags=("Hot & cold", "hot & COLD", "Ünï"))
    post = site.publish(one, steps)
    assert post.facts["differs"] == []
    assert steps.trace(StepName.LIVE)["status"] == 200
    with site.admin() as admin:
        stored = admin.posts.get(int(post.external_id))
        page = admin.fetch_public(post.url)
    assert stored
    assert has_mark(stored.content, steps.mark)
    assert (stored.status, stored.slug, stored.author) == ("publish", "tea-and-coffee", wordpress.users[role].id)
    assert len(stored.tags) == 2
    assert site.terms("post_tag") == ["Hot &amp; cold", "Ünï"]
    files = steps.trace(StepName.MEDIA)["files"]
    assert stored.featured_media == files["0"]["media_id"]
    assert "<h1" in page.html
    assert "[gallery]" in page.text
    assert "igny8:" not in page.text
    for position in ("1", "2"):
        assert files[position]["url"] in page.html
        assert f"wp-image-{files[position]['media_id']}" in page.html


def test_contributors_are_told_what_to_change(wordpress: WordPressServer, tmp_path: Path) -> None:
    site = site_of(wordpress, tmp_path, "contributor")
    with pytest.raises(PublishingFailed) as failed:
        site.publish(site.article(0), KeptSteps())
    assert (failed.value.temporary, failed.value.cause) == (False, "forbidden")
    assert "role" in failed.value.sentence
    assert site.posts() == []


def test_categories_are_taken_as_they_are_there_and_made_where_they_are_missing(
    wordpress: WordPressServer, tmp_path: Path
) -> None:
    wordpress.php("return wp_create_category('R&amp;D');")
    site = site_of(wordpress, tmp_path)
    for number in range(2):
        one = article(categories=("r&d", "Tea"), slug=f"slug-{number}", content_id=number + 1)
        assert site.publish(one, KeptSteps()).facts["differs"] == []
    assert site.terms("category") == ["R&amp;D", "Tea"]


def test_a_category_that_the_user_may_not_make_is_left_out_and_told(wordpress: WordPressServer, tmp_path: Path) -> None:
    wordpress.php("return wp_create_category('Tea');")
    site = site_of(wordpress, tmp_path, "author")
    steps = KeptSteps()
    post = site.publish(article(categories=("Tea", "Coffee"), tags=("New",)), steps)
    told = post.facts["differs"]
    assert [sentence.partition(":")[0] for sentence in told] == ["The category Coffee is missing"]
    assert steps.trace(StepName.SEO)["report"]["differs"] == told
    assert (site.terms("category"), site.terms("post_tag")) == (["Tea"], ["New"])


def test_plain_permalinks_are_published_to_and_seen(wordpress_with: WordPressWith, tmp_path: Path) -> None:
    site = site_of(wordpress_with(permalinks=""), tmp_path)
    steps = KeptSteps()
    post = site.publish(site.article(2), steps)
    assert "?p=" in post.url
    assert steps.trace(StepName.LIVE)["status"] == 200


def test_a_new_post_has_this_moments_date_whatever_the_sites_zone(
    wordpress_with: WordPressWith, tmp_path: Path
) -> None:
    site = site_of(wordpress_with(zone="Asia/Tokyo"), tmp_path)
    post = site.publish(article(), KeptSteps())
    with site.admin() as admin:
        stored = admin.posts.get(int(post.external_id))
    assert stored
    assert stored.date
    assert abs(stored.date - clock.now()) < timedelta(minutes=1)
    assert stored.document["date"][:13] != stored.document["date_gmt"][:13]


def test_an_article_that_was_published_before_keeps_its_date(wordpress: WordPressServer, tmp_path: Path) -> None:
    site = site_of(wordpress, tmp_path)
    moment = datetime(2026, 3, 8, 7, 30, tzinfo=UTC)
    post = site.publish(article(published_at=moment), KeptSteps())
    with site.admin() as admin:
        stored = admin.posts.get(int(post.external_id))
    assert stored
    assert stored.date == moment


def test_a_persons_post_with_the_same_slug_is_never_touched(wordpress: WordPressServer, tmp_path: Path) -> None:
    site = site_of(wordpress, tmp_path)
    with site.admin() as admin:
        theirs = admin.posts.create({"title": "Mine", "slug": "tea-and-coffee", "content": "Mine", "status": "publish"})
    steps = KeptSteps()
    post = site.publish(site.article(1), steps)
    assert post.slug == "tea-and-coffee-2"
    assert post.url.endswith("/tea-and-coffee-2/")
    assert site.publish(site.article(1), steps).external_id == post.external_id
    with site.admin() as admin:
        assert admin.posts.get(theirs.id) == theirs
    assert len(site.posts()) == 2


def test_an_upload_that_is_too_large_fails_for_good_with_what_to_change(
    wordpress_with: WordPressWith, tmp_path: Path
) -> None:
    site = site_of(wordpress_with(upload_limit="1K", body_limit="2K"), tmp_path, image_format=ImageFormat.ORIGINAL)
    one = site.article(1)
    noise = b"\x00" * 3000
    site.media.write("0.png", site.media.read("0.png") + noise)
    with pytest.raises(PublishingFailed) as failed:
        site.publish(one, KeptSteps())
    assert (failed.value.temporary, failed.value.cause) == (False, "file_size")
    assert "upload_max_filesize" in failed.value.sentence
    assert site.posts() == []


def test_a_page_in_the_apis_place_is_no_success(wordpress_with: WordPressWith, tmp_path: Path) -> None:
    site = site_of(wordpress_with(html="writes"), tmp_path)
    with pytest.raises(PublishingFailed) as failed:
        site.publish(article(), KeptSteps())
    assert (failed.value.temporary, failed.value.cause) == (False, "not_wordpress")


def test_a_draft_is_handed_over_and_stays_public_once_people_released_it(
    wordpress: WordPressServer, tmp_path: Path
) -> None:
    site = site_of(wordpress, tmp_path, post_status=PostStatus.DRAFT)
    steps = KeptSteps()
    post = site.publish(article(), steps)
    assert steps.trace(StepName.LIVE)["handed_over"] is True
    assert site.posts()[0]["post_status"] == "draft"
    wordpress.php(f"return wp_publish_post({post.external_id}) === null;")
    site.publish(article(title="Tea alone"), steps)
    (row,) = site.posts()
    assert (row["post_status"], row["post_title"]) == ("publish", "Tea alone")


def test_author_and_comments_follow_the_settings(wordpress: WordPressServer, tmp_path: Path) -> None:
    author = wordpress.users["author"]
    for who in (author.login, str(author.id)):
        site = site_of(wordpress, tmp_path, post_author=who, comments_open=False)
        site.publish(article(slug=f"by-{who}"), KeptSteps())
    assert {(row["post_author"], row["comment_status"]) for row in site.posts()} == {(str(author.id), "closed")}


def test_an_unknown_author_fails_for_good_before_anything_is_made(wordpress: WordPressServer, tmp_path: Path) -> None:
    site = site_of(wordpress, tmp_path, post_author="nobody-here")
    with pytest.raises(PublishingFailed, match="no user nobody-here") as failed:
        site.publish(article(), KeptSteps())
    assert failed.value.temporary is False
    assert site.posts() == []


@pytest.mark.parametrize(("image_format", "mime"), [(ImageFormat.WEBP, "webp"), (ImageFormat.ORIGINAL, "png")])
def test_pictures_have_names_alternative_texts_and_the_format_of_the_settings(
    wordpress: WordPressServer, tmp_path: Path, image_format: ImageFormat, mime: str
) -> None:
    site = site_of(wordpress, tmp_path, image_format=image_format)
    one = site.article(2)
    site.publish(one, KeptSteps())
    assert [row["post_name"] for row in site.files()] == [
        f"igny8-1-{each.position}-{each.digest[:12]}" for each in one.pictures
    ]
    assert {row["post_mime_type"] for row in site.files()} == {f"image/{mime}"}
    with site.admin() as admin:
        found = [admin.media.get(int(row["ID"])) for row in site.files()]
    assert {media.alt_text for media in found if media} == {"A cup & a pot"}


@pytest.mark.parametrize("markup", Markup)
def test_the_newest_wordpress_keeps_an_article_as_it_was_sent(
    wordpress_with: WordPressWith, tmp_path: Path, markup: Markup
) -> None:
    site = site_of(wordpress_with(release="newest"), tmp_path, "editor", markup=markup)
    steps = KeptSteps()
    one = site.article(3, html=RICH, tags=("Hot & cold",), categories=("R&D",))
    post = site.publish(one, steps)
    assert post.facts["differs"] == []
    assert steps.trace(StepName.LIVE)["status"] == 200
    assert site.publish(one, steps).external_id == post.external_id
    assert len(site.posts()) == 1
    assert len(site.files()) == 3
