"""New secrets for the containers: by files, in steps that may be cut off, with both Fernet keys known in between."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from igny8_lib.backup.keys import airflow_secret, secrets_here, write_files
from igny8_lib.backup.rotation import ROTATED, rotate_given
from igny8_lib.errors import Conflict, InvalidInput
from tests.deployment import compose

CONTAINERS = compose.CHECKOUT / "include" / "containers"
FERNET = "airflow_fernet_key"
FILES = {"jwt_secret": "airflow_jwt_secret", "api_secret_key": "airflow_secret_key"}
"""Where a secret of the local stack has another name than its file."""
VARIABLE = "AIRFLOW__CORE__FERNET_KEY"


def make(folder: Path) -> None:
    subprocess.run(["sh", str(CONTAINERS / "make_secrets.sh"), str(folder)], capture_output=True, check=True)


def rotate(step: str, folder: Path) -> subprocess.CompletedProcess[str]:
    command = ["sh", str(CONTAINERS / "rotate_secrets.sh"), step, str(folder)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def held(folder: Path) -> dict[str, str]:
    return {file.name: file.read_text().strip() for file in folder.iterdir() if file.is_file()}


@pytest.fixture
def secrets(tmp_path: Path) -> Path:
    folder = tmp_path / "secrets"
    make(folder)
    (folder / "igny8_ai_api_key").write_text("sk-of-a-provider\n")
    return folder


def test_what_rotates_is_new_and_what_people_or_others_chose_stays(secrets: Path) -> None:
    before = held(secrets)
    assert rotate("begin", secrets).returncode == 0
    after = held(secrets)
    changed = {name for name in before if before[name] != after[name]}
    assert changed == {FILES.get(name, name) for name in ROTATED} | {FERNET}
    assert after.keys() == before.keys()
    assert {(secrets / name).stat().st_mode & 0o777 for name in changed} == {0o444}
    assert held(secrets / "before") == {name: before[name] for name in changed}


def test_both_fernet_keys_are_known_until_the_end_and_then_the_new_one_alone(secrets: Path) -> None:
    old = held(secrets)[FERNET]
    rotate("begin", secrets)
    new, kept = held(secrets)[FERNET].split(",")
    assert kept == old
    Fernet(new)
    assert rotate("end", secrets).returncode == 0
    assert held(secrets)[FERNET] == new


def test_a_rotation_under_way_is_not_begun_again(secrets: Path) -> None:
    rotate("begin", secrets)
    before = held(secrets)
    refused = rotate("begin", secrets)
    assert refused.returncode == 1
    assert "igny8 rotate-keys" in refused.stderr
    assert held(secrets) == before


def test_a_beginning_that_was_cut_off_goes_on_with_the_secrets_that_it_had_made(secrets: Path) -> None:
    old = held(secrets)
    rotate("begin", secrets)
    make(
        secrets / ".new"
    )  # as if it had died before its last step: its drafts are there, the Fernet key is the old one
    (secrets / FERNET).chmod(0o644)
    (secrets / FERNET).write_text(old[FERNET] + "\n")
    assert rotate("begin", secrets).returncode == 0
    assert held(secrets / "before")["redis_password"] == old["redis_password"] != held(secrets)["redis_password"]
    assert held(secrets)[FERNET].endswith(f",{old[FERNET]}")
    assert not (secrets / ".new").exists()


@pytest.mark.parametrize("step", ["", "around"])
def test_an_unknown_step_is_refused(step: str, secrets: Path) -> None:
    before = held(secrets)
    refused = rotate(step, secrets)
    assert refused.returncode == 1
    assert "Say which step" in refused.stderr
    assert held(secrets) == before


def test_a_folder_without_secrets_is_refused(tmp_path: Path) -> None:
    refused = rotate("begin", tmp_path)
    assert refused.returncode == 1
    assert "name the folder of the secrets" in refused.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_backup_finds_airflow_s_secrets_where_a_command_prints_them(secrets: Path, tmp_path: Path) -> None:
    command = f"sh {CONTAINERS / 'secret.sh'} {secrets / FERNET}"
    assert airflow_secret(VARIABLE, {f"{VARIABLE}_CMD": command}) == held(secrets)[FERNET]
    assert airflow_secret(VARIABLE, {f"{VARIABLE}_CMD": command, VARIABLE: "itself"}) == "itself"
    assert secrets_here(tmp_path / "none.json", {f"{VARIABLE}_CMD": command}) == {"fernet_key": held(secrets)[FERNET]}
    with pytest.raises(InvalidInput, match="is not there: make it"):
        airflow_secret(VARIABLE, {f"{VARIABLE}_CMD": f"{command}.gone"})


def test_with_one_key_there_is_nothing_to_encrypt_with() -> None:
    with pytest.raises(Conflict, match=r"rotate_secrets\.sh begin"):
        rotate_given({VARIABLE: Fernet.generate_key().decode()})


def test_a_backup_s_keys_become_files_that_only_their_owner_reads(tmp_path: Path) -> None:
    folder = tmp_path / "keys"
    assert write_files(folder, {"fernet_key": "one", "jwt_secret": "two"}) == [FERNET, "airflow_jwt_secret"]
    assert held(folder) == {FERNET: "one", "airflow_jwt_secret": "two"}
    assert folder.stat().st_mode & 0o777 == 0o700
    with pytest.raises(Conflict, match="name another folder"):
        write_files(folder, {"fernet_key": "three"})
    with pytest.raises(InvalidInput, match="cannot be made"):
        write_files(tmp_path / "no" / "folder", {"fernet_key": "three"})
