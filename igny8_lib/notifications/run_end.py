"""The facts of an ended run that people are told."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote

from sqlalchemy import select
from sqlalchemy.orm import Session

from igny8_lib.amounts import ZERO, Credits
from igny8_lib.errors import Conflict
from igny8_lib.models import (
    ACTIVE_RUN,
    AutomationRun,
    CreditBalance,
    RunStatus,
    Site,
    StageResult,
    StageStatus,
    StoppedReason,
)


@dataclass(frozen=True, slots=True)
class StageRow:
    """One stage of the run, in counts."""

    number: int
    title: str
    status: StageStatus
    processed: int
    created: int
    failed: int
    credits: Credits


@dataclass(frozen=True, slots=True)
class RunEnd:
    """An ended run. The run's technical error is left out on purpose: it may quote what a provider answered."""

    account_id: int
    title: str
    """mysite.com #42"""
    run_name: str
    """run_20260113_140523_manual"""
    site_name: str
    domain: str
    timezone: str
    status: RunStatus
    stopped_reason: StoppedReason
    sentence: str
    dry_run: bool
    started_at: datetime
    completed_at: datetime
    stages: tuple[StageRow, ...]
    credits_used: Credits
    balance: Credits
    """The account's balance now."""
    link: str
    """The run's page in Airflow."""


def read_run_end(session: Session, run_id: int, *, stage_titles: Mapping[int, str], airflow_url: str) -> RunEnd:
    """The facts of the run; `stage_titles` by stage number or key, in order, `airflow_url` as browsers know it.

    Raises Conflict while the run is active.
    """
    run = session.get_one(AutomationRun, run_id)
    site = session.get_one(Site, run.site_id)
    if run.status in ACTIVE_RUN or run.stopped_reason is None or run.completed_at is None:
        raise Conflict(f"Run {run.run_id} of {site.domain} is {run.status}: it has no end to tell yet.")
    balance = session.scalar(select(CreditBalance.balance).where(CreditBalance.account_id == run.account_id))
    return RunEnd(
        account_id=run.account_id,
        title=f"{site.domain} #{run.run_number}",
        run_name=run.run_id,
        site_name=site.name,
        domain=site.domain,
        timezone=site.timezone,
        status=run.status,
        stopped_reason=run.stopped_reason,
        sentence=run.stopped_detail,
        dry_run=run.dry_run,
        started_at=run.started_at,
        completed_at=run.completed_at,
        stages=stage_rows(session, run, stage_titles),
        credits_used=run.total_credits_used,
        balance=balance or ZERO,
        link=run_page(airflow_url, run.dag_id, run.dag_run_id),
    )


def stage_rows(session: Session, run: AutomationRun, titles: Mapping[int, str]) -> tuple[StageRow, ...]:
    """The stages that the run came to, in the order of the titles."""
    way = list(titles)
    query = select(StageResult).where(StageResult.run_id == run.id, StageResult.site_id == run.site_id)
    return tuple(
        StageRow(
            number=result.stage,
            title=titles[result.stage],
            status=result.status,
            processed=result.items_processed,
            created=result.items_created,
            failed=result.items_failed,
            credits=result.credits_used,
        )
        for result in sorted(session.scalars(query), key=lambda result: way.index(result.stage))
    )


def run_page(airflow_url: str, dag_id: str, dag_run_id: str) -> str:
    """Address of a DAG run's page in Airflow's UI."""
    return f"{airflow_url.rstrip('/')}/dags/{quote(dag_id, safe='')}/runs/{quote(dag_run_id, safe='')}"
