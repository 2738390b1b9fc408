"""What the sandbox was asked and what really reached a client, counted in bounded memory."""

from __future__ import annotations

import time
from collections import Counter, OrderedDict
from dataclasses import dataclass, field
from typing import Any

REMEMBERED_KEYS = 50_000
DISCONNECTED = "disconnected"
"""Reaction of a request whose client left before the answer was written."""
INVALID = "invalid_request"
"""Reaction of a request with a fault in it."""
CRASHED = "crashed"
"""Reaction of a request that met a fault in the sandbox itself."""


@dataclass
class KeyCount:
    """Requests that came with one Idempotency-Key."""

    started: int = 0
    answered: int = 0
    """Answers (HTTP 2xx) written completely to a client that was still connected."""
    ok: int = 0
    """Those among them that no switch had spoilt."""
    answered_at: float | None = None
    """Unix time of the last one."""


@dataclass
class PathCount:
    """Requests to one path."""

    started: int = 0
    answered: int = 0
    outcomes: Counter[str] = field(default_factory=Counter)


@dataclass
class Entry:
    """One request while it is being served."""

    path: str
    key: str | None
    generation: int
    outcome: str = INVALID
    status: int = 0

    def result(self, *, delivered: bool) -> str:
        """What became of it, where a request that no switch wanted to fail may have failed all the same."""
        if self.outcome == "dropped" or not delivered:
            return self.outcome if self.outcome == "dropped" else DISCONNECTED
        if self.outcome == "ok" and self.status >= 400:
            return CRASHED if self.status >= 500 else INVALID
        return self.outcome


@dataclass
class Journal:
    """Counts by path and by Idempotency-Key, and how many requests were in flight at once."""

    paths: dict[str, PathCount] = field(default_factory=dict)
    keys: OrderedDict[str, KeyCount] = field(default_factory=OrderedDict)
    forgotten_keys: int = 0
    in_flight: int = 0
    most_in_flight: int = 0
    generation: int = 0

    def begin(self, path: str, key: str | None) -> Entry:
        """Count a request that arrived."""
        self.in_flight += 1
        self.most_in_flight = max(self.most_in_flight, self.in_flight)
        self.paths.setdefault(path, PathCount()).started += 1
        if key is not None:
            self._of(key).started += 1
        return Entry(path, key, self.generation)

    def end(self, entry: Entry, *, delivered: bool) -> None:
        """Count what became of it; `delivered` only where the whole response went to a connected client."""
        self.in_flight -= 1
        if entry.generation != self.generation:
            return
        answered = delivered and 200 <= entry.status < 300
        path = self.paths.setdefault(entry.path, PathCount())
        path.answered += answered
        path.outcomes[entry.result(delivered=delivered)] += 1
        if entry.key is not None and answered:
            count = self._of(entry.key)
            count.answered += 1
            count.ok += entry.outcome == "ok"
            count.answered_at = time.time()

    def reset(self) -> None:
        """Forget everything but what is in flight now; that is not counted when it ends either."""
        self.generation += 1
        self.paths.clear()
        self.keys.clear()
        self.forgotten_keys = 0
        self.most_in_flight = self.in_flight

    def as_json(self) -> dict[str, Any]:
        """The counts, for GET /sandbox/requests."""
        return {
            "started": sum(path.started for path in self.paths.values()),
            "answered": sum(path.answered for path in self.paths.values()),
            "in_flight": self.in_flight,
            "max_in_flight": self.most_in_flight,
            "paths": {
                path: {"started": count.started, "answered": count.answered, "outcomes": dict(count.outcomes)}
                for path, count in sorted(self.paths.items())
            },
            "keys": {key: vars(count) for key, count in self.keys.items()},
            "forgotten_keys": self.forgotten_keys,
        }

    def _of(self, key: str) -> KeyCount:
        count = self.keys.pop(key, None) or KeyCount()
        self.keys[key] = count
        if len(self.keys) > REMEMBERED_KEYS:
            self.keys.popitem(last=False)
            self.forgotten_keys += 1
        return count
