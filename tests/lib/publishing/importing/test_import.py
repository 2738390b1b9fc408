"""Posts and pages of a real WordPress become content, as they are, each once."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from igny8_lib.models import Content, ContentSource, ContentStatus, PostKind, SiteContentStatus, SyncStatus
from igny8_lib.publishing.importing.passes import work
from igny8_lib.publishing.importing.posts import web_address
from igny8_lib.wordpress.client import WordPress
from igny8_lib.wordpress.exchange import Bounds
from tests.factories.articles import make_article
from tests.lib.publishing.importing.conftest import Import

RAW = """<!-- wp:paragraph {"className":"lead"} -->
<p class="lead">Tea is <strong>hot</strong>.</p>
<!-- /wp:paragraph -->

<!-- wp:image {"id":7} -->
<figure class="wp-block-image"><img class="wp-image-7" src="https://x.example/a.png" alt="Cup &amp; spoon"/></figure>
<!-- /wp:image -->

[gallery ids="1,2"]

<iframe src="https://video.example/1"></iframe>"""

PICTURE = """
$file = wp_upload_bits('cup.png', null, base64_decode(
    'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=='));
$id = wp_insert_attachment(['post_mime_type' => 'image/png', 'post_title' => 'Cup'], $file['file'], 0);
update_post_meta($id, '_wp_attachment_image_alt', 'A cup');
return [$id, $file['url']];
"""


def test_a_post_is_imported_with_all_that_it_has(imported: Import) -> None:
    media, url = imported.server.php(PICTURE)
    number = imported.write(
        post_title="Tea &amp; <em>cake</em>", post_content=RAW, post_excerpt="About tea.", post_name="tea"
    )
    imported.server.php(f"""
        $cat = wp_insert_term('Food & Drink', 'category')['term_id'];
        wp_set_post_terms({number}, [$cat], 'category');
        wp_set_post_terms({number}, ['Hot "tea"', 'Cups'], 'post_tag');
        set_post_thumbnail({number}, {media});
        return 1;""")
    assert imported.counts() == {"new": 1}
    content = imported.content(number)
    assert (content.title, content.slug) == ("Tea & cake", "tea")
    assert content.html.startswith("<p>Tea is <strong>hot</strong>.</p>")
    assert "<iframe" not in content.html
    assert (content.categories, sorted(content.tags)) == (["Food & Drink"], ["Cups", 'Hot "tea"'])
    assert (content.source, content.sync_status) == (ContentSource.WORDPRESS, SyncStatus.IMPORTED)
    assert (content.status, content.site_status) == (ContentStatus.PUBLISHED, SiteContentStatus.PUBLISHED)
    assert content.external_url == f"{imported.server.url}/tea/"
    assert content.published_at is not None
    assert content.word_count == 5
    assert content.sync_metadata["wordpress"]["excerpt"] == "About tea."
    original = imported.original(number)
    assert original.raw == RAW
    assert original.facts["featured"] == {"id": media, "src": url, "alt": "A cup"}
    assert original.facts["images"] == [{"src": "https://x.example/a.png", "id": 7, "alt": "Cup & spoon"}]


def test_what_is_not_public_is_told_apart_and_stands_in_no_calendar(imported: Import) -> None:
    states = ("draft", "pending", "private")
    numbers = {state: imported.write(post_status=state) for state in states}
    numbers["future"] = imported.write(
        post_status="future", post_date="2040-01-01 10:00:00", post_date_gmt="2040-01-01 15:00:00"
    )
    trashed = imported.write()
    imported.server.php(f"wp_trash_post({trashed}); return 1;")
    assert imported.counts() == {"new": 4, "skipped": 1}
    for state, number in numbers.items():
        content = imported.content(number)
        assert content.sync_metadata["wordpress"]["status"] == state
        assert (content.status, content.site_status) == (ContentStatus.DRAFT, SiteContentStatus.NOT_SCHEDULED)
        assert content.published_at is None


def test_pages_are_imported_and_named_as_such(imported: Import) -> None:
    number = imported.write(post_type="page", post_title="About us")
    imported.counts()
    assert imported.original(number).kind == PostKind.PAGE
    assert imported.content(number).sync_metadata["wordpress"]["kind"] == "pages"


def test_importing_twice_changes_nothing(imported: Import) -> None:
    for place in range(3):
        imported.write(post_title=f"Post {place}", post_content=RAW)
    imported.counts()
    before = imported.everything()
    assert imported.counts(full=True) == {"unchanged": 3}
    assert imported.counts() == {"unchanged": 3}, "the pass reaches back behind the one before"
    assert imported.everything() == before


def test_a_slug_of_our_own_article_is_left_to_it(imported: Import) -> None:
    with imported.sessions.begin() as session:
        make_article(session, imported.site, slug="tea")
    number = imported.write(post_name="tea")
    imported.counts()
    content = imported.content(number)
    assert content.slug == f"tea-{number}"
    assert content.sync_metadata["wordpress"]["slug"] == "tea"
    imported.change(number, post_content="<p>More.</p>")
    assert imported.counts() == {"changed": 1}
    assert imported.content(number).slug == f"tea-{number}"


def test_posts_without_title_or_slug_and_in_other_scripts_have_addresses(imported: Import) -> None:
    nameless = imported.write(post_title="", post_status="draft")
    hebrew = imported.write(post_title="תה חם")
    imported.counts()
    assert imported.content(nameless).title == f"Untitled post {nameless}"
    assert imported.content(hebrew).slug == "תה-חם"


def test_imported_content_is_no_work_for_runs_and_does_not_flood_the_review(imported: Import) -> None:
    from igny8_lib.pipeline.stages import STAGES  # noqa: PLC0415 - the only look at the pipeline
    from igny8_lib.review.queue import waiting  # noqa: PLC0415

    imported.write(post_status="draft")
    imported.write()
    imported.counts()
    with imported.sessions() as session:
        assert session.scalar(select(func.count()).select_from(Content)) == 2
        assert waiting(session, imported.site.id) == 0
        for stage in STAGES:
            assert session.scalars(stage.waiting(imported.site.id)).all() == [], stage.title


def test_an_author_gets_his_posts_although_pages_are_closed_to_him(imported: Import) -> None:
    own = imported.write(post_author=imported.server.users["author"].id)
    imported.write()
    done = imported.run(role="author")
    assert (done["state"], done["error"], done["counts"]["new"]) == ("finished", None, 1)
    assert imported.content(own).source == ContentSource.WORDPRESS


def test_a_wrong_password_is_said_and_the_site_is_left_for_an_hour(imported: Import) -> None:
    from igny8_lib.publishing.importing import state  # noqa: PLC0415

    imported.write()
    wrong = imported.server.connection(password="wrong")
    with WordPress(wrong, allow_private=True) as website:
        done = work(imported.sessions, website, imported.site.id)
        assert "application password" in done["error"]
        assert done["state"] == "under_way"
        with imported.sessions() as session:
            assert state.take_turn(session, imported.site.id) is None
    assert imported.counts() == {"new": 1}


def test_a_user_who_became_an_author_does_not_hold_up_the_posts_by_pages_that_are_closed_to_him_now(
    imported: Import,
) -> None:
    page = imported.write(post_type="page", post_title="About")
    imported.run()
    author = imported.server.users["author"].id
    imported.write(post_title="Tea", post_author=author)
    done = imported.run(full=True, role="author")
    assert (done["state"], done["error"], done["counts"]["new"]) == ("finished", None, 1)
    assert imported.content(page).sync_metadata["wordpress"]["status"] == "publish", "nobody said that it is gone"


@pytest.mark.parametrize("link", ["https://tea.example/a/", "HTTP://tea.example/"])
def test_pages_of_ours_link_to_web_addresses(link: str) -> None:
    assert web_address(link) == link


@pytest.mark.parametrize("link", ["javascript:alert(1)", "//tea.example/", "data:text/html,x", ""])
def test_pages_of_ours_link_to_nothing_else(link: str) -> None:
    assert web_address(link) == ""


def test_a_post_that_is_too_large_for_any_answer_keeps_none_of_the_others_out(imported: Import) -> None:
    first = imported.server.add_posts(30, post_content="<p>Hot.</p>")
    imported.server.add_posts(1, post_content="x" * 400_000)
    second = imported.server.add_posts(45, post_content="<p>Hot.</p>")
    imported.server.add_posts(1, post_content="x" * 400_000)
    bounds = Bounds(json_bytes=300_000)
    with WordPress(imported.server.connection(), allow_private=True, bounds=bounds) as website:
        done = work(imported.sessions, website, imported.site.id)
    assert (done["state"], done["error"]) == ("finished", None)
    with imported.sessions() as session:
        assert set(session.scalars(select(Content.external_id))) == {str(number) for number in first + second}
