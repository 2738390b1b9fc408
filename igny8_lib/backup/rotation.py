"""New keys and passwords in place of the old ones.

Airflow takes a list of Fernet keys: it writes with the first and reads with all of them. So while its connections and
variables are written anew, both keys are known, and whatever is cut off in the middle can be read by what starts next:

1. `credentials.json` gets all new secrets, and of Fernet keys the new one with the old ones behind it. What it held is
   kept beside it until the end.
2. The stack's next start gives the database roles their new passwords (`igny8 init` does so at every start).
3. Connections, variables and triggers are written anew with the new key, then once more with nothing else known: that
   only works when no row needs the old key.
4. `credentials.json` forgets the old keys, the file beside it goes.

Where secrets come from elsewhere, as in containers, 1, 2 and 4 are done there (include/containers/rotate_secrets.sh).
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from pathlib import Path

from igny8_lib.backup.files import Say
from igny8_lib.backup.keys import ENVIRONMENT, airflow_secret
from igny8_lib.errors import Conflict, PermanentError
from igny8_lib.stack import lifecycle
from igny8_lib.stack.credentials import Credentials, fernet_key, load_or_create, token, write_private
from igny8_lib.stack.initialisation import last_words
from igny8_lib.stack.options import StackOptions
from igny8_lib.stack.processes import stack_processes
from igny8_lib.stack.services import Stack

FERNET = ENVIRONMENT["fernet_key"][0]
ROTATED = (
    "airflow_database_password",
    "igny8_owner_password",
    "igny8_database_password",
    "redis_password",
    "jwt_secret",
    "api_secret_key",
)
"""Beside the Fernet key. People's passwords are theirs to change, and that of PostgreSQL's superuser stays: nothing
that runs has it."""


class KeysNotRotated(PermanentError):
    """Airflow's encrypted rows could not be written anew; both keys are still known."""


@dataclass(frozen=True)
class Rotation:
    """What was done."""

    rotated: list[str]
    started: bool
    """Whether the stack ran before, and runs again."""


def rotate_stack(options: StackOptions, say: Say) -> Rotation:
    """Rotate the secrets of the local stack, which is stopped for it and started again where it ran.

    May be run again at any time, after a crash too. Raises KeysNotRotated.
    """
    layout = Stack.of(options).layout
    runs = bool(stack_processes(layout)) and layout.environment.exists()
    if runs:
        say("Stopping the stack")
    lifecycle.down(layout)
    with lifecycle.alone(layout):
        rotated = take_new(layout.credentials)
        try:
            lifecycle.start_databases(Stack.of(options), say, os.environ)
            say("Encrypting connections and variables anew")
            environment = Stack.of(options).environment(os.environ)
            encrypt_anew(environment)
            forget_old(layout.credentials)
        finally:
            lifecycle.stop_everything(layout)
    if runs:
        lifecycle.up(Stack.of(options), say)
    former_of(layout.credentials).unlink(missing_ok=True)
    return Rotation(rotated, runs)


def former_of(credentials: Path) -> Path:
    """Where the secrets from before a rotation are kept while it lasts."""
    return credentials.with_name("credentials.before.json")


def take_new(path: Path) -> list[str]:
    """Write new secrets, which the old Fernet keys stay beside; the names of what is new."""
    own = load_or_create(path)
    if not former_of(path).exists():
        write(former_of(path), own)
    known = {one.name for one in fields(Credentials)}
    new = {name: token() for name in ROTATED if name in known}
    if "jwt_secret" in new:
        new["jwt_secret"] += token()  # 384 bits: Airflow signs with HS512
    write(path, Credentials(**asdict(own) | new | {"fernet_key": f"{fernet_key()},{own.fernet_key}"}))
    return ["fernet_key", *new]


def forget_old(path: Path) -> None:
    """Let only the first Fernet key be known."""
    own = load_or_create(path)
    write(path, Credentials(**asdict(own) | {"fernet_key": first_key(own.fernet_key)}))


def write(path: Path, credentials: Credentials) -> None:
    """The file of secrets, whole."""
    write_private(path, json.dumps(asdict(credentials), indent=2) + "\n")


def first_key(fernet_keys: str) -> str:
    """The key that Airflow encrypts with."""
    return fernet_keys.partition(",")[0]


def encrypt_anew(environment: Mapping[str, str]) -> None:
    """Write everything that Airflow keeps encrypted with its first Fernet key, and prove that no other is needed."""
    run_airflow(environment)
    run_airflow(dict(environment) | {FERNET: first_key(environment[FERNET])})


def run_airflow(environment: Mapping[str, str]) -> None:
    """`airflow rotate-fernet-key`. Raises KeysNotRotated with its last words."""
    done = subprocess.run(
        [sys.executable, "-m", "airflow", "rotate-fernet-key"],
        env=dict(environment),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise KeysNotRotated(
            f"Airflow's connections and variables could not be encrypted anew: {last_words(done.stderr)}. "
            "The old key is still known: mend that, then run `igny8 rotate-keys` again."
        )


def rotate_given(environment: Mapping[str, str]) -> None:
    """Step 3 where secrets come from elsewhere: all is encrypted with the first of the Fernet keys.

    Raises Conflict where there is one key only, KeysNotRotated.
    """
    known = airflow_secret(FERNET, environment)
    if "," not in known:
        raise Conflict(
            "Airflow knows one Fernet key here, so there is no new one to encrypt with: run "
            "`sh include/containers/rotate_secrets.sh begin` beside docker-compose.yaml, and start the containers anew."
        )
    encrypt_anew(dict(environment) | {FERNET: known})
