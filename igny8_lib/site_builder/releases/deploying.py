"""Deploy a rendered site, roll back, change single files of the live version.

Each step leaves the target so that visitors see the old version whole or the new one, however the process dies, and so
that the same call finishes the work: what was begun is cleaned up, what was finished is found to be.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from igny8_lib.errors import InvalidInput, NotFound
from igny8_lib.site_builder.releases.manifest import (
    MANIFEST,
    Changes,
    Manifest,
    check_paths,
    difference,
    entry,
    manifest_of,
)
from igny8_lib.site_builder.releases.target import DamagedRelease, ReleaseConflict, Target


@dataclass(frozen=True)
class Deployment:
    """What was done: the version that is live now, the one before it, and what is different for visitors."""

    version: int
    before: int | None
    changes: Changes
    written: bool
    """False where the version stood there already, whole: an earlier deployment died after that."""
    removed: tuple[int, ...] = ()
    """Old versions that were deleted."""


def deploy(target: Target, version: int, files: Mapping[str, bytes], *, keep: int) -> Deployment:
    """Put the files in place as this version, read them back, make it live, and keep so many versions in all.

    Waits while another deployment is under way. Raises InvalidInput for bad paths or numbers, ReleaseConflict where the
    version is live with other files, DamagedRelease where the target holds something else than was written: nothing
    is switched then.
    """
    if keep < 1:
        raise InvalidInput(f"{keep} versions cannot be kept: the live one always is.")
    manifest = manifest_of(version, files)
    with target.alone():
        target.clean()
        before = target.live()
        live = target.manifest(before) if before is not None else None
        written = put_in_place(target, manifest, files, live)
        if before != version:
            make_live(target, version, before)
        return Deployment(version, before, difference(live, manifest), written, remove_oldest(target, keep))


def put_in_place(target: Target, manifest: Manifest, files: Mapping[str, bytes], live: Manifest | None) -> bool:
    """Write the version and read it back; False where it stood there whole."""
    version = manifest.version
    there = target.manifest(version)
    if there == manifest and not damage(target, manifest):
        return False
    if live is not None and live.version == version:
        raise ReleaseConflict(
            f"Version {version} is live with other files: deploy what was changed under a new version, or change "
            "single files of it."
        )
    if version in target.versions():
        target.remove(version)
    target.write(manifest, files)
    if damaged := damage(target, manifest):
        raise DamagedRelease(version, damaged, "deploy it again; if that does not help, look at the target's storage")
    return True


def rollback(target: Target, version: int) -> Deployment:
    """Make an earlier version live again, just as it was. Raises NotFound where it is not kept, DamagedRelease where
    its files are no longer what they were."""
    with target.alone():
        target.clean()
        before = target.live()
        manifest = target.manifest(version) if version in target.versions() else None
        if manifest is None:
            kept = ", ".join(str(one) for one in target.versions()) or "none"
            raise NotFound(f"Version {version} is not kept; kept are: {kept}. Deploy the site anew to get it back.")
        if damaged := damage(target, manifest):
            raise DamagedRelease(version, damaged, "deploy that version's pages anew")
        live = target.manifest(before) if before is not None else None
        if before != version:
            make_live(target, version, before)
        return Deployment(version, before, difference(live, manifest), written=False)


def update(target: Target, version: int, changes: Mapping[str, bytes | None], *, anew: Collection[str] = ()) -> Changes:
    """Change single files of the live version: what an article brings. None takes a file away.

    The files are replaced one by one in the order given (give pictures before the page that shows them, and the page
    before what links to it), those that go are deleted last; each is the old or the new one whole. One that dies is
    finished by the same call. `anew` are files to write even where the manifest has them already: somebody else changed
    what stands there. Raises ReleaseConflict where another version is live.
    """
    check_paths(changes)
    with target.alone():
        live = target.live()
        manifest = target.manifest(version)
        if live != version or manifest is None:
            shown = "none" if live is None else str(live)
            raise ReleaseConflict(f"Version {version} is not live, {shown} is: render the changes for that one.")
        different = {path: data for path, data in changes.items() if path in anew or manifest.differs(path, data)}
        after = manifest.changed(different)
        check_paths(after.files)
        if different:
            target.replace(version, MANIFEST, manifest.while_changing(different).as_json())
            for path in sorted(different, key=lambda path: different[path] is None):  # stable: the order given
                target.replace(version, path, different[path])
            target.replace(version, MANIFEST, after.as_json())
        return difference(manifest, after)


def what_would_change(live: Manifest | None, files: Mapping[str, bytes]) -> Changes:
    """What visitors would see otherwise if the files were deployed; `live` is `live_manifest` of the target."""
    return difference(live, manifest_of(1, files))


def live_manifest(target: Target) -> Manifest | None:
    """What the live version consists of; None before the first."""
    version = target.live()
    return None if version is None else target.manifest(version)


def make_live(target: Target, version: int, before: int | None) -> None:
    """Switch the pointer, unless somebody else has meanwhile."""
    if (now := target.live()) != before:
        raise ReleaseConflict(
            f"Another deployment has made version {now} live meanwhile: version {version} was not. Look at what is "
            "live, then deploy again."
        )
    target.switch(version)


def damage(target: Target, manifest: Manifest) -> set[str]:
    """The files of a version that are not as its manifest has them, read back and digested; what an update that died
    has left is as it may be."""
    version = manifest.version
    found = {path: entry(data) for path, data in target.read(version, manifest.files)}
    wrong = {path for path, one in manifest.files.items() if found.get(path) != one}
    return wrong | target.paths(version).difference(manifest.files, manifest.changing)


def remove_oldest(target: Target, keep: int) -> tuple[int, ...]:
    """Delete the oldest versions until so many are left; the live one always is."""
    versions, live = target.versions(), target.live()
    too_many = max(len(versions) - keep, 0)
    oldest = tuple([version for version in versions if version != live][:too_many])
    for version in oldest:
        target.remove(version)
    return oldest
