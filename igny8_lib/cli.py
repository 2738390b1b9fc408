"""The `igny8` command: ends with one sentence and an exit code that means something, whatever happens.

Nothing but the standard library is imported here at first: the commands take a second or two to import, and Ctrl-C ends
the command then, too, without a word of Python.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from io import TextIOWrapper
from types import FrameType
from typing import NoReturn

INTERRUPTED = 130
"""What shells report for a program that Ctrl-C ended: 128 and the number of the signal."""


def main() -> None:
    """Run the command line; errors become one sentence on stderr (JSON with --json) and an exit code."""
    with ending_at_once():
        from igny8_lib.commands.failures import fail_clearly  # noqa: PLC0415 - see the module's docstring
        from igny8_lib.commands.tree import run_command  # noqa: PLC0415
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")  # names of files may be any bytes
    with fail_clearly():
        raise SystemExit(run_command(sys.argv[1:]))


@contextmanager
def ending_at_once() -> Iterator[None]:
    """Let Ctrl-C end the process on the spot: an interrupted import would come out as any error, and nothing began."""
    before = signal.signal(signal.SIGINT, end_at_once)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def end_at_once(_number: int, _frame: FrameType | None) -> NoReturn:
    """Say that nothing has begun, and exit."""
    sentence = "Interrupted before anything began."
    plain = f"{sentence}\n".encode()
    document = f'{{"error": "Interrupted", "message": "{sentence}"}}\n'.encode()
    os.write(2, document if "--json" in sys.argv else plain)
    os._exit(INTERRUPTED)


if __name__ == "__main__":
    main()
