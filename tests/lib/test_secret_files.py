"""Settings from files: what NAME_FILE names stands for NAME, and a file that cannot be one is told by its name."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from igny8_lib.errors import InvalidInput
from igny8_lib.secret_files import LARGEST, read_secret, with_password
from igny8_lib.settings import Settings
from igny8_lib.stack.airflow_environment import INITIALISATION_ONLY, python_environment
from igny8_lib.stack.layout import Layout
from igny8_lib.stack.options import StackOptions
from tests.stack import clean_environment

SECRET = "p@ss/word:%"


@pytest.fixture
def secret(tmp_path: Path) -> Path:
    """A file as an editor leaves it."""
    path = tmp_path / "secret"
    path.write_text(f"{SECRET}\n")
    return path


@pytest.fixture(autouse=True)
def _alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """No settings of this machine's."""
    for name in set(os.environ) - set(clean_environment()):
        monkeypatch.delenv(name)


@pytest.mark.parametrize(
    ("variable", "field"),
    [
        ("IGNY8_AI_API_KEY", "ai_api_key"),
        ("OPENAI_API_KEY", "ai_api_key"),
        ("IGNY8_AIRFLOW_PASSWORD", "airflow_password"),
        ("IGNY8_DATABASE_OWNER_URL", "database_owner_url"),
    ],
)
def test_a_secret_may_come_by_a_file(secret: Path, monkeypatch: pytest.MonkeyPatch, variable: str, field: str) -> None:
    monkeypatch.setenv(f"{variable}_FILE", str(secret))
    options = StackOptions()
    assert getattr(options, field).get_secret_value() == SECRET
    assert SECRET not in repr(options)


def test_the_variable_itself_wins_over_its_file(secret: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IGNY8_AI_API_KEY", "own")
    monkeypatch.setenv("IGNY8_AI_API_KEY_FILE", str(secret))
    assert Settings().ai_api_key.get_secret_value() == "own"
    monkeypatch.setenv("IGNY8_AI_API_KEY", "")
    assert Settings().ai_api_key.get_secret_value() == SECRET


def test_a_file_wins_over_what_the_local_stack_left(
    secret: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    left = tmp_path / "stack.env"
    left.write_text("IGNY8_AIRFLOW_PASSWORD='left'\n")
    monkeypatch.setenv("IGNY8_AIRFLOW_PASSWORD_FILE", str(secret))
    assert Settings(_env_file=left).airflow_password.get_secret_value() == SECRET


def test_each_database_s_password_may_stand_beside_its_address(secret: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DATABASE", "AIRFLOW_DATABASE", "DATABASE_OWNER", "DATABASE_SUPERUSER"):
        monkeypatch.setenv(f"IGNY8_{name}_URL", "postgresql+psycopg://me@db:5432/it?sslmode=require")
        monkeypatch.setenv(f"IGNY8_{name}_PASSWORD_FILE", str(secret))
    options = StackOptions()
    whole = "postgresql+psycopg://me:p%40ss%2Fword%3A%25@db:5432/it?sslmode=require"
    assert (options.database_url, options.airflow_database_url) == (whole, whole)
    assert options.database_owner_url.get_secret_value() == options.database_superuser_url.get_secret_value() == whole


@pytest.mark.parametrize("url", ["", "postgresql://me:own@db/it", "postgresql://db/it", "sqlite:///a.db"])
def test_an_address_with_a_password_of_its_own_or_without_a_user_stays(url: str) -> None:
    assert with_password(url, "other") == url


def refused(path: str | Path) -> str:
    """The sentence for a file that is none."""
    with pytest.raises(InvalidInput) as caught:
        read_secret("IGNY8_AI_API_KEY_FILE", str(path))
    return str(caught.value)


def test_a_file_that_cannot_be_one_is_named_with_its_variable_and_what_to_do(tmp_path: Path) -> None:
    empty, binary, long = tmp_path / "empty", tmp_path / "binary", tmp_path / "long"
    empty.write_text(" \n")
    binary.write_bytes(b"\xff\xfe\x00")
    long.write_text("x" * (LARGEST + 1))
    told = {
        tmp_path / "missing": "which is not there: make the file or correct the name.",
        empty: "which is empty: write the secret into it.",
        binary: "which is no text: write the secret into it, as UTF-8.",
        long: "which is longer than any secret: is it the right file?",
        tmp_path: f"which user {os.geteuid()} cannot read (Is a directory): give that user the right to.",
    }
    for path, sentence in told.items():
        assert refused(path) == f"IGNY8_AI_API_KEY_FILE names {path}, {sentence}"


def test_commands_tell_it_in_one_sentence(tmp_path: Path) -> None:
    environment = clean_environment() | {
        "IGNY8_HOME": str(tmp_path),
        "IGNY8_DATABASE_URL": "postgresql+psycopg://me@127.0.0.1:1/it",
        "IGNY8_DATABASE_PASSWORD_FILE": str(tmp_path / "none"),
    }
    command = [sys.executable, "-m", "igny8_lib.cli", "sites", "list"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode != 0
    assert "IGNY8_DATABASE_PASSWORD_FILE names" in done.stderr
    assert "Traceback" not in done.stderr


def test_processes_that_stay_up_do_not_even_learn_where_the_higher_secrets_stand(tmp_path: Path) -> None:
    outside = dict.fromkeys(INITIALISATION_ONLY, "x") | {"IGNY8_AI_API_KEY_FILE": "/run/secrets/ai"}
    inherited = python_environment(Layout.of(tmp_path), outside)
    assert {name for name in inherited if name.startswith(("IGNY8_", "POSTGRES_"))} == {"IGNY8_AI_API_KEY_FILE"}
