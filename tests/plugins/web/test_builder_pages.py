"""The pages of websites: the brief in four steps, the list, one website with its build, versions, settings."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from httpx import Response
from igny8_web.media import media
from sqlalchemy import select
from sqlalchemy.orm import Session

from igny8_lib.db.session import Sessions
from igny8_lib.models import Module, Site, SiteBlueprint, SiteBuild, SitePage, SitePageStatus
from igny8_lib.settings import load
from igny8_lib.site_builder.blueprints.creating import create
from igny8_lib.site_builder.blueprints.pages import create_page
from igny8_lib.site_builder.deploying.deploying import deploy
from igny8_lib.site_builder.deploying.places import Places
from igny8_lib.sites.modules import set_module
from tests.factories.websites import make_website
from tests.plugins.web.filled import sent
from tests.plugins.web.house import PAGES, House

PAGE = f"{PAGES}/sites/blog/website"
FORM = "#wizard"
HTMX = {"HX-Request": "true"}


@pytest.fixture
def site(house: House, session: Session) -> Site:
    return session.get_one(Site, house.blog)


@pytest.fixture
def website(session: Session, site: Site) -> SiteBlueprint:
    """A brief without pages."""
    made = create(session, site, {"name": "Harbour boats", "brief": "We mend boats."}, by="owner")
    session.commit()
    return made


@pytest.fixture
def pages(session: Session, website: SiteBlueprint) -> list[SitePage]:
    """A home page that people wrote, and a contact page without text."""
    block = {"id": "hero-1", "type": "hero", "data": {"title": "Boats"}}
    home = create_page(
        session, website, {"slug": "home", "title": "Home", "type": "home", "blocks": [block]}, by="owner"
    )
    contact = create_page(session, website, {"slug": "contact", "title": "Contact", "type": "contact"}, by="owner")
    session.commit()
    return [home, contact]


@pytest.fixture
def places(media_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where uploads and deployed websites are."""
    monkeypatch.setenv("IGNY8_STATIC_URL", "https://sites.example")
    monkeypatch.setenv("IGNY8_STATIC_ROOT", str(media_folder / "sites"))
    load.cache_clear()


def plain(answer: Response) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.text)).replace("\xa0", " ")


def form_of(house: House, path: str, who: str = "editor", **typed: str) -> dict[str, str]:
    """A step as somebody's browser sends it, with what was typed."""
    return sent(house.browser(who).get(PAGE + path).text, FORM) | typed


def send(house: House, path: str, form: dict[str, str], who: str = "editor", **more: str) -> Response:
    answer: Response = house.browser(who).post(PAGE + path, data=form, headers=more)
    return answer


def test_nothing_yet_says_what_to_do(house: House) -> None:
    told = house.browser("editor").get(PAGE)
    assert "No website yet" in told.text
    assert f'href="{PAGE}/new"' in told.text
    assert f'href="{PAGE}/new"' not in house.browser("viewer").get(PAGE).text


def test_the_brief_is_kept_step_by_step_without_script(house: House, session: Session) -> None:
    made = send(house, "/new", form_of(house, "/new", name="Harbour boats", audience="Sailors"))
    website = session.scalars(select(SiteBlueprint)).one()
    assert (made.status_code, made.headers["location"]) == (303, f"{PAGE}/{website.id}/brief/2")
    second = f"/{website.id}/brief/2"
    assert send(house, second, form_of(house, second, brief="We mend boats.")).headers["location"].endswith("/brief/3")
    third = f"/{website.id}/brief/3"
    back = send(house, third, form_of(house, third, objectives="Ask for a quote\r\n\r\nCall", press="back"))
    assert back.headers["location"].endswith("/brief/2"), "going back keeps what was typed, too"
    fourth = f"/{website.id}/brief/4"
    end = send(house, fourth, form_of(house, fourth, palette="forest", press="end"))
    assert end.headers["location"] == f"{PAGE}/{website.id}"
    session.expire_all()
    assert (website.audience, website.brief) == ("Sailors", "We mend boats.")
    assert website.objectives == ["Ask for a quote", "Call"]
    assert (website.theme["palette"], website.edited) == ("forest", ["theme"]), "what was left alone is the AI's"
    assert "Harbour boats" in house.browser("viewer").get(PAGE).text


def test_what_is_wrong_stands_at_its_field_and_what_was_typed_stays(
    house: House, session: Session, website: SiteBlueprint
) -> None:
    answer = send(house, "/new", form_of(house, "/new", name="", audience="Sailors"))
    assert answer.status_code == 422
    assert re.search(r'id="name-said">.*?empty', answer.text, re.S)
    assert sent(answer.text, FORM)["audience"] == "Sailors"
    path = f"/{website.id}/brief/3"
    answer = send(house, path, form_of(house, path, objectives="\n".join("abcdefghijk")))
    assert (answer.status_code, 'id="objectives-said"' in answer.text) == (422, True)
    path = f"/{website.id}/brief/4"
    answer = send(house, path, form_of(house, path, brand="red"))
    assert (answer.status_code, 'id="brand-said"' in answer.text) == (422, True)
    session.expire_all()
    assert (website.objectives, website.theme) == ([], {})


def test_a_step_that_somebody_else_saved_meanwhile_is_told_and_can_be_put_over_it(
    house: House, session: Session, website: SiteBlueprint
) -> None:
    path = f"/{website.id}/brief/2"
    mine = form_of(house, path, brief="Mine")
    assert send(house, path, form_of(house, path, brief="Theirs")).status_code == 303
    answer = send(house, path, mine)
    assert (answer.status_code, "Somebody saved version 2" in answer.text) == (409, True)
    assert send(house, path, sent(answer.text, FORM)).status_code == 303
    session.expire_all()
    assert website.brief == "Mine"


def test_a_form_that_is_not_whole_changes_nothing(house: House, website: SiteBlueprint) -> None:
    for path in ("/new", f"/{website.id}/brief/2"):
        answer = send(house, path, {"name": "A"})
        assert (answer.status_code, "did not arrive whole" in answer.text) == (400, True)


def test_a_style_is_looked_at_without_saving_it(house: House, session: Session, website: SiteBlueprint) -> None:
    path = f"/{website.id}/brief/4"
    answer = send(house, path, form_of(house, path, palette="plum", press="look"))
    assert "sample?palette=plum" in answer.text
    session.expire_all()
    assert website.theme == {}


def test_a_sample_shows_the_style_and_runs_nothing(house: House) -> None:
    answer = house.browser("viewer").get(f"{PAGE}/sample?palette=forest&brand=%3Cscript%3E&typography=nothing")
    assert answer.status_code == 200
    assert "sandbox" in answer.headers["content-security-policy"]
    assert "#1f6a45" in answer.text
    assert not re.search(r"<script|<link|href=\"[^#]", answer.text)


def test_a_website_is_planned_at_its_price(house: House, session: Session, website: SiteBlueprint) -> None:
    page = plain(house.browser("editor").get(f"{PAGE}/{website.id}"))
    assert "Plan the pages (50 credits)" in page
    answer = send(house, f"/{website.id}/build", {"structure": "true"})
    assert (answer.status_code, answer.headers["location"]) == (303, f"{PAGE}/{website.id}")
    build = session.scalars(select(SiteBuild)).one()
    assert (build.structure, build.every_page, build.requested_by) == (True, False, "editor")
    shown = house.browser("viewer").get(f"{PAGE}/{website.id}")
    assert 'hx-trigger="every 3s"' in shown.text
    assert "Waits for a worker" in shown.text
    assert "/cancel" not in shown.text, "a viewer stops nothing"
    assert send(house, f"/{website.id}/build", {"structure": "true"}).status_code == 409
    part = house.browser("editor").post(f"{PAGE}/{website.id}/builds/{build.id}/cancel", headers=HTMX)
    assert (part.status_code, "Cancelled by editor" in part.text) == (200, True)
    assert 'hx-trigger="every 3s"' not in part.text
    assert "Plan the pages" in plain(house.browser("viewer").get(f"{PAGE}/{website.id}/builds"))


def test_pages_are_written_together_or_one_by_one(
    house: House, session: Session, website: SiteBlueprint, pages: list[SitePage]
) -> None:
    page = plain(house.browser("editor").get(f"{PAGE}/{website.id}"))
    assert "Write the others (1 × 20 credits)" in page
    assert "1 of 2 pages is not written yet." in page
    assert send(house, f"/{website.id}/build", {"page": str(pages[1].id)}).status_code == 303
    assert session.scalars(select(SiteBuild)).one().every_page is False


def test_before_anything_is_made_again_it_says_what_stays(
    house: House, website: SiteBlueprint, pages: list[SitePage]
) -> None:
    planned = plain(house.browser("editor").get(f"{PAGE}/{website.id}/build?structure=true"))
    assert "Stays, because people wrote it Home" in planned
    written = plain(house.browser("editor").get(f"{PAGE}/{website.id}/build?page={pages[0].id}"))
    assert "Write “Home” again?" in written
    assert "Stays, because people wrote it" in written
    assert house.browser("viewer").get(f"{PAGE}/{website.id}/build?structure=true").status_code == 403


def test_a_check_names_what_is_wrong_and_changes_nothing(
    house: House, session: Session, website: SiteBlueprint, places: None
) -> None:
    assert places is None
    block = {
        "id": "hero-1",
        "type": "hero",
        "data": {"title": "Boats", "buttons": [{"label": "Go", "target": "page:gone"}]},
    }
    create_page(session, website, {"slug": "home", "title": "Home", "type": "home", "blocks": [block]}, by="owner")
    session.commit()
    part = house.browser("editor").get(f"{PAGE}/{website.id}/check", headers=HTMX)
    assert part.status_code == 200
    assert "to be put right before it can be deployed" in part.text
    assert session.scalars(select(SiteBuild)).all() == []


def test_who_may_not_write_reads_and_finds_no_button(
    house: House, website: SiteBlueprint, pages: list[SitePage]
) -> None:
    assert pages
    for path in ("", f"/{website.id}", f"/{website.id}/brief/1", "/versions", "/settings", f"/{website.id}/builds"):
        page = house.browser("viewer").get(PAGE + path)
        assert page.status_code == 200, path
        assert 'method="post"' not in re.sub(r"<form[^>]*>(?=.*?<fieldset[^>]* disabled)", "", page.text, flags=re.S), (
            path
        )
    for path in ("/new", f"/{website.id}/brief/1", f"/{website.id}/build", f"/{website.id}/delete", "/settings"):
        assert house.browser("viewer").post(PAGE + path, data={}).status_code == 403, path


def test_another_accounts_website_is_not_there(house: House, website: SiteBlueprint) -> None:
    assert house.browser("neighbour").get(f"{PAGE}/{website.id}").status_code == 404
    assert house.browser("neighbour").get(f"{PAGES}/sites/rival-blog/website/{website.id}").status_code == 404


def test_a_website_is_deleted(house: House, session: Session, website: SiteBlueprint) -> None:
    gone = house.browser("owner").post(f"{PAGE}/{website.id}/delete")
    assert "“Harbour boats” is deleted." in plain(house.browser("owner").get(gone.headers["location"]))
    assert session.scalars(select(SiteBlueprint)).all() == []


def test_settings_are_changed_by_who_may_manage(house: House) -> None:
    path = "/settings"
    form = sent(house.browser("owner").get(PAGE + path).text, "form.card")
    saved = send(house, path, form | {"versions_kept": "9"}, "owner")
    assert "Settings saved." in house.browser("owner").get(saved.headers["location"]).text
    wrong = send(house, path, form | {"revision": "2", "versions_kept": "many"}, "owner")
    assert (wrong.status_code, 'id="versions_kept-help"' in wrong.text) == (422, True)
    far = send(house, path, form | {"revision": "2", "target_url": "s3://bucket/site"}, "owner")
    assert (far.status_code, "Enter where visitors find" in far.text) == (422, True)
    stale = send(house, path, form | {"versions_kept": "3"}, "owner")
    assert (stale.status_code, "Somebody saved version 2" in stale.text) == (409, True)


def test_no_version_yet_says_what_makes_one(house: House, places: None) -> None:
    assert places is None
    assert "No version yet" in house.browser("viewer").get(f"{PAGE}/versions").text
    assert house.browser("editor").post(f"{PAGE}/versions/3/rollback").status_code == 404


def test_an_earlier_version_is_live_again_and_that_is_told(
    house: House, session: Session, sessions: Sessions, site: Site, places: None
) -> None:
    assert places is None
    website = make_website(session, site, name="Harbour boats")
    session.commit()
    for name in ("Harbour boats", "Harbour boats and more"):
        website.name = name
        session.commit()
        deploy(sessions, places_of_test(sessions), media(), site.id, website.id, by="owner")
    versions = house.browser("editor").get(f"{PAGE}/versions")
    assert f"{PAGE}/versions/1/rollback" in versions.text
    assert f"{PAGE}/versions/2/rollback" not in versions.text, "it is live"
    assert "/rollback" not in house.browser("viewer").get(f"{PAGE}/versions").text
    done = send(house, "/versions/1/rollback", {})
    assert done.status_code == 303
    told = plain(house.browser("editor").get(done.headers["location"]))
    assert "Version 1 is live again." in told
    assert "Version 1 again" in told
    page = house.browser("viewer").get(f"{PAGE}/{website.id}")
    assert "Version 1 of this website" in page.text
    assert "https://sites.example/blog/" in page.text


def places_of_test(sessions: Sessions) -> Places:
    """As the application has them."""
    return Places.of(load(), sessions)


def test_a_switched_off_module_says_so(house: House, session: Session) -> None:
    set_module(session, house.agency, Module.SITE_BUILDER, enabled=False)
    session.commit()
    assert house.browser("owner").get(PAGE).status_code == 403


@pytest.mark.parametrize("text", ["<script>alert(1)</script>", "{{ 7 * 7 }}", "“‘\u202e"])
def test_hostile_texts_stay_texts(house: House, website: SiteBlueprint, text: str) -> None:
    path = f"/{website.id}/brief/2"
    assert send(house, path, form_of(house, path, brief=text)).status_code == 303
    page = house.browser("owner").get(f"{PAGE}/{website.id}").text
    assert "<script>alert" not in page
    assert (
        send(house, f"/{website.id}/brief/4", form_of(house, f"/{website.id}/brief/4", brand=text)).status_code == 422
    )


def test_a_page_under_way_is_told(
    house: House, session: Session, website: SiteBlueprint, pages: list[SitePage]
) -> None:
    pages[1].status = SitePageStatus.GENERATING
    session.commit()
    assert "Being written" in house.browser("viewer").get(f"{PAGE}/{website.id}").text
