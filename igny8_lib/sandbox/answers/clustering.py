"""Keyword clusters: what belongs to an existing cluster joins it, the rest is grouped by what is alike."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from igny8_lib.sandbox.answers.naming import fold, name_of, shared_phrase
from igny8_lib.sandbox.answers.similarity import Likeness
from igny8_lib.sandbox.answers.words import MODIFIERS, Vocabulary, guess_language, is_question, part_words

LIKE_ENOUGH = 0.22
"""Average similarity at which two groups are one topic. Found by trying it on real exports in three languages."""
LONER_LIKE_ENOUGH = 0.17
"""A keyword left alone joins the group it is most like from here on: one-keyword clusters make thin articles."""
SAME_AS_EXISTING = 0.5
"""Similarity from which a keyword joins an existing cluster whose name it does not contain."""
MOST_AT_ONCE = 120
"""Agglomeration is cubic; longer lists are clustered in parts, and parts of the same name become one."""
NEARLY_ALL = 0.6
COST_OF_MODIFIER = 0.08
"""Centrality that a keyword loses as a name for each "price" or "best" in it."""


@dataclass(frozen=True)
class Keyword:
    """A keyword with the number it has in the request."""

    n: int
    text: str


@dataclass(frozen=True)
class Topic:
    """A cluster: its name and its members, the most central one first."""

    name: str
    members: tuple[Keyword, ...]

    @property
    def description(self) -> str:
        """What people look for, in one sentence."""
        texts = list(dict.fromkeys(" ".join(member.text.split()) for member in self.members if member.text.strip()))
        if not texts:
            return f"Searches about {self.name}."
        told = ", ".join(f"“{text}”" for text in texts[:3])
        more = f" and {len(texts) - 3} more" if len(texts) > 3 else ""
        return f"Searches about {self.name}: {told}{more}."


def keyword_clusters(item: Mapping[str, Any]) -> dict[str, Any]:
    """The answer to INPUT {keywords: [{n, text}], existing_clusters}."""
    keywords = [Keyword(int(keyword["n"]), str(keyword["text"])) for keyword in item["keywords"]]
    topics = cluster(keywords, [str(name) for name in item.get("existing_clusters") or ()])
    return {
        "clusters": [
            {"name": topic.name, "description": topic.description, "keywords": [member.n for member in topic.members]}
            for topic in topics
        ]
    }


def cluster(keywords: Sequence[Keyword], existing: Sequence[str] = ()) -> list[Topic]:
    """Each keyword in exactly one topic; a topic with an existing cluster's name joins that cluster."""
    vocabulary = Vocabulary(guess_language([keyword.text for keyword in keywords]))
    found: dict[str, Topic] = {fold(name): Topic(name, ()) for name in existing}
    for start in range(0, len(keywords), MOST_AT_ONCE):
        known = [topic.name for topic in found.values()]
        for topic in Part(keywords[start : start + MOST_AT_ONCE], known, vocabulary).topics():
            same = found.get(fold(topic.name), Topic(topic.name, ()))
            found[fold(topic.name)] = Topic(same.name, same.members + topic.members)
    return [topic for topic in found.values() if topic.members]


class Part:
    """Keywords few enough to compare everything with everything."""

    def __init__(self, keywords: Sequence[Keyword], existing: Sequence[str], vocabulary: Vocabulary) -> None:
        self.keywords = keywords
        self.existing = existing
        self.vocabulary = vocabulary
        self.likeness = Likeness([keyword.text for keyword in keywords], vocabulary)
        self.known = Likeness([*(keyword.text for keyword in keywords), *existing], vocabulary)

    def topics(self) -> list[Topic]:
        """The topics of these keywords."""
        joined: dict[int, list[Keyword]] = {}
        free = []
        for position, keyword in enumerate(self.keywords):
            home = self.home_of(position)
            if home is None:
                free.append(position)
            else:
                joined.setdefault(home, []).append(keyword)
        groups = with_company(agglomerate(free, self.likeness), self.likeness)
        return [
            *(Topic(self.existing[home], tuple(members)) for home, members in joined.items()),
            *(self.topic_of(group) for group in groups),
        ]

    def home_of(self, position: int) -> int | None:
        """The existing cluster a keyword belongs to: the one with the longest name in it, else one much like it."""
        stems = set(self.likeness.stems[position])
        homes = []
        for place in range(len(self.existing)):
            name = self.known.stems[len(self.keywords) + place]
            likeness = self.known.of(position, len(self.keywords) + place)
            contained = set(name) <= stems and self.is_telling(name)
            if contained or likeness >= SAME_AS_EXISTING:
                homes.append((len(name) if contained else 0, likeness, -place))
        return -max(homes)[2] if homes else None

    def is_telling(self, name: Sequence[str]) -> bool:
        """Whether a name says more than what all of the keywords are about."""
        likeness = self.likeness
        return not all(likeness.is_common(stem) for stem in name) and not all(map(likeness.is_modifier, name))

    def topic_of(self, group: Sequence[int]) -> Topic:
        """The group as a topic. Statements are more central than questions, short keywords more than long ones."""

        def rank(position: int) -> tuple[bool, float, int, int]:
            words = part_words(self.keywords[position].text)
            modifiers = sum(word in MODIFIERS for word in words)
            central = self.likeness.average(position, group) - COST_OF_MODIFIER * modifiers
            return (not words or is_question(words), -central, len(words), position)

        members = [self.keywords[position] for position in sorted(group, key=rank)]
        whole = len(group) >= NEARLY_ALL * len(self.keywords)
        texts = [member.text for member in members]
        phrase = shared_phrase(texts, self.vocabulary, self.likeness, whole=whole) if len(group) > 1 else None
        return Topic(name_of(phrase or texts[0], self.vocabulary.language), tuple(members))


def agglomerate(positions: Sequence[int], likeness: Likeness, like_enough: float = LIKE_ENOUGH) -> list[list[int]]:
    """Groups by average linkage: the two most alike are merged as long as they are like enough."""
    groups = {position: [position] for position in positions}
    alike = {(a, b): likeness.of(a, b) for a in positions for b in positions if a < b}
    while alike:
        (a, b), similarity = max(alike.items(), key=lambda pair: (pair[1], -pair[0][0], -pair[0][1]))
        if similarity < like_enough:
            break
        for other in groups:
            if other in (a, b):
                continue
            to_a, to_b = order_pair(a, other), order_pair(b, other)
            sizes = len(groups[a]), len(groups[b])
            alike[to_a] = (alike[to_a] * sizes[0] + alike.pop(to_b) * sizes[1]) / sum(sizes)
        groups[a] += groups.pop(b)
        del alike[a, b]
    return list(groups.values())


def order_pair(one: int, other: int) -> tuple[int, int]:
    """A pair with the smaller first."""
    return (one, other) if one < other else (other, one)


def with_company(groups: list[list[int]], likeness: Likeness) -> list[list[int]]:
    """The groups, with loners moved to the group they are most like."""
    kept = [group for group in groups if len(group) > 1]
    for loner in (group for group in groups if len(group) == 1):
        homes = [(likeness.average(loner[0], group), -place) for place, group in enumerate(kept)]
        best, place = max(homes, default=(0.0, 0))
        if best >= LONER_LIKE_ENOUGH:
            kept[-place] = kept[-place] + loner
        else:
            kept.append(loner)
    return kept
