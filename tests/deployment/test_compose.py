"""docker-compose.yaml: no engine runs here, so the file itself is held against what runs."""

from __future__ import annotations

import functools
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Callable
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any

import psycopg
import pytest
from cryptography.fernet import Fernet
from sqlalchemy import URL, make_url

from igny8_lib.stack.airflow_settings import compose_settings
from tests.conftest import run_on_server, with_database
from tests.deployment import compose
from tests.stack import Stack, clean_environment

READ = compose.read({})
PRODUCT, SECRETS = READ["services"], sorted(READ["secrets"])
SITES = PRODUCT["sites"]
AIRFLOW = {name: each for name, each in PRODUCT.items() if each.get("image") == "igny8" and each is not SITES}
MAKE_SECRETS = compose.CHECKOUT / "include" / "containers" / "make_secrets.sh"
MOUNTED = re.compile(r"/run/secrets/(\w+)")


def test_the_production_shape_has_every_part_once() -> None:
    components = {"init", "api-server", "scheduler", "dag-processor", "triggerer", "worker"}
    assert set(PRODUCT) == components | {"postgres", "redis", "sites"}
    assert set(AIRFLOW) == components


def test_no_secret_comes_by_a_variable() -> None:
    assert compose.required_variables() == set()
    for name, service in PRODUCT.items():
        for variable, value in service.get("environment", {}).items():
            secret = any(word in variable for word in ("PASSWORD", "SECRET", "FERNET", "API_KEY", "_CONN", "BROKER"))
            assert not secret or variable.endswith(("_FILE", "_CMD")), (name, variable)
            assert not re.search(r"://[^@ ]*:[^@ ]+@", str(value)), (name, variable)


def test_every_secret_is_a_file_and_whoever_reads_one_has_it_mounted() -> None:
    assert {name: each["file"] for name, each in READ["secrets"].items()} == {
        name: f"./secrets/{name}" for name in SECRETS
    }
    assert all(
        each["file"].startswith("/etc/igny8/")
        for each in compose.read({"IGNY8_SECRETS": "/etc/igny8"})["secrets"].values()
    )
    for name, service in PRODUCT.items():
        assert set(MOUNTED.findall(str(service))) == set(service.get("secrets", [])), name


def test_two_of_each_that_may_die_and_the_schedulers_hand_out_what_the_workers_have_slots_for() -> None:
    two = {name for name, service in PRODUCT.items() if service.get("deploy") == {"replicas": 2}}
    assert two == {"api-server", "scheduler", "worker"}
    worker = PRODUCT["worker"]
    assert (
        worker["environment"]["AIRFLOW__CORE__PARALLELISM"]
        == worker["command"][worker["command"].index("--concurrency") + 1]
    )


def test_redis_keeps_its_messages_on_a_volume() -> None:
    command = PRODUCT["redis"]["command"][-1]
    assert "appendonly yes" in command
    assert command.endswith("--dir /data")
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
    proxy = {"AIRFLOW__FAB__COOKIE_SECURE"}
    beside = {"AIRFLOW_CONN_IGNY8_POSTGRES"}  # a variable with a password; the product reads IGNY8_DATABASE_URL first
    for name, service in AIRFLOW.items():
        names = {variable.removesuffix("_CMD") for variable in service["environment"]}
        given = {variable for variable in names if variable.startswith("AIRFLOW")}
        assert given == (local | celery | store | proxy | compose_settings(name).keys()) - beside, name


INIT_ONLY = {
    "IGNY8_AIRFLOW_PASSWORD_FILE",
    "IGNY8_AIRFLOW_DATABASE_URL",
    "IGNY8_AIRFLOW_DATABASE_PASSWORD_FILE",
    "IGNY8_DATABASE_OWNER_URL",
    "IGNY8_DATABASE_OWNER_PASSWORD_FILE",
    "IGNY8_DATABASE_SUPERUSER_URL",
    "IGNY8_DATABASE_SUPERUSER_PASSWORD_FILE",
}


def test_all_components_share_one_environment_and_init_alone_knows_more() -> None:
    shared = AIRFLOW["scheduler"]["environment"]
    assert shared["AIRFLOW__CORE__EXECUTOR"] == "CeleryExecutor"
    for name, service in AIRFLOW.items():
        more = {variable: service["environment"].get(variable) for variable in INIT_ONLY} if name == "init" else {}
        assert all(more.values())
        assert service["environment"] == shared | more | compose_settings(name)
    assert not INIT_ONLY & set(shared)


def holders(secret: str) -> set[str]:
    """The services that get the secret."""
    return {name for name, service in PRODUCT.items() if secret in service.get("secrets", [])}


def test_each_secret_reaches_only_whom_it_serves() -> None:
    everybody = set(AIRFLOW)
    assert {secret: holders(secret) for secret in SECRETS} == {
        "igny8_airflow_password": {"init"},
        "igny8_owner_password": {"init"},
        "postgres_password": {"init", "postgres"},
        "redis_password": everybody | {"redis"},
        "igny8_database_password": everybody,
        "airflow_database_password": everybody,
        "airflow_fernet_key": everybody,
        "airflow_secret_key": everybody,
        "airflow_jwt_secret": everybody,
        "igny8_ai_api_key": everybody,
    }


def test_no_container_can_write_but_where_it_must_nor_gain_rights() -> None:
    root = {"postgres": {"CHOWN", "DAC_OVERRIDE", "FOWNER", "SETGID", "SETUID"}}
    for name, service in PRODUCT.items():
        assert service["read_only"] is True, name
        assert service["cap_drop"] == ["ALL"], name
        assert set(service.get("cap_add", [])) == root.get(name, set()), name
        assert service["security_opt"] == ["no-new-privileges:true"], name
        assert "privileged" not in service, name
    assert PRODUCT["redis"]["user"].split(":")[0].isdigit()
    for service in AIRFLOW.values():
        assert [mount.split(":")[0] for mount in service["tmpfs"]] == ["/tmp", "/opt/igny8/airflow"]  # noqa: S108


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
            assert volume in READ["volumes"]
            assert service["image"] != "igny8" or folder in dockerfile


def test_the_image_takes_the_same_lock_file_and_every_folder_the_product_needs() -> None:
    lines = (compose.CHECKOUT / "Dockerfile").read_text().splitlines()
    assert any("--require-hashes" in line and "--requirement requirements.txt" in line for line in lines)
    lines = [line for line in lines if not line.startswith("COPY --from")]
    copied = [word for line in lines if line.startswith("COPY") for word in line.split()[1:-1] if "--" not in word]
    ignored = (compose.CHECKOUT / ".dockerignore").read_text().splitlines()
    for path in copied:
        assert (compose.CHECKOUT / path).exists(), path
        assert f"!{path}" in ignored, path
    assert {"igny8_lib", "dags", "plugins", "include", "airflow_settings.yaml"} <= set(copied)


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
