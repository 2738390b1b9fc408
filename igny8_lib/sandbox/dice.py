"""When a request fails: decided by the seed, the request's body and how often that body was seen. Nothing is random."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, field
from hashlib import blake2b

from igny8_lib.sandbox.switches import Match, Reaction, Switches

REMEMBERED_BODIES = 100_000


@dataclass(frozen=True)
class Throw:
    """What was decided for one request; `chance` gives further numbers that hang on the same facts."""

    outcome: Reaction
    digest: bytes
    seen: int
    seed: int

    def chance(self, purpose: str) -> float:
        """A number in [0, 1) of this throw, another one for each purpose."""
        facts = f"{self.seed}/{self.seen}/{purpose}".encode()
        return int.from_bytes(blake2b(facts, key=self.digest, digest_size=8).digest()) / 2**64


@dataclass
class Dice:
    """Remembers which bodies were seen, and which scripted outcomes are still to come."""

    script: list[Reaction] = field(default_factory=list)
    matches: list[tuple[Match, int | None]] = field(default_factory=list)
    _seen: OrderedDict[bytes, int] = field(default_factory=OrderedDict)

    def load(self, switches: Switches) -> None:
        """Begin the switches' scripts anew."""
        self.script = list(switches.fail_next)
        self.matches = [(match, match.times) for match in switches.fail_matching]

    def forget(self) -> None:
        """Forget which bodies were seen."""
        self._seen.clear()

    def throw(self, switches: Switches, body: bytes, text: str) -> Throw:
        """Decide what becomes of a request with this body, whose strings are `text`."""
        digest = blake2b(body, digest_size=16).digest()
        seen = self._count(digest)
        drawn = Throw(Reaction.OK, digest, seen, switches.seed)
        return Throw(self._outcome(switches, text, drawn.chance("outcome")), digest, seen, switches.seed)

    def _count(self, digest: bytes) -> int:
        seen = self._seen.pop(digest, 0)
        self._seen[digest] = seen + 1
        if len(self._seen) > REMEMBERED_BODIES:
            self._seen.popitem(last=False)
        return seen

    def _outcome(self, switches: Switches, text: str, chance: float) -> Reaction:
        if switches.quota_exhausted:
            return Reaction.QUOTA_EXHAUSTED
        if matched := self._matched(text):
            return matched
        if self.script:
            return self.script.pop(0)
        for way, rate in switches.rates:
            if chance < rate:
                return way
            chance -= rate
        return Reaction.OK

    def _matched(self, text: str) -> Reaction | None:
        for position, (match, left) in enumerate(self.matches):
            if match.contains in text:
                if left is not None:
                    self.matches[position : position + 1] = [(match, left - 1)] if left > 1 else []
                return match.outcome
        return None
