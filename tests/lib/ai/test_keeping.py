"""An answer is kept in any case: as it came, or in a form that the database takes."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select, text
from sqlalchemy.exc import OperationalError, ProgrammingError
from sqlalchemy.orm import Session

from igny8_lib.ai import journal
from igny8_lib.ai.answers import TokenUsage
from igny8_lib.ai.client import AIClient
from igny8_lib.ai.errors import RequestRejected
from igny8_lib.ai.journal import Place, Received
from igny8_lib.ai.keeping import clean, keep_answer, keep_failure, while_away
from igny8_lib.db.session import Sessions
from igny8_lib.models import AICall, AICallFailure, AICallStatus
from tests.lib.ai.paying import Customer

GOOD = {"text": "{}", "finish_reason": "stop", "refusal": ""}


@pytest.fixture
def customer(sessions: Sessions, open_client: Callable[..., AIClient]) -> Customer:
    return Customer.new(sessions, open_client)


def open_row(customer: Customer, key: str) -> int:
    place = Place(customer.site.id, customer.run_id, 1, 1, key, "auto_cluster", "v1")
    with customer.sessions.begin() as session:
        return journal.leave(session, f"{key}/ask/1", place).id


def keep(customer: Customer, key: str, **values: Any) -> AICall:
    """Keep an answer with these values, and what became of it."""
    fields: dict[str, Any] = {"answer": GOOD, "model": "m", "usage": TokenUsage(), "latency_ms": 5, "attempts": 1}
    call_id = open_row(customer, key)
    entry = asyncio.run(keep_answer(customer.sessions, call_id, Received(**(fields | values))))
    with customer.sessions() as session:
        call = session.get_one(AICall, call_id)
    assert call.status is AICallStatus.ANSWERED
    assert entry.answer == call.answer, "what goes on being used is what a replay will find"
    return call


@pytest.mark.parametrize(
    ("values", "text"),
    [
        ({"answer": GOOD | {"text": "a\x00b\ud800c"}}, "abc"),
        ({"answer": GOOD | {"finish_reason": "st\x00op"}}, "{}"),
        ({"model": "m\x00\udfff" * 1000}, "{}"),
        ({"usage": TokenUsage(10**25, None, 3)}, "{}"),
        ({"usage": TokenUsage(1, 2, 3, Decimal(10) ** 12)}, "{}"),
        ({"latency_ms": 10**25}, "{}"),
        ({"attempts": 10**25}, "{}"),
    ],
)
def test_an_answer_with_a_value_that_the_database_refuses_is_kept(
    customer: Customer, values: dict[str, Any], text: str
) -> None:
    call = keep(customer, "a", **values)
    assert (call.answer or {})["text"] == text
    assert call.answered_at is not None


def test_an_answer_that_can_be_stored_is_kept_as_it_came(customer: Customer) -> None:
    call = keep(customer, "a", usage=TokenUsage(1, 0, 2, Decimal("0.5")))
    assert (call.answer, call.model, call.latency_ms, call.attempts) == (GOOD, "m", 5, 1)
    assert (call.tokens_in, call.tokens_cached, call.tokens_out, call.provider_cost) == (1, 0, 2, Decimal("0.5"))


WILD = st.text(st.characters(categories=("L", "Cc", "Cs", "Cf", "So"))) | st.sampled_from(["\x00", "\ud800"])


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(WILD, WILD, st.none() | st.integers(-(10**30), 10**30), st.integers(0, 10**20))
def test_whatever_comes_is_kept(customer: Customer, said: str, model: str, tokens: int | None, latency: int) -> None:
    with customer.sessions() as session:
        number = session.scalar(select(func.count()).select_from(AICall))
    answer = GOOD | {"text": said}
    keep(customer, f"k{number}", answer=answer, model=model, usage=TokenUsage(tokens), latency_ms=latency)


def test_keys_of_a_document_are_cleaned_like_its_texts() -> None:
    assert clean({"a\x00": ["\ud800b", {"c": "d\x00"}], "n": 1}) == {"a": ["b", {"c": "d"}], "n": 1}


def test_a_failure_is_kept_without_figures_where_they_are_refused(customer: Customer) -> None:
    call_id = open_row(customer, "a")
    asyncio.run(keep_failure(customer.sessions, call_id, RequestRejected("no\x00 \ud800" * 3000, attempts=10**25)))
    with customer.sessions() as session:
        call = session.get_one(AICall, call_id)
    assert (call.status, call.failure, call.attempts) == (AICallStatus.FAILED, AICallFailure.ITEM, 1)
    assert (call.error or "")[:6] == "no no "


def test_a_lost_connection_is_no_reason_to_lose_an_answer(customer: Customer) -> None:
    tries = []

    def work(session: Session) -> str:
        tries.append(1)
        if len(tries) == 1:
            session.execute(text("SELECT pg_terminate_backend(pg_backend_pid())"))
        return str(session.scalar(text("SELECT 'kept'")))

    assert asyncio.run(while_away(customer.sessions, work)) == "kept"
    assert len(tries) == 2


@pytest.mark.parametrize(
    ("statement", "error"),
    [
        ("SELECT * FROM no_such_table", ProgrammingError),
        ("SET LOCAL statement_timeout = 1; SELECT pg_sleep(1)", OperationalError),
    ],
)
def test_other_errors_of_the_database_pass_at_once(customer: Customer, statement: str, error: type[Exception]) -> None:
    tries = []

    def work(session: Session) -> None:
        tries.append(1)
        session.execute(text(statement))

    with pytest.raises(error):
        asyncio.run(while_away(customer.sessions, work))
    assert len(tries) == 1


def test_a_closed_row_is_not_closed_again(customer: Customer) -> None:
    keep(customer, "a")
    again = Received(GOOD | {"text": "other"}, "n", TokenUsage(), 1, 7)
    call_id = open_row(customer, "a")
    asyncio.run(keep_answer(customer.sessions, call_id, again))
    with customer.sessions() as session:
        call = session.get_one(AICall, call_id)
    assert (call.answer, call.attempts) == (GOOD, 1)
