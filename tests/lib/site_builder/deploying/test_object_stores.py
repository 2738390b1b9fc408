"""Sites that go to an object store of their own: S3 as another process speaks it is covered by the releases' tests."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import fsspec  # type: ignore[import-untyped]
import pytest
from sqlalchemy import Engine

from igny8_lib.db.session import Sessions
from igny8_lib.errors import InvalidInput
from igny8_lib.site_builder.deploying.settings import change
from igny8_lib.site_builder.deploying.target_urls import Access
from igny8_lib.site_builder.releases.targets import FolderTarget, ObjectTarget
from tests.lib.site_builder.deploying.websites import Website, make_website

SHOWN = "https://boats.example/"


@pytest.fixture
def bucket(tmp_path: Path) -> Iterator[str]:
    """The address of an empty store."""
    url = f"memory://{tmp_path.name}"
    yield url
    with suppress(FileNotFoundError):  # nothing was written there
        fsspec.filesystem("memory").rm(f"/{tmp_path.name}", recursive=True)


def stored_at(sessions: Sessions, folder: Path, url: str, access: Access | None) -> Website:
    website = make_website(sessions, folder, access=access)
    with sessions.begin() as session:
        change(session, website.site_id, {"target_url": url, "public_url": SHOWN}, revision=None, by="ann")
    return website


def test_versions_go_there_and_one_object_says_which_is_live(sessions: Sessions, tmp_path: Path, bucket: str) -> None:
    website = stored_at(sessions, tmp_path, f"{bucket}/boats", Access(bucket))

    website.deploy()
    first = website.seen()
    website.say("We mend boats.")
    website.deploy()
    pointer = json.loads(fsspec.filesystem("memory").cat_file(f"{bucket}/boats/current.json"))
    website.rollback(1)

    assert isinstance(website.target, ObjectTarget)
    assert pointer == {"version": 2, "prefix": "v2/"}
    assert website.seen() == first
    assert f"{SHOWN}about/".encode() in first["sitemap.xml"]
    assert website.versions() == {1: "kept", 2: "kept"}
    assert not (tmp_path / "sites").exists()


def test_the_store_is_locked_by_the_database(sessions: Sessions, tmp_path: Path, bucket: str, engine: Engine) -> None:
    website = stored_at(sessions, tmp_path, bucket, Access(bucket))
    held = (
        "SELECT count(*) FROM pg_locks JOIN pg_database ON pg_database.oid = database "
        "WHERE locktype = 'advisory' AND datname = current_database()"
    )

    with website.target.alone(), engine.connect() as connection:
        locks = connection.exec_driver_sql(held).scalar_one()

    assert locks == 1


def test_without_a_connection_nothing_can_be_written(sessions: Sessions, tmp_path: Path, bucket: str) -> None:
    website = stored_at(sessions, tmp_path, bucket, None)

    with pytest.raises(InvalidInput, match=f"no connection website_{website.slug}"):
        website.deploy()


@pytest.mark.parametrize("elsewhere", ["memory://another", "file:///etc/site", "{bucket}s/boats"])
def test_the_connection_opens_what_it_names_and_nothing_else(
    sessions: Sessions, tmp_path: Path, bucket: str, elsewhere: str
) -> None:
    website = stored_at(sessions, tmp_path, elsewhere.format(bucket=bucket), Access(bucket))

    with pytest.raises(InvalidInput, match=r"opens memory://.* alone"):
        website.deploy()


def test_a_folder_that_the_connection_opens_is_switched_by_its_link(sessions: Sessions, tmp_path: Path) -> None:
    website = stored_at(sessions, tmp_path, f"file://{tmp_path}/own/boats", Access(f"file://{tmp_path}/own"))

    website.deploy()

    assert isinstance(website.target, FolderTarget)
    assert (tmp_path / "own" / "boats" / "current" / "index.html").exists()


def test_a_site_that_moves_is_whole_at_its_new_place_and_its_old_versions_are_gone_there(
    sessions: Sessions, tmp_path: Path, bucket: str
) -> None:
    website = make_website(sessions, tmp_path, access=Access(bucket))
    website.deploy()
    with sessions.begin() as session:
        given = {"target_url": bucket, "public_url": SHOWN}
        change(session, website.site_id, given, revision=None, by="ann")

    done = website.deploy()

    assert (done.version, done.before) == (2, None)
    assert b"The about page." in website.seen()["about/index.html"]
    assert website.versions() == {1: "removed", 2: "kept"}
