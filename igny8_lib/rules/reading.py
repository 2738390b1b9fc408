"""The items of a trigger with their facts, read page by page, and those that fulfil a rule's conditions."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, NamedTuple

from sqlalchemy import ARRAY, BigInteger, ColumnElement, any_, literal, select
from sqlalchemy.orm import Session

from igny8_lib.models import (
    AutomationRun,
    Cluster,
    Content,
    ContentIdea,
    ContentSource,
    ContentStatus,
    Keyword,
    RuleTrigger,
    RunStatus,
    Site,
    Task,
)
from igny8_lib.rules import planner_items, writer_items
from igny8_lib.rules.conditions import Judge
from igny8_lib.rules.documents import Condition
from igny8_lib.rules.item import Item
from igny8_lib.rules.planner_items import AnyRow, Query
from igny8_lib.rules.site_facts import site_item

__all__ = ["Item", "Matches", "find_matches", "read_items"]

PAGE = 5_000
"""Items that are held at one time."""


class Source(NamedTuple):
    """Where the items of a trigger are."""

    model: type[Keyword | Cluster | ContentIdea | Task | Content | AutomationRun]
    read: Query
    """The statement that reads them; which ones is added."""
    item: Callable[[Site, AnyRow], Item]
    there: tuple[ColumnElement[bool], ...] = ()
    """Which are meant where none is named: those to which the trigger's event can have happened."""
    is_grouped: bool = False
    """Whether what stands beside them is added up: a page is chosen first then, not after all were added up."""


def articles(*there: ColumnElement[bool]) -> Source:
    """Articles, of which these are meant."""
    return Source(Content, writer_items.ARTICLES, writer_items.article, there)


def runs(status: RunStatus) -> Source:
    """Runs that ended so. A dry run does nothing, and so happens to nobody."""
    there = (AutomationRun.status == status, AutomationRun.dry_run.is_(False))
    return Source(AutomationRun, writer_items.RUNS, writer_items.run, there)


SOURCES: Mapping[RuleTrigger, Source] = {
    RuleTrigger.KEYWORD_ADDED: Source(Keyword, planner_items.KEYWORDS, planner_items.keyword),
    RuleTrigger.CLUSTER_CREATED: Source(Cluster, planner_items.LISTED_CLUSTERS, planner_items.cluster, is_grouped=True),
    RuleTrigger.IDEA_CREATED: Source(ContentIdea, planner_items.IDEAS, planner_items.idea),
    RuleTrigger.TASK_CREATED: Source(Task, planner_items.TASKS, planner_items.task),
    RuleTrigger.CONTENT_GENERATED: articles(Content.source == ContentSource.IGNY8),
    RuleTrigger.CONTENT_APPROVED: articles(Content.status == ContentStatus.APPROVED),
    RuleTrigger.CONTENT_PUBLISHED: articles(Content.status == ContentStatus.PUBLISHED),
    RuleTrigger.RUN_COMPLETED: runs(RunStatus.COMPLETED),
    RuleTrigger.RUN_FAILED: runs(RunStatus.FAILED),
}
"""Of every trigger but the schedule, whose item is the site."""


def read_items(
    session: Session,
    site: Site,
    trigger: RuleTrigger,
    *,
    ids: Sequence[int] | None = None,
    after: int = 0,
    limit: int = PAGE,
) -> list[Item]:
    """A page of the trigger's items, oldest first: those named by `ids` that the site has, or all that it has.

    The next page is read with `after`, the last one's id. One statement, however many items; of a schedule three, and
    its one item is the site, whatever else is said.
    """
    if trigger is RuleTrigger.SCHEDULE:
        return [site_item(session, site)]
    source = SOURCES[trigger]
    rows = session.execute(page_of(source, site.id, ids, after, limit))
    return [source.item(site, row) for row in rows]


def page_of(source: Source, site_id: int, ids: Sequence[int] | None, after: int, limit: int) -> Query:
    """The statement of a page."""
    item_id = source.model.id
    named = source.there if ids is None else (item_id == any_(bound(ids)),)
    wanted = (source.model.site_id == site_id, item_id > after, *named)
    if source.is_grouped:
        page = select(item_id).where(*wanted).order_by(item_id).limit(limit)
        return source.read.where(source.model.site_id == site_id, item_id.in_(page)).order_by(item_id)
    return source.read.where(*wanted).order_by(item_id).limit(limit)


def bound(ids: Sequence[int]) -> ColumnElement[Any]:
    """The ids as one parameter, however many."""
    return literal(list(ids), ARRAY(BigInteger))


@dataclass
class Matches:
    """Which items fulfil all conditions, and examples of those that do and do not."""

    ids: list[int] = field(default_factory=list)
    """Of the items that do, in order; none for a schedule, whose item is the site."""
    looked_at: int = 0
    """How many items there were."""
    samples: list[Item] = field(default_factory=list)
    """The first of those that do."""
    others: list[tuple[Item, tuple[str, ...]]] = field(default_factory=list)
    """The first of those that do not, with the reasons."""
    holds: bool = False
    """Whether there is an item that does."""


def find_matches(
    session: Session,
    site: Site,
    trigger: RuleTrigger,
    conditions: Sequence[Condition],
    *,
    ids: Sequence[int] | None = None,
    samples: int = 20,
) -> Matches:
    """Hold the conditions against the items named by `ids`, or against all; one statement for each page of them.

    Of items only the ids of those that match are kept, and so many samples of either sort.
    """
    found, judge = Matches(), Judge(trigger, conditions)
    for item in each_item(session, site, trigger, ids):
        verdict = judge.verdict(item.values)
        found.looked_at += 1
        if verdict.holds:
            found.holds = True
            if trigger is not RuleTrigger.SCHEDULE:
                found.ids.append(item.id)
            if len(found.samples) < samples:
                found.samples.append(item)
        elif len(found.others) < samples:
            found.others.append((item, verdict.why_not))
    return found


def each_item(session: Session, site: Site, trigger: RuleTrigger, ids: Sequence[int] | None) -> Iterator[Item]:
    """All items, a page in memory at a time."""
    if trigger is RuleTrigger.SCHEDULE:
        yield from read_items(session, site, trigger)
    elif ids is None:
        yield from all_items(session, site, trigger)
    else:
        ordered = iter(sorted(set(ids)))
        while part := list(islice(ordered, PAGE)):
            yield from read_items(session, site, trigger, ids=part)


def all_items(session: Session, site: Site, trigger: RuleTrigger) -> Iterator[Item]:
    """All that the site has."""
    after, number = 0, PAGE
    while number == PAGE:
        page = read_items(session, site, trigger, after=after)
        yield from page
        after, number = max((item.id for item in page), default=after), len(page)
        del page  # before the next one is read: two of them would be held for a moment
