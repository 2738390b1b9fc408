"""What people do to a website's pages in a real WordPress is left alone and named, and what is gone here goes there."""

from __future__ import annotations

import pytest

from igny8_lib.site_builder.wordpress_pages.deploying import deploy_pages
from tests.lib.site_builder.wordpress_pages.websites import WordPressWebsite, change, hero, page, pages_of, seen
from tests.wordpress_server import WordPressServer

pytestmark = pytest.mark.slow("each test deploys five pages to a real WordPress, some several times")
THEIRS = "<p>People wrote this.</p>"


def test_what_people_changed_is_left_alone_and_named(website: WordPressWebsite, wordpress: WordPressServer) -> None:
    website.deploy()
    change(wordpress, "about", content=THEIRS + page(wordpress, "about").content)
    website.say("We mend boats.")

    told = website.deploy().report["wordpress"]

    (conflict,) = told["conflicts"]
    assert (conflict["page"], conflict["url"]) == ("about", f"{wordpress.url}/about/")
    assert "People wrote this." in seen(wordpress, "about")
    assert told["unchanged"] == ["home", "services", "blog", "contact"]


def test_another_title_is_a_change_of_peoples(website: WordPressWebsite, wordpress: WordPressServer) -> None:
    website.deploy()
    change(wordpress, "about", title="Who we are")

    assert [each["page"] for each in website.deploy().report["wordpress"]["conflicts"]] == ["about"]
    assert page(wordpress, "about").title == "Who we are"


def test_force_replaces_what_people_changed(website: WordPressWebsite, wordpress: WordPressServer) -> None:
    website.deploy()
    change(wordpress, "about", content=THEIRS)

    told = deploy_pages(website.sessions, website.open, website.store, website.site_id, 1, force=True)

    assert (told["changed"], told["conflicts"]) == (["about"], [])
    assert "People wrote this." not in seen(wordpress, "about")


def test_people_may_hide_a_page_and_give_it_another_address(
    website: WordPressWebsite, wordpress: WordPressServer
) -> None:
    website.deploy()
    change(wordpress, "services", status="draft")
    change(wordpress, "about", slug="who-we-are")
    website.say("We mend boats.")
    website.set_page("home", blocks=[hero("Boats", "page:about")])

    told = website.deploy().report["wordpress"]

    assert told["conflicts"] == []
    assert pages_of(wordpress)["services"]["post_status"] == "draft"
    assert "We mend boats." in seen(wordpress, "who-we-are")
    assert f'href="{wordpress.url}/who-we-are/"' in seen(wordpress, "home")


def test_a_page_that_people_put_into_the_trash_stays_there(
    website: WordPressWebsite, wordpress: WordPressServer
) -> None:
    website.deploy()
    with wordpress.client() as client:
        client.static_pages.trash(page(wordpress, "about").id)

    (conflict,) = website.deploy().report["wordpress"]["conflicts"]

    assert (conflict["page"], "trash" in conflict["says"]) == ("about", True)
    assert pages_of(wordpress)["about__trashed"]["post_status"] == "trash"


def test_a_page_that_was_deleted_for_good_is_made_again(website: WordPressWebsite, wordpress: WordPressServer) -> None:
    website.deploy()
    with wordpress.client() as client:
        client.static_pages.delete(page(wordpress, "about").id)

    assert website.deploy().report["wordpress"]["made"] == ["about"]
    assert "The about page." in seen(wordpress, "about")


def test_a_page_that_is_gone_here_goes_into_the_trash_and_a_rollback_brings_it_back(
    website: WordPressWebsite, wordpress: WordPressServer
) -> None:
    website.deploy()
    number = pages_of(wordpress)["about"]["ID"]
    website.remove_page("about")

    assert website.deploy().report["wordpress"]["trashed"] == ["about"]
    assert pages_of(wordpress)["about__trashed"]["post_status"] == "trash"
    assert website.deploy().report["wordpress"]["trashed"] == []

    done = website.rollback(1)

    assert pages_of(wordpress)["about"]["ID"] == number
    assert "The about page." in seen(wordpress, "about")
    assert done.report["wordpress"]["conflicts"] == []
    assert website.history()[-1] == ("rollback", 1, 3, "bob")


def test_a_page_that_is_gone_here_and_was_changed_there_stays(
    website: WordPressWebsite, wordpress: WordPressServer
) -> None:
    website.deploy()
    change(wordpress, "about", content=THEIRS + page(wordpress, "about").content)
    website.remove_page("about")

    (conflict,) = website.deploy().report["wordpress"]["conflicts"]

    assert conflict["page"] == "about"
    assert "People wrote this." in seen(wordpress, "about")
