"""What becomes of a post afterwards: updated, taken back, deleted, and changed by people on the website itself."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from igny8_lib.models import PostFound, StepName
from igny8_lib.publishing.errors import PublishingFailed
from igny8_lib.publishing.target import Post
from igny8_lib.publishing.targets.wordpress import is_changed
from igny8_lib.publishing.wordpress.verification import facts_of
from igny8_lib.wordpress.posts import Post as Stored
from tests.lib.publishing.wordpress_articles import article
from tests.lib.publishing.wordpress_site import KeptSteps, WordPressSite, site_of
from tests.wordpress_server import WordPressServer


@pytest.fixture
def site(wordpress: WordPressServer, tmp_path: Path) -> WordPressSite:
    return site_of(wordpress, tmp_path)


def found(site: WordPressSite, post: Post, steps: KeptSteps) -> PostFound:
    with site.target() as target:
        return target.check(post, steps.mark)


def test_an_update_changes_the_same_post_and_its_replaced_pictures_are_deleted(site: WordPressSite) -> None:
    steps = KeptSteps()
    first = site.publish(site.article(3), steps)
    before = {row["ID"] for row in site.files()}
    second = site.publish(site.article(2, shade=100, title="Tea alone", html="<p>Tea is enough for me.</p>"), steps)
    assert second.external_id == first.external_id
    (row,) = site.posts()
    assert row["post_title"] == "Tea alone"
    files = {row["ID"] for row in site.files()}
    assert len(files) == 2
    assert files.isdisjoint(before)


def test_an_update_without_a_change_uploads_nothing_and_keeps_the_date(site: WordPressSite) -> None:
    steps, one = KeptSteps(), site.article(2)
    site.publish(one, steps)
    before = site.files(), site.posts()[0]["post_date_gmt"]
    site.publish(one, steps)
    assert (site.files(), site.posts()[0]["post_date_gmt"]) == before


def test_an_update_says_new_alternative_texts(site: WordPressSite) -> None:
    steps = KeptSteps()
    one = site.article(1)
    site.publish(one, steps)
    (picture,) = one.pictures
    site.publish(article(pictures=(type(picture)(**(vars(picture) | {"alt_text": "Another"})),)), steps)
    with site.admin() as admin:
        media = admin.media.get(int(site.files()[0]["ID"]))
    assert media
    assert media.alt_text == "Another"


def test_files_of_other_articles_and_of_people_stay(site: WordPressSite) -> None:
    site.publish(site.article(1, content_id=11, slug="other"), KeptSteps())
    with site.admin() as admin:
        theirs = admin.media.upload("igny8-1-holiday.png", "image/png", site.media.read("0.png"))
    steps = KeptSteps()
    site.publish(site.article(1), steps)
    site.publish(site.article(0), steps)
    left = {int(row["ID"]) for row in site.files()}
    assert theirs.id in left
    assert len(left) == 2


def test_a_post_that_was_trashed_is_brought_back_by_an_update(site: WordPressSite) -> None:
    steps = KeptSteps()
    post = site.publish(article(), steps)
    site.server.php(f"return wp_trash_post({post.external_id}) !== false;")
    again = site.publish(article(), steps)
    assert (again.external_id, again.slug) == (post.external_id, "tea-and-coffee")
    assert found(site, again, steps) is PostFound.AS_PUBLISHED


def test_a_post_that_was_deleted_is_made_anew(site: WordPressSite) -> None:
    steps = KeptSteps()
    post = site.publish(site.article(1), steps)
    site.server.php(f"return wp_delete_post({post.external_id}, true) !== false;")
    again = site.publish(site.article(1), steps)
    assert again.external_id != post.external_id
    assert len(site.posts()) == 1


def test_a_post_that_got_the_number_on_a_website_set_up_again_is_not_touched(site: WordPressSite) -> None:
    steps = KeptSteps()
    post = site.publish(article(), steps)
    values = "['ID' => %s, 'post_content' => 'Theirs', 'post_name' => 'theirs', 'post_title' => 'Theirs']"
    site.server.php(f"return wp_update_post({values % post.external_id});")
    with site.target() as target:
        for call in (target.unpublish, target.delete):
            with pytest.raises(PublishingFailed, match="does not bear the mark"):
                call(post.external_id, steps.mark)
    again = site.publish(article(), steps)
    assert again.external_id != post.external_id
    assert [row["post_title"] for row in site.posts()] == ["Theirs", "Tea &amp; coffee: &lt;what&gt; to drink"]


def test_unpublishing_makes_a_draft_and_publishing_again_the_same_post(site: WordPressSite) -> None:
    steps = KeptSteps()
    post = site.publish(site.article(2), steps)
    for _ in range(2):
        with site.target() as target:
            target.unpublish(post.external_id, steps.mark)
    assert site.posts()[0]["post_status"] == "draft"
    assert len(site.files()) == 2
    assert site.publish(site.article(2), steps).url == post.url


@pytest.mark.parametrize("for_good", [False, True])
@pytest.mark.parametrize("by_mark", [False, True])
def test_deleting_takes_the_pictures_along_and_can_be_repeated(
    site: WordPressSite,
    for_good: bool,  # noqa: FBT001
    by_mark: bool,  # noqa: FBT001
) -> None:
    steps = KeptSteps()
    post = site.publish(site.article(2), steps)
    for _ in range(2):
        with site.target(delete_for_good=for_good) as target:
            target.delete("" if by_mark else post.external_id, steps.mark)
    assert site.files() == []
    assert [row["post_status"] for row in site.posts()] == ([] if for_good else ["trash"])


def test_what_is_gone_is_no_error(site: WordPressSite) -> None:
    with site.target() as target:
        for number in ("", "4711"):
            target.unpublish(number, "0" * 32)
            target.delete(number, "0" * 32)


CHANGES: list[tuple[str, PostFound]] = [
    ("return 1;", PostFound.AS_PUBLISHED),
    ("return wp_trash_post(%s) !== false;", PostFound.TRASHED),
    ("return wp_delete_post(%s, true) !== false;", PostFound.DELETED),
    ("return wp_update_post(['ID' => %s, 'post_status' => 'private']);", PostFound.UNPUBLISHED),
    ("return wp_update_post(['ID' => %s, 'post_status' => 'pending']);", PostFound.UNPUBLISHED),
    ("return wp_update_post(['ID' => %s, 'post_title' => 'Other']);", PostFound.CHANGED),
    ("return wp_update_post(['ID' => %s, 'post_content' => 'Other']);", PostFound.CHANGED),
    ("sleep(1); return wp_update_post(['ID' => %s, 'comment_status' => 'closed']);", PostFound.AS_PUBLISHED),
    ("return delete_post_thumbnail(%s) && wp_update_post(['ID' => %1$s]);", PostFound.CHANGED),
]


@pytest.mark.parametrize(("code", "expected"), CHANGES)
def test_a_later_check_says_how_the_post_is_found(site: WordPressSite, code: str, expected: PostFound) -> None:
    steps = KeptSteps()
    post = site.publish(site.article(1), steps)
    site.server.php("sleep(1); " + code.replace("%1$s", post.external_id).replace("%s", post.external_id))
    assert found(site, post, steps) is expected


@pytest.mark.parametrize("told", ["2026-01-01T12:00:00", None, "", "0000-00-00T00:00:00"])
def test_a_change_is_seen_within_the_second_of_writing_and_where_the_website_tells_no_time(told: str | None) -> None:
    def stored(text: str) -> Stored:
        return Stored.of("posts", {"id": 1, "content": {"raw": f"<p>{text}</p><!-- igny8:m -->"}, "modified_gmt": told})

    post = Post("1", "", "", facts_of(stored("Hot.")))
    assert not is_changed(stored("Hot."), post)
    assert is_changed(stored("Cold."), post)


def test_a_post_whose_address_does_not_open_is_unreachable(site: WordPressSite) -> None:
    steps = KeptSteps()
    post = site.publish(article(), steps)
    closed = "if (str_contains($_SERVER['REQUEST_URI'], 'tea-and')) { http_response_code(503); exit; }"
    with site.server.plugin(closed):
        assert found(site, post, steps) is PostFound.UNREACHABLE
        with site.target() as target, pytest.raises(PublishingFailed, match="answers 503") as failed:
            target.live(article(), post, steps)
    assert failed.value.temporary


def seen(site: WordPressSite, one: Any, post: Post) -> dict[str, Any]:
    with site.target() as target:
        return target.live(one, post, KeptSteps())


def test_a_page_that_shows_another_text_is_not_live(site: WordPressSite) -> None:
    steps = KeptSteps()
    post = site.publish(article(), steps)
    assert seen(site, article(), post)["sentence"] == "Tea wakes you up gently."
    for other in (article(title="Something else"), article(html="<p>A sentence that is not there.</p>")):
        with pytest.raises(PublishingFailed, match="answers without") as failed:
            seen(site, other, post)
        assert failed.value.temporary
    assert steps.trace(StepName.LIVE)["url"] == post.url
