"""Ways of grouping a list of keywords: the product's, and those that it is compared with."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from igny8_lib.ai.functions.auto_cluster import MAX_KEYWORDS
from igny8_lib.amounts import ZERO, Credits
from igny8_lib.models import AICall, Keyword, Site
from igny8_lib.pipeline import end_run, runs
from igny8_lib.pipeline.batch import Tools
from igny8_lib.planner.importing import import_keywords
from igny8_lib.sandbox.answers.clustering import keyword_clusters
from igny8_lib.text.normalisation import normalise
from tests.bench.agreement import adjusted_rand_index, pair_score, share_alone, share_of_lone_groups
from tests.bench.keyword_lists import KeywordList
from tests.factories.credits import grant
from tests.factories.sites import make_site
from tests.lib.pipeline import drive

FUNDS = 100_000
"""Credits: more than any list costs, for what is measured is the clusters."""


@dataclass(frozen=True)
class Grouping:
    """Which group each keyword is in, by normalised keyword, and what that took."""

    groups: Mapping[str, Hashable]
    requests: int = 0
    credits: Credits = ZERO
    unplaced: int = 0
    """Keywords that came into no cluster; each counts as a group of its own."""

    def figures(self, labels: Mapping[str, str]) -> dict[str, object]:
        """The figures of a table: agreement with the labels, where there are any, of the keywords that have one."""
        found = list(self.groups.values())
        shown: dict[str, object] = {"groups": len(set(found))}
        if labels:
            known = [keyword for keyword in self.groups if keyword in labels]
            ours, right = [self.groups[keyword] for keyword in known], [labels[keyword] for keyword in known]
            shown |= {
                "ari": round(adjusted_rand_index(ours, right), 3),
                "pair_f1": round(pair_score(ours, right).f1, 3),
            }
        return shown | {
            "lone_clusters": f"{share_of_lone_groups(found):.0%}",
            "alone": f"{share_alone(found):.0%}",
            "requests": self.requests,
            "credits": self.credits.as_number(),
        }

    def agreement(self, other: Grouping) -> float:
        """The adjusted Rand index with another grouping of the same keywords."""
        return adjusted_rand_index(list(self.groups.values()), [other.groups[keyword] for keyword in self.groups])


def alone(keywords: Sequence[str]) -> Grouping:
    """Every keyword in a group of its own: what a grouping that finds nothing gives."""
    return Grouping({keyword: keyword for keyword in keywords})


def in_order(keywords: Sequence[str]) -> Grouping:
    """The provider's own answers to requests of full size in this order, each told the names so far."""
    groups: dict[str, Hashable] = {}
    names: dict[str, str] = {}
    chunks = [keywords[start : start + MAX_KEYWORDS] for start in range(0, len(keywords), MAX_KEYWORDS)]
    for chunk in chunks:
        item = {
            "keywords": [{"n": n, "text": text} for n, text in enumerate(chunk, start=1)],
            "existing_clusters": list(names.values()),
        }
        for cluster in keyword_clusters(item)["clusters"]:
            names.setdefault(normalise(cluster["name"]), cluster["name"])
            groups |= {chunk[n - 1]: normalise(cluster["name"]) for n in cluster["keywords"]}
    return Grouping({keyword: groups[keyword] for keyword in keywords}, len(chunks))


def by_product(tools: Tools, keywords: KeywordList, folder: Path) -> Grouping:
    """What a new site makes of the list: imported, and clustered by a run's first stage."""
    with tools.sessions.begin() as session:
        site = make_site(session)
        grant(session, site.account_id, FUNDS)
        import_keywords(session, site.id, keywords.write(folder / f"{site.slug}.csv"))
    run = drive.begin(tools.sessions, site.slug, {"stages": [1]})
    drive.stage(tools, run.id, 1)
    end_run.finish(tools.sessions, run.id)
    with tools.sessions() as session:
        found = clusters_of(session, site)
        asked = select(func.count()).where(AICall.run_id == run.id, AICall.stage == 1)
        requests, charged = session.scalar(asked) or 0, runs.credits_used(session, run, 1)
    groups: dict[str, Hashable] = {keyword: found[keyword] or keyword for keyword in keywords.keywords}
    return Grouping(groups, requests, charged, unplaced=list(found.values()).count(None))


def clusters_of(session: Session, site: Site) -> dict[str, int | None]:
    """The cluster of each of the site's keywords; None where it has none."""
    query = select(Keyword.normalized, Keyword.cluster_id).where(Keyword.site_id == site.id)
    return {row.normalized: row.cluster_id for row in session.execute(query)}
