"""docker-compose.yaml: no engine runs here, so the file itself is held against what runs."""

from __future__ import annotations

import functools
import re
import subprocess
import sys
from importlib.metadata import entry_points
from pathlib import Path

import pytest

from igny8_lib.stack.airflow_settings import compose_settings
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
        "igny8_metrics_token": everybody,
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
