"""The gauges: what is now. Each one reads a small index or a small table, so that a thousand sites with years of data
cost no more than what is open."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, and_, case, func, literal, select, type_coerce, union_all
from sqlalchemy.orm import InstrumentedAttribute

from igny8_lib.amounts import HUNDREDTHS
from igny8_lib.metrics.counters import STAGES, hundredths, one, words
from igny8_lib.metrics.metric import Gauge, Kind, Rows
from igny8_lib.models import (
    ACTIVE_RUN,
    AutomationRule,
    AutomationRun,
    BatchStatus,
    BuildStatus,
    ContentBatch,
    CreditBalance,
    DomainEvent,
    ExecutionStatus,
    ItemState,
    MetricBound,
    Publication,
    PublicationStatus,
    PublicationTarget,
    Reservation,
    ReservationStatus,
    RuleExecution,
    RunStatus,
    Site,
    SiteBuild,
    SiteLease,
    SiteStatus,
    StageItem,
)
from igny8_lib.pipeline.leases import DEAD_AFTER

OPEN_PUBLICATION = (PublicationStatus.WAITING, PublicationStatus.UNDER_WAY)
OPEN_BATCH = (BatchStatus.PENDING, BatchStatus.RUNNING)
OPEN_BUILD = (BuildStatus.PENDING, BuildStatus.RUNNING)
OPEN_EXECUTION = (ExecutionStatus.PENDING, ExecutionStatus.RUNNING)


def seconds_since(column: Any, now: datetime) -> ColumnElement[Any]:  # noqa: ANN401 - a column
    """How long ago."""
    return func.extract("epoch", literal(now) - column).label("value")


def epoch(column: InstrumentedAttribute[datetime]) -> ColumnElement[Any]:
    """Seconds since 1970."""
    return func.extract("epoch", column).label("value")


def active_runs(_now: datetime) -> Rows:
    """Each run that is active."""
    return select(AutomationRun.status, one()).where(AutomationRun.status.in_(ACTIVE_RUN))


def oldest_run(now: datetime) -> Rows:
    """How long each running run takes already."""
    return select(seconds_since(AutomationRun.started_at, now)).where(AutomationRun.status == RunStatus.RUNNING)


def pending_items(_now: datetime) -> Rows:
    """The items on work lists of active runs that are still to be done."""
    active = and_(AutomationRun.id == StageItem.run_id, AutomationRun.status.in_(ACTIVE_RUN))
    rows = select(StageItem.stage, one()).join(AutomationRun, active)
    return rows.where(StageItem.state == ItemState.PENDING)


def unsent(_now: datetime) -> Rows:
    """Each ended run of which nobody was told."""
    return select(one()).where(AutomationRun.notified_at.is_(None), AutomationRun.status.not_in(ACTIVE_RUN))


def open_publications(_now: datetime) -> Rows:
    """Each publication that waits, is under way or has failed."""
    waiting = select(Publication.target, Publication.status).where(Publication.status.in_(OPEN_PUBLICATION))
    failed = select(Publication.target, Publication.status).where(Publication.status == PublicationStatus.FAILED)
    each = union_all(waiting, failed).subquery()
    return select(each.c.target, each.c.status, one())


def put_off_publications(_now: datetime) -> Rows:
    """Each publication whose last try failed and that is tried again by itself."""
    failed = (Publication.status == PublicationStatus.WAITING, Publication.error.is_not(None))
    return select(Publication.target, one()).where(*failed)


def due_publications(now: datetime) -> Rows:
    """Each publication that is to be tried now."""
    due = (Publication.status.in_(OPEN_PUBLICATION), Publication.next_attempt_at <= now)
    return select(Publication.target, one()).where(*due)


def overdue_publication(now: datetime) -> Rows:
    """How long each of them is due."""
    due = (Publication.status.in_(OPEN_PUBLICATION), Publication.next_attempt_at <= now)
    return select(seconds_since(Publication.next_attempt_at, now)).where(*due)


def open_batches(_now: datetime) -> Rows:
    """Each batch of articles that is not over."""
    return select(ContentBatch.status, one()).where(ContentBatch.status.in_(OPEN_BATCH))


def open_builds(_now: datetime) -> Rows:
    """Each build of a website that is not over."""
    return select(SiteBuild.status, one()).where(SiteBuild.status.in_(OPEN_BUILD))


def open_executions(_now: datetime) -> Rows:
    """Each execution of a rule that is not over."""
    return select(RuleExecution.status, one()).where(RuleExecution.status.in_(OPEN_EXECUTION))


def due_rules(now: datetime) -> Rows:
    """Each rule whose schedule has come."""
    return select(one()).where(AutomationRule.next_due_at <= now)


def outbox(_now: datetime) -> Rows:
    """Each event that no rule was shown."""
    return select(one()).where(DomainEvent.consumed_at.is_(None))


def oldest_event(now: datetime) -> Rows:
    """How long each of them waits."""
    return select(seconds_since(DomainEvent.created_at, now)).where(DomainEvent.consumed_at.is_(None))


def balance(_now: datetime) -> Rows:
    """What each account has."""
    return select(hundredths(CreditBalance.balance))


def reserved(_now: datetime) -> Rows:
    """What of it is set aside."""
    return select(hundredths(CreditBalance.reserved))


def empty_accounts(_now: datetime) -> Rows:
    """Each account that can pay for nothing."""
    free = type_coerce(CreditBalance.balance, BigInteger) - type_coerce(CreditBalance.reserved, BigInteger)
    return select(one()).where(free < HUNDREDTHS)


def reservations(now: datetime) -> Rows:
    """Each reservation that holds credits."""
    late = case((Reservation.expires_at < now, "overdue"), else_="pending").label("state")
    return select(late, one()).where(Reservation.status == ReservationStatus.PENDING)


def leases(now: datetime) -> Rows:
    """Each site that a process holds, or held when it fell silent."""
    silent = case((SiteLease.heartbeat_at < now - DEAD_AFTER, "expired"), else_="held").label("state")
    return select(silent, one()).where(SiteLease.run_id.is_not(None))


def sites(_now: datetime) -> Rows:
    """Each site."""
    return select(Site.status, one())


def counted_until(_now: datetime) -> Rows:
    """How far the counters have come."""
    return select(epoch(MetricBound.counted_until))


def counted_since(_now: datetime) -> Rows:
    """When they began."""
    return select(epoch(MetricBound.since))


G = Kind.GAUGE
GAUGES: tuple[Gauge, ...] = (
    Gauge("igny8_runs_active", G, "Active runs.", {"status": words(ACTIVE_RUN)}, active_runs),
    Gauge("igny8_run_oldest_seconds", G, "Age of the longest running run.", {}, oldest_run, largest=True),
    Gauge(
        "igny8_stage_items_pending",
        G,
        "Items on work lists of active runs, to be done.",
        {"stage": STAGES},
        pending_items,
    ),
    Gauge("igny8_notifications_unsent", G, "Ended runs of which nobody was told.", {}, unsent),
    Gauge(
        "igny8_publications_open",
        G,
        "Publications that are not done.",
        {
            "target": words(PublicationTarget),
            "status": words((*OPEN_PUBLICATION, PublicationStatus.FAILED)),
        },
        open_publications,
    ),
    Gauge(
        "igny8_publications_due",
        G,
        "Publications to be tried now.",
        {"target": words(PublicationTarget)},
        due_publications,
    ),
    Gauge(
        "igny8_publications_put_off",
        G,
        "Publications that failed for now; they are tried again by themselves.",
        {"target": words(PublicationTarget)},
        put_off_publications,
    ),
    Gauge(
        "igny8_publication_overdue_seconds",
        G,
        "For how long the longest due publication is due.",
        {},
        overdue_publication,
        largest=True,
    ),
    Gauge("igny8_batches_open", G, "Batches of articles.", {"status": words(OPEN_BATCH)}, open_batches),
    Gauge("igny8_site_builds_open", G, "Builds of websites.", {"status": words(OPEN_BUILD)}, open_builds),
    Gauge("igny8_rule_executions_open", G, "Executions of rules.", {"status": words(OPEN_EXECUTION)}, open_executions),
    Gauge("igny8_rules_due", G, "Rules whose schedule has come.", {}, due_rules),
    Gauge("igny8_outbox_events", G, "Events that no rule was shown yet.", {}, outbox),
    Gauge("igny8_outbox_oldest_seconds", G, "Age of the oldest of them.", {}, oldest_event, largest=True),
    Gauge("igny8_credits_balance", G, "Credits of all accounts together.", {}, balance),
    Gauge("igny8_credits_reserved", G, "Credits set aside of them.", {}, reserved),
    Gauge("igny8_accounts_without_credits", G, "Accounts with less than one free credit.", {}, empty_accounts),
    Gauge(
        "igny8_credit_reservations",
        G,
        "Reservations that hold credits; overdue ones wait for the reconciler.",
        {"state": ("pending", "overdue")},
        reservations,
    ),
    Gauge(
        "igny8_leases",
        G,
        "Sites held by a process; expired where it has been silent for six heartbeats.",
        {"state": ("held", "expired")},
        leases,
    ),
    Gauge("igny8_sites", G, "Sites.", {"status": words(SiteStatus)}, sites),
    Gauge(
        "igny8_counters_until_timestamp_seconds",
        G,
        "Up to when the counters are counted.",
        {},
        counted_until,
        largest=True,
    ),
    Gauge("igny8_counters_since_timestamp_seconds", G, "When counting began.", {}, counted_since, largest=True),
)
"""In the order of the page."""
