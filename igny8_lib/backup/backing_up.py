"""A backup of a running deployment.

1. Both databases' snapshots, milliseconds apart, Airflow's first (snapshots.py says why).
2. Dumps of these snapshots; the rows of each table are counted in the same moment.
3. Files, after the databases.
4. Secrets, the list of files, the manifest; then the backup gets its name.

Nothing waits for a backup, and it waits for nothing but what a SELECT waits for: a migration.
"""

from __future__ import annotations

import io
import json
import tempfile
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from igny8_lib import clock
from igny8_lib.backup import programs
from igny8_lib.backup.files import MEDIA, SITES, FileCopier, Say, open_part
from igny8_lib.backup.manifest import (
    FILES,
    METADATA,
    PRODUCT,
    SECRETS,
    Database,
    Manifest,
    Part,
    Secrets,
    digest,
    part_of,
    software,
)
from igny8_lib.backup.places import Writer
from igny8_lib.backup.sealing import seal
from igny8_lib.backup.snapshots import Snapshot, held

CODE = "SELECT code FROM deployment"


@dataclass(frozen=True)
class Deployed:
    """What is backed up."""

    product: str = field(repr=False)
    metadata: str = field(repr=False)
    """URLs of the databases; a role that may read all of it is enough."""
    media_root: str
    static_folder: Path
    secrets: Mapping[str, str] = field(repr=False)


def back_up(deployed: Deployed, writer: Writer, say: Say, *, passphrase: str, files: bool = True) -> Manifest:
    """Make the backup; without a passphrase its secrets are readable by whoever reads the backup.

    `files=False` leaves pictures and websites to whatever else keeps them. Raises DatabaseUnprepared, ProgramMissing,
    ProgramFailed, Conflict; nothing of it is left then.
    """
    try:
        manifest = write_parts(deployed, writer, say, passphrase=passphrase, files=files)
        writer.finish(manifest.as_json())
    except BaseException:
        writer.abandon()
        raise
    return manifest


def write_parts(deployed: Deployed, writer: Writer, say: Say, *, passphrase: str, files: bool) -> Manifest:
    """All parts but the manifest."""
    with ExitStack() as open_snapshots:
        metadata = open_snapshots.enter_context(held(deployed.metadata))
        product = open_snapshots.enter_context(held(deployed.product))
        made_at = clock.now().isoformat(timespec="seconds")
        parts: dict[str, Part] = {}
        databases = {
            METADATA: dump(metadata, METADATA, writer, parts, say),
            PRODUCT: dump(product, PRODUCT, writer, parts, say),
        }
        named, code = product.media_names(), str(product.first(CODE))
    copier = FileCopier(writer, say)
    if files:
        say("Copying the files of pictures and websites")
        copier.copy_media(deployed.media_root)
        copier.copy_sites(deployed.static_folder)
    parts[FILES] = copier.finish()
    kind, sealed = sealed_secrets(deployed.secrets, passphrase)
    writer.add(SECRETS, io.BytesIO(sealed), len(sealed))
    parts[SECRETS] = part_of(sealed)
    return Manifest(
        made_at=made_at,
        igny8=software("igny8"),
        airflow=software("apache-airflow-core"),
        deployment=code,
        databases=databases,
        parts=parts,
        files={MEDIA: copier.counts[MEDIA], SITES: copier.counts[SITES]},
        secrets=kind,
        missing=sorted(name for name in named if f"{MEDIA}/{name}" not in copier.names) if files else [],
    )


def dump(snapshot: Snapshot, name: str, writer: Writer, parts: dict[str, Part], say: Say) -> Database:
    """Dump the snapshot, and count what is in it.

    Owners and rights are left out: they are those of the server that the dump is restored to.
    """
    program = programs.find("pg_dump", major=snapshot.major)
    say(f"Dumping the database {name}")
    with tempfile.TemporaryDirectory(prefix="igny8-backup-") as folder:
        file = Path(folder) / f"{name}.dump"
        how = ["--format", "custom", "--no-owner", "--no-privileges"]
        programs.run(program, snapshot.url, ["--snapshot", snapshot.name, "--file", str(file), *how])
        with open_part(file) as stream:
            parts[file.name] = digest(stream)
            stream.seek(0)
            writer.add(file.name, stream, parts[file.name].size)
    return Database(file.name, snapshot.major, snapshot.revision(), snapshot.rows())


def sealed_secrets(secrets: Mapping[str, str], passphrase: str) -> tuple[Secrets, bytes]:
    """How the secrets are kept, and what is written."""
    plain = json.dumps(dict(secrets), indent=2).encode()
    return ("sealed", seal(plain, passphrase)) if passphrase else ("plain", plain)
