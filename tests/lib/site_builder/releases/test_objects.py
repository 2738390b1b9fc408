"""What an object store is told of each file."""

from __future__ import annotations

import json
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import pytest
from fsspec.implementations.memory import MemoryFileSystem  # type: ignore[import-untyped]

from igny8_lib.site_builder.media_types import media_type
from igny8_lib.site_builder.releases.deploying import deploy
from igny8_lib.site_builder.releases.objects import AT_ONCE, ObjectTarget
from tests.lib.site_builder.releases.small_site import small_site
from tests.lib.site_builder.releases.targets_of_tests import seen


class Store(MemoryFileSystem):  # type: ignore[misc]
    """A store in memory that takes what S3's and Google's filesystems take, and keeps it in order."""

    def __init__(self) -> None:
        super().__init__()
        self.told: dict[str, dict[str, Any]] = {}

    def pipe_file(self, path: str, value: bytes, mode: str = "overwrite", **told: Any) -> None:
        self.told[path.rpartition("/site/")[2]] = told
        super().pipe_file(path, value, mode)


def deployed(protocol: str, root: Path) -> Store:
    """A store of this protocol into which the small site was deployed."""
    target = ObjectTarget(f"memory://{root}/site", nullcontext)
    target.files, target.protocol = Store(), protocol
    deploy(target, 1, small_site(), keep=1)
    store: Store = target.files
    return store


def test_s3_is_told_content_types_and_how_long_to_keep_files(tmp_path: Path) -> None:
    told = deployed("s3", tmp_path).told

    assert told["v1/index.html"] == {"ContentType": "text/html; charset=utf-8", "CacheControl": "public, max-age=60"}
    assert told["v1/assets/images/tea.webp"]["ContentType"] == "image/webp"
    assert "immutable" in told["v1/assets/images/tea.webp"]["CacheControl"]
    assert told["current.json"] == {"ContentType": "application/json", "CacheControl": "no-store"}


def test_google_is_told_in_its_own_words(tmp_path: Path) -> None:
    assert deployed("gs", tmp_path).told["v1/robots.txt"] == {
        "content_type": "text/plain; charset=utf-8",
        "fixed_key_metadata": {"cache_control": "public, max-age=60"},
    }


def test_the_manifest_is_written_after_all_files_and_the_pointer_last(tmp_path: Path) -> None:
    written = list(deployed("memory", tmp_path).told)

    assert written[-2:] == ["v1/manifest.json", "current.json"]
    assert len(written) == len(small_site()) + 2


def test_the_pointer_says_where_the_live_version_stands(tmp_path: Path) -> None:
    store = deployed("memory", tmp_path)

    assert json.loads(store.cat_file(f"{tmp_path}/site/current.json")) == {"version": 1, "prefix": "v1/"}


def test_many_files_are_sent_and_read_back_in_parts(tmp_path: Path) -> None:
    target = ObjectTarget(f"memory://{tmp_path}/site", nullcontext)
    files = {**small_site(), **{f"p{number}/index.html": b"%d" % number for number in range(AT_ONCE + 1)}}

    deploy(target, 1, files, keep=1)

    assert seen(target) == files


@pytest.mark.parametrize(
    ("path", "media"),
    [
        ("index.html", "text/html; charset=utf-8"),
        ("feed.xml", "application/rss+xml; charset=utf-8"),
        ("sitemap.xml", "application/xml; charset=utf-8"),
        ("assets/media/A.MP4", "video/mp4"),
        ("assets/documents/unknown.xyz", "application/octet-stream"),
        ("v1.html/none", "application/octet-stream"),
        ("assets/documents/page.html", "application/octet-stream"),
    ],
)
def test_content_types_go_by_the_end_of_the_name(path: str, media: str) -> None:
    assert media_type(path) == media
