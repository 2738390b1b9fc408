"""Airflow is configured by variables that Airflow knows, and the command line reads what the stack wrote."""

from __future__ import annotations

import importlib.util
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from airflow.providers.celery.get_provider_info import get_provider_info
from pydantic import SecretStr

from igny8_lib.settings import CHECKOUT, Settings, load
from igny8_lib.stack.airflow_environment import INITIALISATION_ONLY, as_dotenv, connection, python_environment
from igny8_lib.stack.services import Stack as Services
from tests.stack import Stack, clean_environment

UNDESCRIBED = "num_stuck_in_queued_retries"


def airflow_options() -> set[str]:
    """AIRFLOW__SECTION__OPTION of every option in the descriptions that Airflow and its Celery provider have of their
    configuration, and of the one that the scheduler reads without a description."""
    package = importlib.util.find_spec("airflow")
    assert package
    assert package.submodule_search_locations
    template = Path(package.submodule_search_locations[0]) / "config_templates" / "config.yml"
    provider = get_provider_info()  # type: ignore[no-untyped-call]
    scheduler = template.parents[1] / "jobs" / "scheduler_job_runner.py"
    assert f'key="{UNDESCRIBED}"' in scheduler.read_text()
    return {f"AIRFLOW__SCHEDULER__{UNDESCRIBED.upper()}"} | {
        f"AIRFLOW__{name.upper().replace('.', '_')}__{option.upper()}"
        for sections in (yaml.safe_load(template.read_text()), provider["config"])
        for name, section in sections.items()
        for option in section["options"]
    }


@pytest.fixture
def services(tmp_path: Path) -> Services:
    return Stack.described(tmp_path / "home").services


@pytest.mark.parametrize("shape", ["small", "cluster"])
def test_every_variable_is_an_option_of_this_airflow(tmp_path: Path, shape: str) -> None:
    services = Stack.described(tmp_path, cluster=shape == "cluster", logs_url="s3://logs").services
    named = {name for name in services.variables() if name.startswith("AIRFLOW__")}
    assert len(named) > 30
    assert named <= airflow_options()


def test_the_tuned_settings_are_the_default(services: Services) -> None:
    variables = services.variables()
    expected = {
        "SCHEDULER__SCHEDULER_IDLE_SLEEP_TIME": "0.1",
        "WORKERS__MIN_HEARTBEAT_INTERVAL": "1",
        "SCHEDULER__TASK_INSTANCE_HEARTBEAT_TIMEOUT": "20",
        "SCHEDULER__TASK_INSTANCE_HEARTBEAT_TIMEOUT_DETECTION_INTERVAL": "5",
        "CORE__EXECUTOR": "LocalExecutor",
        "CORE__LOAD_EXAMPLES": "False",
    }
    assert {name: variables[f"AIRFLOW__{name}"] for name in expected} == expected
    assert variables["AIRFLOW__CORE__EXECUTION_API_SERVER_URL"] == f"{services.airflow_url}/execution/"


def test_nothing_listens_beyond_this_machine(services: Services) -> None:
    assert services.variables()["AIRFLOW__API__HOST"] == "127.0.0.1"
    assert "--listen-addresses=127.0.0.1" in services.databases()[0].command


def test_airflow_s_settings_can_be_tried_from_outside_but_not_its_home(services: Services) -> None:
    outside = {"AIRFLOW__CORE__PARALLELISM": "7", "AIRFLOW_HOME": "/elsewhere", "PYTHONDONTWRITEBYTECODE": "1"}
    environment = services.environment(outside)
    assert environment["AIRFLOW__CORE__PARALLELISM"] == "7"
    assert environment["AIRFLOW_HOME"] == str(services.layout.airflow)
    assert "PYTHONDONTWRITEBYTECODE" not in environment


def test_the_dags_folder_is_on_the_path_before_anybody_else_s(services: Services) -> None:
    path = python_environment(services.layout, {"PYTHONPATH": "/mine"})["PYTHONPATH"].split(os.pathsep)
    assert path == [str(services.layout.dags), str(services.layout.checkout), "/mine"]


def test_no_process_inherits_what_only_the_initialisation_may_know(services: Services) -> None:
    outside = dict.fromkeys(INITIALISATION_ONLY, "let-nobody-know")
    assert "let-nobody-know" not in services.environment(outside).values()
    owner = services.credentials.igny8_owner_password
    assert not [name for name, value in services.variables().items() if owner in value]


def test_a_process_of_a_stack_does_not_read_the_admin_s_login(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    services.layout.environment.write_text(services.command_line_environment({}))
    monkeypatch.setenv("IGNY8_HOME", str(services.layout.home))
    password = services.credentials.admin_password
    for stack, known in ((None, password), (str(services.layout.home), "")):
        if stack:
            monkeypatch.setenv("IGNY8_STACK", stack)
        load.cache_clear()
        assert load().airflow_password.get_secret_value() == known
    load.cache_clear()


def test_the_command_line_finds_its_checkout_s_stack_from_any_folder(database_url: str, tmp_path: Path) -> None:
    checkout, elsewhere = tmp_path / "checkout", tmp_path / "elsewhere"
    shutil.copytree(CHECKOUT / "igny8_lib", checkout / "igny8_lib", ignore=shutil.ignore_patterns("__pycache__"))
    for folder in (checkout / ".igny8", elsewhere):
        folder.mkdir()
    (checkout / ".igny8" / "stack.env").write_text(f"IGNY8_DATABASE_URL='{database_url}'\n")
    given = clean_environment() | {"PYTHONPATH": str(checkout)}

    def list_sites(cwd: Path, **variables: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "igny8_lib.cli", "sites", "list", "--json"]
        environment = given | variables
        return subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True, check=False)

    for cwd in (checkout, elsewhere):
        done = list_sites(cwd)
        assert done.returncode == 0, done.stderr
    assert "No product database" in list_sites(elsewhere, IGNY8_HOME="other").stderr  # a home that is named wins


def test_the_product_database_is_an_airflow_connection() -> None:
    document = json.loads(connection("postgresql+psycopg://igny8:p%40ss@db.example:5433/igny8"))
    assert document == {
        "conn_type": "postgres",
        "host": "db.example",
        "port": 5433,
        "login": "igny8",
        "password": "p@ss",
        "schema": "igny8",
    }


def test_the_command_line_and_a_shell_read_what_the_stack_wrote(services: Services, tmp_path: Path) -> None:
    values = services.variables() | {"IGNY8_MEDIA_URL": 'file:///it\'s \\ "here"'}
    file = tmp_path / "stack.env"
    file.write_text(services.command_line_environment({}) + as_dotenv(values))
    settings = Settings(_env_file=file)
    assert settings.database_url == services.database_url
    assert settings.airflow_password.get_secret_value() == services.credentials.admin_password
    assert settings.media_url == values["IGNY8_MEDIA_URL"]
    command = ["sh", "-c", f'set -a; . {file}; printf "%s\\n" "$AIRFLOW_CONN_IGNY8_POSTGRES" "$IGNY8_MEDIA_URL"']
    shell = subprocess.run(command, capture_output=True, text=True, check=True, env={"HOME": "/root"})
    assert shell.stdout.splitlines() == [values["AIRFLOW_CONN_IGNY8_POSTGRES"], values["IGNY8_MEDIA_URL"]]


def test_every_choice_makes_another_stack_and_no_key_of_a_provider_is_written_down(tmp_path: Path) -> None:
    services = Stack.described(tmp_path / "home", ai_api_key="sk-secret").services
    other = Services.of(services.options.model_copy(update={"ai_api_key": SecretStr("sk-other")}))
    tried = {"AIRFLOW__CORE__PARALLELISM": "7"}
    texts = [
        stack.command_line_environment(outside) for stack, outside in [(services, {}), (other, {}), (services, tried)]
    ]
    assert len(set(texts)) == 3
    assert "sk-secret" not in texts[0]
    assert "AIRFLOW__CORE__PARALLELISM='7'" in texts[2]
    assert services.command_line_environment({"HOME": "/elsewhere"}) == texts[0]
