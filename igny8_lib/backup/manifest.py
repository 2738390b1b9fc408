"""What a backup consists of. The manifest is written last: a place without one holds no backup."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from importlib.metadata import PackageNotFoundError, version
from typing import Any, BinaryIO, Literal

from alembic.script import ScriptDirectory
from packaging.version import Version

from igny8_lib.db.migrate import config
from igny8_lib.errors import Conflict, InvalidInput

MANIFEST = "manifest.json"
FILES = "files.jsonl"
SECRETS = "secrets.json"
FORMAT = 1
PRODUCT = "product"
METADATA = "airflow"
CHUNK = 1 << 20

Secrets = Literal["sealed", "plain"]


class BackupDamaged(InvalidInput):
    """A part of the backup is missing, or is not what was written; nothing was changed."""


class BackupUnfit(Conflict):
    """The backup was made by newer software than this; nothing was changed."""


@dataclass(frozen=True)
class Part:
    """One object of the backup."""

    size: int
    """Bytes."""
    sha256: str


@dataclass(frozen=True)
class Database:
    """One database of the backup."""

    dump: str
    """Name of its dump in the backup."""
    server: int
    """The server's major version."""
    revision: str
    """Of the schema; of Airflow's, its own."""
    rows: dict[str, int]
    """How many each table had."""


@dataclass(frozen=True)
class Manifest:
    """One backup."""

    made_at: str
    """When the product's snapshot was taken, in UTC."""
    igny8: str
    airflow: str
    """Versions of the software."""
    deployment: str
    """The deployment's code: what stands before each key that is sent to an AI provider."""
    databases: dict[str, Database]
    parts: dict[str, Part]
    """Dumps, secrets and the list of files, by name."""
    files: dict[str, int]
    """How many files there are of each kind: media, sites."""
    secrets: Secrets
    missing: list[str]
    """Files that the product's rows name and that were not there any more."""
    format: int = FORMAT

    def as_json(self) -> bytes:
        """The file."""
        return (json.dumps(asdict(self), indent=2) + "\n").encode()


@dataclass(frozen=True)
class FileEntry:
    """One line of the list of files: a file with its digest, or a symbolic link."""

    name: str
    """With its kind in front: media/…, sites/…"""
    size: int = 0
    sha256: str = ""
    link: str = ""
    """Where the link leads."""


def read_manifest(data: bytes) -> Manifest:
    """Raises BackupDamaged for what is no manifest, BackupUnfit for one of a later format."""
    try:
        document: dict[str, Any] = json.loads(data)
        if document["format"] > FORMAT:
            raise BackupUnfit(f"The backup has format {document['format']}, this software reads {FORMAT}: update it.")
        databases = {name: Database(**facts) for name, facts in document.pop("databases").items()}
        parts = {name: Part(**facts) for name, facts in document.pop("parts").items()}
        return Manifest(databases=databases, parts=parts, **document)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise BackupDamaged(f"{MANIFEST} of the backup cannot be read ({error}): take another backup.") from error


def read_files(lines: BinaryIO) -> Iterator[FileEntry]:
    """The list of files, one by one."""
    for line in lines:
        entry = FileEntry(**json.loads(line))
        if not is_inside(entry.name) or (entry.link and not is_beside(entry.link)):
            raise BackupDamaged(f"The backup names a file outside its folders, {entry.name!r}: do not trust it.")
        yield entry


def is_inside(name: str) -> bool:
    """Whether the name leads to a place below its kind's folder, and nowhere else."""
    parts = name.split("/")
    return len(parts) > 1 and parts[0] in {"media", "sites"} and not {"", ".", ".."} & set(parts)


def is_beside(link: str) -> bool:
    """Whether a link leads to its own folder, or below."""
    return not link.startswith("/") and ".." not in link.split("/")


def digest(stream: BinaryIO) -> Part:
    """Size and digest of what is left of the stream."""
    size, digested = 0, hashlib.sha256()
    while chunk := stream.read(CHUNK):
        size += len(chunk)
        digested.update(chunk)
    return Part(size, digested.hexdigest())


def part_of(data: bytes) -> Part:
    """Size and digest of the bytes."""
    return Part(len(data), hashlib.sha256(data).hexdigest())


def software(package: str) -> str:
    """The installed version; empty where the package is not installed."""
    try:
        return version(package)
    except PackageNotFoundError:
        return ""


def check_versions(manifest: Manifest) -> None:
    """Raise BackupUnfit where the backup is newer than what would read it: there is no way down.

    An older one is brought up to date after it was restored.
    """
    revision = manifest.databases[PRODUCT].revision
    known = {script.revision for script in ScriptDirectory.from_config(config()).walk_revisions()}
    if revision not in known:
        raise BackupUnfit(
            f"The backup's schema has revision {revision}, which IGNY8 {software('igny8')} does not know: "
            f"update the software to IGNY8 {manifest.igny8} or newer first."
        )
    here = software("apache-airflow-core")
    if here and manifest.airflow and Version(manifest.airflow) > Version(here):
        raise BackupUnfit(
            f"The backup was made with Airflow {manifest.airflow}, here is {here}: update the software first."
        )
