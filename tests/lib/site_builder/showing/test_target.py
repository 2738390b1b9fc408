"""Articles in a built website: whole pages, addresses of their own, lists and maps, and nothing that is not needed."""

from __future__ import annotations

import io
import json
import re
from datetime import timedelta

import httpx
import pytest
from PIL import Image as Pillow
from sqlalchemy import select

from igny8_lib.models import Image, ImageFormat, PublicationStatus, PublishingSettings, SiteBlueprint, SiteVersion
from igny8_lib.publishing import actions
from tests.lib.publishing.static_site import record
from tests.lib.site_builder.showing.harbour import Harbour


def test_a_page_is_complete_in_itself(harbour: Harbour) -> None:
    content = harbour.publish(
        "roses",
        title="Roses <& thorns>",
        meta_title="Roses",
        meta_description='How to "prune"',
        tags=["garden & home"],
        categories=["Plants"],
    )
    answer = httpx.get(str(content.external_url))
    assert answer.status_code == 200
    page = answer.text
    assert '<html lang="en-AU" dir="ltr">' in page
    assert "<title>Roses</title>" in page
    assert "<h1>Roses &lt;&amp; thorns&gt;</h1>" in page
    assert 'content="How to &#34;prune&#34;"' in page
    assert f'<link rel="canonical" href="{content.external_url}">' in page
    assert "garden &amp; home" in page
    assert re.findall(r"<script[^>]*>", page) == ['<script type="application/ld+json">'] * 2
    facts = json.loads(re.search(r"ld\+json\">(.*?)</script>", page)[1])  # type: ignore[index]
    assert (facts["@type"], facts["headline"]) == ("Article", "Roses <& thorns>")
    pictures = re.findall(r'<img src="([^"]+)"[^>]* width="64" height="48" alt="([^"]+)"', page)
    assert len(pictures) == 2
    for file, alt_text in pictures:
        got = httpx.get(f"{harbour.sites.url}{file}")
        assert (got.headers["content-type"], alt_text) == ("image/webp", "A rose")
    assert facts["image"][0] == f"{harbour.sites.url}{pictures[0][0]}"


def test_the_first_article_makes_a_site_with_a_home_page_and_a_blog_that_link_to_it(harbour: Harbour) -> None:
    harbour.publish("roses")
    for address in ("", "blog/"):
        page = httpx.get(f"{harbour.sites.url}/harbour/{address}")
        assert (page.status_code, "/harbour/blog/roses/" in page.text) == (200, True)
    made = harbour.session.scalars(select(SiteVersion)).one()
    assert (made.number, made.blueprint_id, made.made_by) == (1, None, "publisher")
    assert harbour.session.scalars(select(SiteBlueprint)).all() == []
    harbour.publish("tulips")
    assert harbour.folder.versions() == [1]
    harbour.assert_whole()


def test_articles_go_into_the_website_that_people_deployed(harbour: Harbour) -> None:
    harbour.deploy(harbour.blueprint())
    harbour.publish("roses")
    assert "Boats &amp; Sons" in harbour.sites.page("harbour", "roses")
    assert harbour.folder.versions() == [1]
    harbour.assert_whole()


def test_a_large_picture_comes_in_the_widths_that_browsers_choose_from(harbour: Harbour) -> None:
    content = harbour.due("roses")
    image = harbour.session.scalars(select(Image).where(Image.content_id == content.id, Image.position == 0)).one()
    file = io.BytesIO()
    Pillow.new("RGB", (1200, 800), (90, 120, 90)).save(file, "PNG")
    harbour.sites.media.write(str(image.file), file.getvalue())
    harbour.work()
    page = harbour.sites.page("harbour", "roses")
    (widths,) = [re.findall(r"\.webp (\d+)w", each) for each in re.findall(r'srcset="([^"]+)"', page)]
    assert widths == ["480", "960", "1200"]
    addresses = re.findall(r"/harbour/(assets/images/[0-9a-f]{64}\.webp)", page)
    assert {httpx.get(f"{harbour.sites.url}/harbour/{each}").status_code for each in addresses} == {200}


def test_pictures_stay_as_they_are_where_the_site_wants_that(harbour: Harbour) -> None:
    harbour.session.get_one(PublishingSettings, harbour.site.id).image_format = ImageFormat.ORIGINAL
    harbour.publish("roses")
    assert len([path for path in harbour.seen() if path.startswith("assets/images/") and path.endswith(".png")]) == 2


def test_an_address_that_another_article_has_gets_a_number_and_keeps_it(harbour: Harbour) -> None:
    first = harbour.publish("roses")
    first.slug = "tulips"  # here, not on the site yet
    harbour.session.commit()
    second = harbour.publish("roses")
    assert second.external_url == harbour.sites.address("harbour", "roses-2")
    assert harbour.sites.pages("harbour") == ["roses", "roses-2"]
    harbour.ask_update(second, title="Other roses")
    harbour.work()
    assert harbour.sites.pages("harbour") == ["roses", "roses-2"]
    harbour.assert_whole()


def test_the_list_and_the_map_name_every_article_the_newest_first(harbour: Harbour) -> None:
    for name in ("one", "two", "three"):
        harbour.publish(name, title=f"About {name}", ago=timedelta(minutes=2))
    listed = httpx.get(f"{harbour.sites.url}/harbour/blog/").text

    assert re.findall(r'<h\d><a href="/harbour/blog/(\w+)/">', listed) == ["three", "two", "one"]
    site_map = httpx.get(f"{harbour.sites.url}/harbour/sitemap.xml").text
    for path in ("", "blog/three/", "blog/two/", "blog/one/"):
        assert f"<loc>{harbour.sites.url}/harbour/{path}</loc>" in site_map


@pytest.mark.parametrize("slug", ["../other", "a/b", "", ".hidden", "a b"])
def test_a_slug_that_is_no_name_of_a_folder_is_refused_with_what_to_do(harbour: Harbour, slug: str) -> None:
    content = harbour.due(slug, title="Roses")
    assert harbour.work() == {"failed": 1}
    known = record(harbour.session, content)
    assert (known.status, known.cause) == (PublicationStatus.FAILED, "slug")
    assert "another slug" in str(known.error)
    assert list(harbour.sites.root.parent.rglob("index.html")) == []


def test_pictures_of_the_version_before_are_not_left_behind(harbour: Harbour) -> None:
    content = harbour.publish("roses")
    before = pictures(harbour)
    for image in harbour.session.scalars(select(Image).where(Image.content_id == content.id, Image.position == 1)):
        harbour.session.delete(image)
    actions.update(harbour.session, harbour.site, content.id, by="ann")
    harbour.session.commit()
    harbour.work()
    assert pictures(harbour) < before
    assert len(pictures(harbour)) == 1
    assert kept(harbour) == {path.rpartition("/")[2] for path in pictures(harbour)}
    harbour.assert_whole()


def test_pictures_that_another_article_shows_too_stay(harbour: Harbour) -> None:
    first, second = harbour.publish("roses"), harbour.publish("tulips")
    harbour.ask_unpublish(first)
    harbour.work()
    assert len(pictures(harbour)) == len(kept(harbour)) == 2, "both articles have the same pictures"
    harbour.assert_whole()
    harbour.ask_unpublish(second)
    harbour.work()
    assert pictures(harbour) == kept(harbour) == set()
    actions.publish_now(harbour.session, harbour.site, second.id, by="ann")
    harbour.session.commit()
    assert harbour.work() == {"done": 1}
    assert len(pictures(harbour)) == 2, "they are made again"
    harbour.assert_whole()


def test_pictures_that_the_store_has_lost_are_made_again_for_an_update(harbour: Harbour) -> None:
    content = harbour.publish("roses")
    for path in (harbour.sites.root.parent / "media" / "websites").rglob("*.webp"):
        path.unlink()
    harbour.ask_update(content, title="Roses anew")
    assert harbour.work() == {"done": 1}
    harbour.assert_whole()


def kept(harbour: Harbour) -> set[str]:
    """The files of articles' pictures that the media store has."""
    return {path.name for path in (harbour.sites.root.parent / "media" / "websites").rglob("*") if path.is_file()}


def pictures(harbour: Harbour) -> set[str]:
    return {path for path in harbour.seen() if path.startswith("assets/images/")}


def test_an_update_that_changes_nothing_touches_no_file_and_no_date(harbour: Harbour) -> None:
    content = harbour.publish("roses")
    live = harbour.sites.live("harbour")
    before = {path: path.stat().st_mtime_ns for path in live.rglob("*") if path.is_file()}
    actions.update(harbour.session, harbour.site, content.id, by="ann")
    harbour.session.commit()
    assert harbour.work() == {"done": 1}
    assert {path: path.stat().st_mtime_ns for path in live.rglob("*") if path.is_file()} == before


def test_whatever_changes_the_site_is_as_if_it_had_been_made_anew(harbour: Harbour) -> None:
    terms = {"categories": ["Plants"], "tags": ["garden"]}
    made = [harbour.publish(f"article-{number}", **terms) for number in range(13)]
    harbour.ask_update(made[3], slug="moved")
    harbour.ask_update(made[5], title="Another title", tags=["tag-9"])
    harbour.work()
    harbour.assert_whole()
    harbour.ask_unpublish(made[0])
    actions.delete_post(harbour.session, harbour.site, made[12].id, by="ann")
    harbour.session.commit()
    harbour.work()
    harbour.assert_whole()
    assert "moved" in harbour.sites.pages("harbour")
    assert len(harbour.sites.pages("harbour")) == 11
