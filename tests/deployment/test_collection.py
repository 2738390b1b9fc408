"""No test is lost on the way: each that is written is collected, and each that is collected comes to a result."""

from __future__ import annotations

import ast
from collections import Counter
from pathlib import Path

import pytest

from tests.cluster import conftest as cluster
from tests.deployment.compose import CHECKOUT
from tests.workers import COLLECTED, Account, names_airflow, names_wordpress

TESTS = CHECKOUT / "tests"
LONG_FORMS = {TESTS / "cluster" / name for name in cluster.collect_ignore}
"""What `make cluster-test` alone collects."""


def written(path: Path) -> Counter[str]:
    """The test functions of a file, whatever the file is called and wherever in it they stand."""
    nodes = ast.walk(ast.parse(path.read_text(encoding="utf-8")))
    functions = (node for node in nodes if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))
    return Counter(node.name for node in functions if node.name.startswith("test_"))


def files_of(config: pytest.Config) -> set[Path]:
    """The files that this session was asked for as a whole: all, or those it was given."""
    if {CHECKOUT, TESTS} & {Path(argument).resolve() for argument in config.args}:
        return set(TESTS.rglob("*.py")) - LONG_FORMS
    in_part = {Path(argument.partition("::")[0]).resolve() for argument in config.args if "::" in argument}
    return {path for path, _ in config.stash[COLLECTED]} - in_part


def test_every_test_that_is_written_is_collected(pytestconfig: pytest.Config) -> None:
    collected = pytestconfig.stash[COLLECTED]
    missing = [
        (path, name) for path in files_of(pytestconfig) for name in written(path) if (path, name) not in collected
    ]
    assert missing == []


def test_no_test_is_hidden_by_another_of_its_name() -> None:
    doubled = [(path, name) for path in TESTS.rglob("*.py") for name, times in written(path).items() if times > 1]
    assert doubled == []


def test_files_with_a_wordpress_go_to_one_worker_and_those_with_airflow_to_another() -> None:
    assert names_wordpress(TESTS / "lib/wordpress/test_posts.py")
    assert not names_wordpress(TESTS / "lib/wordpress/test_connection.py")
    assert names_airflow(TESTS / "journey/test_wordpress_connection.py"), "with both, to Airflow"


def test_a_test_that_comes_to_no_result_is_named() -> None:
    account = Account()
    account.collected.update(("test_one", "test_other"))
    account.told.add("test_one")
    assert account.lost() == ["test_other"]
