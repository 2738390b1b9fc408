"""Every command of the tree with arguments that nobody means well, made from its own parameters."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from igny8_lib.commands.tree import make_tree

STARTS_PROCESSES = {"up", "down", "init", "ps", "demo", "logs", "sandbox serve"}
"""What starts or ends programs, or becomes one: their command lines are refused by the parser or run elsewhere."""

HOSTILE = {
    "huge": "2e19",
    "digits": "9" * 400,
    "integer": str(10**30),
    "negative": "-1",
    "nan": "nan",
    "infinite": "inf",
    "empty": "",
    "surrogate": "caf\udce9",
    "nul": "a\x00b",
    "override": "\u202eevil\u2066",
    "invisible": "\u200b\u200d\u2060",
    "long": "x" * 10_000,
    "quote": "'; DROP TABLE sites; --",
    "pair": "max_credits_per_run=2e19",
    "share": "clustering=" + "9" * 30,
    "limit": "credits=nan",
}

USABLE = {
    "site": "blog",
    "account": "agency",
    "name": "Name",
    "domain": "a.example",
    "settings": "is_enabled=false",
    "shares": "clustering=100",
    "operation": "clustering",
    "module": "linker",
    "status": "inactive",
    "user": "ann",
    "email": "ann@agency.example",
    "role": "editor",
}
"""Values that are well meant, by the parameter's name; numbers otherwise."""

DOCUMENTED = {0, 1, 2, 3, 4, 5, 6, 75}


def commands() -> dict[str, Any]:
    """Every command by its full name, as Typer has it."""
    return dict(leaves(make_tree(), ()))


def leaves(command: Any, path: tuple[str, ...]) -> Iterator[tuple[str, Any]]:
    children = getattr(command, "commands", None)
    if children is None:
        yield " ".join(path), command
    for name, child in (children or {}).items():
        yield from leaves(child, (*path, name))


def usable(parameter: Any, folder: Path) -> str:
    """A value of the parameter that is well meant: what is there in the test's database."""
    known: dict[str, object] = {"file": folder, "to": folder}
    return str(known.get(parameter.name, USABLE.get(parameter.name, "1")))


def takes_value(parameter: Any) -> bool:
    return not getattr(parameter, "is_flag", False) and parameter.name not in {"as_json", "help"}


def command_lines(command: Any, value: str, folder: Path) -> Iterator[list[str]]:
    """Command lines that are well meant but for one parameter each, which is given the value."""
    for spoilt in filter(takes_value, command.params):
        yield [part for each in command.params for part in words_of(each, spoilt, value, folder)]


def words_of(parameter: Any, spoilt: Any, value: str, folder: Path) -> list[str]:
    """One parameter's part of the command line: nothing for an option that is neither needed nor spoilt."""
    if parameter is not spoilt and not (parameter.required and takes_value(parameter)):
        flag = parameter.opts[0] if parameter.required else ""
        return [flag] if flag else []
    text = value if parameter is spoilt else usable(parameter, folder)
    if parameter.param_type_name == "argument":
        return [text]
    return [f"{parameter.opts[0]}={text}"]
