"""Two deployments of a site at once: one waits for the other, and visitors never see a mixture."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from igny8_lib.site_builder.releases.deploying import deploy, make_live
from igny8_lib.site_builder.releases.targets import ReleaseConflict, Target
from tests.killing import fork
from tests.lib.site_builder.releases.file_steps import tell_of_changes
from tests.lib.site_builder.releases.small_site import small_site
from tests.lib.site_builder.releases.targets_of_tests import ALL, ON_DISK, Make, everything, seen

DEPLOYERS = 4


@pytest.fixture(params=ON_DISK)
def target(request: pytest.FixtureRequest, tmp_path: Path) -> Target:
    make: Make = ON_DISK[request.param]
    return make(tmp_path / "there")


def deploy_and_tell(target: Target, below: Path, version: int, pipe: int) -> None:
    """Deploy, and write a line of the version and the event for each change: short writes to a pipe stay whole."""

    def tell(event: str) -> None:
        if event != "os.mkdir":  # the target's own folder is made before the lock
            os.write(pipe, f"{version} {event}\n".encode())

    tell_of_changes(below, tell)
    deploy(target, version, small_site(version), keep=DEPLOYERS)


def test_the_second_waits_until_the_first_is_done(target: Target, tmp_path: Path) -> None:
    deploy(target, 1, small_site(1), keep=2)
    before = everything(tmp_path / "there")
    reading, writing = os.pipe()
    second = fork.Process(target=deploy_and_tell, args=(target, tmp_path, 2, writing), daemon=True)

    with target.alone():
        second.start()
        first_heard = os.read(reading, 1000)  # comes once it is about to wait
        assert everything(tmp_path / "there") == before
        assert second.is_alive()

    os.close(writing)
    second.join(30)
    assert first_heard == b"2 fcntl.flock\n"
    assert second.exitcode == 0
    assert seen(target) == small_site(2)


def test_of_many_at_once_each_changes_files_alone(target: Target, tmp_path: Path) -> None:
    reading, writing = os.pipe()
    started = [
        fork.Process(target=deploy_and_tell, args=(target, tmp_path, version, writing), daemon=True)
        for version in range(1, DEPLOYERS + 1)
    ]
    for process in started:
        process.start()
    os.close(writing)
    with os.fdopen(reading, "rb") as heard:
        lines = [line.split() for line in heard.read().decode().splitlines()]
    for process in started:
        process.join(120)

    assert [process.exitcode for process in started] == [0] * DEPLOYERS
    versions = [version for version, event in lines if event != "fcntl.flock"]
    turns = [version for at, version in enumerate(versions) if at == 0 or versions[at - 1] != version]
    assert sorted(turns) == [str(version) for version in range(1, DEPLOYERS + 1)]
    assert seen(target) == small_site(int(turns[-1]))
    assert target.versions() == [1, 2, 3, 4]


@pytest.mark.parametrize("name", ALL)
def test_whoever_holds_no_lock_still_does_not_switch_over_another(name: str, tmp_path: Path) -> None:
    target = ALL[name](tmp_path)
    for version in (1, 2):
        deploy(target, version, small_site(version), keep=3)

    with pytest.raises(ReleaseConflict, match="made version 2 live meanwhile"):
        make_live(target, 3, before=1)

    assert seen(target) == small_site(2)
