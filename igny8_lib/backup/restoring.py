"""A restore: everything that can be wrong is looked for before anything is changed.

1. The backup is whole (digests), and this software can read it (versions).
2. There is nothing here that would be lost, or the caller said `replace`; nobody is connected.
3. Both dumps become databases beside the present ones, and are counted; files are written beside the present ones.
4. The swap: databases in one transaction, then files, then secrets. A note in the home folder stands while it lasts,
   and nothing starts while the note is there.
5. `igny8 init`: migrations of what was released since, roles, rights, users, pools.

What was in the middle when the backup was taken is settled as after a power cut: Airflow finds that its tasks have
stopped and starts them again, the reconciler compares runs, gives back what was reserved for dead ones and frees sites.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from igny8_lib.backup import databases, putting_back
from igny8_lib.backup.databases import DatabaseInUse, Place
from igny8_lib.backup.files import Say
from igny8_lib.backup.keys import opened
from igny8_lib.backup.manifest import METADATA, SECRETS, Database, Manifest, check_versions, read_manifest
from igny8_lib.backup.places import Reader
from igny8_lib.backup.putting_back import FileRoots
from igny8_lib.errors import Conflict
from igny8_lib.stack.unfinished import Unfinished


class TargetNotEmpty(Conflict):
    """There is something here that a restore would replace."""


@dataclass(frozen=True)
class Target:
    """The deployment that a backup is restored to. Its servers run, its Airflow does not."""

    databases: Mapping[str, Place]
    """By their names in the manifest."""
    roots: FileRoots
    unfinished: Unfinished
    check_secrets: Callable[[Mapping[str, str]], None] = field(repr=False)
    """Raises where this deployment cannot go on with the backup's secrets."""
    take_secrets: Callable[[Mapping[str, str]], None] = field(repr=False)
    """Makes the backup's secrets this deployment's."""
    initialise: Callable[[], Mapping[str, Any]]
    """`igny8 init` with these secrets."""


@dataclass(frozen=True)
class Restored:
    """What a restore has done."""

    manifest: Manifest
    files: Mapping[str, int]
    kept: list[str]
    """Databases and folders in which the former state is kept until the next restore."""
    paused: int
    """DAGs that were paused."""


def look(reader: Reader, say: Say) -> Manifest:
    """Check the whole backup; its manifest. Raises NotFound, BackupDamaged, BackupUnfit."""
    manifest = read_manifest(reader.manifest())
    check_versions(manifest)
    putting_back.check_parts(reader, manifest, say)
    return manifest


def glance(reader: Reader, passphrase: str) -> None:
    """Whether a backup is there that this version can use and the passphrase opens: before a server is started for it.

    Raises what `look` and `secrets_in` do.
    """
    manifest = read_manifest(reader.manifest())
    check_versions(manifest)
    secrets_in(reader, manifest, passphrase)


def secrets_in(reader: Reader, manifest: Manifest, passphrase: str) -> dict[str, str]:
    """The backup's secrets. Raises InvalidInput where the passphrase is missing or wrong."""
    with reader.open(SECRETS) as stored:
        return opened(stored.read(), passphrase, sealed=manifest.secrets == "sealed")


def restore(
    reader: Reader, target: Target, say: Say, *, passphrase: str, replace: bool = False, paused: bool = False
) -> Restored:
    """Put the backup in the place of what is here.

    `replace`: also where something is here already. `paused`: every DAG is paused, for a machine that is to do nothing
    by itself, such as a drill's. Raises what `look` and `secrets_in` do, TargetNotEmpty, DatabaseInUse: nothing is
    changed then.
    """
    manifest = look(reader, say)
    secrets = secrets_in(reader, manifest, passphrase)
    target.check_secrets(secrets)
    places = list(target.databases.values())
    again = target.unfinished.stands()
    if not (replace or again):
        require_empty(target)
    databases.require_unused(places)
    try:
        stopped = restore_databases(reader, target, manifest, say, paused=paused)
        files = putting_back.put_beside(reader, target.roots, say)
    except BaseException:
        databases.drop_coming(places)
        putting_back.discard_coming(target.roots)
        raise
    with target.unfinished.standing():
        say("Putting everything in its place")
        try:
            kept = databases.swap(places, again=again)
        except DatabaseInUse:
            target.unfinished.put_back(stands=again)
            raise
        kept += putting_back.swap_files(target.roots, again=again)
        target.take_secrets(secrets)
        say("Bringing the databases up to date")
        target.initialise()
    return Restored(manifest, files, kept, stopped)


def require_empty(target: Target) -> None:
    """Raise TargetNotEmpty where an account or a file is here."""
    product = target.databases["product"]
    what = []
    if databases.holds_accounts(product):
        what.append(f"accounts in the database {product.name}")
    if target.roots.hold_anything():
        what.append("files of pictures or websites")
    if what:
        raise TargetNotEmpty(
            f"There are {' and '.join(what)} here, which a restore replaces: say --replace if that is meant. "
            "Nothing was changed."
        )


def restore_databases(reader: Reader, target: Target, manifest: Manifest, say: Say, *, paused: bool) -> int:
    """Both dumps beside the present databases; how many DAGs were paused."""
    with tempfile.TemporaryDirectory(prefix="igny8-restore-") as folder:
        for name, database in manifest.databases.items():
            say(f"Restoring the database {name}")
            restore_one(reader, target.databases[name], database, Path(folder))
    return databases.pause_all(target.databases[METADATA]) if paused else 0


def restore_one(reader: Reader, place: Place, database: Database, folder: Path) -> None:
    """One dump: pg_restore reads a file of this machine."""
    file = folder / Path(database.dump).name
    with reader.open(database.dump) as source, file.open("wb") as copy:
        while chunk := source.read(1 << 20):
            copy.write(chunk)
    databases.restore_beside(place, database, file)
    file.unlink()
