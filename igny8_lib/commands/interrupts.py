"""Ctrl-C: what goes on without the command, and how to follow or stop it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from igny8_lib.errors import Igny8Error


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
