"""Nobody gets more through than is allowed within any minute, from however many processes he asks."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from igny8_lib.db.scope import Scope
from igny8_lib.db.session import Sessions, session_factory
from igny8_lib.models import RequestRate
from igny8_lib.sites.rates import TooManyRequests, admit
from tests.statements import count_statements


def ask(session: Session, times: int, *, most: int = 3, who: str = "anna", what: str = "runs") -> int:
    """How many of so many requests are let through."""
    admitted = 0
    for _ in range(times):
        try:
            admit(session, who, what, most)
            admitted += 1
        except TooManyRequests:
            pass
    return admitted


def age(session: Session, seconds: float) -> None:
    """Let all that was let through be so much longer ago."""
    for row in session.query(RequestRate):
        row.recent = [at - timedelta(seconds=seconds) for at in row.recent]
    session.flush()


@pytest.mark.parametrize("most", [1, 2, 10, 30])
def test_as_many_as_are_allowed_are_let_through_and_no_more(session: Session, most: int) -> None:
    assert ask(session, most + 5, most=most) == most


def test_users_and_kinds_are_counted_by_themselves(session: Session) -> None:
    assert [ask(session, 5), ask(session, 5, who="ben"), ask(session, 5, what="imports")] == [3, 3, 3]


def test_no_minute_has_more_than_are_allowed_wherever_it_begins(session: Session) -> None:
    assert ask(session, 2) == 2
    age(session, 40)
    assert ask(session, 2) == 1
    age(session, 21)
    assert ask(session, 5) == 2, "the first two are over a minute old, the third is not"
    age(session, 60)
    assert ask(session, 5) == 3


def test_a_refusal_says_when_the_next_one_is_let_through(session: Session) -> None:
    ask(session, 3)
    age(session, 20)
    with pytest.raises(TooManyRequests, match="try again in 40 seconds") as refusal:
        admit(session, "anna", "runs", 3)
    assert (refusal.value.retry_after, refusal.value.http_status) == (40, 429)
    age(session, 39.5)
    with pytest.raises(TooManyRequests, match="in 1 seconds"):
        admit(session, "anna", "runs", 3)
    age(session, 0.6)
    admit(session, "anna", "runs", 3)


def test_refused_requests_do_not_make_the_wait_longer(session: Session) -> None:
    ask(session, 50)
    age(session, 60)
    assert ask(session, 1) == 1


def test_a_request_that_is_let_through_costs_one_statement(session: Session) -> None:
    admit(session, "anna", "runs", 3)
    assert count_statements(session, lambda: admit(session, "anna", "runs", 3)) == 1


def test_rows_do_not_grow(session: Session) -> None:
    for _ in range(5):
        ask(session, 5)
        age(session, 61)
    assert [len(row.recent) for row in session.query(RequestRate)] == [3]


def test_a_lower_limit_is_in_force_at_once(session: Session) -> None:
    assert ask(session, 10, most=10) == 10
    assert ask(session, 1, most=2) == 0


def test_whoever_asks_in_a_scope_of_sites_is_counted_too(engine: Engine) -> None:
    with session_factory(engine, Scope.of_sites(1, [1])).begin() as session:
        assert ask(session, 5) == 3


def test_many_at_once_get_no_more_through(sessions: Sessions) -> None:
    def one(_: int) -> int:
        with sessions.begin() as session:
            return ask(session, 1, most=30)

    with ThreadPoolExecutor(12) as pool:
        assert sum(pool.map(one, range(120))) == 30
    with sessions.begin() as session:
        assert ask(session, 1, most=30) == 0
