"""A part of the platform, and how it is."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from enum import StrEnum


class State(StrEnum):
    """From well to ill; what is slow works, and needs to be looked at."""

    OK = "ok"
    SLOW = "slow"
    ILL = "ill"


ORDER = tuple(State)


@dataclass(frozen=True)
class Part:
    """One part."""

    name: str
    state: State
    says: str
    """How it is, in a sentence."""
    todo: str = ""
    """What to do, in a sentence; empty where it is well."""

    def as_json(self) -> dict[str, str]:
        """As a JSON document."""
        return asdict(self)


def well(name: str, says: str) -> Part:
    """A part that is well."""
    return Part(name, State.OK, says)


def worst(parts: Iterable[Part]) -> State:
    """How the whole is: as its worst part."""
    return max((part.state for part in parts), key=ORDER.index, default=State.OK)
