"""Deployments that are killed at each change they make to a file: visitors see the old site whole or the new one."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from functools import partial
from itertools import count
from pathlib import Path

import pytest

from igny8_lib.site_builder.releases.deploying import deploy, live_manifest, rollback, update
from igny8_lib.site_builder.releases.targets import Target
from tests.lib.site_builder.releases.file_steps import dies_at
from tests.lib.site_builder.releases.small_site import small_site
from tests.lib.site_builder.releases.targets_of_tests import ON_DISK, Make, everything, seen

pytestmark = pytest.mark.slow("forks a process for each change to a file, and deploys again after each")
Do = Callable[[Target], object]
CHANGES: dict[str, bytes | None] = {
    "assets/images/new.webp": b"a picture",
    "blog/tea/index.html": b"an article",
    "index.html": b"a link to it",
    "only-2/index.html": None,
}


@pytest.fixture(params=ON_DISK)
def make(request: pytest.FixtureRequest) -> Make:
    found: Make = ON_DISK[request.param]
    return found


@pytest.fixture
def two_versions(make: Make, tmp_path: Path) -> Path:
    """A folder with versions 1 and 2, of which 2 is live."""
    for version in (1, 2):
        deploy(make(tmp_path / "start"), version, small_site(version), keep=2)
    return tmp_path / "start"


def deaths(make: Make, start: Path, do: Do) -> Iterator[Path]:
    """A copy of the folder for each step at which one who does it there has died; the last one has not."""
    for step in count(1):
        folder = start.with_name(f"step {step}")
        shutil.copytree(start, folder, symlinks=True)
        died = dies_at(step, folder, partial(do, make(folder)))
        yield folder
        if not died:
            assert step > 1
            return


def deploy_third(target: Target) -> None:
    deploy(target, 3, small_site(3), keep=2)


def test_visitors_see_the_old_site_or_the_new_one_and_the_same_deployment_finishes(
    make: Make, two_versions: Path
) -> None:
    was_seen = []
    folders = list(deaths(make, two_versions, deploy_third))
    undisturbed = everything(folders[-1])

    for folder in folders:
        was_seen.append(seen(make(folder)))
        deploy_third(make(folder))
        assert seen(make(folder)) == small_site(3)
        assert make(folder).versions() == [2, 3]
        assert everything(folder) == undisturbed
        rollback(make(folder), 2)
        assert seen(make(folder)) == small_site(2)

    switched = was_seen.index(small_site(3))
    assert switched > len(small_site(3))  # only after all files
    assert was_seen == [small_site(2)] * switched + [small_site(3)] * (len(was_seen) - switched)


def test_the_next_deployment_cleans_up_after_a_dead_one(make: Make, two_versions: Path) -> None:
    for folder in deaths(make, two_versions, deploy_third):
        deploy(make(folder), 4, small_site(4), keep=2)

        assert seen(make(folder)) == small_site(4)
        kept = make(folder).versions()
        assert kept in ([2, 4], [3, 4])
        for version in kept:
            rollback(make(folder), version)
            assert seen(make(folder)) == small_site(version)
        assert not [name for name in everything(folder / "site") if name.startswith((".v", ".current"))]


def test_the_first_deployment_shows_nothing_or_all(make: Make, tmp_path: Path) -> None:
    (tmp_path / "start").mkdir()

    for folder in deaths(make, tmp_path / "start", lambda target: deploy(target, 1, small_site(1), keep=2)):
        assert seen(make(folder)) in ({}, small_site(1))
        deploy(make(folder), 1, small_site(1), keep=2)
        assert seen(make(folder)) == small_site(1)


def test_rolling_back_shows_one_version_or_the_other_and_changes_neither(make: Make, two_versions: Path) -> None:
    for folder in deaths(make, two_versions, lambda target: rollback(target, 1)):
        assert seen(make(folder)) in (small_site(1), small_site(2))
        for version in (1, 2):
            rollback(make(folder), version)
            assert seen(make(folder)) == small_site(version)


def test_an_update_leaves_each_file_whole_and_is_finished_by_the_same_call(make: Make, two_versions: Path) -> None:
    after = {**small_site(2), **{path: data for path, data in CHANGES.items() if data is not None}}
    del after["only-2/index.html"]
    folders = list(deaths(make, two_versions, lambda target: update(target, 2, CHANGES)))
    undisturbed = everything(folders[-1])
    assert len(folders) > len(CHANGES)

    for folder in folders:
        for path, data in seen(make(folder)).items():
            assert data in (small_site(2).get(path), after.get(path)), path
        update(make(folder), 2, CHANGES)
        assert seen(make(folder)) == after
        manifest = live_manifest(make(folder))
        assert manifest is not None
        assert (set(manifest.files), manifest.changing) == (set(after), frozenset())
        assert everything(folder) == undisturbed


def test_after_a_dead_update_its_version_can_be_left_and_come_back_to(make: Make, two_versions: Path) -> None:
    for folder in deaths(make, two_versions, lambda target: update(target, 2, CHANGES)):
        half_way = seen(make(folder))
        rollback(make(folder), 1)
        assert seen(make(folder)) == small_site(1)
        rollback(make(folder), 2)
        assert seen(make(folder)) == half_way
