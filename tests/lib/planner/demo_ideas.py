"""All ideas that the sandbox plans for the demo site, as a run would ask for them."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar

from igny8_lib.models import SearchIntent
from igny8_lib.planner.competition import Page, PageKind
from igny8_lib.sandbox.answers.clustering import keyword_clusters
from igny8_lib.sandbox.answers.ideas import content_ideas

KEYWORDS = Path(__file__).parents[3] / "include/demo/search_console.csv"
Item = TypeVar("Item")


def parts(items: Sequence[Item], size: int) -> Iterator[Sequence[Item]]:
    for at in range(0, len(items), size):
        yield items[at : at + size]


@lru_cache(maxsize=1)
def demo_ideas() -> tuple[Page, ...]:
    """The ideas, one for each title."""
    found: dict[str, Page] = {}
    for clusters in parts(list(demo_clusters().items()), 5):
        asked = [{"n": n, "name": name, "keywords": texts} for n, (name, texts) in enumerate(clusters)]
        answer = content_ideas({"clusters": asked, "ideas_per_cluster": 7, "existing_titles": list(found)})
        for idea in (idea for cluster in answer["clusters"] for idea in cluster["ideas"]):
            found.setdefault(idea["title"], page_of(idea, len(found) + 1))
    return tuple(found.values())


def demo_pages() -> tuple[Page, ...]:
    """A page for each of the demo's keywords, named by it: the same whatever an AI plans."""
    with KEYWORDS.open(encoding="utf-8", newline="") as file:
        texts = [row["Top queries"] for row in csv.DictReader(file)]
    return tuple(Page(PageKind.IDEA, number, text, (text,), None) for number, text in enumerate(texts, start=1))


def page_of(idea: dict[str, Any], number: int) -> Page:
    keywords = tuple(idea["target_keywords"])
    return Page(PageKind.IDEA, number, idea["title"], keywords, SearchIntent(idea["intent"]))


def demo_clusters() -> dict[str, list[str]]:
    clusters: dict[str, list[str]] = {}
    with KEYWORDS.open(encoding="utf-8", newline="") as file:
        texts = [row["Top queries"] for row in csv.DictReader(file)]
    for group in parts(texts, 20):
        asked = [{"n": n, "text": text} for n, text in enumerate(group)]
        for cluster in keyword_clusters({"keywords": asked, "existing_clusters": list(clusters)})["clusters"]:
            clusters.setdefault(cluster["name"], []).extend(group[n] for n in cluster["keywords"])
    return clusters
