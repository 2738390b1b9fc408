"""What the web frame knows of tenants it knows through the caller's sessions: there is no other way to the database."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import igny8_web

FRAME = Path(igny8_web.__file__).parent
MAKES_SESSIONS = {
    "session_factory",
    "scoped",
    "sessionmaker",
    "Session",
    "make_engine",
    "create_engine",
    "product_engine",
    "members",
    "PLATFORM",
    "Scope",
}
"""What sessions and their scopes are made of. A `Session` may be named as a type, not called."""
DOORS = {
    "caller.py": {"session_factory", "product_engine", "members"},
    "feeds.py": {"session_factory", "product_engine", "PLATFORM", "Scope"},
    "health.py": {"session_factory", "product_engine", "PLATFORM"},
    "metrics.py": {"session_factory", "product_engine", "PLATFORM"},
    "previews.py": {"session_factory", "product_engine", "Scope"},
}
"""Who makes them: the caller's, by his own scope; the platform's health and figures, for its operators alone; and what
programs and frames see that cannot sign in, calendars and previews, whose key says which one site they see."""


def sources() -> Iterator[tuple[str, ast.Module]]:
    """Every module of the frame."""
    for path in sorted(FRAME.rglob("*.py")):
        yield path.relative_to(FRAME).as_posix(), ast.parse(path.read_text("utf-8"))


def imported(tree: ast.Module) -> set[str]:
    """The names that a module imports of the product and of SQLAlchemy, wherever it does."""
    found = [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    found = [node for node in found if (node.module or "").startswith(("igny8_", "sqlalchemy"))]
    return {alias.name for node in found for alias in node.names}


def called(tree: ast.Module) -> set[str]:
    """The names that a module calls, alone or at the end of a path."""
    calls = [node.func for node in ast.walk(tree) if isinstance(node, ast.Call)]
    return {getattr(call, "id", getattr(call, "attr", "")) for call in calls}


def test_only_the_caller_makes_sessions() -> None:
    found = {
        name: (imported(tree) & (MAKES_SESSIONS - {"Session"})) | (called(tree) & MAKES_SESSIONS)
        for name, tree in sources()
    }
    assert {name: names for name, names in found.items() if names} == DOORS


def test_sessions_begin_from_a_caller() -> None:
    """`….sessions.begin()` and `….sessions()` are a caller's; nothing else in the frame begins a transaction."""
    beginnings = {
        f"{name}:{node.lineno} {ast.unparse(node)}"
        for name, tree in sources()
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute)
        and node.attr == "sessions"
        and not ast.unparse(node).endswith("caller.sessions")
    }
    assert beginnings == set()


def test_modules_are_not_imported_whole_to_go_round_the_names() -> None:
    whole = {
        f"{name}: {alias.name}"
        for name, tree in sources()
        for node in ast.walk(tree)
        if isinstance(node, ast.Import)
        for alias in node.names
        if alias.name.startswith(("igny8_", "sqlalchemy"))
    }
    parts = {
        f"{name}: {node.module}.{alias.name}"
        for name, tree in sources()
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module in {"igny8_lib.db", "sqlalchemy"}
        for alias in node.names
        if alias.name in {"session", "scope", "orm"}
    }
    assert whole | parts == set()
