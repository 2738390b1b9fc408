"""Deployments: what visitors see afterwards, what the rows say, and what ends one before anything is changed."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select

from igny8_lib.errors import Conflict, InvalidInput, NotFound
from igny8_lib.models import BlueprintHosting, BlueprintStatus, Site, SiteBlueprint, SitePage, SiteVersion
from igny8_lib.site_builder.assets.receiving import add_file
from igny8_lib.site_builder.assets.showing import images_of
from igny8_lib.site_builder.deploying.checking import check
from igny8_lib.site_builder.deploying.deploying import deploy, deploy_document
from igny8_lib.site_builder.deploying.settings import change
from igny8_lib.site_builder.deploying.standing import what_would_change
from igny8_lib.site_builder.deploying.versions import deployments_of, live_of, versions_of
from igny8_lib.site_builder.releases.checks import SiteHasFaults
from igny8_lib.site_builder.site_files import read_files
from tests.lib.site_builder import articles_made
from tests.lib.site_builder.deploying.websites import URL, Website, block, make_blueprint
from tests.lib.site_builder.uploads.making import picture


def add_picture(website: Website, name: str = "oven.png", width: int = 40) -> int:
    with website.sessions.begin() as session:
        site = session.get_one(Site, website.site_id)
        return add_file(session, website.store, site, name, picture(width=width), by="ann").id


def set_page(website: Website, slug: str, **values: Any) -> None:
    with website.sessions.begin() as session:
        page = session.scalars(
            select(SitePage).where(SitePage.blueprint_id == website.blueprint_id, SitePage.slug == slug)
        ).one()
        for name, value in values.items():
            setattr(page, name, value)


def set_blueprint(website: Website, **values: Any) -> None:
    with website.sessions.begin() as session:
        blueprint = session.get_one(SiteBlueprint, website.blueprint_id)
        for name, value in values.items():
            setattr(blueprint, name, value)


def test_the_first_deployment_shows_all_pages_and_says_so_in_rows(website: Website) -> None:
    done = website.deploy()

    seen = website.seen()
    assert {"index.html", "about/index.html", "blog/index.html", "404.html", "assets/site.css"} <= seen.keys()
    assert b"The about page." in seen["about/index.html"]
    assert f"{URL}{website.slug}/about/".encode() in seen["sitemap.xml"]
    assert (done.version, done.before, set(done.changes.added)) == (1, None, set(seen))
    assert website.blueprint().status is BlueprintStatus.DEPLOYED
    assert (website.blueprint().version, website.blueprint().deployed_version) == (1, 1)
    assert website.versions() == {1: "kept"}
    assert website.history() == [("deploy", 1, None, "ann")]
    assert done.report["files"] == len(seen)
    assert done.report["bytes"] == sum(map(len, seen.values()))


def test_the_version_keeps_the_structure_that_visitors_see(website: Website) -> None:
    website.deploy()
    website.say("Something else.")

    with website.sessions() as session:
        version = session.scalars(select(SiteVersion).where(SiteVersion.site_id == website.site_id)).one()
    assert read_files(website.seen()).model_dump(mode="json") == version.document


def test_the_second_deployment_is_a_new_version_that_tells_what_changed(website: Website) -> None:
    website.deploy()
    website.say("We mend boats.")

    done = website.deploy()

    assert (done.version, done.before) == (2, 1)
    assert done.changes.changed == ("about/index.html", "pages/about.json")
    assert done.report["changed"] == {"count": 2, "paths": list(done.changes.changed)}
    assert website.versions() == {1: "kept", 2: "kept"}


def test_uploads_and_articles_with_their_pictures_are_part_of_a_version(website: Website) -> None:
    add_picture(website)
    with website.sessions() as session:
        (name,) = images_of(session, website.site_id)
    data = {"title": "Us", "picture": {"file": name, "alt": "An oven"}}
    set_page(website, "about", blocks=[{"id": "hero", "type": "hero", "data": data}])
    website.publish(1)

    website.deploy()

    seen = website.seen()
    assert seen[f"assets/images/{name}"]
    assert b'width="40" height="30"' in seen["about/index.html"]
    assert b"Text 1." in seen["blog/article-1/index.html"]


def test_icons_are_drawn_from_the_chosen_picture(website: Website) -> None:
    website.deploy()
    letter = website.seen()["favicon.ico"]
    set_blueprint(website, icon_asset_id=add_picture(website))

    website.deploy()

    assert website.seen()["favicon.ico"] != letter


def test_a_failed_check_deploys_nothing_and_lists_all_faults_with_their_places(website: Website) -> None:
    website.deploy()
    before = website.seen()
    for slug in ("about", "contact"):
        data = {"title": "Us", "buttons": [{"label": "More", "target": "page:nowhere"}]}
        set_page(website, slug, blocks=[{"id": "hero", "type": "hero", "data": data}])

    with pytest.raises(SiteHasFaults) as refused:
        website.deploy()

    assert {one.path for one in refused.value.findings} == {"about/index.html", "contact/index.html"}
    assert all("nowhere" in one.what and one.line for one in refused.value.findings)
    assert website.seen() == before
    assert website.versions() == {1: "kept"}
    assert website.history() == [("deploy", 1, None, "ann")]
    assert website.target.versions() == [1]


def test_a_structure_that_cannot_be_read_is_a_fault_that_names_the_field(website: Website) -> None:
    set_page(website, "about", blocks=[block("Fine.", nonsense=True)])

    with pytest.raises(SiteHasFaults) as refused:
        website.deploy()

    report = check(website.sessions, website.places, website.store, website.site_id, website.blueprint_id)
    assert [one.path for one in refused.value.findings] == [fault.path for fault in report.faults]
    assert report.faults[0].path.startswith("pages.1.blocks.0.data")
    assert website.seen() == {}
    assert website.versions() == {}


def test_a_file_that_the_media_store_has_lost_is_a_fault(website: Website) -> None:
    add_picture(website)
    for file in (website.folder / "media").rglob("*.*"):
        file.unlink()

    with pytest.raises(SiteHasFaults, match="lost in the media store"):
        website.deploy()

    assert website.seen() == {}


def test_a_check_tells_what_a_deployment_would_and_changes_nothing(website: Website) -> None:
    website.deploy()
    website.say("We mend boats.")

    report = check(website.sessions, website.places, website.store, website.site_id, website.blueprint_id)

    assert (report.faults, report.changes.changed) == ((), ("about/index.html", "pages/about.json"))
    assert website.versions() == {1: "kept"}
    done = website.deploy()
    assert (report.files, report.bytes) == (done.report["files"], done.report["bytes"])


def test_what_would_change_names_the_articles_that_are_not_shown_yet(website: Website) -> None:
    website.deploy()
    website.publish(7)

    would = what_would_change(website.sessions, website.places, website.store, website.site_id, website.blueprint_id)

    assert (would.live, would.articles) == (1, ("article-7",))
    assert "blog/article-7/index.html" in would.changes.added


def test_another_blueprint_takes_over_and_the_former_becomes_ready(website: Website) -> None:
    website.deploy()
    with website.sessions.begin() as session:
        other = make_blueprint(session, session.get_one(Site, website.site_id), name="Canoes").id

    done = website.deploy(blueprint_id=other)

    assert (done.version, done.before) == (2, 1)
    assert b"Canoes" in website.seen()["index.html"]
    former, now = website.blueprint(), website.blueprint(other)
    assert (former.status, former.version, former.deployed_version) == (BlueprintStatus.READY, 1, None)
    assert (now.status, now.version, now.deployed_version) == (BlueprintStatus.DEPLOYED, 2, 2)


def test_a_structure_without_blueprint_is_deployed_and_gives_way_to_one(website: Website) -> None:
    document = articles_made.site()
    given = (website.sessions, website.places, website.store, website.site_id)

    first = deploy_document(*given, document, by="the publisher")
    website.deploy()

    assert first.version == 1
    assert website.history() == [("deploy", 1, None, "the publisher"), ("deploy", 2, 1, "ann")]
    deploy_document(*given, document, by="the publisher")
    assert website.blueprint().status is BlueprintStatus.READY


def test_so_many_versions_are_kept_as_the_site_chose(website: Website) -> None:
    with website.sessions.begin() as session:
        change(session, website.site_id, {"versions_kept": 2}, revision=1, by="ann")

    for number in range(1, 5):
        website.say(f"Text {number}.")
        last = website.deploy()

    assert website.target.versions() == [3, 4]
    assert website.versions() == {1: "removed", 2: "removed", 3: "kept", 4: "kept"}
    assert last.report["removed_versions"] == [2]


def test_a_build_deploys_once_however_often_it_is_asked(website: Website) -> None:
    build_id = website.build()
    first = website.deploy(build_id=build_id)
    website.say("Later.")

    again = website.deploy(build_id=build_id)

    assert (again.version, again.before, again.changes) == (first.version, first.before, first.changes)
    assert len(website.history()) == 1


def test_numbers_go_on_after_versions_that_no_row_knows(website: Website) -> None:
    (website.folder / "sites" / website.slug / "v7").mkdir(parents=True)

    assert website.deploy().version == 8


@pytest.mark.parametrize("hosting", [BlueprintHosting.SHOPIFY])
def test_what_is_hosted_elsewhere_is_refused(website: Website, hosting: BlueprintHosting) -> None:
    set_blueprint(website, hosting_type=hosting)

    with pytest.raises(Conflict, match="nothing can be deployed"):
        website.deploy()

    assert website.seen() == {}


def test_a_blueprint_that_is_being_built_is_deployed_by_its_build_alone(website: Website) -> None:
    set_blueprint(website, status=BlueprintStatus.GENERATING)

    with pytest.raises(Conflict, match="is being built"):
        website.deploy()
    website.deploy(build_id=website.build())

    assert website.blueprint().status is BlueprintStatus.GENERATING
    assert website.blueprint().deployed_version == 1


def test_another_sites_blueprint_is_not_found(website: Website) -> None:
    with pytest.raises(NotFound):
        website.deploy(blueprint_id=website.blueprint_id + 1)


def test_lists_tell_versions_and_deployments_newest_first(website: Website) -> None:
    for number in range(3):
        website.say(f"Text {number}.")
        website.deploy()
    website.rollback(2)

    with website.sessions() as session:
        versions = versions_of(session, website.site_id, page=1, page_size=2)
        deployments = deployments_of(session, website.site_id)
        assert live_of(session, website.site_id) == 2
    assert [(row.number, row.is_live, row.blueprint) for row in versions.rows] == [
        (3, False, "Boats & Sons"),
        (2, True, "Boats & Sons"),
    ]
    assert versions.total == 3
    assert [(row.kind.value, row.version) for row in deployments.rows][:2] == [("rollback", 2), ("deploy", 3)]
    assert versions.rows[0].as_json()["status"] == "kept"
    assert deployments.rows[0].as_json()["before"] == 3


def test_without_an_address_nothing_is_deployed(website: Website) -> None:
    nowhere = replace(website.places, url="")
    with pytest.raises(InvalidInput, match="IGNY8_STATIC_URL"):
        deploy(website.sessions, nowhere, website.store, website.site_id, website.blueprint_id, by="ann")
