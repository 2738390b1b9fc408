"""What commands print: a table or a sentence for people, one JSON document with --json."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from typing import Annotated, NoReturn

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

JsonOption = Annotated[bool, typer.Option("--json", help="Print one JSON document instead of text.")]

PIPE_CLOSED = 141
"""What shells report for a program whose reader has gone: `igny8 … | head` is no error, and says nothing."""


def leave_quietly() -> NoReturn:
    """End although nobody reads: Python would complain about the rest of the output otherwise."""
    with suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    raise SystemExit(PIPE_CLOSED)


class Terminal(Console):
    """Rich's console; a reader that has gone ends the command quietly."""

    def on_broken_pipe(self) -> NoReturn:
        """End without a word."""
        leave_quietly()


console = Terminal()
complaints = Terminal(stderr=True)


def show(document: object, *, as_json: bool, text: Callable[[], object]) -> None:
    """Print the document as JSON, or what `text` returns (a string or any rich renderable)."""
    if as_json:
        try:
            typer.echo(json.dumps(document, ensure_ascii=False, indent=2, default=str))
        except BrokenPipeError:
            leave_quietly()
    else:
        console.print(text(), markup=False)


NARROWEST = 5
"""Characters that any column of a table keeps."""


def table(columns: Sequence[str], rows: Iterable[Sequence[object]], *, title: str = "") -> Table:
    """A rich table. '>name' is a column of numbers, aligned to the right; '=name' one of names to be typed again.

    Both are never cut or broken, however narrow the terminal is: half a number is another number.
    """
    result = Table(title=title or None, title_justify="left", header_style="bold")
    for column in columns:
        name, justify = column.lstrip(">="), "right" if column.startswith(">") else "left"
        result.add_column(name, justify=justify, no_wrap=name != column, overflow="fold", min_width=NARROWEST)  # type: ignore[arg-type]  # a literal
    for row in rows:
        result.add_row(*(Text("" if cell is None else str(cell)) for cell in row))
    return result
