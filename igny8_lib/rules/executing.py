"""A worker: takes the execution that is next, does what can be done of it now, and writes down what became of it.

Any number of them work side by side, each execution has one at a time. Whatever kills one, and wherever: its lock goes
with it, and the next worker goes on with what is written down. What was begun and not written down is found again: a
run by its token or its record; a batch, a build or a message is written down in the transaction that makes it. No
transaction but the guard's, which holds nothing but that lock, is open while Airflow is asked.
"""

from __future__ import annotations

import logging
import time
from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from igny8_lib import clock
from igny8_lib.db.holding import require_held
from igny8_lib.db.scope import Scope
from igny8_lib.db.session import scoped
from igny8_lib.errors import (
    Conflict,
    Igny8Error,
    InsufficientCredits,
    NotAllowed,
    SiteBusy,
    TemporaryError,
)
from igny8_lib.models import OPEN_EXECUTION, ExecutionStatus, RuleExecution, Site
from igny8_lib.pipeline.chosen_items import TooFew
from igny8_lib.rules import queueing, turns
from igny8_lib.rules.actions.base import Began, Doors, Ended
from igny8_lib.rules.beginning import lock_both
from igny8_lib.rules.ending import Outcome, end, tell_switched_off
from igny8_lib.rules.turns import Turn
from igny8_lib.site_builder.building.opening import BeingBuilt

log = logging.getLogger(__name__)

SECONDS = 45.0
"""A worker that worked so long takes nothing new: its task stays short, and what happens meanwhile is seen soon."""
PAUSE = timedelta(seconds=20)
"""What a worker looked at and could not end is left alone for so long: the workers of a round look at it once."""
SKIPS = (InsufficientCredits, NotAllowed, TooFew, Conflict)
"""What leaves nothing to do for an action, and is nobody's fault: no credits, switched off, too few items, taken."""
BUSY = (SiteBusy, BeingBuilt)
"""What is waited for: the site's run, or the website's build."""
UNFORESEEN = "Something unforeseen happened ({}): the log of the DAG run_rules says more."


@dataclass
class Tally:
    """What a worker did."""

    looked_at: set[int] = field(default_factory=set)
    ended: Counter[ExecutionStatus] = field(default_factory=Counter)
    told: int = 0

    def as_json(self) -> dict[str, Any]:
        """As a JSON document."""
        ends = {status.value: self.ended[status] for status in ExecutionStatus if status not in OPEN_EXECUTION}
        return {"executions": len(self.looked_at), **ends, "told": self.told}


@dataclass(frozen=True)
class Own:
    """An execution's site, and doors that lead no further than its account, whose people may be told."""

    site: Site
    doors: Doors


@dataclass(frozen=True)
class Worker:
    """What a worker brings along; its sessions are the platform's."""

    doors: Doors
    pause: timedelta = PAUSE

    def work(self, *, seconds: float = SECONDS) -> Tally:
        """Look once at each open execution that no other worker looks at, until the time is over; then tell people of
        rules that were switched off."""
        tally, until = Tally(), time.monotonic() + seconds
        passed: set[int] = set()
        while time.monotonic() < until and (found := self.next_ones(passed)):
            for execution_id in found:
                if time.monotonic() >= until:
                    break
                passed.add(execution_id)
                self.work_execution(execution_id, tally)
        tally.told = tell_switched_off(self.doors.sessions, self.doors.tell)
        return tally

    def next_ones(self, passed: set[int]) -> list[int]:
        """The executions that are next, but for those that this worker had already."""
        with self.doors.sessions() as session:
            return queueing.next_executions(session, before=clock.now() - self.pause, besides=passed)

    def work_execution(self, execution_id: int, tally: Tally | None = None) -> bool:
        """Do what can be done of one execution now; False where another worker is at it."""
        tally = Tally() if tally is None else tally
        with self.doors.sessions() as guard:
            if not queueing.hold_execution(guard, execution_id):
                return False
            own = self.open(execution_id)
            if own is None:
                return True
            tally.looked_at.add(execution_id)
            try:
                while step(own, execution_id):
                    require_held(guard)
            except OperationalError:
                raise  # the database's trouble: the execution waits for the next worker
            except Exception as error:
                log.exception("Execution %s", execution_id)
                give_up(own, execution_id, UNFORESEEN.format(type(error).__name__))
            tally.ended.update(ended_as(own, execution_id))
        return True

    def open(self, execution_id: int) -> Own | None:
        """What the execution is worked with; None where it is gone."""
        with self.doors.sessions() as session:
            execution = session.get(RuleExecution, execution_id)
            if execution is None:
                return None
            site = session.get_one(Site, execution.site_id)
        narrow = scoped(self.doors.sessions, Scope.of_account(site.account_id))
        return Own(site, replace(self.doors, sessions=narrow))


def step(own: Own, execution_id: int) -> bool:
    """The next step of the execution; False where nothing more can be done of it now."""
    with own.doors.sessions.begin() as session:
        turn = turns.next_turn(session, own.site, execution_id)
    if isinstance(turn, bool):
        return turn
    try:
        return take_turn(own, turn)
    except OperationalError:
        raise
    except Exception as error:
        if not isinstance(error, Igny8Error):
            log.exception("Execution %s, action %s", execution_id, turn.work.step + 1)
        with own.doors.sessions.begin() as session:
            return write_trouble(session, turn, error)


def take_turn(own: Own, turn: Turn) -> bool:
    """Begin or follow the part, and write down what came of it; whether one goes on."""
    if turn.is_under_way:
        ended = turn.kind.follow(own.doors, turn.work, turn.action.params)
        return write_under_way(own, turn) if ended is None else write_down(own, turn, ended)
    if turn.kind.makes_run:
        return write_down(own, turn, turn.kind.begin(own.doors, turn.work, turn.action.params))
    with own.doors.sessions.begin() as session:
        if turns.lock_same(session, turn) is None:
            return False
        became = turn.kind.open(session, turn.work, turn.action.params)
        number = book(session, turn, became)
    return go_on(own, turn, became, number)


def write_down(own: Own, turn: Turn, became: Began | Ended) -> bool:
    """Write down what came of the part in a transaction of its own; whether one goes on."""
    with own.doors.sessions.begin() as session:
        number = book(session, turn, became)
    return number is not None and go_on(own, turn, became, number)


def book(session: Session, turn: Turn, became: Began | Ended) -> int | None:
    """Write it down; the number of results before. None where another worker has gone on meanwhile."""
    execution = turns.lock_same(session, turn)
    if execution is None:
        return None
    number = len(execution.results)
    turns.book(execution, became)
    return number


def go_on(own: Own, turn: Turn, became: Began | Ended, number: int | None) -> bool:
    """Do what was to be done once the result was committed; whether one goes on."""
    if isinstance(became, Began):
        if became.after is not None and number is not None:
            became.after(own.doors)
        return False
    if became.after is not None and number is not None:
        sentence = became.after(own.doors)
        with own.doors.sessions.begin() as session:
            turns.retell(session, turn, number, sentence)
    return True


def write_under_way(own: Own, turn: Turn) -> bool:
    """The part goes on, and waits for nothing; nothing more to do now."""
    with own.doors.sessions.begin() as session:
        execution = turns.lock_same(session, turn)
        if execution is not None and execution.waits_since is not None:
            execution.waits_since, execution.waits_for = None, ""
    return False


def write_trouble(session: Session, turn: Turn, error: Exception) -> bool:
    """Write down what kept the part from being done: it waits, is left out, or failed; whether one goes on."""
    execution = turns.lock_same(session, turn)
    if execution is None:
        return False
    if isinstance(error, BUSY):
        execution.dag_run_id = None  # its run did nothing: it is begun anew
        return not turns.let_wait(execution, turn, str(error), "skipped")
    if isinstance(error, TemporaryError):
        return not turns.let_wait(execution, turn, str(error), "failed")
    sentence = str(error) if isinstance(error, Igny8Error) else UNFORESEEN.format(type(error).__name__)
    turns.book(execution, turn.ended("skipped" if isinstance(error, SKIPS) else "failed", sentence))
    return True


def give_up(own: Own, execution_id: int, sentence: str) -> None:
    """End as failed an execution of which nothing can be done: it is written in a way that nobody understands."""
    with own.doors.sessions.begin() as session:
        execution, rule = lock_both(session, execution_id)
        if execution is not None and execution.status in OPEN_EXECUTION:
            end(execution, rule, Outcome.failed(sentence))


def ended_as(own: Own, execution_id: int) -> list[ExecutionStatus]:
    """How the execution has ended, in a list; none where it is not over, or gone."""
    with own.doors.sessions() as session:
        execution = session.get(RuleExecution, execution_id)
        return [execution.status] if execution is not None and execution.status not in OPEN_EXECUTION else []
