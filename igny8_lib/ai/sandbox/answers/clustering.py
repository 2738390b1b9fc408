"""Keyword clusters: agglomerative clustering of what is alike, each cluster named after its most central keyword."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from igny8_lib.ai.sandbox.answers.similarity import Likeness
from igny8_lib.ai.sandbox.answers.words import MODIFIERS, Vocabulary, guess_language, is_question, parted, title_cased

LIKE_ENOUGH = 0.30
"""Average similarity at which two groups are one topic. Found by trying it on real exports in three languages."""
LONER_LIKE_ENOUGH = 0.17
"""A keyword left alone joins the group it is most like from here on: one-keyword clusters make thin articles."""
SAME_AS_EXISTING = 0.5
LONGEST_NAME = 80
MOST_AT_ONCE = 120
"""Agglomeration is cubic; longer lists are clustered in parts, and parts of the same name become one."""
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
        texts = list(dict.fromkeys(member.text.strip() for member in self.members if member.text.strip()))
        if not texts:
            return f"Searches about {self.name}."
        told = ", ".join(f"“{text}”" for text in texts[:3])
        more = f" and {len(texts) - 3} more" if len(texts) > 3 else ""
        return f"Searches about {self.name}: {told}{more}."


def cluster(keywords: Sequence[Keyword], existing: Sequence[str] = ()) -> list[Topic]:
    """Each keyword in exactly one topic; a topic with an existing cluster's name joins that cluster."""
    language = guess_language([keyword.text for keyword in keywords] or list(existing))
    vocabulary = Vocabulary(language)
    found: dict[str, Topic] = {}
    for start in range(0, len(keywords), MOST_AT_ONCE):
        for topic in cluster_part(keywords[start : start + MOST_AT_ONCE], existing, vocabulary):
            known = found.get(folded(topic.name), Topic(topic.name, ()))
            found[folded(topic.name)] = Topic(known.name, known.members + topic.members)
    return list(found.values())


def cluster_part(keywords: Sequence[Keyword], existing: Sequence[str], vocabulary: Vocabulary) -> list[Topic]:
    """Topics of a list that is short enough to compare everything with everything."""
    likeness = Likeness([keyword.text for keyword in keywords] + list(existing), vocabulary)
    joined: dict[int, list[int]] = {}
    free = []
    for position in range(len(keywords)):
        best = most_like(position, range(len(keywords), len(keywords) + len(existing)), likeness)
        if best is not None and likeness.of(position, best) >= SAME_AS_EXISTING:
            joined.setdefault(best, []).append(position)
        else:
            free.append(position)
    groups = with_company(agglomerated(free, likeness), likeness)
    topics = [
        Topic(existing[name - len(keywords)], tuple(keywords[position] for position in members))
        for name, members in joined.items()
    ]
    return topics + [topic_of(group, keywords, existing, likeness, vocabulary) for group in groups]


def most_like(position: int, candidates: Sequence[int], likeness: Likeness) -> int | None:
    """The candidate most like the text; the first of equals."""
    return max(candidates, key=lambda other: likeness.of(position, other), default=None)


def agglomerated(positions: Sequence[int], likeness: Likeness, like_enough: float = LIKE_ENOUGH) -> list[list[int]]:
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
            to_a, to_b = ordered(a, other), ordered(b, other)
            sizes = len(groups[a]), len(groups[b])
            alike[to_a] = (alike[to_a] * sizes[0] + alike.pop(to_b) * sizes[1]) / sum(sizes)
        groups[a] += groups.pop(b)
        del alike[a, b]
    return list(groups.values())


def ordered(one: int, other: int) -> tuple[int, int]:
    """A pair with the smaller first."""
    return (one, other) if one < other else (other, one)


def with_company(groups: list[list[int]], likeness: Likeness) -> list[list[int]]:
    """The groups, with loners moved to the group they are most like."""
    kept = [group for group in groups if len(group) > 1]
    loners = [group for group in groups if len(group) == 1]
    for loner in loners:
        homes = [(average(loner[0], group, likeness), -place) for place, group in enumerate(kept)]
        best, place = max(homes, default=(0.0, 0))
        if best >= LONER_LIKE_ENOUGH:
            kept[-place] = kept[-place] + loner
        else:
            kept.append(loner)
    return kept


def average(position: int, group: Sequence[int], likeness: Likeness) -> float:
    """Mean similarity of a text to the others of a group."""
    others = [other for other in group if other != position]
    return sum(likeness.of(position, other) for other in others) / len(others) if others else 0.0


def topic_of(
    group: Sequence[int],
    keywords: Sequence[Keyword],
    existing: Sequence[str],
    likeness: Likeness,
    vocabulary: Vocabulary,
) -> Topic:
    """The group as a topic. Statements make better names than questions, short ones better than long ones."""

    def rank(position: int) -> tuple[bool, float, int, int]:
        words = parted(keywords[position].text)
        modifiers = sum(word in MODIFIERS for word in words)
        central = average(position, group, likeness) - COST_OF_MODIFIER * modifiers
        return (not words or is_question(words), -central, len(words), position)

    members = [keywords[position] for position in sorted(group, key=rank)]
    name = name_of(members[0].text, vocabulary.language)
    known = {folded(other): other for other in existing}
    return Topic(known.get(folded(name), name), tuple(members))


def name_of(text: str, language: str) -> str:
    """A keyword as a cluster's name: readable, never empty, not too long."""
    name = title_cased(" ".join(text.split()), language).rstrip(" ?!.,;:")
    if len(name) > LONGEST_NAME:
        name = name[:LONGEST_NAME].rsplit(" ", 1)[0]
    return name or "Other searches"


def folded(name: str) -> str:
    """A name as names are compared."""
    return " ".join(name.split()).casefold()


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
