"""Which secrets belong to a backup, and what becomes of them on the machine that it is restored to.

The Fernet key opens Airflow's connections and variables: without it a restored Airflow cannot sign in anywhere. The
passwords of database roles belong to their server: the new machine keeps its own.
"""

from __future__ import annotations

import json
import shlex
import subprocess
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path

from igny8_lib.backup.sealing import unseal
from igny8_lib.errors import Conflict, InvalidInput
from igny8_lib.stack.credentials import Credentials, load_or_create, write_private

ENVIRONMENT = {
    "fernet_key": ("AIRFLOW__CORE__FERNET_KEY", "airflow_fernet_key"),
    "api_secret_key": ("AIRFLOW__API__SECRET_KEY", "airflow_secret_key"),
    "jwt_secret": ("AIRFLOW__API_AUTH__JWT_SECRET", "airflow_jwt_secret"),
}
"""Airflow's variable for each secret, and the file that docker-compose.yaml mounts for it."""
OF_THE_SERVER = frozenset(
    {
        "postgres_password",
        "airflow_database_password",
        "igny8_owner_password",
        "igny8_database_password",
        "redis_password",
    }
)
"""Passwords of the servers on one machine; another has its own."""
PASSPHRASE = "IGNY8_BACKUP_PASSPHRASE"  # noqa: S105 - the variable's name


def secrets_here(credentials: Path, environment: Mapping[str, str]) -> dict[str, str]:
    """The secrets of this deployment: those of the local stack's file, else of Airflow's variables.

    Raises InvalidInput where there is no Fernet key: the backup could not be used.
    """
    if credentials.exists():
        return dict(json.loads(credentials.read_text()))
    found = {name: airflow_secret(variable, environment) for name, (variable, _) in ENVIRONMENT.items()}
    if not found["fernet_key"]:
        raise InvalidInput(
            f"No Fernet key: neither {credentials} nor AIRFLOW__CORE__FERNET_KEY (or …_CMD) is there. Run the "
            "command where the stack's or the containers' environment is."
        )
    return {name: value for name, value in found.items() if value}


def airflow_secret(variable: str, environment: Mapping[str, str]) -> str:
    """One of Airflow's secrets as Airflow reads it: the variable itself, or what the command of NAME_CMD prints; empty
    where there is neither. Raises InvalidInput where the command fails, with its last words."""
    command = environment.get(f"{variable}_CMD", "")
    if environment.get(variable) or not command:
        return environment.get(variable, "")
    try:
        done = subprocess.run(shlex.split(command), capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError) as error:
        words = (getattr(error, "stderr", "") or str(error)).strip().splitlines()
        raise InvalidInput(f"{variable}_CMD, the command that prints the secret, failed: {words[-1]}") from error
    return done.stdout.strip()


def passphrase_of(file: Path | None, environment: Mapping[str, str]) -> str:
    """The passphrase of a file's first line, or of the environment; empty where there is none.

    Raises InvalidInput where the file cannot be read.
    """
    if file is None:
        return environment.get(PASSPHRASE, "")
    try:
        return (file.read_text().splitlines() or [""])[0].strip()
    except OSError as error:
        raise InvalidInput(f"The passphrase cannot be read: {error.strerror}: {file}.") from error


def opened(stored: bytes, passphrase: str, *, sealed: bool) -> dict[str, str]:
    """The secrets of a backup. Raises InvalidInput without a passphrase where one is needed, or with a wrong one."""
    if sealed and not passphrase:
        raise InvalidInput(f"The backup's secrets are sealed: set {PASSPHRASE}, or name --passphrase-file.")
    return dict(json.loads(unseal(stored, passphrase) if sealed else stored))


def give_to_stack(path: Path, secrets: Mapping[str, str]) -> None:
    """Let the local stack go on with a backup's secrets; the passwords of its own servers stay."""
    own = asdict(load_or_create(path))
    known = set(own) - OF_THE_SERVER
    merged = own | {name: value for name, value in secrets.items() if name in known and value}
    write_private(path, json.dumps(asdict(Credentials(**merged)), indent=2) + "\n")


def require_same_fernet_key(secrets: Mapping[str, str], environment: Mapping[str, str]) -> None:
    """Raise Conflict where Airflow here has another Fernet key than the backup: it could open no connection."""
    variable, name = ENVIRONMENT["fernet_key"]
    given = airflow_secret(variable, environment).split(",")
    if not set(secrets["fernet_key"].split(",")) <= set(given):
        raise Conflict(
            f"This deployment has another Fernet key than the backup: let the secret file {name} hold the backup's. "
            "`igny8 restore SOURCE --secrets-to FOLDER` writes it."
        )


def write_files(folder: Path, secrets: Mapping[str, str]) -> list[str]:
    """Write the secrets as the files that docker-compose.yaml mounts, into a new folder that only its owner reads;
    their names.

    Raises Conflict where the folder is there already, InvalidInput where it cannot be made.
    """
    try:
        folder.mkdir(mode=0o700)
    except FileExistsError:
        raise Conflict(f"{folder} is there already: name another folder.") from None
    except OSError as error:
        raise InvalidInput(f"{folder} cannot be made: {error.strerror}.") from error
    files = {file: secrets[name] for name, (_, file) in ENVIRONMENT.items() if secrets.get(name)}
    for file, secret in files.items():
        write_private(folder / file, f"{secret}\n")
    return list(files)
