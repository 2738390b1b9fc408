"""Deploying, rolling back and updating: what visitors see, what is kept, what is refused."""

from __future__ import annotations

from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from igny8_lib.errors import InvalidInput, NotFound
from igny8_lib.site_builder.releases.deploying import deploy, live_manifest, rollback, update, what_would_change
from igny8_lib.site_builder.releases.manifest import MANIFEST
from igny8_lib.site_builder.releases.targets import DamagedRelease, FolderTarget, ReleaseConflict, Target, target_at
from tests.lib.site_builder.releases.small_site import small_site
from tests.lib.site_builder.releases.targets_of_tests import ALL, ON_DISK, Make, file_lock, seen


@pytest.fixture(params=ALL)
def target(request: pytest.FixtureRequest, tmp_path: Path) -> Target:
    make: Make = ALL[request.param]
    return make(tmp_path)


@pytest.fixture(params=ON_DISK)
def on_disk(request: pytest.FixtureRequest, tmp_path: Path) -> Target:
    make: Make = ON_DISK[request.param]
    return make(tmp_path)


def version_file(tmp_path: Path, version: int, path: str) -> Path:
    return tmp_path / "site" / f"v{version}" / path


def test_visitors_see_a_deployed_site_to_the_byte(target: Target) -> None:
    assert target.live() is None
    assert live_manifest(target) is None

    first = deploy(target, 1, small_site(1), keep=3)

    assert (first.version, first.before, first.written, first.removed) == (1, None, True, ())
    assert set(first.changes.added) == set(small_site(1))
    assert seen(target) == small_site(1)

    second = deploy(target, 2, small_site(2), keep=3)

    assert (second.version, second.before) == (2, 1)
    assert seen(target) == small_site(2)
    assert second.changes.added == ("only-2/index.html",)
    assert second.changes.removed == ("only-1/index.html",)
    assert second.changes.changed == ("about/index.html", "assets/images/tea.webp", "index.html")


def test_what_would_change_is_what_changes(target: Target) -> None:
    assert what_would_change(live_manifest(target), small_site(1)).added == tuple(sorted(small_site(1)))
    deploy(target, 1, small_site(1), keep=3)

    foretold = what_would_change(live_manifest(target), small_site(2))

    assert not what_would_change(live_manifest(target), small_site(1))
    assert foretold == deploy(target, 2, small_site(2), keep=3).changes


def test_rolling_back_is_exact_and_so_is_coming_forward_again(target: Target) -> None:
    for version in (1, 2, 3):
        deploy(target, version, small_site(version), keep=3)

    back = rollback(target, 1)

    assert (back.version, back.before) == (1, 3)
    assert seen(target) == small_site(1)
    rollback(target, 3)
    assert seen(target) == small_site(3)
    assert target.versions() == [1, 2, 3]


def test_the_oldest_versions_go_but_never_the_live_one(target: Target) -> None:
    for version in (1, 2, 3):
        deploy(target, version, small_site(version), keep=3)
    rollback(target, 1)

    fourth = deploy(target, 4, small_site(4), keep=3)

    assert fourth.removed == (1,)  # no more live once 4 is
    rollback(target, 2)
    again = deploy(target, 2, small_site(2), keep=1)
    assert again.removed == (3, 4)
    assert target.versions() == [2]
    assert seen(target) == small_site(2)


def test_a_version_that_stands_there_whole_is_not_written_again(target: Target) -> None:
    deploy(target, 1, small_site(1), keep=2)

    again = deploy(target, 1, small_site(1), keep=2)

    assert (again.written, again.before, bool(again.changes)) == (False, 1, False)


def test_a_live_version_never_gets_other_files(target: Target) -> None:
    deploy(target, 1, small_site(1), keep=2)

    with pytest.raises(ReleaseConflict, match="Version 1 is live with other files"):
        deploy(target, 1, small_site(2), keep=2)

    assert seen(target) == small_site(1)


def test_a_version_that_is_not_live_is_replaced_whole(target: Target) -> None:
    deploy(target, 1, small_site(1), keep=3)
    deploy(target, 2, small_site(2), keep=3)
    rollback(target, 1)

    assert deploy(target, 2, small_site(9), keep=3).written

    assert seen(target) == small_site(9)


def test_what_is_not_kept_cannot_be_rolled_back_to(target: Target) -> None:
    with pytest.raises(NotFound, match="Version 1 is not kept; kept are: none"):
        rollback(target, 1)
    deploy(target, 2, small_site(2), keep=1)

    with pytest.raises(NotFound, match="Version 1 is not kept; kept are: 2"):
        rollback(target, 1)

    assert seen(target) == small_site(2)


@pytest.mark.parametrize("how", ["changed", "missing", "too many"])
def test_a_damaged_version_is_not_made_live_again(on_disk: Target, tmp_path: Path, how: str) -> None:
    for version in (1, 2):
        deploy(on_disk, version, small_site(version), keep=2)
    damaged = "about/index.html" if how != "too many" else "extra.html"
    file = version_file(tmp_path, 1, damaged)
    if how == "missing":
        file.unlink()
    else:
        file.write_bytes(b"somebody else's")

    with pytest.raises(DamagedRelease) as refused:
        rollback(on_disk, 1)

    assert refused.value.paths == (damaged,)
    assert seen(on_disk) == small_site(2)
    assert deploy(on_disk, 1, small_site(1), keep=2).written  # anew it is whole
    assert seen(on_disk) == small_site(1)


@pytest.mark.parametrize(
    "path",
    [
        *(
            "",
            "/etc/passwd",
            "../up.html",
            "a/../../b.html",
            "a//b.html",
            "a/",
            ".hidden",
            "a/.b",
            "a\\b",
            "a\nb",
            "a\0b",
        ),
        *(MANIFEST, "x" * 201, "/".join(["x" * 100] * 5), "index.html/below.html"),
    ],
)
def test_paths_that_lead_out_of_a_version_deploy_nothing(target: Target, path: str) -> None:
    with pytest.raises(InvalidInput):
        deploy(target, 1, {**small_site(1), path: b"x"}, keep=2)

    assert target.live() is None
    assert target.versions() == []


def test_numbers_that_make_no_sense_are_refused(target: Target) -> None:
    with pytest.raises(InvalidInput, match="count from 1"):
        deploy(target, 0, small_site(), keep=2)
    with pytest.raises(InvalidInput, match="cannot be kept"):
        deploy(target, 1, small_site(), keep=0)


def test_an_article_changes_its_files_and_no_others(target: Target) -> None:
    deploy(target, 1, small_site(1), keep=3)
    changes = {"blog/tea/index.html": b"an article", "index.html": b"a link to it", "only-1/index.html": None}

    made = update(target, 1, changes)

    assert (made.added, made.changed, made.removed) == (
        ("blog/tea/index.html",),
        ("index.html",),
        ("only-1/index.html",),
    )
    expected = {**small_site(1), "blog/tea/index.html": b"an article", "index.html": b"a link to it"}
    del expected["only-1/index.html"]
    assert seen(target) == expected
    assert not update(target, 1, changes)
    deploy(target, 2, small_site(2), keep=3)
    rollback(target, 1)
    assert seen(target) == expected


def test_only_the_live_version_is_updated_and_only_inside(target: Target) -> None:
    for version in (1, 2):
        deploy(target, version, small_site(version), keep=3)

    with pytest.raises(ReleaseConflict, match="Version 1 is not live, 2 is"):
        update(target, 1, {"index.html": b"late"})
    for path in ("../v1/index.html", "about", "index.html/x"):
        with pytest.raises(InvalidInput):
            update(target, 2, {path: b"x"})

    assert seen(target) == small_site(2)


def test_an_address_says_which_target_it_is(tmp_path: Path) -> None:
    def lock() -> AbstractContextManager[None]:
        return file_lock(tmp_path / "lock")

    assert target_at(str(tmp_path / "a b"), lock) == FolderTarget(tmp_path / "a b")
    assert target_at(f"file://{tmp_path}/a%20b", lock) == FolderTarget(tmp_path / "a b")
    store = target_at(f"memory://{tmp_path}", lock)
    deploy(store, 1, small_site(), keep=1)
    assert seen(store) == small_site()
    for wrong in ("here", "nowhere://x"):
        with pytest.raises(InvalidInput):
            target_at(wrong, lock)
