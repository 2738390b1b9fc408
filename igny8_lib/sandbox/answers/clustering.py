"""Keyword clusters: what belongs to an existing cluster joins it, the rest is grouped by what is alike."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from igny8_lib.sandbox.answers.asked import PLAINLY, Asked
from igny8_lib.sandbox.answers.intents import intent_of
from igny8_lib.sandbox.answers.naming import cluster_name, fold
from igny8_lib.sandbox.answers.similarity import Likeness
from igny8_lib.sandbox.answers.words import MODIFIERS, Vocabulary, guess_language, is_question, part_words

LIKE_ENOUGH = 0.35
"""Average similarity at which two groups are one topic. Found by trying it on exports whose topics are known."""
LONER_LIKE_ENOUGH = 0.12
"""A keyword left alone joins the group it is most like from here on: one-keyword clusters make thin articles."""
SAME_AS_EXISTING, GROUP_SAME_AS_EXISTING = 0.5, 0.6
"""Similarity to its name from which keywords join an existing cluster: up to two, and more, who are a topic already."""
GROUP = 3
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

    def document(self, *, with_intent: bool) -> dict[str, Any]:
        """The topic as the answer's JSON."""
        texts = [member.text for member in self.members]
        intent = {"intent": intent_of(texts)} if with_intent else {}
        numbers = [member.n for member in self.members]
        return {"name": self.name, "description": self.description} | intent | {"keywords": numbers}


def keyword_clusters(item: Mapping[str, Any], asked: Asked = PLAINLY) -> dict[str, Any]:
    """The answer to INPUT {keywords: [{n, text}], existing_clusters}; with intents where the schema has them."""
    keywords = [Keyword(int(keyword["n"]), str(keyword["text"])) for keyword in item["keywords"]]
    topics = cluster(keywords, [str(name) for name in item.get("existing_clusters") or ()], asked.language)
    with_intent = asked.wants("intent")
    return {"clusters": [topic.document(with_intent=with_intent) for topic in topics]}


def cluster(keywords: Sequence[Keyword], existing: Sequence[str] = (), site_language: str = "") -> list[Topic]:
    """Each keyword in exactly one topic; a topic with an existing cluster's name joins that cluster."""
    guess = guess_language([keyword.text for keyword in keywords])
    vocabulary = Vocabulary(site_language if site_language and guess == "english" else guess)
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
        """The topics of these keywords: groups of their own or, where one fits, of an existing cluster."""
        groups = agglomerate(range(len(self.keywords)), self.likeness)
        joined: dict[int, list[int]] = {}
        free = []
        for group in groups:
            home = self.home_of(group)
            if home is None:
                free.append(group)
            else:
                joined.setdefault(home, []).extend(group)
        topics = [self.topic_of(group) for group in with_company(free, self.likeness)]
        known = [Topic(self.existing[home], self.members(group)) for home, group in joined.items()]
        return [*known, *topics]

    def home_of(self, group: Sequence[int]) -> int | None:
        """The existing cluster a group belongs to: the one whose name its keywords are most like."""
        first, homes = len(self.keywords), []
        enough = SAME_AS_EXISTING if len(group) < GROUP else GROUP_SAME_AS_EXISTING
        for place in range(len(self.existing)):
            likeness = sum(self.known.of(position, first + place) for position in group) / len(group)
            if likeness >= enough:
                homes.append((likeness, -place))
        return -max(homes)[1] if homes else None

    def members(self, group: Sequence[int]) -> tuple[Keyword, ...]:
        """The keywords at these positions."""
        return tuple(self.keywords[position] for position in group)

    def topic_of(self, group: Sequence[int]) -> Topic:
        """The group as a topic. Statements are more central than questions, short keywords more than long ones."""

        def rank(position: int) -> tuple[bool, float, int, int]:
            words = part_words(self.keywords[position].text)
            modifiers = sum(word in MODIFIERS for word in words)
            central = self.likeness.average(position, group) - COST_OF_MODIFIER * modifiers
            return (not words or is_question(words), -central, len(words), position)

        members = self.members(sorted(group, key=rank))
        whole = len(group) >= NEARLY_ALL * len(self.keywords)
        name = cluster_name([member.text for member in members], self.vocabulary, self.likeness, whole=whole)
        return Topic(name, members)


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
        homes = [
            (likeness.average(loner[0], group), -place)
            for place, group in enumerate(kept)
            if likeness.share_topic(loner[0], group)
        ]
        best, place = max(homes, default=(0.0, 0))
        if best >= LONER_LIKE_ENOUGH:
            kept[-place] = kept[-place] + loner
        else:
            kept.append(loner)
    return kept
