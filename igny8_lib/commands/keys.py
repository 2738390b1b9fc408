"""`igny8 rotate-keys`: new keys and passwords in place of the old ones."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from igny8_lib.backup.rotation import Rotation, rotate_given, rotate_stack
from igny8_lib.commands.output import JsonOption, show
from igny8_lib.commands.stack import say
from igny8_lib.stack.options import StackOptions


def rotate_keys(
    to: Annotated[
        Path | None, typer.Option("--to", help="Where secrets are the environment's: a new file for the new ones.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """New Fernet key, API and JWT secret, and passwords of the database roles; a running stack is restarted.

    Example: igny8 rotate-keys
    """
    options = StackOptions()
    if options.embeds_postgres:
        done = rotate_stack(options, say)
        document = {"rotated": done.rotated, "started": done.started}
        show(document, as_json=as_json, text=lambda: stack_sentence(done))
        return
    wanted = rotate_given(os.environ, to)
    show({"set": sorted(wanted), "file": str(to or "")}, as_json=as_json, text=lambda: given_sentence(wanted, to))


def stack_sentence(done: Rotation) -> str:
    """What is new."""
    end = "the stack runs again" if done.started else "the stack is stopped, as it was"
    return f"New: {', '.join(done.rotated)}; {end}. Earlier backups still need the keys that are sealed in them."


def given_sentence(wanted: dict[str, str], to: Path | None) -> str:
    """What to set, and what to run then."""
    if all(wanted.values()):
        return "All is encrypted with the first Fernet key. Set AIRFLOW_FERNET_KEY to that one alone and restart."
    return (
        f"{to} has new values for {', '.join(wanted)}. Put them into .env, start all containers anew, then run "
        "`igny8 rotate-keys` in one of them."
    )
