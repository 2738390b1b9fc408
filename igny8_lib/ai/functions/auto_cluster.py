"""Stage 1: group keywords into topics that one article, or a family of articles, can answer."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass

from pydantic import BaseModel

from igny8_lib.ai.names import Line, require_fit, says_in
from igny8_lib.ai.numbers import list_numbers
from igny8_lib.ai.prompts import render
from igny8_lib.ai.requests import SiteBrief, Split, TextRequest
from igny8_lib.models.planner import SearchIntent
from igny8_lib.text.names import CLUSTER_DESCRIPTION, CLUSTER_NAME, is_blank
from igny8_lib.text.normalisation import normalise

VERSION = "auto_cluster/v2"
MAX_KEYWORDS = 20
"""Keywords per request (SPEC §3)."""
MAX_DESCRIPTION = CLUSTER_DESCRIPTION
"""Characters. The prompt asks for 2 to 5 words and one sentence; this is where a text is no name and no sentence."""
TOKENS_PER_KEYWORD = 120
TOKENS_AROUND = 500


@dataclass(frozen=True)
class KeywordItem:
    """One keyword of the request; `n` is its number within it, `volume` monthly searches or None where unknown."""

    n: int
    text: str
    volume: int | None = None


class ClusterAnswer(BaseModel):
    """One topic, with the numbers of its keywords and why people search them."""

    name: Line
    description: Line
    intent: SearchIntent | None = None
    keywords: list[int]


class KeywordClusters(BaseModel):
    """The answer: each keyword's number in exactly one cluster."""

    clusters: list[ClusterAnswer]


def request(
    site: SiteBrief, keywords: Sequence[KeywordItem], existing_clusters: Sequence[str] = ()
) -> TextRequest[KeywordClusters]:
    """Ask for clusters of at most `MAX_KEYWORDS` keywords; existing clusters are joined by their names."""

    def halves() -> Split[KeywordClusters]:
        middle = len(keywords) // 2
        parts = (keywords[:middle], keywords[middle:])
        return Split(tuple(request(site, part, existing_clusters) for part in parts), merge)

    item = {"keywords": [asdict(keyword) for keyword in keywords], "existing_clusters": list(existing_clusters)}
    return TextRequest(
        function="auto_cluster",
        prompt_version=VERSION,
        prompt=render(VERSION, site, item, keywords=len(keywords)),
        schema_name="keyword_clusters",
        answer=KeywordClusters,
        check=lambda answer: check(answer, keywords, existing_clusters),
        keep_right=lambda answer: keep_right(answer, keywords, existing_clusters),
        max_output_tokens=TOKENS_AROUND + TOKENS_PER_KEYWORD * len(keywords),
        split=halves if len(keywords) > 1 else None,
        items=[keyword.n for keyword in keywords],
    )


def check(answer: KeywordClusters, keywords: Sequence[KeywordItem], existing_clusters: Sequence[str] = ()) -> None:
    """Every keyword exactly once, every cluster named, once, and not empty. Raises ValueError.

    A number that stands for no keyword is nobody's and does no harm: it is left out where the answer is applied.
    """
    counted = Counter(n for cluster in answer.clusters for n in cluster.keywords)
    wanted = {keyword.n for keyword in keywords}
    if missing := sorted(wanted - counted.keys()):
        raise ValueError(f"The keywords numbered {list_numbers(missing)} are in no cluster; put each into exactly one.")
    if doubled := sorted(n for n, times in counted.items() if times > 1 and n in wanted):
        told = list_numbers(doubled)
        raise ValueError(f"The keywords numbered {told} are given more than once; keep one cluster each.")
    check_names(answer, existing_clusters)


def check_names(answer: KeywordClusters, existing_clusters: Sequence[str]) -> None:
    """Names are what clusters are joined by, so they must be there and differ. Raises ValueError.

    A name of an existing cluster has the length it has.
    """
    names = Counter(normalise(cluster.name) for cluster in answer.clusters)
    if "" in names:
        raise ValueError("A cluster has an empty name; name each cluster by its topic.")
    existing = {normalise(name) for name in existing_clusters}
    for cluster in answer.clusters:
        if normalise(cluster.name) not in existing:
            require_fit(cluster.name, CLUSTER_NAME, "The cluster name")
        require_fit(cluster.description, MAX_DESCRIPTION, "The cluster description")
    if empty := [cluster.name for cluster in answer.clusters if not cluster.keywords]:
        raise ValueError(f"The cluster {empty[0]!r} has no keywords; leave out empty clusters.")
    if same := [name for name, times in names.items() if times > 1]:
        raise ValueError(f"Two clusters are called {same[0]!r}; merge them into one.")


def keep_right(
    answer: KeywordClusters, keywords: Sequence[KeywordItem], existing_clusters: Sequence[str] = ()
) -> KeywordClusters | None:
    """The clusters with a usable name and the keywords that were placed in them: at the first place each.

    The answer passes `check` for the keywords that it has; None where there are none.
    """
    free = {keyword.n for keyword in keywords}
    existing = {normalise(name) for name in existing_clusters}
    right = []
    for cluster in answer.clusters:
        if is_blank(cluster.name) or not (says_in(cluster.name, CLUSTER_NAME) or normalise(cluster.name) in existing):
            continue
        members = [n for n in dict.fromkeys(cluster.keywords) if n in free]
        free.difference_update(members)
        if members:
            described = cluster.description if says_in(cluster.description, MAX_DESCRIPTION) else ""
            right.append(cluster.model_copy(update={"description": described, "keywords": members}))
    return merge([KeywordClusters(clusters=right)]) if right else None


def merge(answers: Sequence[KeywordClusters]) -> KeywordClusters:
    """The halves' clusters as one answer; clusters of the same name become one."""
    by_name: dict[str, ClusterAnswer] = {}
    for cluster in (cluster for answer in answers for cluster in answer.clusters):
        name = normalise(cluster.name)
        known = by_name.setdefault(name, cluster)
        if known is not cluster:
            by_name[name] = known.model_copy(update={"keywords": known.keywords + cluster.keywords})
    return KeywordClusters(clusters=list(by_name.values()))
