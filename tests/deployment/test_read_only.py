"""What a container runs, on a file system that is read-only but for the folders that docker-compose.yaml opens."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import run_on_server
from tests.deployment.test_compose_secrets import AIRFLOW, compose_environment, secrets

__all__ = ["secrets"]

LOCK = 'mount --bind "$1" "$1"; mount -o remount,bind,ro /; cd /; shift; exec "$@"'
"""In mounts of its own: nothing can be written but below the first argument."""
PARSE = """
from igny8_dags.bundle import RosterBundle
bundle = RosterBundle(name="sites", shards=2, refresh_interval=3)
bundle.initialize(); bundle.refresh()
print(len(list(bundle.path.glob("*.py"))))
"""


def locked(folder: Path, *command: str) -> list[str]:
    """A command that can write below the folder alone."""
    return ["unshare", "--mount", "sh", "-euc", LOCK, "sh", str(folder), *command]


def may_lock(folder: Path) -> bool:
    """Whether this machine lets a test make mounts of its own."""
    if not shutil.which("unshare"):
        return False
    done = subprocess.run(locked(folder, "touch", str(folder / "x")), capture_output=True, check=False)
    return done.returncode == 0


@pytest.mark.slow("Airflow migrates a database, and a worker of Celery's begins")
def test_init_parsing_and_the_commands_of_the_components_write_into_opened_folders_alone(
    postgres_url: str, tmp_path: Path, secrets: Path
) -> None:
    home = tmp_path / "opened"
    for name in ("airflow", "state", "tmp", "task_logs"):
        (home / name).mkdir(parents=True)
    if not may_lock(home):
        pytest.skip("no right to mounts of its own here")
    assert subprocess.run(locked(home, "touch", str(tmp_path / "x")), capture_output=True, check=False).returncode
    changed = {"HOME": home / "tmp", "TMPDIR": home / "tmp", "IGNY8_HOME": home / "state"}
    environment = compose_environment(postgres_url, home, secrets)
    environment |= {name: str(folder) for name, folder in changed.items()}
    environment["PYTHONPATH"] = f"{environment['AIRFLOW__CORE__DAGS_FOLDER']}"
    environment["AIRFLOW__LOGGING__DAG_PROCESSOR_CHILD_PROCESS_LOG_DIRECTORY"] = str(home / "airflow" / "logs")
    tools = Path(sys.executable).parent
    try:
        for command in (
            [str(tools / "igny8"), *AIRFLOW["init"]["command"][1:]],
            [sys.executable, "-c", PARSE],
            [str(tools / "airflow"), "dag-processor", "--num-runs", "1"],
            [str(tools / "airflow"), "scheduler", "--num-runs", "1"],
        ):
            done = subprocess.run(
                locked(home, *command), env=environment, capture_output=True, text=True, check=False, timeout=300
            )
            assert done.returncode == 0, (command, done.stderr[-3000:])
            assert "Read-only file system" not in done.stdout + done.stderr, command
    finally:
        for name in ("compose_airflow", "compose_igny8"):
            run_on_server(postgres_url, f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        for role in ("igny8_app", "igny8_owner", "airflow"):
            run_on_server(postgres_url, f"DROP ROLE IF EXISTS {role}")
