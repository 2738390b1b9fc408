"""A website as its owner makes it in Airflow: from the brief to visitors, an article in it, and back again."""

from __future__ import annotations

import re

import httpx
import pytest
from playwright.sync_api import Frame, expect
from sqlalchemy import select

from igny8_lib import clock
from igny8_lib.models import Content, ContentStatus, HostingType, Site, SiteContentStatus
from igny8_lib.sites.sites import add_site, site_by_slug
from tests.browser.demo import SITE, Demo
from tests.browser.visitor import Visit
from tests.factories.articles import make_article
from tests.stack import LONG, LONGER, Stack, until

pytestmark = [
    pytest.mark.airflow,
    pytest.mark.timeout(1800),
    pytest.mark.slow("a website is planned, written and deployed twice by DAG runs of a real Airflow"),
]
SLUG = "website-by-browser"
UNTIL = LONGER * 1000
OURS = "Wooden boats, mended by hand"
BRIEF = "We repair and store wooden boats in a small harbour. Write to us at yard@harbour-lane.example."


@pytest.fixture
def url(stack: Stack, demo: Demo) -> str:  # noqa: ARG001 - the demo has made the account
    """Where visitors will find the website of a new site of the demo's account."""
    stack.reset_sandbox()
    with stack.sessions.begin() as session:
        account_id = site_by_slug(session, SITE).account_id
        add_site(
            session, account_id, name="Harbour Lane", slug=SLUG, domain="lane.example", hosting_type=HostingType.IGNY8
        )
    return f"{stack.services.sites_url}/{SLUG}/"


def brief(document: Frame) -> None:
    """The wizard's four steps."""
    document.get_by_role("link", name="New website").first.click()
    document.get_by_label("Name of the website").fill("Harbour Lane")
    document.get_by_label("Audience").fill("Owners of wooden boats")
    document.get_by_role("button", name="Go on").click()
    document.get_by_label("Brief", exact=True).fill(BRIEF)
    document.get_by_role("button", name="Go on").click()
    document.get_by_label("Objectives").fill("Visitors ask for a quote")
    document.get_by_role("button", name="Go on").click()
    document.get_by_role("radio", name=re.compile("^Forest")).check()
    document.get_by_role("button", name="Save and finish").click()


def deploy(document: Frame, version: int) -> None:
    """Deploy, and wait until the page says that visitors see it."""
    document.get_by_role("button", name="Deploy", exact=True).click()
    document.get_by_role("dialog").get_by_role("button", name="Deploy it").click()
    expect(document.get_by_text(f"Version {version} of this website")).to_be_visible(timeout=UNTIL)


def edit_the_first_block(document: Frame) -> None:
    """Let the home page open with our words."""
    document.get_by_role("link", name="Edit and preview").click()
    document.locator("[id^='edit-']").first.click()
    heading = document.locator("#f-title")
    heading.fill(OURS)
    heading.press("Enter")
    expect(document.locator("#toast")).to_contain_text("Saved")
    expect(document.frame_locator("#preview").get_by_role("heading", level=1, name=OURS)).to_be_visible()


def publish(stack: Stack) -> str:
    """The address of an approved article, once the publisher has shown it."""
    with stack.sessions.begin() as session:
        site = session.scalars(select(Site).where(Site.slug == SLUG)).one()
        article = make_article(
            session,
            site,
            title="Boats in winter",
            slug="boats-in-winter",
            status=ContentStatus.APPROVED,
            site_status=SiteContentStatus.SCHEDULED,
            scheduled_publish_at=clock.now(),
        ).id
    stack.trigger("publish_due")

    def shown() -> str | None:
        with stack.sessions() as session:
            found = session.get_one(Content, article)
            return found.external_url if found.site_status is SiteContentStatus.PUBLISHED else None

    return until(shown, "the article is public", LONG)


def test_a_brief_becomes_a_website_that_is_edited_shows_an_article_and_goes_back(
    visit: Visit, stack: Stack, url: str
) -> None:
    visitor = visit("demo-owner")
    document = visitor.framed(f"sites/{SLUG}/website")
    brief(document)
    document.get_by_label("Then write all of them, too").check()
    document.get_by_role("button", name="Plan the pages (50 credits)").click()
    expect(document.get_by_role("link", name="Plan the pages again")).to_be_visible(timeout=UNTIL)
    here = re.sub(r".*/igny8/", "", document.url).partition("?")[0]
    assert document.get_by_role("link", name=re.compile("^Write “.*” again$")).count() >= 5
    deploy(document, 1)
    assert OURS not in httpx.get(url).text

    edit_the_first_block(document)
    document = visitor.framed(here)
    deploy(document, 2)
    assert OURS in httpx.get(url).text

    address = publish(stack)
    assert address == f"{url}blog/boats-in-winter/"
    assert "Boats in winter" in httpx.get(address).text
    assert "Boats in winter" in httpx.get(f"{url}blog/").text

    document = visitor.framed(f"sites/{SLUG}/website/versions")
    document.get_by_role("button", name="Go back to version 1").click()
    document.get_by_role("dialog").get_by_role("button", name="Go back to it").click()
    expect(document.get_by_role("button", name="Go back to version 2")).to_be_visible()
    assert OURS not in httpx.get(url).text
    assert httpx.get(address).status_code == 404
