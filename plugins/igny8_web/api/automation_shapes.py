"""Shapes of the automation group."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import Field

from igny8_lib.pipeline.limits import HIGHEST_ID, MOST_CHOSEN, Limits
from igny8_lib.sites.configuration import Configuration
from igny8_web.api.shapes import Answer, Asked, CreditAmount, Seconds

RowId = Annotated[int, Field(ge=1, le=HIGHEST_ID)]
StageNumber = Annotated[int, Field(ge=1, le=7)]
PathNumber = Annotated[int, Field(ge=1, le=9, description="1 to 7, or 8 for linking and 9 for optimizing.")]
RunState = Literal["running", "paused", "completed", "failed", "cancelled", "skipped"]


class DirectWork(Answer):
    """A run that is limited to chosen items of one stage."""

    stage: StageNumber
    items: int


class Run(Answer):
    """One run; `run` is its primary key, `sentence` why it ended."""

    run: int
    run_id: str
    run_number: int
    trigger: str
    triggered_by: str
    status: RunState
    current_stage: int | None
    dry_run: bool
    direct: DirectWork | None
    stopped_reason: str | None
    sentence: str
    credits_used: CreditAmount
    started_at: datetime
    completed_at: datetime | None
    dag_id: str
    dag_run_id: str


class StageNow(Answer):
    """One stage of a run at this instant."""

    number: PathNumber
    title: str
    status: str
    total: int
    done: int
    failed: int
    created: int
    remaining: int
    credits: CreditAmount
    seconds: Seconds
    reason: str
    held_back: int = Field(default=0, description="Items that the stage's limit left to a later run.")


class LogLine(Answer):
    """One line of a run's activity log."""

    at: datetime
    stage: int | None
    level: Literal["info", "warning", "error"]
    actor: str
    message: str


class CurrentRun(Answer):
    """The site's active run, or its last one: each stage's result and the last 50 lines of its log."""

    run: Run | None
    stage_1_result: StageNow | None = None
    stage_2_result: StageNow | None = None
    stage_3_result: StageNow | None = None
    stage_4_result: StageNow | None = None
    stage_5_result: StageNow | None = None
    stage_6_result: StageNow | None = None
    stage_7_result: StageNow | None = None
    link_result: StageNow | None = Field(default=None, description="Null where the run does not link.")
    optimize_result: StageNow | None = Field(default=None, description="Null where the run does not optimize.")
    log: list[LogLine] = Field(default_factory=list)


class CurrentProcessing(Answer):
    """How far the site's active run is; `active` is false, and the rest that of the last run, where none is."""

    active: bool
    run_id: str | None = None
    run_number: int | None = None
    status: RunState | None = None
    current_stage: int | None = None
    percentage: float = Field(default=0, ge=0, le=100)
    stages: list[StageNow] = Field(default_factory=list)
    in_work: list[str] = Field(default_factory=list, description="Names of what the provider is working on.")
    next_items: list[str] = Field(default_factory=list, description="Names of what comes next.")
    items_remaining: int = 0
    seconds_elapsed: float = 0
    seconds_left: float | None = Field(default=None, description="A guess that gets better; null where there is none.")
    credits_used: CreditAmount = 0
    stopped_reason: str | None = None
    sentence: str = ""


class Config(Answer):
    """A site's settings, and what follows from its schedule."""

    site: str
    version: int = Field(description="Send it back with a change: one made meanwhile is then not overwritten.")
    schedule: str = Field(description="The schedule in words, or `off`.")
    next_run_at: datetime | None
    settings: Configuration


class ConfigChange(Asked):
    """Settings to change; those that are left out stay."""

    version: int | None = Field(default=None, description="The version that the change was made from.")
    settings: dict[str, Any]


class RunNow(Asked):
    """What a run may take, where it differs from the site's settings."""

    stages: list[StageNumber] | None = Field(default=None, min_length=1, max_length=7, description="All where absent.")
    items: list[RowId] | None = Field(
        default=None, max_length=MOST_CHOSEN, description="Ids of the one stage's items to be worked."
    )
    dry_run: bool = False
    limits: Limits = Field(
        default_factory=Limits, description="Where they differ from the site's; those left out are the site's own."
    )


class Started(Answer):
    """A DAG run that Airflow has accepted; the run begins within seconds."""

    site: str
    dag_id: str
    dag_run_id: str


class Named(Asked):
    """Which run is meant; the site's active one where none is named."""

    run_id: str = Field(default="", max_length=100)


class RunControlled(Answer):
    """What pausing, resuming or cancelling came to."""

    run_id: str | None
    status: RunState | None
    changed: bool
    message: str


class StageEstimate(Answer):
    """One stage of a run that has not started."""

    stage: PathNumber
    operation: str | None
    pending: int
    let_through: int
    expected_output: int
    credits: CreditAmount
    second_look_credits: CreditAmount
    budget: CreditAmount | None
    limited_by: str | None


class Volume(Answer):
    """How much of the known search volume the run works on."""

    model_config = Answer.model_config | {"extra": "allow"}


class Estimate(Answer):
    """What a run would take, make and cost if it started now."""

    stages: list[StageEstimate]
    total_credits: CreditAmount
    buffer_credits: CreditAmount
    total_with_buffer: CreditAmount
    needed_credits: CreditAmount
    available_credits: CreditAmount
    balance_covers: bool
    limits_binding: list[str]
    confidence: Literal["high", "medium", "low"]
    volume: Volume
