"""`igny8 website`: websites that are made here."""

from __future__ import annotations

import typer

app = typer.Typer(help="Websites that are made here: their files.", no_args_is_help=True)
