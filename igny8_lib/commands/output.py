"""What commands print: a table or a sentence for people, one JSON document with --json."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from typing import Annotated, NoReturn

import typer
from rich.console import Console, JustifyMethod, OverflowMethod
from rich.table import Table
from rich.text import Text

from igny8_lib.commands.columns import Column, fit

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


def table(columns: Sequence[str], rows: Iterable[Sequence[object]], *, title: str = "") -> Table:
    """A rich table as wide as the terminal at most.

    '>name' is a column of numbers, aligned to the right; '=name' one of names to be typed again: both are never cut or
    broken. '~name' is text that ends in … where it is too long; other text goes on in the next line. '?' before any of
    them marks a column that is left out of a terminal that is too narrow for all; what is left out is said.
    """
    cells = [["" if cell is None else str(cell) for cell in row] for row in rows]
    known = [Column.of(signed, [row[place] for row in cells]) for place, signed in enumerate(columns)]
    fitted = fit(known, console.width)
    result = Table(title=title or None, title_justify="left", header_style="bold", caption_justify="left")
    if not fitted.lines:
        result.box = None
    for place, width in zip(fitted.places, fitted.widths, strict=True):
        column = known[place]
        justify: JustifyMethod = "right" if column.is_number else "left"
        overflow: OverflowMethod = "ellipsis" if column.is_cut else "fold"
        whole = column.is_whole or column.is_cut
        result.add_column(column.head, justify=justify, no_wrap=whole, overflow=overflow, width=width)
    for row in cells:
        result.add_row(*(Text(row[place]) for place in fitted.places))
    if left_out := [column.head for place, column in enumerate(known) if place not in fitted.places]:
        result.caption = f"Too narrow for: {', '.join(left_out)}. All of it: a wider terminal, or --json."
    return result
