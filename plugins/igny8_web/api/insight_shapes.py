"""Shapes of what a site's runs tell (SPEC §7); what each figure is computed from stands in docs/insights.md."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import Field

from igny8_web.api.automation_shapes import DirectWork, PathNumber, RunState
from igny8_web.api.shapes import Answer, CreditAmount, Pagination

Figure = Annotated[float | None, Field(description="Null where nothing is known; never 0 for that.")]
CreditFigure = Annotated[int | float | None, Field(description="Credits; null where nothing is known.")]
Percent = Annotated[float | None, Field(description="Percent above (or below) the average; null without one.")]
StageState = Literal["running", "completed", "failed", "skipped", "waiting", "not_reached"]


class RunStatistics(Answer):
    """All runs of the site there ever were."""

    total_runs: int
    completed_runs: int
    failed_runs: int
    running_runs: int
    total_credits_used: CreditAmount
    total_credits_last_30_days: CreditAmount
    avg_credits_per_run: CreditFigure
    avg_duration_last_7_days_seconds: Figure


class StagePrediction(Answer):
    """What the next run would do in a stage."""

    stage_number: PathNumber
    stage_name: str
    pending_items: int
    estimated_credits: CreditAmount
    estimated_output: int


class Totals(Answer):
    """The sums of the stages, and a fifth of the credits in reserve."""

    total_pending_items: int
    total_estimated_credits: CreditAmount
    total_estimated_output: int
    recommended_buffer_credits: CreditAmount


class Prediction(Answer):
    """What the next run would do."""

    stages: list[StagePrediction]
    totals: Totals
    confidence: Literal["high", "medium", "low"]


class AttentionItems(Answer):
    """What stands aside until people look at it."""

    skipped_ideas: int
    failed_content: int
    failed_images: int


class StageAverages(Answer):
    """What is usual in a stage."""

    stage_number: PathNumber
    stage_name: str
    avg_credits: CreditFigure
    avg_items_created: Figure
    avg_output_ratio: Figure
    has_sufficient_data: bool


class HistoricalAverages(Answer):
    """What is usual: from the last ten runs that had work, at least three, else cautious guesses."""

    avg_total_credits: CreditFigure
    avg_duration_seconds: Figure
    avg_credits_per_item: CreditFigure
    total_runs_analyzed: int
    has_sufficient_data: bool
    stages: list[StageAverages]


class Overview(Answer):
    """A site at a glance."""

    run_statistics: RunStatistics
    predictive_analysis: Prediction
    attention_items: AttentionItems
    historical_averages: HistoricalAverages


class RunSummary(Answer):
    """What a run made."""

    items_processed: int
    items_created: int
    content_created: int
    images_generated: int


class HistoryRun(Answer):
    """One run of the history."""

    run_id: str
    run_number: int
    run_title: str
    status: RunState
    trigger_type: str
    started_at: datetime
    completed_at: datetime | None
    duration_seconds: float = Field(description="Without its pauses.")
    total_credits_used: CreditAmount
    current_stage: int | None
    stages_completed: int
    stages_failed: int
    initial_snapshot: dict[str, Any]
    summary: RunSummary
    stage_statuses: list[StageState]
    link_status: StageState | None = Field(description="Null where linking is not of the run's way.")
    optimize_status: StageState | None = Field(description="Null where optimizing is not of the run's way.")
    stopped_reason: str | None


class History(Answer):
    """A page of runs, newest first."""

    runs: list[HistoryRun]
    pagination: Pagination


class DetailedRun(HistoryRun):
    """A run with what its record tells beside its figures."""

    triggered_by: str
    dry_run: bool
    direct: DirectWork | None
    paused_seconds: float
    sentence: str


class StageComparison(Answer):
    """A stage against the averages of the runs before."""

    historical_avg_credits: CreditFigure
    historical_avg_items: Figure
    credit_variance_pct: Percent
    items_variance_pct: Percent


class DetailedStage(Answer):
    """One stage of a run."""

    stage_number: PathNumber
    stage_name: str
    status: StageState
    credits_used: CreditAmount
    items_processed: int
    items_created: int
    items_failed: int
    items_remaining: int
    duration_seconds: float
    error: str | None
    reason: str
    comparison: StageComparison


class Efficiency(Answer):
    """What a run gave for its credits and its time."""

    credits_per_item: CreditFigure
    items_per_minute: Figure
    credits_per_minute: Figure


class Insight(Answer):
    """Something worth saying of a run."""

    type: str
    severity: str
    message: str


class HistoricalComparison(Answer):
    """A run against the ten worked runs before it."""

    runs_compared: int
    has_sufficient_data: bool
    avg_total_credits: CreditFigure
    avg_duration_seconds: Figure
    avg_credits_per_item: CreditFigure
    credit_variance_pct: Percent
    duration_variance_pct: Percent
    credits_per_item_variance_pct: Percent


class RunDetail(Answer):
    """One run in detail."""

    run: DetailedRun
    stages: list[DetailedStage]
    efficiency: Efficiency
    insights: list[Insight]
    historical_comparison: HistoricalComparison


class StageSeconds(Answer):
    """How long a stage takes on average."""

    stage_number: PathNumber
    stage_name: str
    avg_seconds: Figure


class PeriodMetrics(Answer):
    """What happened since an instant."""

    since: datetime
    runs: int
    completed_runs: int
    failed_runs: int
    success_rate_pct: Percent
    credits_used: CreditAmount
    credits_per_run: CreditFigure
    seconds_per_stage: list[StageSeconds]
    content_created: int


class Metrics(Answer):
    """Today, this week and this month, in the zone that is named."""

    timezone: str
    today: PeriodMetrics
    week: PeriodMetrics
    month: PeriodMetrics
