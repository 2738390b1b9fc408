"""Airflow's settings are told once: the local stack, docker-compose.yaml and the docs have them from one table."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from igny8_lib.stack.airflow_settings import SETTINGS, compose_settings, local_settings
from tests.deployment import compose
from tests.stack import Stack, clean_environment

SECRETS = {name: f"secret-{name.lower()}" for name in compose.required_variables()}
SCRIPT = compose.CHECKOUT / "docs" / "settings.py"


def write_settings(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """The generator on a copy of the project's files."""
    command = [sys.executable, str(folder / "docs" / "settings.py"), *arguments]
    environment = clean_environment() | {"PYTHONPATH": str(compose.CHECKOUT)}
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The files that the generator reads and writes."""
    (tmp_path / "docs").mkdir()
    for name in ("docker-compose.yaml", "docs/settings.py", "docs/airflow_settings.md"):
        (tmp_path / name).write_text((compose.CHECKOUT / name).read_text())
    return tmp_path


def test_both_shapes_have_the_table_s_values(tmp_path: Path) -> None:
    local = Stack.described(tmp_path / "home").services.variables()
    assert {name: local[name] for name in local_settings()} == local_settings()
    container = compose.read(SECRETS)["services"]["worker"]["environment"]
    assert {name: container[name] for name in compose_settings()} == compose_settings()


def test_every_setting_is_there_once_with_its_reason() -> None:
    assert len({(setting.option, setting.only) for setting in SETTINGS}) == len(SETTINGS)
    assert all(len(setting.why) > 7 for setting in SETTINGS)
    text = (compose.CHECKOUT / "docker-compose.yaml").read_text()
    for setting in SETTINGS:
        rows = sum(other.option == setting.option for other in SETTINGS)
        assert len(re.findall(rf"{setting.variable}:", text)) == rows


def test_a_component_s_own_settings_win_in_both_shapes_and_reach_nobody_else(tmp_path: Path) -> None:
    services = Stack.described(tmp_path / "home").services
    containers = compose.read(SECRETS)["services"]
    for program in services.airflow_components({}):
        assert program.environment == local_settings(program.name)
        wanted = compose_settings() | compose_settings(program.name)
        given = containers[program.name]["environment"]
        assert {name: given[name] for name in wanted} == wanted
    assert local_settings("dag-processor") != {} == local_settings("scheduler")


def test_what_is_set_from_outside_wins_over_a_component_s_own_setting(tmp_path: Path) -> None:
    services = Stack.described(tmp_path / "home").services
    outside = dict.fromkeys(local_settings("dag-processor"), "mine")
    assert {len(program.environment) for program in services.airflow_components(outside)} == {0}


def test_what_is_written_is_up_to_date(copy: Path) -> None:
    done = write_settings(copy, "--check")
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("name", ["docker-compose.yaml", "docs/airflow_settings.md"])
def test_a_value_that_was_changed_by_hand_is_noticed_and_written_anew(copy: Path, name: str) -> None:
    path = copy / name
    wanted = path.read_text()
    path.write_text(wanted.replace("180", "240", 1))
    done = write_settings(copy, "--check")
    assert (done.returncode, done.stderr.strip()) == (1, f"{name} is out of date: run `make docs` and commit it.")
    assert write_settings(copy).returncode == 0
    assert path.read_text() == wanted


def test_a_file_without_its_marks_is_refused(copy: Path) -> None:
    path = copy / "docker-compose.yaml"
    path.write_text(path.read_text().replace("# Addresses, folders and secrets:", "#"))
    done = write_settings(copy)
    assert done.returncode == 1
    assert "has lost its marks" in done.stderr
