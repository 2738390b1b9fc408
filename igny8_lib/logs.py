"""What a line of a log is about: run, site, stage, and the AI request by its key in the journal.

Airflow writes its logs, and those of tasks, by structlog, which adds what is bound to the context of a thread or of an
asynchronous task to each line; threads that asyncio starts take their starter's along. The library's own lines, written
by Python's logging, go the same way.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from structlog.contextvars import bound_contextvars


@contextmanager
def about(**facts: str | int) -> Iterator[None]:
    """Put the facts into every line that is written meanwhile: run, site, stage, call."""
    with bound_contextvars(**facts):
        yield
