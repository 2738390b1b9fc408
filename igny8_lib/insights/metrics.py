"""Today, this week and this month of one site or of all sites of an account."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from igny8_lib import clock
from igny8_lib.amounts import ZERO, Credits
from igny8_lib.insights.periods import Period, common_zone, periods_at
from igny8_lib.insights.ratios import as_number, mean_credits, ratio, rounded
from igny8_lib.models import (
    ACTIVE_RUN,
    AutomationRun,
    Content,
    ContentSource,
    RunStatus,
    Site,
    StageResult,
    StageStatus,
)
from igny8_lib.pipeline.stages import BY_NUMBER


@dataclass(frozen=True)
class PeriodMetrics:
    """The runs that began within the period. Dry runs, and starts that met an active run, are none."""

    period: Period
    runs: int = 0
    completed_runs: int = 0
    failed_runs: int = 0
    ended_runs: int = 0
    """Completed, failed or cancelled."""
    credits_used: Credits = ZERO
    """By the ended runs."""
    stage_seconds: tuple[float | None, ...] = (None,) * len(BY_NUMBER)
    """By stage, linking and optimizing after the seven, the mean of completed stages of runs that were not paused;
    None where there was none."""
    content_created: int = 0
    """Articles written within the period, by whichever run; imported ones are not counted."""

    def as_json(self) -> dict[str, Any]:
        """Success is completed runs of completed and failed ones: a cancel is no failure. None without such runs."""
        success = ratio(self.completed_runs * 100, self.completed_runs + self.failed_runs)
        return {
            "since": self.period.since.isoformat(),
            "runs": self.runs,
            "completed_runs": self.completed_runs,
            "failed_runs": self.failed_runs,
            "success_rate_pct": rounded(success),
            "credits_used": self.credits_used.as_number(),
            "credits_per_run": as_number(mean_credits(self.credits_used, self.ended_runs)),
            "seconds_per_stage": [
                {"stage_number": each.number, "stage_name": each.title, "avg_seconds": rounded(seconds)}
                for each, seconds in zip(BY_NUMBER, self.stage_seconds, strict=True)
                if each.is_numbered or seconds is not None
            ],
            "content_created": self.content_created,
        }


@dataclass(frozen=True)
class Metrics:
    """The periods, and the zone (IANA name) in which they begin."""

    timezone: str
    periods: tuple[PeriodMetrics, ...]

    def as_json(self) -> dict[str, Any]:
        """`today`, `week` and `month` beside the zone."""
        return {"timezone": self.timezone} | {each.period.name: each.as_json() for each in self.periods}


def metrics(session: Session, sites: Sequence[Site]) -> Metrics:
    """The figures of these sites together, from midnight, from Monday and from the first of the month on.

    Days are those of the sites' zone where they share one, else of UTC. Three statements for each period.
    """
    zone = common_zone([site.timezone for site in sites])
    ids = [site.id for site in sites]
    found = tuple(metrics_since(session, ids, period) for period in periods_at(clock.now(), zone))
    return Metrics(zone, found)


def metrics_since(session: Session, site_ids: Sequence[int], period: Period) -> PeriodMetrics:
    """One period."""
    run = AutomationRun
    begun = began_in(site_ids, period)
    ended = run.status.not_in(ACTIVE_RUN)
    counted = session.execute(
        select(
            func.count().label("runs"),
            func.count().filter(run.status == RunStatus.COMPLETED).label("completed"),
            func.count().filter(run.status == RunStatus.FAILED).label("failed"),
            func.count().filter(ended).label("ended"),
            func.sum(run.total_credits_used).filter(ended).label("credits"),
        ).where(*begun)
    ).one()
    return PeriodMetrics(
        period=period,
        runs=counted.runs,
        completed_runs=counted.completed,
        failed_runs=counted.failed,
        ended_runs=counted.ended,
        credits_used=counted.credits or ZERO,
        stage_seconds=stage_seconds(session, begun),
        content_created=content_created(session, site_ids, period),
    )


def began_in(site_ids: Sequence[int], period: Period) -> tuple[ColumnElement[bool], ...]:
    """The runs of a period."""
    return (
        AutomationRun.site_id.in_(site_ids),
        AutomationRun.started_at >= period.since,
        AutomationRun.status != RunStatus.SKIPPED,
        AutomationRun.dry_run.is_(False),
    )


def stage_seconds(session: Session, begun: Sequence[ColumnElement[bool]]) -> tuple[float | None, ...]:
    """By stage, how long it took."""
    rows = session.execute(
        select(StageResult.stage, func.avg(StageResult.seconds))
        .join(AutomationRun, AutomationRun.id == StageResult.run_id)
        .where(*begun, AutomationRun.paused_seconds == 0, StageResult.status == StageStatus.COMPLETED)
        .group_by(StageResult.stage)
    )
    found = {stage: float(seconds) for stage, seconds in rows}
    return tuple(found.get(each.number) for each in BY_NUMBER)


def content_created(session: Session, site_ids: Sequence[int], period: Period) -> int:
    """How many articles were written."""
    query = select(func.count()).where(
        Content.site_id.in_(site_ids), Content.source == ContentSource.IGNY8, Content.created_at >= period.since
    )
    return session.scalar(query) or 0
