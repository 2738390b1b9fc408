"""(e) From nothing to the end of `make run`: a fresh clone, no virtual environment, a warm package cache."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import time
from pathlib import Path

from igny8_lib.stack.ports import free_ports
from tests.bench.report import Report
from tests.stack import clean_environment

ROOT = Path(__file__).parents[2]


def main() -> None:
    """Time the first `make run` and the second one."""
    report = Report()
    folder = Path(tempfile.mkdtemp(prefix="igny8-bench-")) / "igny8"
    subprocess.run(["git", "clone", "-q", str(ROOT), str(folder)], check=True)
    environment = clean_environment() | ports()
    try:
        for name in ("make_run_first", "make_run_second"):
            began = time.monotonic()
            done = subprocess.run(
                ["make", "run"], cwd=folder, env=environment, capture_output=True, text=True, check=False
            )
            report.add(name, seconds=round(time.monotonic() - began, 1), exit_code=done.returncode)
    finally:
        subprocess.run(["make", "stop"], cwd=folder, env=environment, capture_output=True, check=False)
        shutil.rmtree(folder.parent, ignore_errors=True)
    report.show()


def ports() -> dict[str, str]:
    """Ports of its own, beside a stack that may be running."""
    names = ("IGNY8_AIRFLOW_PORT", "IGNY8_POSTGRES_PORT", "IGNY8_SANDBOX_PORT", "IGNY8_SITES_PORT")
    return {name: str(port) for name, port in zip(names, free_ports(4), strict=True)} | {"HOME": os.environ["HOME"]}


if __name__ == "__main__":
    main()
