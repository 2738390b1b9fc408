"""Content ideas: one article per angle that the keywords of a cluster carry, with titles that are nowhere else."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from igny8_lib.sandbox.answers.asked import PLAINLY, Asked
from igny8_lib.sandbox.answers.clustering import agglomerate
from igny8_lib.sandbox.answers.idea_phrases import idea_phrases
from igny8_lib.sandbox.answers.intents import PLANS, Angle, angle_of
from igny8_lib.sandbox.answers.naming import LONGEST_NAME
from igny8_lib.sandbox.answers.similarity import Likeness
from igny8_lib.sandbox.answers.titling import Titler, outline_of
from igny8_lib.sandbox.answers.words import Vocabulary, guess_language, is_question, part_words

SAME_ARTICLE = 0.42
"""Average similarity from which keywords of one angle are answered by one article."""
MOST_TARGETS = 6
EXTRA_ANGLES = (Angle.FAQ, Angle.MISTAKES)
"""What a cluster with keywords to spare gets on top."""
WORDS_PER_TARGET = 60
FEWEST_WORDS, MOST_WORDS = 800, 1600


@dataclass
class Idea:
    """An article to be planned: its angle and its keywords, the main one first."""

    angle: Angle
    keywords: list[str]


@dataclass
class Planner:
    """Plans the clusters of one request; titles are distinct across all of them."""

    titler: Titler

    def plan(self, name: str, keywords: Sequence[str], most: int) -> list[dict[str, Any]]:
        """One to `most` ideas for a cluster."""
        wanted = list(dict.fromkeys(keyword for keyword in keywords if keyword.strip())) or [
            name.strip() or "this topic"
        ]
        ideas = self.angles(wanted)
        kept = ideas[: max(1, most)]
        for idea in ideas[len(kept) :]:
            kept[0].keywords += idea.keywords
        kept += list(extras(kept))[: max(0, most - len(kept))]
        return [self.document(idea) for idea in kept]

    def angles(self, keywords: Sequence[str]) -> list[Idea]:
        """Keywords of one angle that are alike make one idea; the first keyword's comes first, then the biggest."""
        likeness = Likeness(keywords, Vocabulary(guess_language(keywords)))
        by_angle: dict[Angle, list[int]] = {}
        for position, keyword in enumerate(keywords):
            by_angle.setdefault(angle_of(keyword), []).append(position)
        groups = [
            (angle, sorted(group))
            for angle, positions in by_angle.items()
            for group in agglomerate(positions, likeness, SAME_ARTICLE)
        ]
        groups.sort(key=lambda found: (0 not in found[1], -len(found[1]), found[1][0]))
        return [Idea(angle, [keywords[position] for position in group]) for angle, group in groups]

    def document(self, idea: Idea) -> dict[str, Any]:
        """The idea as the answer's JSON."""
        plan, main = PLANS[idea.angle], " ".join(idea.keywords[0].split())
        phrases = idea_phrases(self.titler.language)[idea.angle]
        targets = idea.keywords[:MOST_TARGETS]
        length = plan.words + WORDS_PER_TARGET * (len(targets) - 3)
        return {
            "title": self.titler.title(main, phrases),
            "outline": outline_of(main, phrases, self.titler.language),
            "content_type": plan.content_type,
            "intent": plan.intent,
            "target_keywords": targets,
            "estimated_word_count": min(MOST_WORDS, max(FEWEST_WORDS, round(length, -2))),
        }


def extras(ideas: Iterable[Idea]) -> Iterator[Idea]:
    """Further articles, each about a keyword that is nobody's main one yet."""
    spare = [(keyword, idea) for idea in ideas for keyword in idea.keywords[1:]]
    angles = {idea.angle for idea in ideas}
    for angle in EXTRA_ANGLES:
        fitting = [found for found in spare if angle is Angle.FAQ or not is_question(part_words(found[0]))]
        if angle in angles or not fitting:
            continue
        spare.remove(fitting[0])
        keyword, idea = fitting[0]
        yield Idea(angle, [keyword, *(other for other in idea.keywords if other != keyword)])


def content_ideas(item: Mapping[str, Any], asked: Asked = PLAINLY) -> dict[str, Any]:
    """The answer to INPUT {clusters, ideas_per_cluster, existing_titles}."""
    clusters = item["clusters"]
    texts = [text for cluster in clusters for text in (cluster["name"], *cluster["keywords"])]
    titler = Titler(asked.language or guess_language(texts), map(str, item.get("existing_titles") or ()))
    planner = Planner(titler)
    most = int(item.get("ideas_per_cluster") or 1)
    return {
        "clusters": [
            {"n": cluster["n"], "ideas": planner.plan(cluster["name"][:LONGEST_NAME], cluster["keywords"], most)}
            for cluster in clusters
        ]
    }
