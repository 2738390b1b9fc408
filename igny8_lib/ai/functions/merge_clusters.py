"""Stage 1, second look: which clusters of a single keyword are the topic of another cluster."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

from pydantic import BaseModel

from igny8_lib.ai.numbers import list_numbers
from igny8_lib.ai.prompts import render
from igny8_lib.ai.requests import SiteBrief, TextRequest

VERSION = "merge_clusters/v1"
MAX_ALONE = 20
"""Clusters of one keyword in a request: as many keywords as stage 1 takes (SPEC §3)."""
TOKENS_PER_CLUSTER = 30
TOKENS_AROUND = 300


@dataclass(frozen=True)
class LoneCluster:
    """A cluster of one keyword; `n` is its number in the request."""

    n: int
    name: str
    keyword: str


@dataclass(frozen=True)
class TopicItem:
    """A cluster near to some of them; its number is none of theirs."""

    n: int
    name: str
    keywords: Sequence[str]


class MergeAnswer(BaseModel):
    """What becomes of the lone cluster numbered `n`: it goes into the cluster numbered `into`, or stays (null)."""

    n: int
    into: int | None


class ClusterMerges(BaseModel):
    """The answer: each lone cluster once."""

    merges: list[MergeAnswer]

    def pairs(self, alone: Sequence[LoneCluster], topics: Sequence[TopicItem]) -> dict[int, int]:
        """The merges that can be done: number → number of the cluster that it goes into, which itself stays."""
        lone = {cluster.n for cluster in alone}
        known = lone | {topic.n for topic in topics}
        first = {merge.n: merge.into for merge in reversed(self.merges) if merge.n in lone}
        wanted = {n: into for n, into in first.items() if into is not None and into in known and into != n}
        return {n: into for n, into in sorted(wanted.items()) if into not in wanted}


def request(site: SiteBrief, alone: Sequence[LoneCluster], topics: Sequence[TopicItem]) -> TextRequest[ClusterMerges]:
    """Ask where at most `MAX_ALONE` lone clusters belong."""
    item = {"alone": [asdict(cluster) for cluster in alone], "topics": [asdict(topic) for topic in topics]}
    return TextRequest(
        function="merge_clusters",
        prompt_version=VERSION,
        prompt=render(VERSION, site, item, alone=len(alone)),
        schema_name="cluster_merges",
        answer=ClusterMerges,
        check=lambda answer: check(answer, alone, topics),
        keep_right=lambda answer: answer if answer.merges else None,
        items=[cluster.n for cluster in alone],
        max_output_tokens=TOKENS_AROUND + TOKENS_PER_CLUSTER * len(alone),
    )


def check(answer: ClusterMerges, alone: Sequence[LoneCluster], topics: Sequence[TopicItem]) -> None:
    """Each lone cluster once, and every target a cluster that stays. Raises ValueError."""
    wanted = {cluster.n for cluster in alone}
    counted = Counter(merge.n for merge in answer.merges)
    if wrong := sorted(n for n in wanted if counted[n] != 1):
        raise ValueError(f"The lone clusters numbered {list_numbers(wrong)} must be given exactly once each.")
    into: Mapping[int, int] = {merge.n: merge.into for merge in answer.merges if merge.into is not None}
    known = wanted | {topic.n for topic in topics}
    for n, target in into.items():
        if n not in wanted:
            raise ValueError(f"The number {n} is no lone cluster; give only the clusters of `alone`.")
        if target not in known or target == n:
            raise ValueError(f"Cluster {n} cannot go into {target}; give another cluster's number, or null.")
        if into.get(target) is not None:
            raise ValueError(f"Cluster {n} goes into {target}, which is merged itself; name the cluster that stays.")
