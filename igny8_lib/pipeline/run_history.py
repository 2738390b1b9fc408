"""What a site's last runs really made and cost: the averages behind an estimate."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from fractions import Fraction
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select, union_all
from sqlalchemy.orm import Session

from igny8_lib.amounts import Credits
from igny8_lib.credits.costs import CostTable
from igny8_lib.models import (
    AutomationRun,
    ClusterMerge,
    ContentIdea,
    IdeaStatus,
    Operation,
    RunStatus,
    StageResult,
    StoppedReason,
    Task,
    TaskStatus,
)
from igny8_lib.text.plans import MAX_WORDS

RUNS_LOOKED_AT = 10
RUNS_NEEDED = 3
"""Fewer runs of a stage say less than the defaults."""

ASKED_BY_SETTING = {2: "ideas_per_cluster", 5: "images_per_content"}
"""Stages whose output follows a setting: their history is kept relative to what the setting asked for."""
CLUSTER, WRITING_STAGE = 1, 4
OFFERED = "second_look"
"""In stage 1's details: how many clusters were offered for merging."""


@dataclass(frozen=True)
class StageTotals:
    """One stage, added up over the runs in which it had work."""

    runs: int = 0
    worked: int = 0
    """Items that were tried."""
    failed: int = 0
    created: int = 0
    """What it left for the next stage: clusters that its second look merged into others are none."""
    asked: int = 0
    """What the stage was asked to make of the items that did not fail; equals them where no setting says more."""
    billed_words: int = 0
    """Articles only: the words that were charged, each article's rounded up to whole units."""
    looked_at: int = 0
    """Clusters only: the new ones of runs that looked at lone ones again."""
    offered: int = 0
    """Clusters only: how many of these were offered for merging."""

    def __add__(self, other: StageTotals) -> StageTotals:
        return StageTotals(**{name: value + vars(other)[name] for name, value in vars(self).items()})

    @property
    def success(self) -> Fraction:
        """The part of the items that did not fail."""
        return 1 - Fraction(self.failed, self.worked) if self.worked else Fraction(1)

    @property
    def output(self) -> Fraction | None:
        """Made per asked; None where nothing was asked for."""
        return Fraction(self.created, self.asked) if self.asked else None

    @property
    def billed_words_per_article(self) -> Fraction | None:
        """What an article was charged for, one that was written anew, too; None without articles."""
        return Fraction(self.billed_words, self.asked) if self.asked and self.billed_words else None

    @property
    def offered_per_cluster(self) -> Fraction | None:
        """The part of the new clusters that a second look is paid for; None where no run looked again."""
        return Fraction(self.offered, self.looked_at) if self.looked_at else None


@dataclass(frozen=True)
class History:
    """The site's averages; empty for a new site."""

    stages: Mapping[int, StageTotals] = field(default_factory=dict)

    def of(self, stage: int) -> StageTotals:
        """The stage's totals where at least three runs had work for it, else none."""
        totals = self.stages.get(stage, StageTotals())
        return totals if totals.runs >= RUNS_NEEDED else StageTotals()


def history_of(session: Session, site_id: int) -> History:
    """Averages of the site's last ten completed runs."""
    merged = (
        select(func.count())
        .where(ClusterMerge.site_id == site_id, ClusterMerge.run_id == StageResult.run_id, StageResult.stage == CLUSTER)
        .correlate(StageResult)
        .scalar_subquery()
    )
    rows = session.execute(
        select(StageResult, AutomationRun.initial_snapshot, merged)
        .join(AutomationRun, AutomationRun.id == StageResult.run_id)
        .where(StageResult.site_id == site_id, StageResult.run_id.in_(last_runs(site_id)))
    )
    stages: dict[int, StageTotals] = {}
    for result, snapshot, gone in rows:
        if totals := totals_of(result, snapshot, gone):
            stages[result.stage] = stages.get(result.stage, StageTotals()) + totals
    return History(stages)


def last_runs(site_id: int, *, before: datetime | None = None) -> Select[int]:
    """Ids of the last ten runs that `worked_to_the_end` (and began before that time): what averages come from."""
    query = select(AutomationRun.id).where(AutomationRun.site_id == site_id, *worked_to_the_end())
    query = query.where(AutomationRun.started_at < before) if before else query
    return query.order_by(AutomationRun.started_at.desc()).limit(RUNS_LOOKED_AT)


def worked_to_the_end() -> tuple[ColumnElement[bool], ...]:
    """Runs that completed and had work. A schedule that finds nothing every night must not push out what was learnt."""
    return (
        AutomationRun.status == RunStatus.COMPLETED,
        AutomationRun.stopped_reason != StoppedReason.NOTHING_PENDING,
        AutomationRun.dry_run.is_(False),
    )


def totals_of(result: StageResult, snapshot: Mapping[str, Any], merged: int) -> StageTotals | None:
    """One stage of one run, of whose clusters so many were merged into others; None where it had no work."""
    worked = min(result.items_total, result.items_processed + result.items_failed)
    if not worked:
        return None
    per_item = int(snapshot.get(ASKED_BY_SETTING.get(result.stage, ""), 1))
    created = max(0, result.items_created - merged)
    return StageTotals(
        runs=1,
        worked=worked,
        failed=result.items_failed,
        created=created,
        asked=(worked - result.items_failed) * per_item,
        billed_words=billed_words(result.credits_used, snapshot) if result.stage == WRITING_STAGE else 0,
        looked_at=created if OFFERED in result.details else 0,
        offered=int(result.details.get(OFFERED, 0)),
    )


def billed_words(charged: Credits, snapshot: Mapping[str, Any]) -> int:
    """How many words the run charged for, by its own costs: stays true when the costs change."""
    line = CostTable.from_json(snapshot.get("costs", {})).costs[Operation.CONTENT_GENERATION]
    return charged.hundredths * line.unit_size // line.cost.hundredths if line.cost else 0


def words_asked_for(
    session: Session, site_id: int, chosen_tasks: Sequence[int] = (), *, approved_only: bool = False
) -> int | None:
    """The average length that the site's queued tasks and new (or approved) ideas ask for, or the chosen tasks alone
    where some are chosen; None where none is waiting.

    None is counted beyond what a plan may ask for: an absurd one would refuse every start.
    """
    tasks = select(Task.word_count_target).where(Task.site_id == site_id, Task.status == TaskStatus.QUEUED)
    ideas = select(ContentIdea.estimated_word_count).where(
        ContentIdea.site_id == site_id, ContentIdea.status == IdeaStatus.NEW
    )
    ideas = ideas.where(ContentIdea.approved_at.is_not(None)) if approved_only else ideas
    chosen = tasks.where(Task.id.in_(chosen_tasks))
    waiting = (chosen if chosen_tasks else union_all(tasks, ideas)).subquery()
    average = session.scalar(select(func.avg(func.least(waiting.c[0], MAX_WORDS))))
    return None if average is None else round(average)
