"""Websites before they are deployed: a signed key in the address opens one of them, to read, and nothing runs in it."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import pytest
from httpx import Response
from igny8_web import preview_keys
from igny8_web.previews import address_of
from sqlalchemy.orm import Session

from igny8_lib import clock
from igny8_lib.models import Module, Site, SiteBlueprint
from igny8_lib.sites.modules import set_module
from tests.factories.websites import make_blueprint, make_page, make_website, text_block
from tests.plugins.web.house import PAGES, House

HOSTILE = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>"


@pytest.fixture
def site(house: House, session: Session) -> Site:
    return session.get_one(Site, house.blog)


@pytest.fixture
def website(session: Session, site: Site, media_folder: Path) -> SiteBlueprint:
    """Six pages: one has no text yet, one a link out."""
    assert media_folder
    made = make_website(session, site, name="Harbour boats")
    link = [{"label": "A club", "target": "https://club.example/"}]
    block = {"id": "cta-1", "type": "call_to_action", "data": {"title": HOSTILE, "buttons": link}}
    make_page(session, made, slug="club", title="Club", blocks=[text_block(title=HOSTILE, body=HOSTILE), block])
    make_page(session, made, slug="moorings", title="Moorings", blocks=[])
    session.commit()
    return made


def key_of(house: House, website: SiteBlueprint) -> str:
    return address_of(house.agency, website.site_id, website.id, "viewer")


def look(house: House, website: SiteBlueprint, path: str = "") -> Response:
    """The answer to a frame, which sends no cookie."""
    answer: Response = house.client().get(f"{PAGES}/{key_of(house, website)}{path}")
    return answer


def test_pages_are_shown_as_they_are_now_and_their_links_stay_in_the_preview(
    house: House, website: SiteBlueprint
) -> None:
    home = look(house, website)
    assert home.status_code == 200
    assert "We repair boats" in home.text
    links = re.findall(r'<a href="([^"#]*)"', home.text)
    assert any(link.endswith("/about/") for link in links)
    for link in links:
        assert house.client().get(link).status_code == 200, link
    assert "Moorings" in look(house, website, "moorings/").text, "a page without text shows its title"
    style = look(house, website, "assets/site.css")
    assert (style.status_code, style.headers["content-type"]) == (200, "text/css; charset=utf-8")
    assert look(house, website, "favicon.ico").status_code == 200


def test_nothing_runs_and_nothing_is_loaded_from_elsewhere(house: House, website: SiteBlueprint) -> None:
    answer = look(house, website, "club/")
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'self'" in policy
    sandbox = policy.partition("sandbox ")[2].split()
    assert not {"allow-scripts", "allow-same-origin", "allow-forms", "allow-top-navigation"} & set(sandbox)
    assert (answer.headers["x-content-type-options"], answer.headers["referrer-policy"]) == ("nosniff", "no-referrer")
    assert "<script>alert" not in answer.text
    assert "<img src=x" not in answer.text
    assert re.search(r'<a target="_blank" rel="noopener noreferrer" [^>]*href="https://club.example/"', answer.text)


def test_where_there_is_nothing_it_says_so_as_to_visitors(house: House, website: SiteBlueprint) -> None:
    for path in ("nothing/", "assets/images/none.webp", "site.json", "about"):
        answer = look(house, website, path)
        assert (answer.status_code, "sandbox" in answer.headers["content-security-policy"]) == (404, True), path


def test_only_a_key_that_was_issued_opens_anything_and_only_for_an_hour(
    house: House, website: SiteBlueprint, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = key_of(house, website)
    body, _, signed = address.removeprefix("previews/").rstrip("/").partition(".")
    forged = preview_keys.issue(house.agency, website.site_id, website.id + 1, "viewer").partition(".")[0]
    for wrong in (f"{forged}.{signed}", f"{body}.{signed[:-1]}x", body, ".", "ü.ü"):
        assert house.client().get(f"{PAGES}/previews/{wrong}/").status_code == 404, wrong
    now = clock.now() + timedelta(minutes=61)
    monkeypatch.setattr(clock, "now", lambda: now)
    assert house.client().get(f"{PAGES}/{address}").status_code == 404


def test_a_key_opens_no_other_website_and_none_where_the_module_is_off(
    house: House, session: Session, website: SiteBlueprint
) -> None:
    rivals = make_blueprint(session, session.get_one(Site, house.shop))
    session.commit()
    address = address_of(house.agency, website.site_id, rivals.id, "viewer")
    assert house.client().get(f"{PAGES}/{address}").status_code == 404
    set_module(session, house.agency, Module.SITE_BUILDER, enabled=False)
    session.commit()
    assert look(house, website).status_code == 403
