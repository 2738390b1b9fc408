"""Stage 2: plan the articles of each cluster, one search intent per article."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass

from pydantic import BaseModel

from igny8_lib.ai.names import Line, require_fit, says_in
from igny8_lib.ai.numbers import list_numbers
from igny8_lib.ai.prompts import render
from igny8_lib.ai.requests import SiteBrief, Split, TextRequest
from igny8_lib.models.planner import ContentType, SearchIntent
from igny8_lib.text.names import TITLE, is_blank
from igny8_lib.text.normalisation import normalise
from igny8_lib.text.plans import MAX_KEYWORD, MAX_KEYWORDS, MAX_POINT, MAX_POINTS, MAX_WORDS, MIN_WORDS

VERSION = "generate_ideas/v1"
MAX_CLUSTERS = 5
"""Clusters per request (SPEC §3)."""
TOKENS_PER_IDEA = 400
TOKENS_AROUND = 500


@dataclass(frozen=True)
class ClusterItem:
    """One cluster of the request; `n` is its number within it."""

    n: int
    name: str
    description: str
    keywords: Sequence[str]


class IdeaAnswer(BaseModel):
    """One planned article."""

    title: Line
    outline: list[Line]
    content_type: ContentType
    intent: SearchIntent
    target_keywords: list[Line]
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
        check=lambda answer: check(answer, clusters, ideas_per_cluster, existing_titles),
        keep_right=lambda answer: keep_right(answer, clusters, ideas_per_cluster, existing_titles),
        max_output_tokens=TOKENS_AROUND + TOKENS_PER_IDEA * ideas_per_cluster * len(clusters),
        split=halves if len(clusters) > 1 else None,
        items=[cluster.n for cluster in clusters],
    )


def check(
    answer: ContentIdeas, clusters: Sequence[ClusterItem], ideas_per_cluster: int, existing_titles: Sequence[str] = ()
) -> None:
    """Each cluster once with 1 to N ideas, and no title twice or known already. Raises ValueError.

    Ideas for a number that stands for no cluster are nobody's: they are left out where the answer is applied.
    """
    wanted = [cluster.n for cluster in clusters]
    asked_for = [ideas for ideas in answer.clusters if ideas.n in wanted]
    given = [ideas.n for ideas in asked_for]
    if sorted(given) != sorted(wanted):
        told = f"{list_numbers(wanted)} exactly once, not for {list_numbers(given)}"
        raise ValueError(f"Give ideas for each of the clusters {told}.")
    for ideas in asked_for:
        if not 1 <= len(ideas.ideas) <= ideas_per_cluster:
            raise ValueError(f"Cluster {ideas.n} has {len(ideas.ideas)} ideas; give 1 to {ideas_per_cluster}.")
        for idea in ideas.ideas:
            check_idea(idea)
    check_titles(ContentIdeas(clusters=asked_for), existing_titles)


def check_idea(idea: IdeaAnswer) -> None:
    """An idea says enough for a writer to begin, and no more than an article can hold. Raises ValueError."""
    if is_blank(idea.title):
        raise ValueError("An idea has an empty title; give every idea a title.")
    require_fit(idea.title, TITLE, "The title")
    if all(is_blank(point) for point in idea.outline):
        raise ValueError(f"The idea {idea.title!r} has no outline; give its sections.")
    if all(is_blank(keyword) for keyword in idea.target_keywords):
        raise ValueError(f"The idea {idea.title!r} has no target keywords; take them from its cluster.")
    if len(idea.outline) > MAX_POINTS or len(idea.target_keywords) > MAX_KEYWORDS:
        told = f"at most {MAX_POINTS} sections and {MAX_KEYWORDS} target keywords"
        raise ValueError(f"The idea {idea.title!r} has too many parts; give {told}.")
    for point in idea.outline:
        require_fit(point, MAX_POINT, "The section")
    for keyword in idea.target_keywords:
        require_fit(keyword, MAX_KEYWORD, "The target keyword")
    if not MIN_WORDS <= idea.estimated_word_count <= MAX_WORDS:
        told = f"an estimated word count of {MIN_WORDS} to {MAX_WORDS}"
        raise ValueError(f"The idea {idea.title!r} cannot be written in so many words; give {told}.")


def check_titles(answer: ContentIdeas, existing_titles: Sequence[str]) -> None:
    """Two articles of one title would compete with each other. Raises ValueError."""
    existing = {normalise(title) for title in existing_titles}
    seen: set[str] = set()
    for title in (idea.title for ideas in answer.clusters for idea in ideas.ideas):
        key = normalise(title)
        if key in existing:
            raise ValueError(f"The title {title!r} exists already (existing_titles); plan another article instead.")
        if key in seen:
            raise ValueError(f"The title {title!r} is given twice; give every idea a title of its own.")
        seen.add(key)


def keep_right(
    answer: ContentIdeas, clusters: Sequence[ClusterItem], ideas_per_cluster: int, existing_titles: Sequence[str] = ()
) -> ContentIdeas | None:
    """The ideas that can be written, up to N for each cluster; word counts are brought within their bounds.

    The answer passes `check` for the clusters that it has; None where no cluster has an idea left.
    """
    usable: dict[int, list[IdeaAnswer]] = {cluster.n: [] for cluster in clusters}
    seen = {normalise(title) for title in existing_titles}
    for ideas in answer.clusters:
        for idea in ideas.ideas if ideas.n in usable else ():
            whole = mend(idea)
            if whole and len(usable[ideas.n]) < ideas_per_cluster and normalise(whole.title) not in seen:
                seen.add(normalise(whole.title))
                usable[ideas.n].append(whole)
    kept = [ClusterIdeas(n=n, ideas=ideas) for n, ideas in usable.items() if ideas]
    return ContentIdeas(clusters=kept) if kept else None


def mend(idea: IdeaAnswer) -> IdeaAnswer | None:
    """The idea within all bounds; None where its title, its whole outline or all of its keywords are unusable."""
    outline = [point for point in idea.outline if says_in(point, MAX_POINT)][:MAX_POINTS]
    keywords = [keyword for keyword in idea.target_keywords if says_in(keyword, MAX_KEYWORD)][:MAX_KEYWORDS]
    if not (says_in(idea.title, TITLE) and outline and keywords):
        return None
    words = min(max(idea.estimated_word_count, MIN_WORDS), MAX_WORDS)
    return idea.model_copy(update={"outline": outline, "target_keywords": keywords, "estimated_word_count": words})


def merge(answers: Sequence[ContentIdeas]) -> ContentIdeas:
    """The halves' ideas as one answer; a title that both halves found stays with the first.

    A cluster that has no idea of its own then is left out.
    """
    seen: set[str] = set()
    merged = []
    for ideas in (ideas for answer in answers for ideas in answer.clusters):
        new = [idea for idea in ideas.ideas if normalise(idea.title) not in seen]
        seen.update(normalise(idea.title) for idea in new)
        if new:
            merged.append(ClusterIdeas(n=ideas.n, ideas=new))
    return ContentIdeas(clusters=merged)
