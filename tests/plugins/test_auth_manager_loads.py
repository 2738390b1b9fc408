"""The auth manager is there for every component of both shapes, and comes only into processes that ask for it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from igny8_lib.stack.airflow_settings import compose_settings, local_settings
from tests.stack import clean_environment

ROOT = Path(__file__).parents[2]
NAME = "AIRFLOW__CORE__AUTH_MANAGER"

ASKED_FOR = """
from airflow.api_fastapi.app import create_auth_manager
manager = create_auth_manager()
print(type(manager).__module__, type(manager).__name__, manager.get_db_manager() is not None)
"""
PLUGINS_ALONE = """
import sys
from airflow import plugins_manager
print(sorted(plugin.name for plugin in plugins_manager._get_plugins()[0] if plugin.name == "igny8"))
print(plugins_manager.get_import_errors())
print(sorted({"igny8_auth", "igny8_product"} & set(sys.modules)))
"""


def run(script: str, home: Path, setting: str) -> list[str]:
    """What the script says in a process that has the project's folders as every component has them."""
    environment = clean_environment() | {
        "AIRFLOW_HOME": str(home),
        "AIRFLOW__CORE__PLUGINS_FOLDER": str(ROOT / "plugins"),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "PYTHONPATH": os.pathsep.join([str(ROOT / "dags"), str(ROOT)]),
        NAME: setting,
    }
    done = subprocess.run([sys.executable, "-c", script], env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


@pytest.mark.parametrize("settings", [local_settings(), compose_settings()], ids=["local", "compose"])
def test_airflow_finds_the_auth_manager_in_the_plugins_folder(tmp_path: Path, settings: dict[str, str]) -> None:
    assert run(ASKED_FOR, tmp_path, settings[NAME])[-1] == "igny8_auth SiteAuthManager True"


def test_processes_that_load_plugins_only_do_without_the_auth_manager(tmp_path: Path) -> None:
    assert run(PLUGINS_ALONE, tmp_path, local_settings()[NAME])[-3:] == ["['igny8']", "{}", "[]"]


def test_the_setting_does_not_hold_the_name_by_which_airflow_would_write_permissions_for_each_dag() -> None:
    assert "FabAuthManager" not in local_settings()[NAME] + compose_settings()[NAME]
