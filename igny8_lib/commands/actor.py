"""Who a command acts for: written into ledgers and audit trails."""

from __future__ import annotations

from getpass import getuser
from typing import Annotated

import typer

ByOption = Annotated[
    str, typer.Option(default_factory=getuser, show_default="your login", help="Who does this, for the record.")
]
