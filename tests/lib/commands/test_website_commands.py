"""`igny8 website`: from a brief to what visitors see, and back."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from igny8_lib.airflow_api import client as airflow_client
from igny8_lib.db.session import Sessions
from igny8_lib.models import Site
from igny8_lib.settings import load
from tests.factories.credits import make_funded_account
from tests.factories.sites import make_site
from tests.factories.websites import make_website
from tests.lib.commands.conftest import Igny8, Shell


@pytest.fixture
def site(sessions: Sessions) -> Site:
    with sessions.begin() as session:
        return make_site(session, make_funded_account(session), slug="blog", name="Blog")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Where the platform has its websites; Airflow is away."""
    monkeypatch.setenv("IGNY8_STATIC_ROOT", str(tmp_path / "sites"))
    monkeypatch.setenv("IGNY8_STATIC_URL", "https://sites.example/")
    monkeypatch.setenv("IGNY8_MEDIA_URL", tmp_path.as_uri())
    monkeypatch.setenv("IGNY8_AIRFLOW_URL", "http://127.0.0.1:1")
    monkeypatch.setattr(airflow_client, "WAIT", lambda _: 0)  # nobody comes back here
    load.cache_clear()
    yield tmp_path / "sites" / "blog"
    load.cache_clear()


@pytest.fixture
def website(sessions: Sessions, site: Site, folder: Path) -> str:  # noqa: ARG001 - where it is deployed to
    """The number of a blueprint of five pages with texts."""
    with sessions.begin() as session:
        return str(make_website(session, session.merge(site)).id)


def one_line(printed: str) -> str:
    return " ".join(printed.split())


@pytest.mark.usefixtures("site")
def test_a_blueprint_is_made_listed_changed_shown_and_deleted(igny8: Igny8, shell: Shell) -> None:
    assert "no blueprint yet" in shell("website", "blueprints", "blog")[1]
    said = ["--brief", "We sell flats.", "--objective", "Viewings", "--objective", "Trust", "--set", "palette=forest"]
    code, told = igny8("website", "create", "blog", "Harbour Homes", *said, "--by", "ann")
    assert code == 0, told
    assert (told["objectives"], told["theme"]["palette"], told["created_by"]) == (
        ["Viewings", "Trust"],
        "forest",
        "ann",
    )
    number = str(told["id"])
    changed = igny8("website", "change", "blog", number, "tagline=By the water", "objectives=A; B", "brand=#0f5c7a")[1]
    assert (changed["tagline"], changed["objectives"], changed["revision"]) == ("By the water", ["A", "B"], 2)
    assert igny8("website", "change", "blog", number, "brand=")[1]["theme"]["brand"] is None
    assert igny8("website", "change", "blog", number, "tagline=x", "--revision", "1")[0] == 4
    assert "By the water" in shell("website", "show", "blog", number)[1]
    (row,) = igny8("website", "blueprints", "blog")[1]
    assert (row["name"], row["pages_total"], row["status"]) == ("Harbour Homes", 0, "draft")
    assert "no pages yet" in shell("website", "pages", "blog", number)[1]
    assert igny8("website", "delete", "blog", number) == (0, {"deleted": int(number), "name": "Harbour Homes"})
    assert igny8("website", "show", "blog", number)[0] == 3


@pytest.mark.parametrize(
    "setting", ["palette=mud", "brand=red", "colour=red", "layout=wide", "icon_asset_id=x", "name="]
)
def test_a_setting_that_cannot_be_is_refused_with_its_name(shell: Shell, website: str, setting: str) -> None:
    code, printed = shell("website", "change", "blog", website, setting)
    assert (code, setting.partition("=")[0] in printed) == (2, True)


def test_what_page_prints_is_what_it_reads_back_and_an_older_file_is_refused(
    igny8: Igny8, shell: Shell, website: str, tmp_path: Path
) -> None:
    file = tmp_path / "page.json"
    pages = igny8("website", "pages", "blog", website)[1]
    number = str(pages[1]["id"])
    shown = igny8("website", "page", "blog", number)[1]
    file.write_text(json.dumps(shown))
    assert igny8("website", "page", "blog", number, "--file", str(file))[1]["revision"] == 1
    file.write_text(json.dumps(shown | {"title": "Who we are"}))
    changed = igny8("website", "page", "blog", number, "--file", str(file), "--by", "ann")[1]
    assert (changed["title"], changed["revision"], changed["edited"]) == ("Who we are", 2, ["title"])
    assert igny8("website", "page", "blog", number, "--file", str(file))[0] == 4
    assert "Who we are" in shell("website", "page", "blog", number)[1]
    back = igny8("website", "revisions", "blog", number, "--restore", "1", "--by", "ann")[1]
    assert [(row["revision"], row["change"], row["by"]) for row in back][:2] == [
        (3, "restored", "ann"),
        (2, "edited", "ann"),
    ]


@pytest.mark.parametrize("content", ["", "[]", "{", '{"colour": "red"}', '{"title": 7}', "[" * 100_000])
def test_a_file_that_is_no_page_is_refused(
    shell: Shell, igny8: Igny8, website: str, content: str, tmp_path: Path
) -> None:
    file = tmp_path / "page.json"
    file.write_text(content)
    number = str(igny8("website", "pages", "blog", website)[1][0]["id"])
    code, printed = shell("website", "page", "blog", number, "--file", str(file))
    assert (code, "Traceback" in printed) == (2, False)


def test_an_estimate_names_what_stays_and_what_goes_and_opens_nothing(igny8: Igny8, shell: Shell, website: str) -> None:
    code, told = igny8("website", "structure", "blog", website, "--pages", "--dry-run")
    assert (code, told["credits"], told["at_least"]) == (0, 150, True)
    printed = one_line(shell("website", "structure", "blog", website, "--pages", "--dry-run")[1])
    assert "At least 150 credits" in printed
    assert "Is replaced: Home" in printed
    assert igny8("website", "builds", "blog")[1] == []


def test_a_build_waits_for_airflow_is_followed_and_cancelled(igny8: Igny8, shell: Shell, website: str) -> None:
    code, printed = shell("website", "deploy", "blog", website)
    assert (code, "its reconciler begins it" in one_line(printed)) == (0, True)
    (build,) = igny8("website", "builds", "blog")[1]
    number = str(build["id"])
    assert [step["kind"] for step in build["steps"]] == ["check", "deploy"]
    assert igny8("website", "structure", "blog", website)[0] == 4
    assert "Check the site" in shell("website", "builds", "blog", "--build", number)[1]
    assert igny8("website", "cancel", "blog", number, "--by", "ann")[1]["error"] == "Cancelled by ann."


def test_pages_to_write_are_named_or_all_and_not_both(shell: Shell, website: str) -> None:
    for said in ([], ["7", "--all"]):
        code, printed = shell("website", "write", "blog", website, *said)
        assert (code, "or --all" in printed) == (2, True)


def test_a_website_is_checked_deployed_here_and_taken_back(
    igny8: Igny8, shell: Shell, website: str, folder: Path, tmp_path: Path
) -> None:
    code, report = igny8("website", "deploy", "blog", website, "--dry-run")
    assert (code, report["faults"], folder.exists()) == (0, [], False)
    assert "It can be deployed" in shell("website", "deploy", "blog", website, "--dry-run")[1]
    code, told = igny8("website", "deploy", "blog", website, "--here")
    assert (code, told["status"]) == (0, "completed"), told
    index = folder / "current" / "index.html"
    first = index.read_bytes()
    change_home(igny8, website, tmp_path, title="Boats and more")
    assert igny8("website", "deploy", "blog", website, "--here")[0] == 0
    assert index.read_bytes() != first
    rows = igny8("website", "versions", "blog")[1]
    assert [(row["number"], row["is_live"]) for row in rows] == [(2, True), (1, False)]
    back = igny8("website", "rollback", "blog", "1", "--by", "ann")[1]
    assert (back["version"], back["before"], index.read_bytes()) == (1, 2, first)
    assert "live" in shell("website", "versions", "blog")[1]
    assert igny8("website", "rollback", "blog", "9")[0] == 3
    assert igny8("website", "delete", "blog", website)[0] == 4, "visitors see it"


def change_home(igny8: Igny8, website: str, folder: Path, **said: str) -> None:
    """Let the home page say something else."""
    home = igny8("website", "pages", "blog", website)[1][0]
    file = folder / "home.json"
    file.write_text(json.dumps(said))
    assert igny8("website", "page", "blog", str(home["id"]), "--file", str(file))[0] == 0


def test_a_website_with_faults_is_told_by_where_they_are_and_not_deployed(
    igny8: Igny8, shell: Shell, website: str, folder: Path, tmp_path: Path
) -> None:
    change_home(igny8, website, tmp_path, type="custom")
    code, report = igny8("website", "deploy", "blog", website, "--dry-run")
    assert (code, len(report["faults"])) == (1, 1)
    assert "exactly one page of type home" in report["faults"][0]["reason"]
    assert "cannot be deployed" in shell("website", "deploy", "blog", website, "--dry-run")[1]
    code, told = igny8("website", "deploy", "blog", website, "--here")
    assert (code, told["status"], "type home" in told["error"], folder.exists()) == (1, "failed", True, False)


@pytest.mark.usefixtures("site")
def test_settings_are_shown_and_changed(igny8: Igny8, shell: Shell) -> None:
    assert igny8("website", "settings", "blog")[1]["settings"]["versions_kept"] == 5
    told: dict[str, Any] = igny8("website", "settings", "blog", "versions_kept=9")[1]
    assert (told["settings"]["versions_kept"], told["revision"]) == (9, 2)
    assert "versions_kept" in shell("website", "settings", "blog")[1]
    for wrong in ("versions_kept=99", "target_url=s3://key:secret@bucket/x", "colour=red"):
        assert shell("website", "settings", "blog", wrong)[0] == 2
