"""docker-compose.yaml: no engine runs here, so the file itself is held against what runs."""

from __future__ import annotations

import functools
import os
import subprocess
import sys
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy import make_url

from igny8_lib.stack.airflow_settings import compose_settings
from tests.conftest import run_on_server, with_database
from tests.deployment import compose
from tests.stack import Stack, clean_environment

SECRETS = {name: f"secret-{name.lower()}" for name in compose.required_variables()}
FERNET_KEY = "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="
PRODUCT = compose.read(SECRETS)["services"]
SITES = PRODUCT["sites"]
AIRFLOW = {name: each for name, each in PRODUCT.items() if each.get("image") == "igny8" and each is not SITES}


def test_the_production_shape_has_every_part_once() -> None:
    components = {"init", "api-server", "scheduler", "dag-processor", "triggerer", "worker"}
    assert set(PRODUCT) == components | {"postgres", "redis", "sites"}
    assert set(AIRFLOW) == components


@pytest.mark.parametrize("name", sorted(SECRETS))
def test_a_missing_secret_is_refused_with_its_meaning(name: str) -> None:
    with pytest.raises(compose.MissingVariable, match=r"\w"):
        compose.read(SECRETS | {name: ""})


def test_no_secret_is_written_into_the_file() -> None:
    text = (compose.CHECKOUT / "docker-compose.yaml").read_text()
    for line in text.splitlines():
        if any(word in line.upper() for word in ("PASSWORD:", "SECRET", "FERNET", "API_KEY:", "REDISCLI_AUTH:")):
            assert "${" in line or line.lstrip().startswith(("#", "-")), line


def test_two_of_each_that_may_die_and_the_schedulers_hand_out_what_the_workers_have_slots_for() -> None:
    two = {name for name, service in PRODUCT.items() if service.get("deploy") == {"replicas": 2}}
    assert two == {"api-server", "scheduler", "worker"}
    worker = PRODUCT["worker"]
    assert (
        worker["environment"]["AIRFLOW__CORE__PARALLELISM"]
        == worker["command"][worker["command"].index("--concurrency") + 1]
    )


def test_redis_keeps_its_messages_on_a_volume() -> None:
    command = PRODUCT["redis"]["command"]
    assert command[command.index("--appendonly") + 1] == "yes"
    assert PRODUCT["redis"]["volumes"] == ["redis:/data"]


@functools.cache
def airflow_commands() -> str:
    """What `airflow --help` and `airflow celery --help` list under CeleryExecutor."""
    environment = clean_environment() | {"AIRFLOW__CORE__EXECUTOR": "CeleryExecutor", "PYTHONWARNINGS": "ignore"}
    texts = []
    for group in ([], ["celery"]):
        command = [sys.executable, "-m", "airflow", *group, "--help"]
        texts.append(subprocess.run(command, env=environment, capture_output=True, text=True, check=False).stdout)
    return "\n".join(texts)


@pytest.mark.parametrize("name", sorted(AIRFLOW))
def test_every_command_is_a_program_of_the_image(name: str) -> None:
    program, *arguments = AIRFLOW[name]["command"]
    assert program in {script.name for script in entry_points(group="console_scripts")}
    listed = {line.split()[0] for line in airflow_commands().splitlines() if line.startswith("    ") and line.strip()}
    if program == "airflow":
        words = [word for word in arguments if not word.startswith("--") and not word.isdigit()]
        assert set(words) <= listed
    else:
        assert (program, arguments) == ("igny8", ["init"])


def test_every_component_gets_the_same_variables_as_the_local_stack(tmp_path: Path) -> None:
    local = {name for name in Stack.described(tmp_path).services.variables() if name.startswith("AIRFLOW")}
    celery = {"AIRFLOW__CELERY__BROKER_URL", "AIRFLOW__CELERY__RESULT_BACKEND"}
    store = {"AIRFLOW__LOGGING__REMOTE_LOGGING", "AIRFLOW__LOGGING__REMOTE_BASE_LOG_FOLDER"}
    for name, service in AIRFLOW.items():
        given = {variable for variable in service["environment"] if variable.startswith("AIRFLOW")}
        assert given == local | celery | store | compose_settings(name).keys(), name


INIT_ONLY = {"IGNY8_AIRFLOW_PASSWORD", "IGNY8_DATABASE_OWNER_URL", "IGNY8_DATABASE_SUPERUSER_URL"}


def test_all_components_share_one_environment_and_init_alone_knows_more() -> None:
    shared = AIRFLOW["scheduler"]["environment"]
    assert shared["AIRFLOW__CORE__EXECUTOR"] == "CeleryExecutor"
    for name, service in AIRFLOW.items():
        more = {variable: service["environment"].get(variable) for variable in INIT_ONLY} if name == "init" else {}
        assert all(more.values())
        assert service["environment"] == shared | more | compose_settings(name)
    assert not INIT_ONLY & set(shared)


def holders(secret: str) -> set[str]:
    """The services that get the secret anywhere: environment, command, health check."""
    return {name for name, service in PRODUCT.items() if SECRETS[secret] in str(service)}


def test_each_secret_reaches_only_whom_it_serves() -> None:
    everybody = set(AIRFLOW)
    assert {secret: holders(secret) for secret in SECRETS} == {
        "IGNY8_AIRFLOW_PASSWORD": {"init"},
        "IGNY8_DATABASE_OWNER_PASSWORD": {"init"},
        "POSTGRES_PASSWORD": {"init", "postgres"},
        "REDIS_PASSWORD": everybody | {"redis"},
        "IGNY8_DATABASE_PASSWORD": everybody,
        "AIRFLOW_DATABASE_PASSWORD": everybody,
        "AIRFLOW_FERNET_KEY": everybody,
        "AIRFLOW_SECRET_KEY": everybody,
        "AIRFLOW_JWT_SECRET": everybody,
        "IGNY8_AI_API_KEY": everybody,
    }


def test_the_product_s_processes_are_no_superuser_and_no_owner_of_its_tables() -> None:
    given = AIRFLOW["init"]["environment"]
    names = ("IGNY8_DATABASE_URL", "AIRFLOW_CONN_IGNY8_POSTGRES", "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN")
    running = {make_url(given[name]).username for name in names}
    higher = {make_url(given[f"IGNY8_DATABASE_{kind}_URL"]).username for kind in ("OWNER", "SUPERUSER")}
    assert running == {"igny8_app", "airflow"}
    assert higher == {"igny8_owner", PRODUCT["postgres"]["environment"]["POSTGRES_USER"]}


def test_the_addresses_in_the_environment_are_services_of_the_file() -> None:
    environment = AIRFLOW["worker"]["environment"]
    urls = [
        environment["AIRFLOW__DATABASE__SQL_ALCHEMY_CONN"],
        environment["AIRFLOW__CELERY__BROKER_URL"],
        environment["AIRFLOW__CELERY__RESULT_BACKEND"].removeprefix("db+"),
        environment["IGNY8_DATABASE_URL"],
        environment["AIRFLOW_CONN_IGNY8_POSTGRES"],
        environment["AIRFLOW__CORE__EXECUTION_API_SERVER_URL"],
    ]
    assert [make_url(url).host for url in urls] == [
        "postgres",
        "redis",
        "postgres",
        "postgres",
        "postgres",
        "api-server",
    ]
    init = AIRFLOW["init"]["environment"]
    for kind in ("OWNER", "SUPERUSER"):
        assert make_url(init[f"IGNY8_DATABASE_{kind}_URL"]).host == "postgres"
    assert PRODUCT["redis"]["environment"]["REDISCLI_AUTH"] in PRODUCT["redis"]["command"]


def test_every_service_that_stays_up_has_a_health_check() -> None:
    for name, service in PRODUCT.items():
        if name == "init":
            assert service["restart"] == "no"
        else:
            kind, *words = service["healthcheck"]["test"]
            assert kind in {"CMD", "CMD-SHELL"}, name
            assert words, name
            assert service["healthcheck"]["retries"] > 1, name


def test_components_wait_for_the_initialisation_and_it_waits_for_the_database() -> None:
    assert AIRFLOW["init"]["depends_on"] == {"postgres": {"condition": "service_healthy"}}
    for name, service in AIRFLOW.items():
        if name != "init":
            assert service["depends_on"]["init"] == {"condition": "service_completed_successfully"}
            assert service["depends_on"]["redis"] == {"condition": "service_healthy"}


def test_every_mounted_volume_is_declared_and_its_folder_is_made_by_the_image() -> None:
    dockerfile = (compose.CHECKOUT / "Dockerfile").read_text()
    for service in PRODUCT.values():
        for mount in service.get("volumes", []):
            volume, folder = mount.removesuffix(":ro").split(":")
            assert volume in compose.read(SECRETS)["volumes"]
            assert service["image"] != "igny8" or folder in dockerfile


def test_the_image_takes_the_same_lock_file_and_every_folder_the_product_needs() -> None:
    lines = (compose.CHECKOUT / "Dockerfile").read_text().splitlines()
    assert any("--requirement requirements.txt" in line for line in lines)
    copied = [word for line in lines if line.startswith("COPY") for word in line.split()[1:-1] if "--" not in word]
    ignored = (compose.CHECKOUT / ".dockerignore").read_text().splitlines()
    for path in copied:
        assert (compose.CHECKOUT / path).exists(), path
        assert f"!{path}" in ignored, path
    assert {"igny8_lib", "dags", "plugins", "include", "airflow_settings.yaml"} <= set(copied)


def compose_environment(postgres_url: str, home: Path) -> dict[str, str]:
    """The init service's environment, with the database server and the folders of this test."""
    given: dict[str, Any] = compose.read(SECRETS | {"AIRFLOW_FERNET_KEY": FERNET_KEY})["services"]["init"][
        "environment"
    ]
    server = make_url(postgres_url)

    def moved(url: str) -> str:
        """The same role, on this test's server and in a database of the test's."""
        parts = make_url(url)
        here = server.set(drivername=parts.drivername, username=parts.username, password=parts.password)
        here = here.set(database=f"compose_{parts.database}")
        return here.render_as_string(hide_password=False)

    urls = ("IGNY8_DATABASE_URL", "IGNY8_DATABASE_OWNER_URL", "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN")
    here = {
        "AIRFLOW_HOME": str(home / "airflow"),
        "AIRFLOW__CORE__DAGS_FOLDER": str(compose.CHECKOUT / "dags"),
        "AIRFLOW__CORE__PLUGINS_FOLDER": str(compose.CHECKOUT / "plugins"),
        "AIRFLOW__LOGGING__BASE_LOG_FOLDER": str(home / "task_logs"),
        "IGNY8_DATABASE_SUPERUSER_URL": postgres_url,
        "IGNY8_HOME": str(home),
    } | {name: moved(given[name]) for name in urls}
    return clean_environment() | given | here


def test_the_init_service_prepares_an_empty_server_and_may_run_again(postgres_url: str, tmp_path: Path) -> None:
    command = [str(Path(sys.executable).parent / "igny8"), *AIRFLOW["init"]["command"][1:], "--json"]
    environment = compose_environment(postgres_url, tmp_path)
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
