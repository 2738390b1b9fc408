"""A note in the stack's home while something is under way that may not be cut off: nothing starts while it stands."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from igny8_lib.errors import Conflict

NOTE = "restore.unfinished"


class RestoreUnfinished(Conflict):
    """A restore was cut off in its last part: some of the former state is still in place, some is not."""


@dataclass(frozen=True)
class Unfinished:
    """The note of a restore in its last part."""

    home: Path

    def stands(self) -> bool:
        """Whether a restore was cut off there, or is there now."""
        return (self.home / NOTE).exists()

    def require_none(self) -> None:
        """Raise RestoreUnfinished where the note stands."""
        if self.stands():
            raise RestoreUnfinished(
                f"A restore in {self.home} was cut off in the middle: run `igny8 restore SOURCE` again, from the same "
                "backup or another one."
            )

    @contextmanager
    def standing(self) -> Iterator[None]:
        """Let the note stand until the block has come to its end; an error leaves it."""
        self.home.mkdir(parents=True, exist_ok=True)
        (self.home / NOTE).touch()
        yield
        self.put_back(stands=False)

    def put_back(self, *, stands: bool) -> None:
        """Let the note be as it was: what was begun has changed nothing."""
        if not stands:
            (self.home / NOTE).unlink(missing_ok=True)
