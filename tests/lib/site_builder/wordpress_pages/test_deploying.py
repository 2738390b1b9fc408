"""A website's pages in a real WordPress: what visitors see, where links lead, and what is refused."""

from __future__ import annotations

import json

import pytest

from igny8_lib.errors import Conflict
from igny8_lib.models import BlueprintHosting, BlueprintStatus, Markup, PostStatus
from igny8_lib.publishing.wordpress.content import has_mark
from igny8_lib.site_builder.deploying.checking import check
from igny8_lib.site_builder.deploying.versions import live_of
from igny8_lib.site_builder.releases.checks import SiteHasFaults
from igny8_lib.wordpress.errors import NotConnected
from tests.lib.site_builder.deploying.websites import block
from tests.lib.site_builder.wordpress_pages.websites import WordPressWebsite, hero, page, pages_of, seen
from tests.wordpress_server import WordPressServer

pytestmark = pytest.mark.slow("each test deploys five pages to a real WordPress, some several times")
PAGES = ["home", "about", "services", "blog", "contact"]


def test_each_page_becomes_one_public_page_in_the_order_of_the_navigation(
    website: WordPressWebsite, wordpress: WordPressServer
) -> None:
    done = website.deploy()

    pages = pages_of(wordpress)
    assert [pages[slug]["menu_order"] for slug in PAGES] == ["0", "1", "2", "3", "4"]
    assert {row["post_status"] for row in pages.values()} == {"publish"}
    assert "The about page." in seen(wordpress, "about")
    told = done.report["wordpress"]
    assert told == {"made": PAGES, "changed": [], "unchanged": [], "trashed": [], "conflicts": [], "differs": []}
    assert website.reports() == [told]
    rows = website.rows()
    assert {slug: row.external_id for slug, row in rows.items()} == {slug: row["ID"] for slug, row in pages.items()}
    assert all(has_mark(pages[slug]["post_content"], row.mark) for slug, row in rows.items())
    assert rows["about"].external_url == f"{wordpress.url}/about/"


def test_rows_say_what_is_live_and_no_file_is_written(website: WordPressWebsite) -> None:
    done = website.deploy()

    assert (done.version, done.before) == (1, None)
    assert website.blueprint().status is BlueprintStatus.DEPLOYED
    assert website.versions() == {1: "kept"}
    assert website.history() == [("deploy", 1, None, "ann")]
    assert not (website.folder / "sites").exists()


def test_the_same_again_changes_nothing_in_wordpress(website: WordPressWebsite, wordpress: WordPressServer) -> None:
    website.deploy()
    before = pages_of(wordpress)

    told = website.deploy().report["wordpress"]

    assert (told["made"], told["changed"], told["unchanged"]) == ([], [], PAGES)
    assert pages_of(wordpress) == before


def test_only_the_page_that_says_something_else_is_written(
    website: WordPressWebsite, wordpress: WordPressServer
) -> None:
    website.deploy()
    website.say("We mend boats.")

    told = website.deploy().report["wordpress"]

    assert (told["changed"], told["conflicts"]) == (["about"], [])
    assert "We mend boats." in seen(wordpress, "about")


def test_links_lead_to_the_pages_of_wordpress(website: WordPressWebsite, wordpress: WordPressServer) -> None:
    website.set_page("home", blocks=[hero("Boats", "page:about#text")])
    website.deploy()

    assert f'href="{wordpress.url}/about/#text"' in seen(wordpress, "home")
    assert '<h2 id="text"' in page(wordpress, "about").content


def test_where_a_slug_is_taken_links_lead_to_what_the_page_got(
    website: WordPressWebsite, wordpress: WordPressServer
) -> None:
    wordpress.php(
        "return wp_insert_post(['post_type' => 'page', 'post_name' => 'about', 'post_status' => 'publish', "
        "'post_title' => 'Theirs', 'post_content' => 'Theirs.']);"
    )
    website.set_page("home", blocks=[hero("Boats", "page:about")])

    website.deploy()

    assert pages_of(wordpress)["about"]["post_content"] == "Theirs."
    assert f'href="{wordpress.url}/about-2/"' in seen(wordpress, "home")


def test_a_renamed_page_stays_the_same_page(website: WordPressWebsite, wordpress: WordPressServer) -> None:
    website.set_page("home", blocks=[hero("Boats", "page:about")])
    website.deploy()
    number = pages_of(wordpress)["about"]["ID"]
    website.set_page("about", slug="about-us", title="About us")
    website.set_page("home", blocks=[hero("Boats", "page:about-us")])

    told = website.deploy().report["wordpress"]

    assert pages_of(wordpress)["about-us"]["ID"] == number
    assert (told["changed"], told["trashed"]) == (["home", "about-us"], [])
    assert f'href="{wordpress.url}/about-us/"' in seen(wordpress, "home")


def test_pictures_are_uploaded_once(website: WordPressWebsite, wordpress: WordPressServer) -> None:
    name = website.add_picture()
    pictured = hero("Boats", "page:about", picture={"file": name, "alt": "An oven"})
    website.set_page("home", blocks=[pictured])
    website.set_page("contact", blocks=[pictured])
    website.deploy()
    website.say("We mend boats.")
    website.deploy()

    (file,) = wordpress.query("SELECT ID FROM wp_posts WHERE post_type = 'attachment'")
    html = seen(wordpress, "home")
    assert f"wp-image-{file['ID']}" in html
    assert 'alt="An oven"' in html


@pytest.mark.parametrize("markup", list(Markup))
def test_the_newest_articles_are_wordpress_own_list(
    website: WordPressWebsite, wordpress: WordPressServer, markup: Markup
) -> None:
    website.publishing(markup=markup)
    website.set_page("home", blocks=[{"id": "news", "type": "latest_articles", "data": {"title": "News"}}])
    website.deploy()
    with wordpress.client() as client:
        client.posts.create({"title": "Caulking", "status": "publish", "content": "How to."})

    assert "Caulking" in seen(wordpress, "home")
    assert "Caulking" in seen(wordpress, "blog")


def test_drafts_are_handed_over_where_the_site_says_so(website: WordPressWebsite, wordpress: WordPressServer) -> None:
    website.publishing(post_status=PostStatus.DRAFT)
    website.set_page("home", blocks=[hero("Boats", "page:about")])
    website.deploy()

    assert {row["post_status"] for row in pages_of(wordpress).values()} == {"draft"}
    assert f'href="{wordpress.url}/about/"' in pages_of(wordpress)["home"]["post_content"]
    assert website.deploy().report["wordpress"]["unchanged"] == PAGES


def test_what_wordpress_takes_out_is_told_and_is_no_change_of_peoples(
    website: WordPressWebsite, wordpress: WordPressServer
) -> None:
    strips = "add_filter('wp_insert_post_data', function ($d) { $d['post_content'] = str_replace('page.', 'site.', "
    with wordpress.plugin(f"{strips}$d['post_content']); return $d; }});"):
        told = website.deploy().report["wordpress"]
        again = website.deploy().report["wordpress"]

    assert {each["page"] for each in told["differs"]} == set(PAGES)
    assert (again["unchanged"], again["conflicts"]) == (PAGES, [])


def test_a_site_with_faults_writes_nothing(website: WordPressWebsite, wordpress: WordPressServer) -> None:
    website.set_page("home", blocks=[hero("Boats", "page:nowhere")])

    with pytest.raises(SiteHasFaults):
        website.deploy()

    report = check(website.sessions, website.places, website.store, website.site_id, website.blueprint_id)
    assert [fault.path for fault in report.faults] == ["index.html"]
    assert pages_of(wordpress) == {}
    assert website.versions() == {}


def test_hostile_texts_are_text(website: WordPressWebsite, wordpress: WordPressServer) -> None:
    hostile = "<script>alert(1)</script> [gallery] <!-- wp:html --> \" ' &amp; <b>"
    website.set_page("about", title=hostile, blocks=[block(hostile)])
    website.deploy()

    html = seen(wordpress, "about")
    assert "<script>alert(1)" not in html
    assert "&lt;script&gt;alert(1)" in html
    assert "[gallery]" in html.replace("&#91;", "[")
    assert website.deploy().report["wordpress"]["unchanged"] == PAGES


def test_a_build_deploys_once(website: WordPressWebsite) -> None:
    build_id = website.build()
    first = website.deploy(build_id=build_id)

    assert website.deploy(build_id=build_id) == first
    assert website.versions() == {1: "kept"}


def test_without_a_connection_nothing_is_live(website: WordPressWebsite) -> None:
    with pytest.raises(NotConnected):
        deploy_with_nothing(website)

    assert website.history() == []
    assert website.blueprint().deployed_version is None
    assert website.deploy().version == 1


def deploy_with_nothing(website: WordPressWebsite) -> None:
    from igny8_lib.site_builder.deploying.deploying import deploy  # noqa: PLC0415 - as others take it
    from igny8_lib.site_builder.deploying.places import Places  # noqa: PLC0415
    from tests.lib.site_builder.deploying.websites import platform  # noqa: PLC0415

    places = Places.of(platform(website.folder), website.sessions)
    deploy(website.sessions, places, website.store, website.site_id, website.blueprint_id, by="ann")


def test_shopify_is_refused(website: WordPressWebsite) -> None:
    website.set_hosting(BlueprintHosting.SHOPIFY)

    with pytest.raises(Conflict, match="shopify"):
        website.deploy()


def test_files_and_pages_both_show_the_website(website: WordPressWebsite, wordpress: WordPressServer) -> None:
    website.set_hosting(BlueprintHosting.MULTI)
    website.deploy()
    website.say("We mend boats.")
    done = website.deploy()

    assert b"We mend boats." in website.seen()["about/index.html"]
    assert "We mend boats." in seen(wordpress, "about")
    assert done.report["wordpress"]["changed"] == ["about"]
    assert done.report["changed"]["count"] == 2

    website.rollback(1)

    assert b"The about page." in website.seen()["about/index.html"]
    assert "The about page." in seen(wordpress, "about")
    assert website.history()[-1] == ("rollback", 1, 2, "bob")


def test_versions_of_files_and_of_pages_follow_each_other(website: WordPressWebsite) -> None:
    website.set_hosting(BlueprintHosting.IGNY8_SITES)
    website.deploy()
    website.set_hosting(BlueprintHosting.WORDPRESS)
    website.deploy()
    website.say("We mend boats.")
    website.deploy()
    website.set_hosting(BlueprintHosting.IGNY8_SITES)

    assert website.deploy().version == 4
    assert website.versions() == dict.fromkeys((1, 2, 3, 4), "kept")
    assert [version for _, version, _, _ in website.history()] == [1, 2, 3, 4]
    website.rollback(3)
    website.rollback(1)
    with website.sessions() as session:
        assert live_of(session, website.site_id) == 1
    assert json.loads(website.seen()["site.json"])["name"] == "Boats & Sons"
