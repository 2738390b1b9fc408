"""What WordPress or its plug-ins lose of a post: sent once more, else told."""

from __future__ import annotations

from pathlib import Path

import pytest

from igny8_lib.models import StepName
from igny8_lib.publishing.errors import PublishingFailed
from tests.lib.publishing.wordpress_articles import article
from tests.lib.publishing.wordpress_site import KeptSteps, WordPressSite, site_of
from tests.wordpress_server import WordPressServer


@pytest.fixture
def site(wordpress: WordPressServer, tmp_path: Path) -> WordPressSite:
    return site_of(wordpress, tmp_path)


ONCE = "if (get_option('odd_children') === 'done') return; update_option('odd_children', 'done');"
"""The reset of the website forgets it again."""


def test_what_was_lost_once_is_sent_once_more(site: WordPressSite) -> None:
    lose = "delete_post_thumbnail($post); wp_set_post_tags($post->ID, [], false);"
    code = f"add_action('rest_after_insert_post', function ($post) {{ {ONCE} {lose} }});"
    steps = KeptSteps()
    with site.server.plugin(code):
        post = site.publish(site.article(1, tags=("Tea",)), steps)
    assert post.facts["differs"] == []
    with site.admin() as admin:
        stored = admin.posts.get(int(post.external_id))
    assert stored
    assert stored.featured_media == steps.trace(StepName.MEDIA)["files"]["0"]["media_id"]
    assert len(stored.tags) == 1


def test_what_is_lost_again_and_again_is_told(site: WordPressSite) -> None:
    lose = "$post->post_content = str_replace('<h2>Coffee</h2>', '', $post->post_content);"
    lose = f"if (isset($post->post_content)) {lose} return $post;"
    code = f"add_filter('rest_pre_insert_post', function ($post) {{ {lose} }});"
    code += "add_action('rest_after_insert_post', fn($post) => delete_post_thumbnail($post));"
    steps = KeptSteps()
    with site.server.plugin(code):
        post = site.publish(site.article(1), steps)
    assert [sentence.partition(":")[0] for sentence in post.facts["differs"]] == [
        "WordPress did not keep the featured picture.",
        "WordPress removed 1 heading",
        "The text differs",
    ]
    assert steps.trace(StepName.SEO)["report"]["differs"] == post.facts["differs"]
    assert steps.trace(StepName.LIVE)["status"] == 200


def test_a_plugin_that_takes_comments_out_is_told_and_the_post_is_found_by_its_number(site: WordPressSite) -> None:
    strip = "$post->post_content = preg_replace('/<!--.*?-->/s', '', $post->post_content); return $post;"
    steps = KeptSteps()
    with site.server.plugin(f"add_filter('rest_pre_insert_post', function ($post) {{ {strip} }});"):
        first = site.publish(article(), steps)
        second = site.publish(article(title="Tea alone"), steps)
    assert "took out the comment" in first.facts["differs"][0]
    assert second.external_id == first.external_id
    assert len(site.posts()) == 1


def test_a_post_that_a_plugin_keeps_from_the_public_has_failed(site: WordPressSite) -> None:
    hold = "$post->post_status = 'pending'; return $post;"
    with (
        site.server.plugin(f"add_filter('rest_pre_insert_post', function ($post) {{ {hold} }});"),
        pytest.raises(PublishingFailed, match="keeps the post as “pending”") as failed,
    ):
        site.publish(article(), KeptSteps())
    assert failed.value.temporary is False
    assert len(site.posts()) == 1
    steps = KeptSteps(mark=site.posts()[0]["post_content"].rpartition("igny8:")[2].removesuffix(" -->"))
    site.publish(article(), steps)
    assert [row["post_status"] for row in site.posts()] == ["publish"]


def test_a_post_that_people_scheduled_is_public_after_an_update(site: WordPressSite) -> None:
    steps = KeptSteps()
    post = site.publish(article(), steps)
    late = "['ID' => %s, 'post_status' => 'future', 'edit_date' => true, 'post_date_gmt' => '2099-01-01 00:00:00', "
    late += "'post_date' => '2098-12-31 19:00:00']"
    site.server.php(f"return wp_update_post({late % post.external_id});")
    assert site.posts()[0]["post_status"] == "future"
    site.publish(article(), steps)
    assert site.posts()[0]["post_status"] == "publish"
