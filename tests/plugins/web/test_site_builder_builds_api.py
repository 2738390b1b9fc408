"""Builds, deployments, versions and settings of websites by API."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from igny8_web.media import media

from igny8_lib.amounts import Credits
from igny8_lib.credits.ledger import add_credits
from igny8_lib.db.session import Sessions
from igny8_lib.models import EntryType, Module, SiteBuild, SitePage
from igny8_lib.settings import load
from igny8_lib.site_builder.building.deployer import SiteDeployer
from igny8_lib.site_builder.deploying.places import Places
from igny8_lib.sites.modules import set_module
from tests.plugins.web.house import House
from tests.plugins.web.websites import made, pages_of, send, url, website


@pytest.fixture
def blueprint(house: House, sessions: Sessions) -> int:
    house.airflow.paused["build_site"] = False
    return website(house, sessions)


@pytest.fixture
def places(sessions: Sessions, media_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Places:
    """Where the platform has its websites."""
    assert media_folder
    monkeypatch.setenv("IGNY8_STATIC_ROOT", str(tmp_path / "sites"))
    monkeypatch.setenv("IGNY8_STATIC_URL", "https://sites.example/")
    load.cache_clear()
    return Places.of(load(), sessions)


def deploy(house: House, sessions: Sessions, places: Places, blueprint: int) -> None:
    """Deploy it as a build does."""
    asked = send(house, "POST", f"blueprints/{blueprint}/deploy", {})
    assert asked.status_code == 202, asked.text
    number = asked.json()["build"]["id"]
    SiteDeployer(sessions, places, media()).deploy(house.blog, blueprint, by="editor", build_id=number)
    assert send(house, "POST", f"builds/{number}/cancel").status_code == 200


def started(house: House) -> list[dict[str, Any]]:
    """The confs of the DAG runs that Airflow was asked for."""
    return [conf for (dag, _), conf in house.airflow.confs.items() if dag == "build_site"]


def test_a_build_is_opened_told_and_handed_to_airflow(house: House, blueprint: int) -> None:
    asked = send(house, "POST", f"blueprints/{blueprint}/generate_structure", {"pages": True, "deploy": True})
    assert asked.status_code == 202, asked.text
    build = asked.json()["build"]
    assert (build["status"], build["structure"], build["every_page"], build["deploy"]) == ("pending", True, True, True)
    assert [step["kind"] for step in build["steps"]] == ["structure", "check", "deploy"]
    assert asked.json()["estimate"]["at_least"] is True
    assert [conf["build_id"] for conf in started(house)] == [build["id"]]
    told = house.client("viewer").get(build["address"]).json()
    assert told["dag_run_id"] == f"build__{build['id']}__1"
    assert send(house, "GET", f"blueprints/{blueprint}").json()["status"] == "generating"


def test_a_dry_run_says_cost_and_what_would_go_and_opens_nothing(
    house: House, sessions: Sessions, blueprint: int
) -> None:
    about = pages_of(house, blueprint)[1]
    send(house, "PATCH", f"pages/{about['id']}", {"revision": 1, "title": "Who we are"})
    asked = send(house, "POST", f"blueprints/{blueprint}/generate_structure", {"dry_run": True})
    assert (asked.status_code, asked.json()["build"]) == (200, None)
    estimate = asked.json()["estimate"]
    assert estimate["credits"] == 50
    assert "Who we are" in " ".join(estimate["would_replace"]["kept"])
    assert len(estimate["would_replace"]["replaced"]) == 4
    with sessions() as session:
        assert session.query(SiteBuild).count() == 0
    assert started(house) == []


def test_a_second_build_waits_for_the_first_and_the_same_key_opens_one(house: House, blueprint: int) -> None:
    path = f"blueprints/{blueprint}/generate_structure"
    first, again = (send(house, "POST", path, {}, key="plan") for _ in range(2))
    assert (first.status_code, again.status_code) == (202, 202)
    assert first.json()["build"]["id"] == again.json()["build"]["id"]
    assert len(started(house)) == 1
    other = send(house, "POST", path, {})
    assert (other.status_code, other.json()["build_id"]) == (409, first.json()["build"]["id"])


def test_a_build_is_open_although_airflow_is_away(house: House, blueprint: int) -> None:
    house.airflow.down = True
    asked = send(house, "POST", f"blueprints/{blueprint}/generate_structure", {})
    assert asked.status_code == 202, asked.text
    assert asked.json()["build"]["dag_run_id"] is None


def test_a_page_without_text_is_written_and_one_with_text_is_regenerated(
    house: House, sessions: Sessions, blueprint: int
) -> None:
    page = pages_of(house, blueprint)[1]["id"]
    refused = send(house, "POST", f"pages/{page}/generate_content", {})
    assert (refused.status_code, "regenerate" in refused.json()["detail"]) == (409, True)
    looked = send(house, "POST", f"pages/{page}/regenerate", {"dry_run": True}).json()
    assert (looked["estimate"]["credits"], looked["estimate"]["pages"]) == (20, 1)
    asked = send(house, "POST", f"pages/{page}/regenerate", {"remark": "Shorter, please."}).json()["build"]
    assert (asked["remark"], [step["page_id"] for step in asked["steps"]]) == ("Shorter, please.", [page])
    assert send(house, "POST", f"builds/{asked['id']}/cancel").json()["status"] == "cancelled"
    with sessions.begin() as session:
        session.get_one(SitePage, page).blocks = []
    assert send(house, "POST", f"pages/{page}/generate_content", {}).status_code == 202


def test_a_cancelled_build_stays_cancelled_and_lists_say_so(house: House, blueprint: int) -> None:
    build = send(house, "POST", f"blueprints/{blueprint}/deploy", {}).json()["build"]
    twice = [send(house, "POST", f"builds/{build['id']}/cancel") for _ in range(2)]
    assert [(each.status_code, each.json()["status"]) for each in twice] == [(200, "cancelled")] * 2
    assert "Cancelled by editor" in twice[0].json()["error"]
    for path in ("builds", f"blueprints/{blueprint}/builds"):
        listed = send(house, "GET", path, who="viewer").json()
        assert [each["id"] for each in listed["builds"]] == [build["id"]]
    assert send(house, "GET", "builds", status="running").json()["builds"] == []


def test_without_credits_or_the_writer_nothing_is_opened(house: House, sessions: Sessions, blueprint: int) -> None:
    with sessions.begin() as session:
        set_module(session, house.agency, Module.WRITER, enabled=False)
    path = f"blueprints/{blueprint}/generate_structure"
    assert send(house, "POST", path, {"pages": True}).status_code == 403
    with sessions.begin() as session:
        spent = {"entry_type": EntryType.ADJUSTMENT, "key": "spent", "created_by": "test"}
        add_credits(session, house.agency, Credits.of(-960), **spent)
    poor = send(house, "POST", path, {})
    assert (poor.status_code, poor.json()["type"]) == (402, "urn:igny8:problem:insufficient-credits")


def test_a_viewer_starts_and_rolls_back_nothing(house: House, blueprint: int) -> None:
    for path, body in (("generate_structure", {}), ("deploy", {"dry_run": True}), ("rollback", {"version": 1})):
        assert send(house, "POST", f"blueprints/{blueprint}/{path}", body, who="viewer").status_code == 403
    assert send(house, "GET", f"blueprints/{blueprint}/versions", who="viewer").json()["versions"] == []


@pytest.mark.usefixtures("places")
def test_a_dry_run_of_a_deployment_lists_faults_where_they_are(house: House, blueprint: int) -> None:
    asked = send(house, "POST", f"blueprints/{blueprint}/deploy", {"dry_run": True})
    assert (asked.status_code, asked.json()["build"]) == (200, None), asked.text
    check = asked.json()["check"]
    assert (check["works"], check["faults"], check["files"] > 5) == (True, [], True)
    assert check["changes"]["added_count"] == check["files"]
    assert "index.html" in check["changes"]["added"]
    empty = made(house)["id"]
    broken = send(house, "POST", f"blueprints/{empty}/deploy", {"dry_run": True}).json()["check"]
    assert (broken["works"], [fault["path"] for fault in broken["faults"]]) == (False, ["pages"])


def test_versions_are_listed_and_an_earlier_one_is_shown_again(
    house: House, sessions: Sessions, blueprint: int, places: Places
) -> None:
    home = pages_of(house, blueprint)[0]["id"]
    deploy(house, sessions, places, blueprint)
    index = places.root / "blog" / "current" / "index.html"
    first = index.read_bytes()
    send(house, "PATCH", f"pages/{home}", {"revision": 1, "title": "Boats and more"})
    deploy(house, sessions, places, blueprint)
    assert index.read_bytes() != first
    path = f"blueprints/{blueprint}"
    listed = send(house, "GET", f"{path}/versions", who="viewer").json()["versions"]
    assert [(each["number"], each["is_live"], each["can_be_live"]) for each in listed] == [
        (2, True, False),
        (1, False, True),
    ]
    told = send(house, "POST", f"{path}/rollback", {"version": 1}).json()
    assert (told["version"], told["before"], told["missing_articles"]) == (1, 2, [])
    assert "index.html" in told["changes"]["changed"]
    assert index.read_bytes() == first
    assert send(house, "GET", path).json()["deployed_version"] == 1
    assert send(house, "POST", f"{path}/rollback", {"version": 7}).status_code == 404


def test_settings_are_read_by_all_and_changed_by_owners_from_the_newest_revision(house: House) -> None:
    told = send(house, "GET", "settings", who="viewer").json()
    assert (told["revision"], told["settings"]["versions_kept"], told["live_version"]) == (1, 5, None)
    change = {"revision": 1, "versions_kept": 9}
    assert send(house, "PUT", "settings", change).status_code == 403
    after = send(house, "PUT", "settings", change, who="owner").json()
    assert (after["revision"], after["settings"]["versions_kept"]) == (2, 9)
    assert send(house, "PUT", "settings", change | {"versions_kept": 4}, who="owner").status_code == 409


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"versions_kept": 51}, "versions_kept"),
        ({"target_url": "s3://key:secret@bucket/x"}, "target_url"),
        ({"target_url": "s3://bucket/../x", "public_url": "https://a.example/"}, "target_url"),
        ({"target_url": "s3://bucket/x"}, "public_url"),
        ({"public_url": "javascript:alert(1)"}, "public_url"),
        ({"root": "/etc"}, "root"),
    ],
)
def test_settings_that_cannot_be_are_refused_by_their_field(house: House, changed: dict[str, Any], field: str) -> None:
    answer = send(house, "PUT", "settings", changed | {"revision": 1}, who="owner")
    assert (answer.status_code, answer.json()["field"]) == (422, field), answer.text


def test_lists_are_not_sent_again_where_nothing_changed(house: House, blueprint: int) -> None:
    viewer = house.client("viewer")
    for path in ("block_types", "themes", "builds", f"blueprints/{blueprint}/versions", f"blueprints/{blueprint}"):
        first = viewer.get(url(path))
        assert viewer.get(url(path), headers={"If-None-Match": first.headers["etag"]}).status_code == 304, path
