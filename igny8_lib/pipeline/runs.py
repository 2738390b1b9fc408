"""The run record: begun once per Airflow DAG run, ended once with a reason and a sentence for people."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import takewhile
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from igny8_lib import clock
from igny8_lib.amounts import ZERO, Credits
from igny8_lib.credits.budgets import charged_by_stage
from igny8_lib.errors import InvalidInput, NotAllowed, NotFound, SiteBusy
from igny8_lib.models import (
    ACTIVE_RUN,
    AutomationRun,
    EventLevel,
    Module,
    RunStatus,
    Site,
    StageResult,
    StageStatus,
    StoppedReason,
    Trigger,
)
from igny8_lib.pipeline import activity, leases, snapshot
from igny8_lib.pipeline.chosen_items import require_workable
from igny8_lib.pipeline.forecast import forecast_of
from igny8_lib.pipeline.limits import RunOptions
from igny8_lib.pipeline.rule_runs import find_execution, give_to_rule, require_running, write_end
from igny8_lib.pipeline.snapshot import Snapshot
from igny8_lib.review.drafts import move_on
from igny8_lib.sites.modules import require_active, require_module
from igny8_lib.sites.sites import site_by_slug


@dataclass(frozen=True)
class Start:
    """Who starts what: the site, the DAG run, and the trigger's own options (a DAG run's conf or params)."""

    site_slug: str
    dag_id: str
    dag_run_id: str
    trigger: Trigger
    triggered_by: str
    conf: Mapping[str, Any]
    scheduled_for: datetime | None = None
    """The instant of the schedule, where the schedule started it."""
    rule_execution: object = None
    """The execution of a rule (id) that started it, as the DAG run's conf has it; for the trigger `rule` alone."""


AIRFLOW_NEEDS = timedelta(seconds=30)
"""Between Airflow's accepting a run and its first task; the site is that run's for as long already."""


def begin(session: Session, start: Start) -> AutomationRun:
    """Record the run with its snapshot; a second call for the same DAG run returns the first one's record.

    Commits nothing. Where the site cannot start, the attempt is recorded as ended, with its reason, and returned:
    look at `status`. So it is with options that Airflow accepted and that are not usable, and with chosen items that
    cannot be worked. Raises NotFound for an unknown site.
    """
    site = site_by_slug(session, start.site_slug)
    leases.lock_lease(session, site.id)
    known = find(session, start.dag_id, start.dag_run_id) or scheduled_run(session, site.id, start.scheduled_for)
    if known:
        return known
    if active := active_run(session, site.id):
        return refuse(session, site, start, SiteBusy(site.slug, active.run_id, active.status.value))
    if met := run_at(session, site.id, start.scheduled_for):
        return refuse(session, site, start, SiteBusy(site.slug, met.run_id, "active at that time"))
    try:
        options = RunOptions.parse(start.conf)
        if start.trigger is Trigger.RULE:
            require_running(site, find_execution(session, site, start.rule_execution))
        require_switched_on(session, site)
        require_workable(session, site, options)
    except (InvalidInput, NotAllowed) as error:
        return refuse(session, site, start, error)
    return open_run(session, site, start, options)


def require_switched_on(session: Session, site: Site) -> None:
    """Raises SwitchedOff for a site or an account that is off, ModuleDisabled without the automation module."""
    require_active(session, site)
    require_module(session, site.account_id, Module.AUTOMATION)


def open_run(session: Session, site: Site, start: Start, options: RunOptions) -> AutomationRun:
    """Write the record of a run that may start, its snapshot and its first line in the log."""
    run = record_of(session, site, start)
    run.dry_run = options.dry_run
    move_on(session, site.id)
    taken = snapshot.take(session, site, options)
    run.initial_snapshot = taken.model_dump(mode="json")
    session.add(run)
    session.flush()
    counts = ((taken.stages[each.number].pending, each.takes) for each in taken.path)
    waiting = ", ".join(f"{pending} {takes}" for pending, takes in counts if pending)
    scope = f" on {taken.direct} of stage {taken.direct.stage}" if taken.direct else ""
    told = f"{title(site, run)} started{scope} ({run.trigger.value}): {waiting or 'nothing'} pending."
    activity.record(session, run, told)
    if options.dry_run:
        note_estimate(session, run, taken)
    skip_empty_start(session, run, taken)
    return run


def note_estimate(session: Session, run: AutomationRun, taken: Snapshot) -> None:
    """Keep the estimate beside a dry run's snapshot, and say its total."""
    expected = forecast_of(session, run.site_id, taken)
    run.initial_snapshot = run.initial_snapshot | {"estimate": expected.as_json()}
    total = expected.total + expected.buffer
    message = f"Estimate: {expected.total} credits, {total} with a buffer of 20 %; {expected.available} available."
    activity.record(session, run, message)


def start_document(run: AutomationRun) -> dict[str, Any]:
    """The snapshot as it travels in XCom: ids and counts only."""
    document: dict[str, Any] = {"run": run.id, "run_id": run.run_id, "run_number": run.run_number, "first_stage": None}
    if run.initial_snapshot:
        taken = Snapshot.model_validate(run.initial_snapshot)
        document |= {
            "first_stage": None if taken.dry_run else taken.first_stage_with_work(),
            "pending": {str(number): plan.pending for number, plan in taken.stages.items()},
            "available_credits": taken.available_credits,
        }
    return document


def skip_empty_start(session: Session, run: AutomationRun, taken: Snapshot) -> None:
    """Book the stages before the first one that can have work: they are skipped without a task of their own."""
    first = None if run.dry_run else taken.first_stage_with_work()
    for stage in takewhile(lambda each: each.number != first, taken.path):
        plan = taken.stages[stage.number]
        skip_stage(session, run, stage.number, plan.off or taken.nothing_to_do(stage.number))


def skip_stage(session: Session, run: AutomationRun, number: int, reason: str) -> None:
    """Book a stage as skipped, with its reason in the result and in the log."""
    now = clock.now()
    result = StageResult(
        run_id=run.id,
        stage=number,
        site_id=run.site_id,
        status=StageStatus.SKIPPED,
        started_at=now,
        finished_at=now,
        details={"reason": reason},
    )
    session.merge(result)
    activity.record(session, run, f"Skipped: {reason}.", stage=number)


def refuse(session: Session, site: Site, start: Start, error: SiteBusy | InvalidInput | NotAllowed) -> AutomationRun:
    """Record an attempt that may not start. A busy site is `skipped`; all else makes the run fail."""
    run = record_of(session, site, start)
    run.completed_at = run.started_at
    busy = isinstance(error, SiteBusy)
    run.status = RunStatus.SKIPPED if busy else RunStatus.FAILED
    run.stopped_reason = StoppedReason.SITE_BUSY if busy else StoppedReason.STAGE_FAILED
    run.stopped_detail = str(error)
    session.add(run)
    session.flush()
    activity.record(session, run, f"Not started: {error}", level=EventLevel.WARNING)
    if start.conf.get("dry_run") is not True:
        write_end(session, run)
    return run


def why_not_started(run: AutomationRun) -> str:
    """What to tell whoever starts a run that is not active: it was refused, or it ended and was started again."""
    if run.completed_at == run.started_at:
        return run.stopped_detail
    return str(leases.RunOver(run, 0))


def record_of(session: Session, site: Site, start: Start) -> AutomationRun:
    """A new run with the site's next number and a name of its own."""
    now = clock.now()
    run = AutomationRun(
        account_id=site.account_id,
        site_id=site.id,
        run_id=free_name(session, site.id, now, start.trigger),
        run_number=next_number(session, site.id),
        trigger=start.trigger,
        triggered_by=start.triggered_by,
        scheduled_for=start.scheduled_for,
        started_at=now,
        dag_id=start.dag_id,
        dag_run_id=start.dag_run_id,
    )
    if start.trigger is Trigger.RULE:
        give_to_rule(run, find_execution(session, site, start.rule_execution))
    return run


def next_number(session: Session, site_id: int) -> int:
    """The number of the site's next run, from 1."""
    latest = select(func.max(AutomationRun.run_number)).where(AutomationRun.site_id == site_id)
    return (session.scalar(latest) or 0) + 1


def free_name(session: Session, site_id: int, at: datetime, trigger: Trigger) -> str:
    """`run_20260113_140523_manual`, numbered where two runs of a site start within a second."""
    name = f"run_{at.astimezone(UTC):%Y%m%d_%H%M%S}_{trigger.value}"
    same = select(func.count()).where(AutomationRun.site_id == site_id, AutomationRun.run_id.startswith(name))
    taken = session.scalar(same) or 0
    return f"{name}_{taken + 1}" if taken else name


def title(site: Site, run: AutomationRun) -> str:
    """What people call the run: "mysite.com #42"."""
    return f"{site.domain} #{run.run_number}"


def find(session: Session, dag_id: str, dag_run_id: str) -> AutomationRun | None:
    """The record of an Airflow DAG run."""
    query = select(AutomationRun).where(AutomationRun.dag_id == dag_id, AutomationRun.dag_run_id == dag_run_id)
    return session.scalar(query)


def scheduled_run(session: Session, site_id: int, instant: datetime | None) -> AutomationRun | None:
    """The record of an instant of the site's schedule."""
    query = select(AutomationRun).where(AutomationRun.site_id == site_id, AutomationRun.scheduled_for == instant)
    return session.scalar(query) if instant else None


def run_at(session: Session, site_id: int, instant: datetime | None) -> AutomationRun | None:
    """The run that had the site at that instant."""
    if instant is None:
        return None
    query = select(AutomationRun).where(
        AutomationRun.site_id == site_id,
        AutomationRun.status != RunStatus.SKIPPED,
        AutomationRun.started_at - AIRFLOW_NEEDS <= instant,
        AutomationRun.completed_at >= instant,
    )
    return session.scalar(query.order_by(AutomationRun.id.desc()).limit(1))


def by_name(session: Session, site_id: int, run_id: str) -> AutomationRun:
    """The site's run of this name. Raises NotFound, also for another site's run."""
    query = select(AutomationRun).where(AutomationRun.site_id == site_id, AutomationRun.run_id == run_id)
    run = session.scalar(query)
    if run is None:
        raise NotFound(f"The site has no run {run_id!r}.")
    return run


def active_run(session: Session, site_id: int) -> AutomationRun | None:
    """The site's running or paused run."""
    query = select(AutomationRun).where(AutomationRun.site_id == site_id, AutomationRun.status.in_(ACTIVE_RUN))
    return session.scalar(query)


def credits_used(session: Session, run: AutomationRun, stage: int | None = None) -> Credits:
    """What the run, or one stage of it, was charged."""
    charged = charged_by_stage(session, run.account_id, run.id)
    return Credits.total(charged.values()) if stage is None else charged.get(stage, ZERO)
