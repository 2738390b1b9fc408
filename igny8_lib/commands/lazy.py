"""A group of commands of which only the chosen one's module is imported.

Importing them all costs seconds of processor time, which every `igny8 …` would pay: each brings the libraries that it
works with. So names stand in a table, and what the help of the group says of a command is read from its source.
"""

from __future__ import annotations

import ast
import gc
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import lru_cache
from importlib import import_module
from inspect import cleandoc
from pathlib import Path
from typing import Any, ClassVar

import typer
from typer.core import TyperCommand, TyperGroup
from typer.main import get_group

from igny8_lib.commands.arguments import guard
from igny8_lib.commands.interrupts import ending_at_once

Places = dict[str, tuple[str, ...]]
"""Where each command stands: "module.function" or "module.typer", below igny8_lib.commands; for a Typer also functions
that take it and give it more commands."""


class Commands(Mapping[str, Any]):
    """The commands of a table by their names; one is imported and made when it is first asked for."""

    def __init__(self, places: Places) -> None:
        self.places = places
        self.made: dict[str, Any] = {}

    def __getitem__(self, name: str) -> Any:  # noqa: ANN401 - Typer has no public name for its commands
        if name not in self.made:
            self.made[name] = make(name, self.places[name])
        return self.made[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.places)

    def __len__(self) -> int:
        return len(self.places)


class LazyGroup(TyperGroup):
    """A group whose commands are those of `places`."""

    places: ClassVar[Places]

    def __init__(self, **attributes: Any) -> None:  # noqa: ANN401 - Typer's own
        if attributes.get("commands"):
            raise TypeError(f"These belong into the table of places: {', '.join(attributes['commands'])}")
        super().__init__(**attributes)
        self.commands: Any = Commands(self.places)  # Typer only reads it

    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ANN401, ARG002 - as above
        """The names, as the table has them."""
        return list(self.places)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:  # noqa: ANN401, ARG002 - as above
        """What is told of the command in lists: its name and its sentence. None where there is no such command."""
        if cmd_name not in self.places:
            return None
        return TyperCommand(cmd_name, help=sentence_of(cmd_name, self.places[cmd_name]))

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:  # noqa: ANN401 - as above
        """The command that is typed, whole. Raises TyperException where there is none."""
        name, announced, rest = super().resolve_command(ctx, args)
        return name, announced and self.commands[name], rest


def make(name: str, places: tuple[str, ...]) -> Any:  # noqa: ANN401 - as above
    """The command or group under its name, behind the check of its texts."""
    with ending_at_once(), leaving_garbage():
        found, *additions = [find(place) for place in places]
    for add in additions:
        add(found)
    parent = typer.Typer(pretty_exceptions_enable=False)
    if isinstance(found, typer.Typer):
        parent.add_typer(found, name=name)
    else:
        parent.command(name)(found)
    command = get_group(parent).commands[name]
    guard(command)
    return command


@contextmanager
def leaving_garbage() -> Iterator[None]:
    """Let Python not look for garbage while modules are imported: there is none, and it is a quarter of the time."""
    before = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if before:
            gc.enable()


def find(place: str) -> Any:  # noqa: ANN401 - a function or a Typer
    """What stands at "module.name"."""
    module, _, name = place.partition(".")
    return getattr(import_module(f"igny8_lib.commands.{module}"), name)


def sentence_of(name: str, places: tuple[str, ...]) -> str:
    """What the command says of itself: the function's docstring, or the Typer's help.

    Read from the source; imported where the source does not say it in so many words.
    """
    module, _, wanted = places[0].partition(".")
    for statement in statements_of(module):
        if isinstance(statement, ast.FunctionDef) and statement.name == wanted:
            return ast.get_docstring(statement) or ""
        if isinstance(statement, ast.Assign) and ast.unparse(statement.targets[0]) == wanted:
            return help_in(statement.value) or make(name, places).help or ""
    return make(name, places).help or ""


@lru_cache(maxsize=64)
def statements_of(module: str) -> list[ast.stmt]:
    """The source of a module of commands."""
    return ast.parse(Path(__file__).with_name(f"{module}.py").read_bytes()).body


def help_in(value: ast.expr) -> str | None:
    """The text of `help=` in a call; None where it is none."""
    given = value.keywords if isinstance(value, ast.Call) else []
    texts = [each.value.value for each in given if each.arg == "help" and isinstance(each.value, ast.Constant)]
    return cleandoc(str(texts[0])) if texts else None
