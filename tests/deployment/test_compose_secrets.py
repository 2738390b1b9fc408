"""The secrets of docker-compose.yaml: made once, read from files, and what the init service does with them."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg
import pytest
from cryptography.fernet import Fernet
from sqlalchemy import URL, make_url

from tests.conftest import run_on_server, with_database
from tests.deployment import compose
from tests.stack import clean_environment

PRODUCT = compose.read({})["services"]
SECRETS = sorted(compose.read({})["secrets"])
AIRFLOW = {name: each for name, each in PRODUCT.items() if each.get("image") == "igny8" and name != "sites"}
MAKE_SECRETS = compose.CHECKOUT / "include" / "containers" / "make_secrets.sh"


@pytest.fixture
def secrets(tmp_path: Path) -> Path:
    """The files as an operator makes them."""
    folder = tmp_path / "secrets"
    done = subprocess.run(["sh", str(MAKE_SECRETS), str(folder)], capture_output=True, text=True, check=True)
    assert "write the AI provider's key into" in done.stdout
    (folder / "igny8_ai_api_key").write_text("sk-of-a-provider\n")
    return folder


def test_the_secrets_are_made_once_and_closed_to_others_of_the_machine(secrets: Path) -> None:
    assert sorted(path.name for path in secrets.iterdir()) == SECRETS
    assert secrets.stat().st_mode & 0o777 == 0o700
    before = {path: path.read_text() for path in secrets.iterdir()}
    assert all(re.fullmatch(r"[\w=-]{20,}", text.strip()) for text in before.values() if "provider" not in text)
    Fernet(before[secrets / "airflow_fernet_key"].strip())
    done = subprocess.run(["sh", str(MAKE_SECRETS), str(secrets)], capture_output=True, text=True, check=True)
    assert done.stdout.split() == [
        word for line in done.stdout.splitlines() for word in (line.split(":")[0] + ":", "kept")
    ]
    assert {path: path.read_text() for path in secrets.iterdir()} == before
    assert not done.stderr


def here(command: str, secrets: Path) -> list[str]:
    """A service's command with the files of this machine."""
    folder = str(compose.CHECKOUT / "include")
    return shlex.split(command.replace("/opt/igny8/include", folder).replace("/run/secrets", str(secrets)))


def told_by(variable: str, secrets: Path) -> str:
    """What Airflow gets for one of its …_CMD variables."""
    command = here(AIRFLOW["worker"]["environment"][variable], secrets)
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def test_airflow_s_secrets_are_what_the_files_hold(secrets: Path) -> None:
    held = {path.name: path.read_text().strip() for path in secrets.iterdir()}
    assert {name: told_by(name, secrets) for name in AIRFLOW["worker"]["environment"] if name.endswith("_CMD")} == {
        "AIRFLOW__CORE__FERNET_KEY_CMD": held["airflow_fernet_key"],
        "AIRFLOW__API__SECRET_KEY_CMD": held["airflow_secret_key"],
        "AIRFLOW__API_AUTH__JWT_SECRET_CMD": held["airflow_jwt_secret"],
        "AIRFLOW__CELERY__BROKER_URL_CMD": f"redis://:{held['redis_password']}@redis:6379/0",
        "AIRFLOW__CELERY__RESULT_BACKEND_CMD": (
            f"db+postgresql://airflow:{held['airflow_database_password']}@postgres:5432/airflow"
        ),
        "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN_CMD": (
            f"postgresql+psycopg2://airflow:{held['airflow_database_password']}@postgres:5432/airflow"
        ),
    }


@pytest.mark.parametrize(
    ("made", "said"),
    [
        (lambda path: path.unlink(), "is not there: make it, or correct its name."),
        (lambda path: (path.chmod(0o600), path.write_text("\n")), "is empty: write the secret into it."),
        (lambda path: (path.unlink(), path.mkdir()), "is no file."),
    ],
    ids=["missing", "empty", "folder"],
)
def test_a_secret_that_is_none_ends_airflow_with_its_name(
    secrets: Path, made: Callable[[Path], object], said: str
) -> None:
    path = secrets / "airflow_fernet_key"
    made(path)
    command = here(AIRFLOW["worker"]["environment"]["AIRFLOW__CORE__FERNET_KEY_CMD"], secrets)
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr.strip()) == (1, "", f"The secret file {path} {said}")


def test_the_product_s_processes_are_no_superuser_and_no_owner_of_its_tables(secrets: Path) -> None:
    given = AIRFLOW["init"]["environment"]
    running = {make_url(given["IGNY8_DATABASE_URL"]).username}
    running.add(make_url(told_by("AIRFLOW__DATABASE__SQL_ALCHEMY_CONN_CMD", secrets)).username)
    higher = {make_url(given[f"IGNY8_DATABASE_{kind}_URL"]).username for kind in ("OWNER", "SUPERUSER")}
    assert running == {"igny8_app", "airflow"}
    assert higher == {"igny8_owner", PRODUCT["postgres"]["environment"]["POSTGRES_USER"]}


def test_the_addresses_in_the_environment_are_services_of_the_file(secrets: Path) -> None:
    init = AIRFLOW["init"]["environment"]
    hosts = {name: make_url(init[name]).host for name in init if re.fullmatch("IGNY8_.*DATABASE.*_URL", name)}
    assert set(hosts.values()) == {"postgres"}
    assert make_url(init["AIRFLOW__CORE__EXECUTION_API_SERVER_URL"]).host == "api-server"
    assert make_url(told_by("AIRFLOW__CELERY__BROKER_URL_CMD", secrets)).host == "redis"
    assert make_url(told_by("AIRFLOW__CELERY__RESULT_BACKEND_CMD", secrets)[3:]).host == "postgres"


def compose_environment(postgres_url: str, home: Path, secrets: Path) -> dict[str, str]:
    """The init service's environment, with the database server and the folders of this test."""
    given = dict(AIRFLOW["init"]["environment"])
    server = make_url(postgres_url)

    def moved(url: str) -> str:
        """The same role, on this test's server and in a database of the test's; without a password, as it stands."""
        parts = make_url(url)
        place = server.set(drivername=parts.drivername, username=parts.username)
        moved = URL(*place._replace(password=None, database=f"compose_{parts.database}"))
        return moved.render_as_string()

    urls = [name for name in given if re.fullmatch("IGNY8_.*DATABASE_(OWNER_)?URL", name)]
    metadata = f"@{moved(given['IGNY8_AIRFLOW_DATABASE_URL']).partition('@')[2]}"
    connection = given["AIRFLOW__DATABASE__SQL_ALCHEMY_CONN_CMD"].replace("@postgres:5432/airflow", metadata)
    changed = {
        "AIRFLOW_HOME": str(home / "airflow"),
        "AIRFLOW__CORE__DAGS_FOLDER": str(compose.CHECKOUT / "dags"),
        "AIRFLOW__CORE__PLUGINS_FOLDER": str(compose.CHECKOUT / "plugins"),
        "AIRFLOW__LOGGING__BASE_LOG_FOLDER": str(home / "task_logs"),
        "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN_CMD": connection,
        "IGNY8_DATABASE_SUPERUSER_URL": postgres_url,
        "IGNY8_HOME": str(home),
    } | {name: moved(given[name]) for name in urls}
    return clean_environment() | {
        name: shlex.join(here(value, secrets)) if name.endswith(("_CMD", "_FILE")) else value
        for name, value in (given | changed).items()
    }


def test_the_init_service_prepares_an_empty_server_and_may_run_again(
    postgres_url: str, tmp_path: Path, secrets: Path
) -> None:
    command = [str(Path(sys.executable).parent / "igny8"), *AIRFLOW["init"]["command"][1:], "--json"]
    environment = compose_environment(postgres_url, tmp_path, secrets)
    try:
        for made in ("made", "kept"):
            done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, cwd=os.sep)
            assert done.returncode == 0, done.stderr
            assert f'"admin": "{made}"' in done.stdout
            assert f'"reconciler": "{made}"' in done.stdout
        users = rows(postgres_url, "compose_airflow", "SELECT username FROM ab_user ORDER BY username")
        assert users == [("admin",), ("igny8-reconciler",)]
        known = rows(postgres_url, "compose_airflow", "SELECT conn_id, login FROM connection ORDER BY conn_id")
        assert known == [("igny8_ai", None), ("igny8_airflow", "igny8-reconciler")]
        assert rows(postgres_url, "compose_igny8", "SELECT count(*) FROM credit_cost_configs") == [(9,)]
        owners = "SELECT DISTINCT tableowner FROM pg_tables WHERE schemaname = 'public'"
        assert rows(postgres_url, "compose_igny8", owners) == [("igny8_owner",)]
        assert rows(postgres_url, "compose_airflow", owners) == [("airflow",)]
    finally:
        for name in ("compose_airflow", "compose_igny8"):
            run_on_server(postgres_url, f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        for role in ("igny8_app", "igny8_owner", "airflow"):
            run_on_server(postgres_url, f"DROP ROLE IF EXISTS {role}")


def rows(postgres_url: str, database: str, query: str) -> list[tuple[Any, ...]]:
    """What a query finds."""
    plain = make_url(with_database(postgres_url, database)).set(drivername="postgresql")
    with psycopg.connect(plain.render_as_string(hide_password=False)) as connection:
        return connection.execute(query).fetchall()
