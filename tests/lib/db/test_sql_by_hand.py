"""SQL that no compiler writes is a short list, and sessions are made in one place."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import igny8_lib
from igny8_lib.db.scoped_sql import tenant_words

LIBRARY = Path(igny8_lib.__file__).parent
ROOT = LIBRARY.parent
ELSEWHERE = ("igny8_lib/db/migrations/", "igny8_lib/sandbox/", "igny8_lib/stack/postgres.py", "igny8_lib/text/")
"""Migrations come before there are tenants' sessions; the sandbox and the text room have no database; the local
server's roles are made over the driver itself."""

BY_HAND = {
    "igny8_lib/planner/storing.py": "one upsert of a file's rows; scoped_by site_id, its only tenant's value",
    "igny8_lib/sites/roster.py": "SET LOCAL statement_timeout",
    "igny8_lib/credits/cost_changes.py": "LOCK TABLE of the platform's prices",
    "igny8_lib/db/migrate.py": "an advisory lock, and how long a migration waits for others",
    "igny8_lib/db/scoped_sql.py": "the check itself: which sites are the account's; scoped_by account",
    "plugins/igny8_listener.py": "SET LOCAL statement_timeout",
}
"""Where text() is executed, what it is for, and by which condition it stays with one tenant."""
ROUND_THE_COMPILER = {"exec_driver_sql", "raw_connection", "driver_connection", "dbapi_connection"}
MAKERS = {"sessionmaker", "Session", "scoped_session", "create_engine", "async_sessionmaker"}


def sources() -> Iterator[tuple[str, ast.Module]]:
    """Every file of the product with what is written in it."""
    for folder in ("igny8_lib", "dags", "plugins"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            name = path.relative_to(ROOT).as_posix()
            if not name.startswith(ELSEWHERE):
                yield name, ast.parse(path.read_text("utf-8"))


def text_names(tree: ast.Module) -> set[str]:
    """Under which names a module knows SQLAlchemy's text()."""
    imports = [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    return {
        alias.asname or alias.name
        for node in imports
        if (node.module or "").startswith("sqlalchemy")
        for alias in node.names
        if alias.name == "text"
    }


def sql_texts(tree: ast.Module) -> Iterator[ast.Call]:
    """Calls of text() that are no part of a table's definition."""
    names = text_names(tree)
    parts = {
        id(inner)
        for node in ast.walk(tree)
        if isinstance(node, ast.keyword) and node.arg in {"server_default", "postgresql_where"}
        for inner in ast.walk(node)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and id(node) not in parts and getattr(node.func, "id", "") in names:
            yield node


def test_sql_by_hand_stands_where_the_list_says_and_nowhere_else() -> None:
    found = {name for name, tree in sources() if any(sql_texts(tree))}
    assert found == BY_HAND.keys()


@pytest.mark.parametrize("name", BY_HAND)
def test_sql_by_hand_that_names_a_tenants_table_says_by_what_it_is_scoped(name: str) -> None:
    tree = ast.parse((ROOT / name).read_text("utf-8"))
    for call in sql_texts(tree):
        words = " ".join(
            str(part.value) for part in ast.walk(call) if isinstance(part, ast.Constant) and isinstance(part.value, str)
        )
        if tenant_words().search(words):
            assert "scoped_by" in BY_HAND[name]
            assert "scoped_by" in (ROOT / name).read_text("utf-8").lower()


def test_nothing_goes_round_the_compiler() -> None:
    found = {
        f"{name}: {node.attr}"
        for name, tree in sources()
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and node.attr in ROUND_THE_COMPILER
    }
    assert found == set()


def test_sessions_and_engines_are_made_in_one_place() -> None:
    found = {
        f"{name}: {node.func.id}"
        for name, tree in sources()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in MAKERS
    }
    assert found == {"igny8_lib/db/session.py: create_engine", "igny8_lib/db/session.py: sessionmaker"}


def test_the_platforms_scope_is_named_by_entry_points_only() -> None:
    found = {
        name
        for name, tree in sources()
        for node in ast.walk(tree)
        if isinstance(node, ast.Name) and node.id == "PLATFORM"
    }
    assert found == {
        "dags/igny8_dags/connections.py",
        "igny8_lib/commands/database.py",
        "igny8_lib/commands/demo.py",
        "igny8_lib/db/scope.py",
        "igny8_lib/sites/access.py",
        "igny8_lib/sites/roster.py",
        "igny8_lib/stack/initialisation.py",
        "plugins/igny8_listener.py",
        "plugins/igny8_product.py",
        "plugins/igny8_web/feeds.py",  # who reads a feed has a key instead of a login: it says whose site is meant
        "plugins/igny8_web/health.py",  # operators see how the platform is, and nothing of a tenant
        "plugins/igny8_web/metrics.py",  # the same
    }
