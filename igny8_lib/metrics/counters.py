"""The counters: one entry each. Their sums only grow, whatever is removed afterwards; counting.py moves them.

No label names a site or an account: a thousand sites would be a thousand series of each. Who asks about one site asks
the product (`igny8 usage`, the API).
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import BigInteger, ColumnElement, String, cast, func, literal, select, type_coerce, union_all
from sqlalchemy.orm import InstrumentedAttribute

from igny8_lib.amounts import HUNDREDTHS
from igny8_lib.metrics.metric import Counter, Histogram, Kind, Rows, Span
from igny8_lib.models import (
    AICall,
    AICallFailure,
    AutomationRun,
    EntryType,
    ExecutionStatus,
    LedgerEntry,
    Operation,
    Publication,
    PublicationStatus,
    PublicationTarget,
    Replenishment,
    ReplenishmentOutcome,
    RuleExecution,
    StageResult,
    StageStatus,
    StoppedReason,
    Trigger,
)

STAGES = tuple(str(stage) for stage in range(1, 8))
ANSWERED = "answered"
RESULTS = (ANSWERED, *(failure.value for failure in AICallFailure))
FUNCTIONS = (
    "auto_cluster",
    "generate_content",
    "generate_ideas",
    "generate_image_prompts",
    "generate_images",
    "generate_site_page",
    "generate_site_structure",
    "merge_clusters",
    "optimize_content",
)
"""What the journal calls its operations: functions of the AI."""
REPAIRS = ("ended", "stopped", "switched", "freed", "missed", "withdrawn", "pools", "released", "failed")
"""Fields of the reconciler's Repairs; not `unscheduled`, which it only tells, in each round."""
STAGE_BOUNDS = (1, 5, 15, 30, 60, 120, 300, 600, 1800, 3600, 7200)
REQUEST_BOUNDS = (0.5, 1, 2, 5, 10, 20, 30, 60, 120, 300)
ENDED = tuple(each.value for each in (ExecutionStatus.COMPLETED, ExecutionStatus.FAILED, ExecutionStatus.SKIPPED))


def one() -> ColumnElement[int]:
    """A thing that counts as itself."""
    return literal(1).label("value")


def hundredths(column: InstrumentedAttribute[Any]) -> ColumnElement[Any]:
    """An amount as credits."""
    return (type_coerce(column, BigInteger) / literal(float(HUNDREDTHS))).label("value")


def ended_runs(span: Span) -> Rows:
    """Each run that ended, a start that met an active run among them."""
    reason = AutomationRun.stopped_reason.label("reason")
    return select(AutomationRun.trigger, reason, one()).where(span.holds(AutomationRun.completed_at))


def ended_stages(span: Span) -> Rows:
    """Each stage that ended, with its seconds."""
    seconds = StageResult.seconds.label("value")
    skipped = StageResult.status == StageStatus.SKIPPED
    return select(StageResult.stage, seconds).where(span.holds(StageResult.finished_at), ~skipped)


def stage_items(span: Span) -> Rows:
    """The items of each stage that ended, by what became of them."""
    outcomes = {"processed": StageResult.items_processed, "failed": StageResult.items_failed}
    return one_by_one(StageResult.stage, "outcome", outcomes, span.holds(StageResult.finished_at))


def one_by_one(
    column: InstrumentedAttribute[Any], label: str, kinds: dict[str, Any], condition: ColumnElement[bool]
) -> Rows:
    """Several numbers of each row, each under its word."""
    each = [
        select(column, literal(kind, String).label(label), func.coalesce(number, 0).label("value")).where(condition)
        for kind, number in kinds.items()
    ]
    return select(union_all(*each).subquery())


def requests(span: Span) -> Rows:
    """Each AI request that was answered, or given up; one that a stopped provider refused counts again when it is asked
    again."""
    result = func.coalesce(cast(AICall.failure, String), ANSWERED).label("result")
    return select(AICall.operation, result, one()).where(span.holds(AICall.answered_at))


def request_seconds(span: Span) -> Rows:
    """The provider's time for each request that was answered."""
    seconds = (AICall.latency_ms / literal(1000.0)).label("value")
    return select(AICall.operation, seconds).where(span.holds(AICall.answered_at), AICall.latency_ms.is_not(None))


def attempts(span: Span) -> Rows:
    """HTTP requests, retries included."""
    return select(AICall.operation, AICall.attempts.label("value")).where(span.holds(AICall.answered_at))


def tokens(span: Span) -> Rows:
    """Tokens of each request as far as the provider told them."""
    kinds = {"in": AICall.tokens_in, "cached": AICall.tokens_cached, "out": AICall.tokens_out}
    return one_by_one(AICall.operation, "kind", kinds, span.holds(AICall.answered_at))


def cost(span: Span) -> Rows:
    """US dollars of each request whose cost is known."""
    known = AICall.provider_cost.is_not(None)
    return select(AICall.operation, AICall.provider_cost.label("value")).where(span.holds(AICall.answered_at), known)


def cost_unknown(span: Span) -> Rows:
    """Each answered request whose cost nobody knows."""
    unknown = (AICall.provider_cost.is_(None), AICall.failure.is_(None))
    return select(AICall.operation, one()).where(span.holds(AICall.answered_at), *unknown)


def entries(span: Span) -> Rows:
    """Each entry of the ledger."""
    return select(LedgerEntry.entry_type.label("entry"), one()).where(span.holds(LedgerEntry.created_at))


def used(span: Span) -> Rows:
    """What was charged, by operation."""
    charged = (LedgerEntry.entry_type == EntryType.USAGE, LedgerEntry.operation.is_not(None))
    amount = (-type_coerce(LedgerEntry.amount, BigInteger) / literal(float(HUNDREDTHS))).label("value")
    return select(LedgerEntry.operation, amount).where(span.holds(LedgerEntry.created_at), *charged)


def added(span: Span) -> Rows:
    """What accounts got."""
    got = LedgerEntry.entry_type.in_([EntryType.GRANT, EntryType.MONTHLY_REPLENISHMENT, EntryType.REFUND])
    amount = hundredths(LedgerEntry.amount)
    return select(LedgerEntry.entry_type.label("entry"), amount).where(span.holds(LedgerEntry.created_at), got)


def published(span: Span) -> Rows:
    """Each article that was seen live for the first time."""
    return select(Publication.target, one()).where(span.holds(Publication.published_at))


def failed_publications(span: Span) -> Rows:
    """Each publication that was given up; `next_attempt_at` says since when. One that people tried again before it was
    counted counts once it fails again."""
    failed = Publication.status == PublicationStatus.FAILED
    return select(Publication.target, one()).where(failed, span.holds(Publication.next_attempt_at))


def executions(span: Span) -> Rows:
    """Each execution of a rule that ended."""
    return select(RuleExecution.status, one()).where(span.holds(RuleExecution.finished_at))


def replenished(span: Span) -> Rows:
    """Each month that was decided for an account."""
    return select(Replenishment.outcome, one()).where(span.holds(Replenishment.decided_at))


def words(members: Any) -> tuple[str, ...]:  # noqa: ANN401 - a StrEnum
    """The values of an enumeration."""
    return tuple(member.value for member in members)


BY_FUNCTION = {"operation": FUNCTIONS}
C, H = Kind.COUNTER, Kind.HISTOGRAM
COUNTERS: tuple[Counter | Histogram, ...] = (
    Counter(
        "igny8_runs_ended_total",
        C,
        "Runs that ended, by who started them and why they ended.",
        {"trigger": words(Trigger), "reason": words(StoppedReason)},
        ended_runs,
    ),
    Histogram(
        "igny8_stage_seconds",
        H,
        "Seconds that stages took; skipped ones are not counted.",
        {"stage": STAGES},
        STAGE_BOUNDS,
        ended_stages,
    ),
    Counter(
        "igny8_stage_items_total",
        C,
        "Items of stages that ended.",
        {"stage": STAGES, "outcome": ("processed", "failed")},
        stage_items,
    ),
    Counter(
        "igny8_ai_requests_total",
        C,
        "AI requests by what became of them: answered, or failed for the item, for now, or by the provider's refusal.",
        BY_FUNCTION | {"result": RESULTS},
        requests,
    ),
    Histogram(
        "igny8_ai_request_seconds",
        H,
        "The provider's seconds per request.",
        BY_FUNCTION,
        REQUEST_BOUNDS,
        request_seconds,
    ),
    Counter("igny8_ai_http_requests_total", C, "HTTP requests to the provider, with retries.", BY_FUNCTION, attempts),
    Counter(
        "igny8_ai_tokens_total",
        C,
        "Tokens as the provider told them; cached ones are among those that went in.",
        BY_FUNCTION | {"kind": ("in", "cached", "out")},
        tokens,
    ),
    Counter("igny8_ai_cost_dollars_total", C, "US dollars by the configured price list.", BY_FUNCTION, cost),
    Counter("igny8_ai_cost_unknown_total", C, "Answered requests of unknown cost.", BY_FUNCTION, cost_unknown),
    Counter("igny8_credit_entries_total", C, "Entries of the ledger.", {"entry": words(EntryType)}, entries),
    Counter("igny8_credits_used_total", C, "Credits charged.", {"operation": words(Operation)}, used),
    Counter(
        "igny8_credits_added_total",
        C,
        "Credits that accounts got.",
        {"entry": (EntryType.GRANT.value, EntryType.MONTHLY_REPLENISHMENT.value, EntryType.REFUND.value)},
        added,
    ),
    Counter("igny8_published_total", C, "Articles first seen live.", {"target": words(PublicationTarget)}, published),
    Counter(
        "igny8_publications_failed_total",
        C,
        "Publications that were given up until people change something.",
        {"target": words(PublicationTarget)},
        failed_publications,
    ),
    Counter("igny8_rule_executions_total", C, "Executions of rules that ended.", {"status": ENDED}, executions),
    Counter(
        "igny8_replenishments_total",
        C,
        "Months decided for accounts.",
        {"outcome": words(ReplenishmentOutcome)},
        replenished,
    ),
    Counter(
        "igny8_reconciler_repairs_total",
        C,
        "What the reconciler mended; failed is what it could not mend that time.",
        {"kind": REPAIRS},
    ),
)
"""In the order of the page."""
