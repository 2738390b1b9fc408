"""A brief becomes a website of valid HTML."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest

from igny8_lib.models import BlueprintStatus, PageType, SiteBlueprint, SitePageStatus
from igny8_lib.text.language import other_language
from tests.html_checker import html_faults
from tests.lib.site_builder.must_hold.briefs import BRIEFS
from tests.lib.site_builder.must_hold.built import PICTURES, BuiltSite


@pytest.mark.slow("the first of these tests has three websites planned, written and deployed")
@pytest.mark.parametrize("slug", BRIEFS)
def test_a_brief_becomes_at_least_five_live_pages_in_its_language(built: dict[str, BuiltSite], slug: str) -> None:
    site = built[slug]
    pages = site.pages()
    assert len(pages) >= 5
    assert {PageType.HOME, PageType.CONTACT} <= {page.type for page in pages}
    assert {page.status for page in pages} == {SitePageStatus.READY}
    with site.sessions() as session:
        blueprint = session.get_one(SiteBlueprint, site.blueprint_id)
        assert blueprint.status is BlueprintStatus.DEPLOYED
        assert blueprint.deployed_version == blueprint.version, "other tests may have deployed the site again"
    for address in site.addresses():
        assert httpx.get(address).status_code == 200, address
    if slug != "hostile":
        said = " ".join(str(page.blocks) for page in pages)
        assert other_language(said, BRIEFS[slug]["language"]) is None


def test_uploaded_pictures_stand_on_the_pages(built: dict[str, BuiltSite]) -> None:
    for site in built.values():
        said = str([page.blocks for page in site.pages()])
        assert len([name for name in PICTURES if name.partition(".")[0] in said]) >= 2, said


@pytest.mark.slow("the HTML checker is a Java program")
def test_the_html_checker_finds_nothing_in_what_is_live(built: dict[str, BuiltSite], tmp_path: Path) -> None:
    files = {f"{slug}/{path}": content for slug, site in built.items() for path, content in site.files().items()}
    assert sum(path.endswith(".html") for path in files) >= 3 * 8
    assert html_faults(files, tmp_path) == []
