"""Ctrl-C: an end on the spot while nothing has begun; later, what goes on without the command, and how to stop it.

Only the standard library is imported here: this comes before all else.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import NoReturn

from igny8_lib.errors import Igny8Error

INTERRUPTED = 130
"""What shells report for a program that Ctrl-C ended: 128 and the number of the signal."""


class Interrupted(Igny8Error):
    """Ctrl-C ended the command; says what goes on without it."""


@contextmanager
def say_what_goes_on(sentence: str) -> Iterator[None]:
    """Turn Ctrl-C into a sentence. Raises Interrupted."""
    try:
        yield
    except KeyboardInterrupt:
        raise Interrupted(sentence) from None


def run_goes_on(site: str) -> str:
    """What to say to somebody who stopped watching a site's run."""
    return (
        f"No longer watching; the run of {site} goes on. Follow it: igny8 status {site} --follow. "
        f"Stop it: igny8 cancel {site}."
    )


@contextmanager
def ending_at_once() -> Iterator[None]:
    """Let Ctrl-C end the process on the spot: an interrupted import would come out as any error, and nothing began."""
    if threading.current_thread() is not threading.main_thread():  # Python tells only that one of signals
        yield
        return
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
