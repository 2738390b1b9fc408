"""An object store is asked whether it knows the bucket and lets this process in."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import s3fs  # type: ignore[import-untyped]

from igny8_lib.metrics.part import Part, State
from igny8_lib.metrics.storage import media_store
from igny8_lib.settings import Settings
from tests.s3_server import S3Server

pytestmark = pytest.mark.slow("a local S3 server starts")


@pytest.fixture(scope="module")
def s3() -> Iterator[S3Server]:
    with S3Server.started("media") as server:
        yield server


@pytest.fixture
def store(s3: S3Server, monkeypatch: pytest.MonkeyPatch) -> Iterator[S3Server]:
    """What this process believes to be Amazon's."""
    for name, value in s3.environment.items():
        monkeypatch.setenv(name, value)
    s3fs.S3FileSystem.clear_instance_cache()
    yield s3
    s3fs.S3FileSystem.clear_instance_cache()


def part(tmp_path: Path, url: str) -> Part:
    return media_store(Settings(home=tmp_path, media_url=url))


@pytest.mark.parametrize("url", ["s3://media", "s3://media/pictures/of/all"])
def test_a_bucket_that_is_there_is_well_also_where_it_is_empty(store: S3Server, tmp_path: Path, url: str) -> None:
    assert part(tmp_path, url).state is State.OK
    assert store.keys("media") == [], "nothing was written"


def test_a_bucket_that_is_not_there_is_ill(store: S3Server, tmp_path: Path) -> None:
    assert store
    found = part(tmp_path, "s3://none/pictures")
    assert found.state is State.ILL
    assert "s3://none" in found.says
    assert found.todo


def test_a_store_that_is_away_is_ill_and_its_keys_are_not_told(
    store: S3Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert store
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:1")
    found = part(tmp_path, "s3://key:very-secret@media/pictures")
    assert found.state is State.ILL
    assert "AWS_ENDPOINT_URL" in found.todo
    assert "very-secret" not in f"{found.says} {found.todo}"


def test_a_store_that_nobody_knows_is_ill(tmp_path: Path) -> None:
    assert part(tmp_path, "nowhere://bucket").state is State.ILL
