"""Cluster merges: which one-keyword clusters belong to a topic, or to each other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from igny8_lib.sandbox.answers.asked import PLAINLY, Asked
from igny8_lib.sandbox.answers.similarity import Likeness
from igny8_lib.sandbox.answers.words import Vocabulary, guess_language

SAME_TOPIC = 0.3
"""Likeness from which a lone keyword is answered by a topic's page; found on topics that an editor has mapped."""
SAME_PAGE = 0.35
"""Likeness from which two lone keywords are answered by one page."""
SHARE_OF_AVERAGE = 0.5
"""Of a topic's likeness; the rest is that of its most alike text, which alone would chain topics to each other."""


@dataclass(frozen=True)
class Group:
    """A cluster of the request: its number, and the positions of its name and keywords among all texts."""

    n: int
    positions: Sequence[int]


def cluster_merges(item: Mapping[str, Any], _: Asked = PLAINLY) -> dict[str, Any]:
    """The answer to INPUT {alone: [{n, name, keyword}], topics: [{n, name, keywords}]}."""
    texts: list[str] = []

    def group(n: object, members: Sequence[object]) -> Group:
        first = len(texts)
        texts.extend(str(member) for member in members)
        return Group(int(str(n)), range(first, len(texts)))

    alone = [group(lone["n"], [lone["keyword"]]) for lone in item["alone"]]
    topics = [group(topic["n"], [topic["name"], *topic["keywords"]]) for topic in item.get("topics") or ()]
    into = Merger(Likeness(texts, Vocabulary(guess_language(texts)))).merge(alone, topics)
    return {"merges": [{"n": lone.n, "into": into.get(lone.n)} for lone in alone]}


@dataclass
class Merger:
    """Finds homes by the likeness of texts."""

    likeness: Likeness

    def merge(self, alone: Sequence[Group], topics: Sequence[Group]) -> dict[int, int]:
        """The number each lone cluster is merged into, where there is one: a topic before another lone cluster."""
        into = {lone.n: n for lone in alone if (n := self.home_of(lone, topics)) is not None}
        rest = [lone for lone in alone if lone.n not in into]
        pairs = [
            (self.of(one, other), -place, one, other)
            for place, one in enumerate(rest)
            for other in rest[place + 1 :]
            if self.of(one, other) >= SAME_PAGE
        ]
        kept: set[int] = set()
        for _, _, one, other in sorted(pairs, key=lambda pair: pair[:2], reverse=True):
            home, guest = (other, one) if other.n in kept else (one, other)
            if home.n not in into and guest.n not in into and guest.n not in kept:
                into[guest.n] = home.n
                kept.add(home.n)
        return into

    def home_of(self, lone: Group, topics: Sequence[Group]) -> int | None:
        """The number of the topic that a lone cluster is most like."""
        homes = [(self.of(lone, topic), -place, topic.n) for place, topic in enumerate(topics)]
        best, _, n = max(homes, default=(0.0, 0, 0))
        return n if best >= SAME_TOPIC else None

    def of(self, lone: Group, other: Group) -> float:
        """How alike a lone cluster and another one are; 0 where only modifiers are shared."""
        position = lone.positions[0]
        if not self.likeness.share_topic(position, other.positions):
            return 0.0
        found = [self.likeness.of(position, text) for text in other.positions]
        return SHARE_OF_AVERAGE * sum(found) / len(found) + (1 - SHARE_OF_AVERAGE) * max(found)
