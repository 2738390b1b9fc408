"""The tree of commands: all of it is told without importing any; a command imports its own module alone."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest

from igny8_lib.commands.lazy import LazyGroup, help_in, sentence_of
from igny8_lib.commands.tree import PLACES, make_tree
from tests.lib.commands.conftest import Shell

ROOT = Path(__file__).parents[3]
HEAVY = {"sqlalchemy", "pydantic", "psycopg", "httpx", "openpyxl", "numpy", "bs4", "alembic"}
IMPORTED = """
import sys
from igny8_lib.commands.tree import run_command
try:
    run_command(sys.argv[1:])
finally:
    print("imported", *(name for name in sys.modules), file=sys.stderr)
"""


def imported_by(*arguments: str) -> set[str]:
    """The modules that a process has which ran the command."""
    command = [sys.executable, "-c", IMPORTED, *arguments]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    return set(done.stderr.rpartition("imported ")[2].split())


def commands_of(modules: set[str]) -> set[str]:
    """The modules of commands among them."""
    own = {f"igny8_lib.commands.{place.partition('.')[0]}" for places in PLACES.values() for place in places}
    return {name.rpartition(".")[2] for name in modules & own}


def test_the_help_of_all_commands_imports_none_of_them() -> None:
    modules = imported_by("--help")
    assert (commands_of(modules), modules & HEAVY) == (set(), set())


@pytest.mark.parametrize(("arguments", "wanted"), [(["sandbox", "serve"], {"sandbox"}), (["costs"], {"costs"})])
def test_a_command_imports_its_own_module_alone(arguments: list[str], wanted: set[str]) -> None:
    assert commands_of(imported_by(*arguments, "--help")) == wanted


@pytest.mark.parametrize("name", PLACES)
def test_what_the_help_says_of_a_command_is_what_the_command_says_of_itself(name: str) -> None:
    command = make_tree().commands[name]
    assert command.name == name
    assert command.help
    assert sentence_of(name, PLACES[name]) == command.help


def test_the_help_has_every_command_in_the_tables_order(shell: Shell) -> None:
    code, printed = shell("--help")
    lines = printed.partition("Commands")[2].splitlines()
    told = [line.split()[1] for line in lines if line.startswith("│ ") and line[2] != " "]
    assert (code, told) == (0, list(PLACES))


@pytest.mark.parametrize(
    ("call", "told"),
    [
        ('typer.Typer(help="Topics.", no_args_is_help=True)', "Topics."),
        ("typer.Typer(help=HELP)", None),
        ('typer.Typer(help=f"Up to {MOST}.")', None),
        ("typer.Typer()", None),
        ("other", None),
    ],
)
def test_only_a_help_that_stands_there_in_so_many_words_is_read(call: str, told: str | None) -> None:
    assert help_in(ast.parse(call, mode="eval").body) == told


def test_a_command_beside_the_table_is_refused_as_everybody_would_pay_for_its_import() -> None:
    class Empty(LazyGroup):
        places: dict[str, tuple[str, ...]] = {}  # noqa: RUF012 - as the class has it

    with pytest.raises(TypeError, match="sites"):
        Empty(name="x", commands={"sites": make_tree().commands["sites"]})


@pytest.mark.parametrize(
    ("typed", "offered", "kept_out"),
    [("igny8 s", {"sites", "status", "sandbox"}, "users"), ("igny8 sites l", {"list"}, "add")],
)
def test_names_are_completed_on_each_level(typed: str, offered: set[str], kept_out: str) -> None:
    words = {"COMP_WORDS": typed, "COMP_CWORD": str(typed.count(" ")), "_IGNY8_COMPLETE": "complete_bash"}
    command = [sys.executable, "-c", "from igny8_lib.cli import main; main()"]
    done = subprocess.run(command, cwd=ROOT, env=os.environ | words, capture_output=True, text=True, check=False)
    assert offered <= set(done.stdout.split()), done.stderr
    assert kept_out not in done.stdout.split()
