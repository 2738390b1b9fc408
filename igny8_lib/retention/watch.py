"""When a clean-up stops: at its deadline, or when its process is told to end. What it was at is finished first."""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

AT_DEADLINE, BY_SIGNAL = "deadline", "signal"


class Watch:
    """Asked between two batches."""

    def __init__(self, seconds: float) -> None:
        self.until = time.monotonic() + seconds
        self.is_told = False

    def tell(self, *_: object) -> None:
        """Stop after the batch under way; also a signal's handler."""
        self.is_told = True

    @property
    def reason(self) -> str:
        """Why to stop now; empty while there is no reason."""
        if self.is_told:
            return BY_SIGNAL
        return AT_DEADLINE if time.monotonic() >= self.until else ""


@contextmanager
def heeding_signals(watch: Watch) -> Iterator[Watch]:
    """SIGTERM and SIGINT end the block's work after the batch under way; only a main thread is sent signals."""
    if threading.current_thread() is not threading.main_thread():
        yield watch
        return
    before = {number: signal.signal(number, watch.tell) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield watch
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
