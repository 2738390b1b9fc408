"""What commands print: a table or a sentence for people, one JSON document with --json; and what they exit with."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text
from sqlalchemy.exc import OperationalError

from igny8_lib import errors

JsonOption = Annotated[bool, typer.Option("--json", help="Print one JSON document instead of text.")]

console = Console()
complaints = Console(stderr=True)

EXIT_CODES: tuple[tuple[type[BaseException], int], ...] = (
    (errors.InvalidInput, 2),
    (errors.NotFound, 3),
    (errors.Conflict, 4),
    (errors.InsufficientCredits, 5),
    (errors.NotAllowed, 6),
    (errors.TemporaryError, 75),
    (OperationalError, 75),
)
"""0 done, 1 failed, 2 bad input, 3 not found, 4 conflict, 5 credits missing, 6 not allowed, 75 try again later."""


def show(document: object, *, as_json: bool, text: Callable[[], object]) -> None:
    """Print the document as JSON, or what `text` returns (a string or any rich renderable)."""
    if as_json:
        typer.echo(json.dumps(document, ensure_ascii=False, indent=2, default=str))
    else:
        console.print(text(), markup=False)


def table(columns: Sequence[str], rows: Iterable[Sequence[object]], *, title: str = "") -> Table:
    """A rich table; numbers are aligned to the right by writing the column's name as '>name'."""
    result = Table(title=title or None, title_justify="left", header_style="bold")
    for column in columns:
        result.add_column(column.lstrip(">"), justify="right" if column.startswith(">") else "left")
    for row in rows:
        result.add_row(*(Text("" if cell is None else str(cell)) for cell in row))
    return result


@contextmanager
def failing_clearly() -> Iterator[None]:
    """Turn the product's errors into one sentence on stderr and an exit code that means something."""
    try:
        yield
    except (errors.Igny8Error, OperationalError) as error:
        code = next((code for kind, code in EXIT_CODES if isinstance(error, kind)), 1)
        if isinstance(error, OperationalError):
            sentence = (
                f"The product database cannot be reached: {str(error.orig).strip()}. Is the stack up (`make run`)?"
            )
        else:
            sentence = str(error)
        if "--json" in sys.argv:
            facts = error.facts if isinstance(error, errors.Igny8Error) else {}
            typer.echo(json.dumps({"error": type(error).__name__, "message": sentence, **facts}, default=str), err=True)
        else:
            complaints.print(sentence, style="red", highlight=False, markup=False, soft_wrap=True)
        raise SystemExit(code) from error
