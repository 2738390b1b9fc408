"""`igny8 rotate-keys`: new keys and passwords in place of the old ones."""

from __future__ import annotations

import os

from igny8_lib.backup.rotation import Rotation, rotate_given, rotate_stack
from igny8_lib.commands.output import JsonOption, show
from igny8_lib.commands.stack import say
from igny8_lib.stack.options import StackOptions

ENCRYPTED = (
    "All is encrypted with the first Fernet key. Now run `sh include/containers/rotate_secrets.sh end` beside "
    "docker-compose.yaml, and start the containers anew."
)


def rotate_keys(as_json: JsonOption = False) -> None:
    """New Fernet key, API and JWT secret, and passwords of the database roles; a running stack is restarted.

    In containers the new ones are made beside docker-compose.yaml; there this encrypts with the new Fernet key.

    Example: igny8 rotate-keys
    """
    options = StackOptions()
    if options.embeds_postgres:
        done = rotate_stack(options, say)
        document = {"rotated": done.rotated, "started": done.started}
        show(document, as_json=as_json, text=lambda: stack_sentence(done))
        return
    rotate_given(os.environ)
    show({"rotated": ["fernet_key"], "started": False}, as_json=as_json, text=lambda: ENCRYPTED)


def stack_sentence(done: Rotation) -> str:
    """What is new."""
    end = "the stack runs again" if done.started else "the stack is stopped, as it was"
    return f"New: {', '.join(done.rotated)}; {end}. Earlier backups still need the keys that are sealed in them."
