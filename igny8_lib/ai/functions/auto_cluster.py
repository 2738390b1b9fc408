"""Stage 1: group keywords into topics that one article, or a family of articles, can answer."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass

from pydantic import BaseModel

from igny8_lib.ai.prompts import render
from igny8_lib.ai.requests import SiteBrief, Split, TextRequest

VERSION = "auto_cluster/v1"
MAX_KEYWORDS = 20
"""Keywords per request (SPEC §3)."""
TOKENS_PER_KEYWORD = 120
TOKENS_AROUND = 500


@dataclass(frozen=True)
class KeywordItem:
    """One keyword of the request; `n` is its number within it, `volume` monthly searches or None where unknown."""

    n: int
    text: str
    volume: int | None = None


class ClusterAnswer(BaseModel):
    """One topic, with the numbers of its keywords."""

    name: str
    description: str
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
        check=lambda answer: check(answer, keywords),
        max_output_tokens=TOKENS_AROUND + TOKENS_PER_KEYWORD * len(keywords),
        split=halves if len(keywords) > 1 else None,
    )


def check(answer: KeywordClusters, keywords: Sequence[KeywordItem]) -> None:
    """Every keyword exactly once, every cluster named, once, and not empty. Raises ValueError."""
    counted = Counter(n for cluster in answer.clusters for n in cluster.keywords)
    wanted = {keyword.n for keyword in keywords}
    if missing := sorted(wanted - counted.keys()):
        raise ValueError(f"The keywords numbered {listed(missing)} are in no cluster; put each into exactly one.")
    if unknown := sorted(counted.keys() - wanted):
        raise ValueError(f"There are no keywords numbered {listed(unknown)}; use the numbers of the input only.")
    if doubled := sorted(n for n, times in counted.items() if times > 1):
        raise ValueError(f"The keywords numbered {listed(doubled)} are given more than once; keep one cluster each.")
    check_names(answer)


def check_names(answer: KeywordClusters) -> None:
    """Names are what clusters are joined by, so they must be there and differ. Raises ValueError."""
    names = Counter(folded(cluster.name) for cluster in answer.clusters)
    if "" in names:
        raise ValueError("A cluster has an empty name; name each cluster by its topic.")
    if empty := [cluster.name for cluster in answer.clusters if not cluster.keywords]:
        raise ValueError(f"The cluster {empty[0]!r} has no keywords; leave out empty clusters.")
    if same := [name for name, times in names.items() if times > 1]:
        raise ValueError(f"Two clusters are called {same[0]!r}; merge them into one.")


def merge(answers: Sequence[KeywordClusters]) -> KeywordClusters:
    """The halves' clusters as one answer; clusters of the same name become one."""
    by_name: dict[str, ClusterAnswer] = {}
    for cluster in (cluster for answer in answers for cluster in answer.clusters):
        known = by_name.setdefault(folded(cluster.name), cluster)
        if known is not cluster:
            by_name[folded(cluster.name)] = known.model_copy(update={"keywords": known.keywords + cluster.keywords})
    return KeywordClusters(clusters=list(by_name.values()))


def folded(name: str) -> str:
    """A cluster name as it is compared: case and spacing do not make another cluster."""
    return " ".join(name.split()).casefold()


def listed(numbers: Sequence[int]) -> str:
    """Numbers for a sentence: 1, 4, 7."""
    return ", ".join(str(n) for n in numbers)
