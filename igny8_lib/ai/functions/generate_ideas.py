"""Stage 2: plan the articles of each cluster, one search intent per article."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum

from pydantic import BaseModel

from igny8_lib.ai.prompts import render
from igny8_lib.ai.requests import SiteBrief, Split, TextRequest
from igny8_lib.models.planner import SearchIntent

VERSION = "generate_ideas/v1"
MAX_CLUSTERS = 5
"""Clusters per request (SPEC §3)."""
TOKENS_PER_IDEA = 400
TOKENS_AROUND = 500


class ContentType(StrEnum):
    """The shapes of article that the writer knows."""

    ARTICLE = "article"
    HOW_TO = "how_to"
    GUIDE = "guide"
    LIST = "list"
    COMPARISON = "comparison"
    FAQ = "faq"


@dataclass(frozen=True)
class ClusterItem:
    """One cluster of the request; `n` is its number within it."""

    n: int
    name: str
    description: str
    keywords: Sequence[str]


class IdeaAnswer(BaseModel):
    """One planned article."""

    title: str
    outline: list[str]
    content_type: ContentType
    intent: SearchIntent
    target_keywords: list[str]
    estimated_word_count: int


class ClusterIdeas(BaseModel):
    """The ideas of the cluster numbered `n`."""

    n: int
    ideas: list[IdeaAnswer]


class ContentIdeas(BaseModel):
    """The answer: each cluster once, with its ideas."""

    clusters: list[ClusterIdeas]


def request(
    site: SiteBrief, clusters: Sequence[ClusterItem], ideas_per_cluster: int = 7, existing_titles: Sequence[str] = ()
) -> TextRequest[ContentIdeas]:
    """Ask for at most `ideas_per_cluster` ideas for each of at most `MAX_CLUSTERS` clusters."""

    def halves() -> Split[ContentIdeas]:
        middle = len(clusters) // 2
        parts = (clusters[:middle], clusters[middle:])
        return Split(tuple(request(site, part, ideas_per_cluster, existing_titles) for part in parts), merge)

    item = {
        "clusters": [asdict(cluster) for cluster in clusters],
        "ideas_per_cluster": ideas_per_cluster,
        "existing_titles": list(existing_titles),
    }
    return TextRequest(
        function="generate_ideas",
        prompt_version=VERSION,
        prompt=render(VERSION, site, item, clusters=len(clusters), ideas_per_cluster=ideas_per_cluster),
        schema_name="content_ideas",
        answer=ContentIdeas,
        check=lambda answer: check(answer, clusters, ideas_per_cluster),
        max_output_tokens=TOKENS_AROUND + TOKENS_PER_IDEA * ideas_per_cluster * len(clusters),
        split=halves if len(clusters) > 1 else None,
    )


def check(answer: ContentIdeas, clusters: Sequence[ClusterItem], ideas_per_cluster: int) -> None:
    """Each cluster once with 1 to N ideas, and no title twice. Raises ValueError."""
    given = [ideas.n for ideas in answer.clusters]
    if sorted(given) != sorted(cluster.n for cluster in clusters):
        wanted = ", ".join(str(cluster.n) for cluster in clusters)
        raise ValueError(f"Give ideas for each of the clusters {wanted} exactly once, not for {given}.")
    for ideas in answer.clusters:
        if not 1 <= len(ideas.ideas) <= ideas_per_cluster:
            raise ValueError(f"Cluster {ideas.n} has {len(ideas.ideas)} ideas; give 1 to {ideas_per_cluster}.")
        for idea in ideas.ideas:
            check_idea(idea)
    check_titles(answer)


def check_idea(idea: IdeaAnswer) -> None:
    """An idea says enough for a writer to begin. Raises ValueError."""
    if not idea.title.strip():
        raise ValueError("An idea has an empty title; give every idea a title.")
    if not any(point.strip() for point in idea.outline):
        raise ValueError(f"The idea {idea.title!r} has no outline; give its sections.")
    if not any(keyword.strip() for keyword in idea.target_keywords):
        raise ValueError(f"The idea {idea.title!r} has no target keywords; take them from its cluster.")
    if idea.estimated_word_count < 1:
        raise ValueError(f"The idea {idea.title!r} has no estimated word count; give a number of words.")


def check_titles(answer: ContentIdeas) -> None:
    """Two articles of one title would compete with each other. Raises ValueError."""
    seen: set[str] = set()
    for title in (idea.title for ideas in answer.clusters for idea in ideas.ideas):
        key = " ".join(title.split()).casefold()
        if key in seen:
            raise ValueError(f"The title {title!r} is given twice; give every idea a title of its own.")
        seen.add(key)


def merge(answers: Sequence[ContentIdeas]) -> ContentIdeas:
    """The halves' ideas as one answer; a title that both halves found stays with the first."""
    seen: set[str] = set()
    merged = []
    for ideas in (ideas for answer in answers for ideas in answer.clusters):
        new = [idea for idea in ideas.ideas if " ".join(idea.title.split()).casefold() not in seen]
        seen.update(" ".join(idea.title.split()).casefold() for idea in new)
        merged.append(ClusterIdeas(n=ideas.n, ideas=new))
    return ContentIdeas(clusters=merged)
