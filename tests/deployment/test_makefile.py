"""One door for developers: `make help` lists every command, and CI calls the same ones."""

from __future__ import annotations

import importlib
import re
import subprocess

import pytest

from tests.bench.__main__ import NAMES
from tests.deployment.compose import CHECKOUT


def test_help_lists_every_command() -> None:
    done = subprocess.run(["make", "help"], cwd=CHECKOUT, capture_output=True, text=True, check=True)
    listed = re.findall(r"^make (\S+)", done.stdout, re.M)
    phony = re.search(r"^\.PHONY: (.+)$", (CHECKOUT / "Makefile").read_text(), re.M)
    assert phony
    assert sorted(listed) == sorted(phony[1].split())


def test_ci_runs_the_checks_and_then_the_tests_so_that_pytest_has_the_last_word() -> None:
    script = (CHECKOUT / ".ci" / "run").read_text().rstrip()
    assert script.startswith("#!/usr/bin/env bash\n")
    assert "set -euo pipefail" in script
    assert [line for line in script.splitlines() if line.startswith("make ")] == [
        "make venv",
        "make check",
        "make test",
    ]
    assert (CHECKOUT / ".ci" / "run").stat().st_mode & 0o111


def test_every_command_that_docs_name_exists() -> None:
    known = set(re.findall(r"^([a-z]+):", (CHECKOUT / "Makefile").read_text(), re.M))
    for path in [CHECKOUT / "README.md", *CHECKOUT.glob("docs/*.md")]:
        named = set(re.findall(r"(?:`|\$ )make ([a-z]+)", path.read_text()))
        assert named <= known, path.name


@pytest.mark.parametrize("name", NAMES)
def test_every_benchmark_that_make_bench_runs_can_be_loaded(name: str) -> None:
    assert callable(importlib.import_module(f"tests.bench.bench_{name}").main)
