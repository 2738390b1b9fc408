"""Who a command acts for: written into ledgers and audit trails."""

from __future__ import annotations

import os
from getpass import getuser
from typing import Annotated

import typer

from igny8_lib.sites.naming import check_name


def read_login() -> str:
    """The login; the user's number where the system has no name for it, as in containers."""
    try:
        return getuser()
    except (KeyError, OSError):
        return f"uid {os.getuid()}"


def check_actor(name: str) -> str:
    """The name as it is recorded. Raises InvalidInput for one that shows nothing, or that is too long."""
    return check_name(name, "--by")


ByOption = Annotated[
    str,
    typer.Option(
        default_factory=read_login,
        show_default="your login",
        callback=check_actor,
        metavar="NAME",
        help="Who does this, for the record.",
    ),
]
