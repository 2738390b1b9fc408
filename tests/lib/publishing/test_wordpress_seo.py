"""Title and description for search engines on a real WordPress, with what stands for the two plug-ins."""

from __future__ import annotations

from pathlib import Path

import pytest

from igny8_lib.models import StepName
from igny8_lib.publishing.wordpress.public_page import description_of
from tests.lib.publishing.wordpress_articles import article
from tests.lib.publishing.wordpress_site import KeptSteps, WordPressSite, site_of
from tests.wordpress_server import WordPressWith

MU_PLUGIN = Path(__file__).parents[3] / "docs/wordpress-mu-plugin/igny8-seo.php"


def publish(site: WordPressSite) -> tuple[KeptSteps, str, str]:
    steps = KeptSteps()
    post = site.publish(article(), steps)
    with site.admin() as admin:
        page = admin.fetch_public(post.url)
    return steps, page.title, description_of(page)


@pytest.mark.parametrize(("seo", "plugin"), [("yoast", "Yoast SEO"), ("rank math", "Rank Math")])
def test_the_plugin_gets_title_and_description_and_the_page_says_them(
    wordpress_with: WordPressWith, tmp_path: Path, seo: str, plugin: str
) -> None:
    steps, title, description = publish(site_of(wordpress_with(seo=seo), tmp_path, "author"))
    trace = steps.trace(StepName.SEO)
    assert (trace["plugin"], trace["report"]) == (plugin, {})
    assert (title, description) == ("Tea & coffee", "What wakes you up.")


def test_fields_that_the_site_dropped_are_reported_and_the_post_is_live(
    wordpress_with: WordPressWith, tmp_path: Path
) -> None:
    steps, _, description = publish(site_of(wordpress_with(seo="yoast closed"), tmp_path))
    (told,) = steps.trace(StepName.SEO)["report"]["seo"]
    assert "did not keep the title and the description and the keyword" in told
    assert "igny8-seo.php" in told
    assert description == ""
    assert steps.trace(StepName.LIVE)["status"] == 200


def test_the_plugin_of_the_docs_opens_yoasts_fields(wordpress_with: WordPressWith, tmp_path: Path) -> None:
    server = wordpress_with(seo="yoast closed")
    with server.plugin(MU_PLUGIN.read_text("utf-8").removeprefix("<?php")):
        steps, title, description = publish(site_of(server, tmp_path, "author"))
    assert steps.trace(StepName.SEO)["report"] == {}
    assert (title, description) == ("Tea & coffee", "What wakes you up.")


def test_without_a_plugin_the_description_is_the_excerpt_and_nothing_is_written(
    wordpress_with: WordPressWith, tmp_path: Path
) -> None:
    site = site_of(wordpress_with(), tmp_path)
    steps, _, _ = publish(site)
    assert steps.trace(StepName.SEO) == {"plugin": None, "report": {}}
    assert site.posts()[0]["post_excerpt"] == "What wakes you up."


def test_a_failing_seo_plugin_never_fails_the_post(wordpress_with: WordPressWith, tmp_path: Path) -> None:
    server = wordpress_with(seo="rank math")
    broken = "if (str_contains($_SERVER['REQUEST_URI'], 'updateMeta')) { http_response_code(403); exit; }"
    with server.plugin(broken):
        steps, _, _ = publish(site_of(server, tmp_path))
    (told,) = steps.trace(StepName.SEO)["report"]["seo"]
    assert told.startswith("Rank Math did not take title and description.")
    assert steps.trace(StepName.LIVE)["status"] == 200
