"""`igny8 backup` and `igny8 restore`: everything a deployment needs to go on elsewhere."""

from __future__ import annotations

import os
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer

from igny8_lib.backup import keys
from igny8_lib.backup.backing_up import back_up
from igny8_lib.backup.deployments import deployed_here, target_here
from igny8_lib.backup.manifest import Manifest
from igny8_lib.backup.places import reader_at, writer_at
from igny8_lib.backup.restoring import Restored, glance, look, secrets_in
from igny8_lib.backup.restoring import restore as put_back
from igny8_lib.commands.output import JsonOption, complaints, show
from igny8_lib.commands.stack import say
from igny8_lib.errors import InvalidInput

PassphraseFile = Annotated[
    Path | None,
    typer.Option("--passphrase-file", help=f"File whose first line opens the secrets; else {keys.PASSPHRASE}."),
]


def backup(
    target: Annotated[str, typer.Argument(help="A new folder, a new .tar, or the URL of either in an object store.")],
    passphrase_file: PassphraseFile = None,
    plain_secrets: Annotated[
        bool, typer.Option("--plain-secrets", help="Keep passwords and keys readable, without a passphrase.")
    ] = False,
    no_files: Annotated[
        bool, typer.Option("--no-files", help="Leave pictures and websites out; something else keeps them.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Back up both databases, files and secrets while everything runs.

    Example: igny8 backup /backups/2026-12-01.tar --passphrase-file /root/backup.passphrase
    """
    passphrase = keys.passphrase_of(passphrase_file, os.environ)
    if not (passphrase or plain_secrets):
        raise InvalidInput(
            f"The backup holds the keys to everything: set {keys.PASSPHRASE} or name --passphrase-file to seal them, "
            "or say --plain-secrets where nobody else can read the backup."
        )
    manifest = back_up(deployed_here(), writer_at(target), say, passphrase=passphrase, files=not no_files)
    if manifest.secrets == "plain":
        complaints.print(
            f"{target} holds passwords and keys that anybody can read who can read it: lock it away.", style="bold red"
        )
    show(facts_of(manifest) | {"target": target}, as_json=as_json, text=lambda: backup_sentence(manifest, target))


def facts_of(manifest: Manifest) -> dict[str, Any]:
    """The manifest as a document, without the digests."""
    document = asdict(manifest)
    document["size"] = sum(part["size"] for part in document.pop("parts").values())
    return document


def backup_sentence(manifest: Manifest, target: str) -> str:
    """What was backed up, and what was not."""
    rows = sum(sum(database.rows.values()) for database in manifest.databases.values())
    lines = [f"Backed up to {target}: {rows:,} rows, {sum(manifest.files.values()):,} files."]
    if manifest.missing:
        lines.append(f"{len(manifest.missing)} files that rows name were not there: {', '.join(manifest.missing[:5])}.")
    return "\n".join(lines)


def restore(
    source: Annotated[str, typer.Argument(help="The backup's folder, .tar or URL.")],
    passphrase_file: PassphraseFile = None,
    replace: Annotated[bool, typer.Option("--replace", help="Also where accounts or files are here already.")] = False,
    paused: Annotated[
        bool, typer.Option("--paused", help="Pause every DAG, so that nothing begins by itself: for drills.")
    ] = False,
    check: Annotated[
        bool, typer.Option("--check", help="Only check that the backup is whole and can be used.")
    ] = False,
    secrets_to: Annotated[
        Path | None, typer.Option("--secrets-to", help="Only write its keys into a new folder, as secret files.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Put a backup in the place of what is here; Airflow must not run.

    Example: igny8 restore /backups/2026-12-01.tar --passphrase-file /root/backup.passphrase
    """
    passphrase = keys.passphrase_of(passphrase_file, os.environ)
    with reader_at(source) as reader:
        if check or secrets_to:
            manifest = look(reader, say)
            secrets = secrets_in(reader, manifest, passphrase)
            written = keys.write_files(secrets_to, secrets) if secrets_to else []
            words = f"The backup of {manifest.made_at} is whole." + (
                f" Written: {', '.join(written)}." if written else ""
            )
            show(facts_of(manifest) | {"written": written}, as_json=as_json, text=lambda: words)
            return
        glance(reader, passphrase)
        with target_here(say) as target:
            restored = put_back(reader, target, say, passphrase=passphrase, replace=replace, paused=paused)
    document = facts_of(restored.manifest) | {"kept": restored.kept, "paused": restored.paused}
    show(document, as_json=as_json, text=lambda: restored_sentence(restored))


def restored_sentence(restored: Restored) -> str:
    """What is here now, and what to do next."""
    manifest = restored.manifest
    lines = [f"Restored as of {manifest.made_at}; start everything now, with `make run`, `igny8 up` or the containers."]
    if manifest.missing:
        lines.append(f"{len(manifest.missing)} files are missing: {', '.join(manifest.missing[:5])}.")
    if restored.kept:
        lines.append(f"What was here is kept until the next restore: {', '.join(restored.kept)}.")
    if restored.paused:
        lines.append(f"{restored.paused} DAGs are paused; docs/backup.md says how they go on.")
    return "\n".join(lines)
