"""How much of a site's known search volume a run would work on: one query, whatever the site's size."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass

from sqlalchemy import ColumnElement, Select, false, func, or_, select
from sqlalchemy.orm import Session

from igny8_lib.models import ContentIdea, Keyword, Task
from igny8_lib.pipeline.snapshot import Snapshot
from igny8_lib.pipeline.stages import stage


@dataclass(frozen=True)
class SearchVolume:
    """Monthly searches of the site's keywords that nobody disabled; what has no volume adds nothing to either sum."""

    known: int = 0
    """Of all of them."""
    covered: int = 0
    """Of those that the run takes, or whose cluster, idea or writing task it takes."""
    keywords_with_volume: int = 0
    keywords: int = 0

    def as_json(self) -> dict[str, int]:
        """As plain numbers."""
        return asdict(self)

    def __str__(self) -> str:
        if not self.keywords_with_volume:
            return f"how many searches it covers is unknown: none of {self.keywords:,} keywords has a volume"
        searches = f"{self.covered:,} of {self.known:,} known monthly searches"
        return f"covers {searches} ({self.keywords_with_volume:,} of {self.keywords:,} keywords have a volume)"


KEYWORDS_OF: Mapping[int, Callable[[Select[int]], ColumnElement[bool]]] = {
    1: Keyword.id.in_,
    2: Keyword.cluster_id.in_,
    3: lambda ideas: Keyword.cluster_id.in_(select(ContentIdea.cluster_id).where(ContentIdea.id.in_(ideas))),
    4: lambda tasks: Keyword.cluster_id.in_(select(Task.cluster_id).where(Task.id.in_(tasks))),
}
"""By stage: which keywords stand behind the items that it takes."""


def volume_of(session: Session, site_id: int, taken: Snapshot, let_through: Mapping[int, int]) -> SearchVolume:
    """The volume behind what each stage lets through of what waits for it now.

    A keyword counts as covered as soon as one stage takes it on, however far the run's limits let it come.
    """

    def first(number: int) -> Select[int]:
        taker = taken.as_it_runs(stage(number))
        return taker.waiting(site_id, taken.chosen(number)).limit(let_through[number])

    worked = [keywords(first(number)) for number, keywords in KEYWORDS_OF.items() if let_through.get(number)]
    total = func.coalesce(func.sum(Keyword.volume), 0)
    covered = func.coalesce(func.sum(Keyword.volume).filter(or_(false(), *worked)), 0)
    row = session.execute(
        select(total, covered, func.count(Keyword.volume), func.count(Keyword.id)).where(
            Keyword.site_id == site_id, Keyword.disabled.is_(False)
        )
    ).one()
    return SearchVolume(*(int(figure) for figure in row))
