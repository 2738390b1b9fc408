"""The `igny8` command: ends with one sentence and an exit code that means something, whatever happens.

Nothing but the standard library is imported here at first: what a command works with takes a second to import, and
Ctrl-C ends the command then, too, without a word of Python.
"""

from __future__ import annotations

import sys
from io import TextIOWrapper

from igny8_lib.commands.interrupts import ending_at_once


def main() -> None:
    """Run the command line; errors become one sentence on stderr (JSON with --json) and an exit code."""
    with ending_at_once():
        from igny8_lib.commands.failures import fail_clearly  # noqa: PLC0415 - see the module's docstring
        from igny8_lib.commands.tree import run_command  # noqa: PLC0415
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")  # names of files may be any bytes
    with fail_clearly():
        raise SystemExit(run_command(sys.argv[1:]))


if __name__ == "__main__":
    main()
