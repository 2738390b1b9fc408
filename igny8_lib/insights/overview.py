"""A site at a glance: what its runs did, what the next one would, what waits for people, what is usual."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from igny8_lib import clock
from igny8_lib.amounts import ZERO, Credits
from igny8_lib.insights.averages import Averages, averages_of, filled_up
from igny8_lib.insights.defaults import defaults_of
from igny8_lib.insights.prediction import Prediction, prediction_of
from igny8_lib.insights.ratios import as_number, mean_credits, rounded
from igny8_lib.insights.run_figures import last_figures
from igny8_lib.models import (
    ACTIVE_RUN,
    AutomationRun,
    Content,
    ContentIdea,
    ContentStatus,
    IdeaStatus,
    Image,
    ImageStatus,
    RunSpending,
    RunStatus,
    Site,
    Task,
    TaskStatus,
)
from igny8_lib.pipeline import snapshot
from igny8_lib.pipeline.forecast import forecast_of
from igny8_lib.pipeline.limits import RunOptions
from igny8_lib.pipeline.run_history import worked_to_the_end


@dataclass(frozen=True)
class RunStatistics:
    """All runs of the site there ever were; a mean of no runs is None."""

    total_runs: int
    """With cancelled and skipped ones."""
    completed_runs: int
    failed_runs: int
    running_runs: int
    """Running or paused."""
    total_credits_used: Credits
    total_credits_last_30_days: Credits
    """By runs that began within the last 30 days."""
    avg_credits_per_run: Credits | None
    """Of the completed runs that had work."""
    avg_duration_last_7_days_seconds: float | None
    """Of the completed runs that had work and ended within the last 7 days, without their pauses."""

    def as_json(self) -> dict[str, Any]:
        """`run_statistics` of SPEC §7."""
        return asdict(self) | {
            "total_credits_used": self.total_credits_used.as_number(),
            "total_credits_last_30_days": self.total_credits_last_30_days.as_number(),
            "avg_credits_per_run": as_number(self.avg_credits_per_run),
            "avg_duration_last_7_days_seconds": rounded(self.avg_duration_last_7_days_seconds),
        }


@dataclass(frozen=True)
class AttentionItems:
    """What stands aside until people look at it."""

    skipped_ideas: int
    failed_content: int
    """Writing tasks that failed, so that there is no article, and articles that did."""
    failed_images: int

    def as_json(self) -> dict[str, int]:
        """`attention_items` of SPEC §7."""
        return asdict(self)


@dataclass(frozen=True)
class Overview:
    """The whole answer."""

    run_statistics: RunStatistics
    predictive_analysis: Prediction
    attention_items: AttentionItems
    historical_averages: Averages

    def as_json(self) -> dict[str, Any]:
        """The answer of `overview_stats` in SPEC §7."""
        return {name: part.as_json() for name, part in vars(self).items()}


def overview_stats(session: Session, site: Site) -> Overview:
    """The site at this instant, in a fixed number of statements however many runs and items it has."""
    taken = snapshot.take(session, site, RunOptions())
    return Overview(
        run_statistics=run_statistics(session, site),
        predictive_analysis=prediction_of(taken, forecast_of(session, site.id, taken)),
        attention_items=attention_items(session, site),
        historical_averages=filled_up(averages_of(last_figures(session, site)), defaults_of(taken)),
    )


def run_statistics(session: Session, site: Site) -> RunStatistics:
    """Two statements: the runs, and all that the active one was charged so far."""
    run, now = AutomationRun, clock.now()
    active, worked = run.status.in_(ACTIVE_RUN), worked_to_the_end()
    seconds = func.extract("epoch", run.completed_at - run.started_at) - run.paused_seconds
    lately = run.started_at >= now - timedelta(days=30)
    found = session.execute(
        select(
            func.count().label("total"),
            func.count().filter(run.status == RunStatus.COMPLETED).label("completed"),
            func.count().filter(run.status == RunStatus.FAILED).label("failed"),
            func.count().filter(active).label("active"),
            func.count().filter(*worked).label("worked"),
            func.sum(run.total_credits_used).filter(~active).label("credits"),
            func.sum(run.total_credits_used).filter(~active, lately).label("credits_lately"),
            func.sum(run.total_credits_used).filter(*worked).label("credits_worked"),
            func.avg(seconds).filter(*worked, run.completed_at >= now - timedelta(days=7)).label("seconds"),
        ).where(run.site_id == site.id)
    ).one()
    spending = charged_by_active_run(session, site)
    return RunStatistics(
        total_runs=found.total,
        completed_runs=found.completed,
        failed_runs=found.failed,
        running_runs=found.active,
        total_credits_used=(found.credits or ZERO) + spending,
        total_credits_last_30_days=(found.credits_lately or ZERO) + spending,
        avg_credits_per_run=mean_credits(found.credits_worked or ZERO, found.worked),
        avg_duration_last_7_days_seconds=None if found.seconds is None else float(found.seconds),
    )


def charged_by_active_run(session: Session, site: Site) -> Credits:
    """What the site's active run was charged until now; its record tells it only as its stages end."""
    active = select(AutomationRun.id).where(AutomationRun.site_id == site.id, AutomationRun.status.in_(ACTIVE_RUN))
    charged = select(func.sum(RunSpending.settled)).where(
        RunSpending.account_id == site.account_id, RunSpending.run_id.in_(active)
    )
    return session.scalar(charged) or ZERO


def attention_items(session: Session, site: Site) -> AttentionItems:
    """One statement."""
    ideas = select(func.count()).where(ContentIdea.site_id == site.id, ContentIdea.status == IdeaStatus.SKIPPED)
    tasks = select(func.count()).where(Task.site_id == site.id, Task.status == TaskStatus.FAILED)
    articles = select(func.count()).where(Content.site_id == site.id, Content.status == ContentStatus.FAILED)
    images = select(func.count()).where(Image.site_id == site.id, Image.status == ImageStatus.FAILED)
    counted = (query.scalar_subquery() for query in (ideas, tasks, articles, images))
    skipped, unwritten, broken, unpainted = session.execute(select(*counted)).one()
    return AttentionItems(skipped, unwritten + broken, unpainted)
