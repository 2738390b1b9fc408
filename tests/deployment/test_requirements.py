"""Two locks: production's, and development's with the same versions and more."""

from __future__ import annotations

import re
import subprocess
import sys
from importlib.metadata import packages_distributions

from packaging.utils import canonicalize_name

from tests.deployment.compose import CHECKOUT
from tests.stack import clean_environment

DEVELOPMENT_ONLY = {"hypothesis", "import-linter", "mypy", "pytest", "ruff", "supervisor"}

IMPORT_ALL = """
import importlib, pkgutil, sys
blocked = set(sys.argv[1].split(","))

class Blocker:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in blocked:
            raise ModuleNotFoundError(f"{name} is not installed in production", name=name.split(".")[0])

sys.meta_path.insert(0, Blocker())
import igny8_lib
# Migrations run inside Alembic, and a __main__ is a program.
skipped = ("igny8_lib.db.migrations.", "igny8_lib.sandbox.__main__")
for module in pkgutil.walk_packages(igny8_lib.__path__, "igny8_lib."):
    if not module.name.startswith(skipped):
        importlib.import_module(module.name)
"""


def pins(name: str) -> dict[str, str]:
    """Version of each package of a lock file."""
    lines = (CHECKOUT / name).read_text().splitlines()
    found = (re.match(r"([\w.\[\]-]+)==([^ ;]+)", line) for line in lines)
    return {canonicalize_name(match[1].partition("[")[0]): match[2] for match in found if match}


def test_production_installs_nothing_of_the_local_stack_nor_of_the_tests() -> None:
    production, development = set(pins("requirements.txt")), set(pins("requirements-dev.txt"))
    assert len(production) > 100
    assert production & DEVELOPMENT_ONLY == set()
    assert development >= DEVELOPMENT_ONLY


def test_what_both_have_is_tested_at_the_version_that_production_runs() -> None:
    production, development = pins("requirements.txt"), pins("requirements-dev.txt")
    assert {name: development.get(name) for name in production} == production


def test_the_image_installs_production_s_lock_and_the_local_environment_the_other() -> None:
    dockerfile = (CHECKOUT / "Dockerfile").read_text()
    assert "--requirement requirements.txt" in dockerfile
    assert "requirements-dev" not in dockerfile + (CHECKOUT / ".dockerignore").read_text()


def missing_in_production() -> set[str]:
    """Top-level modules that only development's packages bring."""
    only = set(pins("requirements-dev.txt")) - set(pins("requirements.txt"))
    return {
        module
        for module, packages in packages_distributions().items()
        if {canonicalize_name(package) for package in packages} <= only
    }


def run_in_production(script: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """A Python program that finds production's packages only."""
    command = [sys.executable, "-c", script, ",".join(sorted(missing_in_production())), *arguments]
    environment = clean_environment() | {"PYTHONPATH": str(CHECKOUT)}
    return subprocess.run(command, cwd=CHECKOUT, env=environment, capture_output=True, text=True, check=False)


def test_every_module_of_the_library_can_be_imported_with_production_s_packages() -> None:
    assert missing_in_production() >= {"pytest", "supervisor"}
    done = run_in_production(IMPORT_ALL)
    assert done.returncode == 0, done.stderr


def test_production_tells_that_it_has_no_local_stack() -> None:
    script = (
        IMPORT_ALL.partition("import igny8_lib")[0]
        + "\nfrom igny8_lib.cli import main\nsys.argv[1:] = ['ps']\nmain()\n"
    )
    done = run_in_production(script)
    assert done.returncode != 0
    assert "This installation has no local stack (supervisor is missing)" in done.stderr
    assert "Traceback" not in done.stderr
