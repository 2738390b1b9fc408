"""Rules and their executions as people see them: an icon, a word and a colour; why each is there."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from igny8_lib.models import BegunBy, ExecutionStatus
from igny8_lib.rules.executions import ExecutionRow
from igny8_lib.rules.listing import RuleRow
from igny8_web.pages.states import COMPLETED, FAILED, RUNNING, SKIPPED, State
from igny8_web.pages.tables import Choice, Column

ON = State("ok", "check", "On")
OFF = State("wait", "stop", "Off")
BROKEN = State("bad", "alert", "Switched off")
"""By the product, because it failed too often."""
PENDING = State("wait", "clock", "Waits")
EXECUTION_STATES: Mapping[ExecutionStatus, State] = {
    ExecutionStatus.PENDING: PENDING,
    ExecutionStatus.RUNNING: RUNNING,
    ExecutionStatus.COMPLETED: COMPLETED,
    ExecutionStatus.FAILED: FAILED,
    ExecutionStatus.SKIPPED: SKIPPED,
}
STEP_STATES: Mapping[str, State] = {"completed": COMPLETED, "failed": FAILED, "skipped": SKIPPED}
WAYS: Mapping[BegunBy, str] = {
    BegunBy.EVENT: "by what happened",
    BegunBy.SCHEDULE: "by its schedule",
    BegunBy.PERSON: "by hand",
    BegunBy.RETRY: "as a retry",
}
OPEN = frozenset({ExecutionStatus.PENDING, ExecutionStatus.RUNNING})
STATUSES = (Choice("", "All"), *(Choice(each.value, state.word) for each, state in EXECUTION_STATES.items()))
BEGUN = (Choice("", "However begun"), *(Choice(each.value, words.capitalize()) for each, words in WAYS.items()))
COLUMNS = (
    Column("Rule"),
    Column("State"),
    Column("Matched", right=True, tip="Items that fulfilled the conditions, of those that were looked at."),
    Column("Credits", right=True),
    Column("Begun", right=True),
)


def state_of_rule(row: RuleRow) -> State:
    """Whether a rule is on, and who switched it off."""
    if row.is_active:
        return ON
    return BROKEN if row.switched_off_because else OFF


def state_of(row: ExecutionRow) -> State:
    """How an execution stands."""
    return EXECUTION_STATES[row.status]


def way_of(row: ExecutionRow) -> str:
    """Why it is there: "by hand, ann"."""
    return WAYS[row.begun_by] + (f", {row.requested_by}" if row.requested_by else "")


def is_open(row: ExecutionRow) -> bool:
    """Whether it goes on while one looks."""
    return row.status in OPEN


def seconds_of(row: ExecutionRow) -> float | None:
    """How long it took; None while it goes on, and where it did not begin."""
    begun: datetime | None = row.started_at
    return (row.finished_at - begun).total_seconds() if begun and row.finished_at else None
