"""Files of a backup: checked while they are read, put beside the present ones, and swapped by renames.

    media/.igny8-restoring/…        what comes; one folder may be a container's volume, so nothing leaves it
    media/.igny8-before-restore/…   what was there, until the next restore

An object store renames nothing: there objects are written under their own names, which say what they hold, before the
databases are swapped. What the store has beside them stays.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from igny8_lib.backup.files import MEDIA, OURS, SITES, Say, open_store
from igny8_lib.backup.manifest import CHUNK, FILES, BackupDamaged, FileEntry, Manifest, Part, digest, read_files
from igny8_lib.backup.places import Reader, remove

COMING = f"{OURS}restoring"
FORMER = f"{OURS}before-restore"


@dataclass(frozen=True)
class FileRoots:
    """Where this deployment keeps its files."""

    media: str
    """A folder's path, or any fsspec URL."""
    sites: Path

    def folders(self) -> Mapping[str, Path]:
        """The folders of this machine among them, by kind."""
        found = {SITES: self.sites}
        files, path = open_store(self.media)
        if is_local(files.protocol):
            found[MEDIA] = Path(path)
        return found

    def hold_anything(self) -> bool:
        """Whether there is any file already."""
        if any(present(folder) for folder in self.folders().values()):
            return True
        files, path = open_store(self.media)
        return not is_local(files.protocol) and bool(files.exists(path) and files.find(path, maxdepth=3))


def is_local(protocol: str | tuple[str, ...]) -> bool:
    """Whether a filesystem of fsspec is this machine's."""
    return "file" in ((protocol,) if isinstance(protocol, str) else protocol)


def present(folder: Path) -> list[Path]:
    """What stands in a folder, but for what restores have put there."""
    return [each for each in folder.iterdir() if not each.name.startswith(OURS)] if folder.is_dir() else []


def entries_of(reader: Reader) -> Iterator[FileEntry]:
    """The backup's list of files."""
    with reader.open(FILES) as lines:
        yield from read_files(lines)


def check_parts(reader: Reader, manifest: Manifest, say: Say) -> None:
    """Read all of the backup and compare it with its digests. Raises BackupDamaged; nothing is written."""
    say("Checking the backup")
    for name, part in manifest.parts.items():
        check(reader, name, part)
    for entry in entries_of(reader):
        if not entry.link:
            check(reader, entry.name, Part(entry.size, entry.sha256))


def check(reader: Reader, name: str, wanted: Part) -> None:
    """Compare one part with its digest."""
    with reader.open(name) as stream:
        if digest(stream) != wanted:
            raise BackupDamaged(f"{name} of the backup is not what was written: take another backup.")


def put_beside(reader: Reader, roots: FileRoots, say: Say) -> dict[str, int]:
    """Write all files of the backup: beside the present ones, or into the object store. How many of each kind."""
    folders = roots.folders()
    discard_coming(roots)
    store, base = open_store(roots.media)
    counts = {MEDIA: 0, SITES: 0}
    say("Writing the files of pictures and websites")
    for entry in entries_of(reader):
        kind, _, path = entry.name.partition("/")
        if kind in folders:
            write_beside(reader, entry, folders[kind] / COMING / path)
        else:
            with reader.open(entry.name) as source, store.open(f"{base}/{path}", "wb") as file:
                shutil.copyfileobj(source, file, CHUNK)
        counts[kind] += 1
    return counts


def write_beside(reader: Reader, entry: FileEntry, place: Path) -> None:
    """One file, or one link."""
    place.parent.mkdir(parents=True, exist_ok=True)
    if entry.link:
        place.symlink_to(entry.link)
        return
    with reader.open(entry.name) as source, place.open("xb") as file:
        shutil.copyfileobj(source, file, CHUNK)


def discard_coming(roots: FileRoots) -> None:
    """Leave nothing of a restore that did not come to its end."""
    for folder in roots.folders().values():
        shutil.rmtree(folder / COMING, ignore_errors=True)


def swap_files(roots: FileRoots, *, again: bool) -> list[str]:
    """Put the restored files in the place of the present ones; the folders in which these are kept.

    `again`: an earlier swap was cut off, so what is kept from before it stays, and what it put in place goes.
    """
    kept = []
    for folder in roots.folders().values():
        former, coming = folder / FORMER, folder / COMING
        folder.mkdir(parents=True, exist_ok=True)
        if again and former.is_dir():
            for each in present(folder):
                remove(each)
            kept.append(str(former))
        elif there := present(folder):
            shutil.rmtree(former, ignore_errors=True)
            former.mkdir(mode=0o700)
            for each in there:
                each.rename(former / each.name)
            kept.append(str(former))
        if coming.is_dir():
            for each in coming.iterdir():
                each.rename(folder / each.name)
            coming.rmdir()
    return kept
