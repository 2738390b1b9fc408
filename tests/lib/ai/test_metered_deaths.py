"""A process that dies at any commit of a paid request: its retry ends as if nothing had happened."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import event

from igny8_lib.ai.client import AIClient, Endpoint
from igny8_lib.ai.pace import Pace
from igny8_lib.ai.retrying import Retrying
from igny8_lib.db.session import Sessions
from igny8_lib.models import AICallStatus
from tests.lib.ai.paying import CODE, Customer
from tests.sandbox_server import SandboxServer

MOST_COMMITS = 20
Act = Callable[[Customer, int], object]
ASK: Act = lambda customer, number: customer.ask(number)  # noqa: E731 - named for the table below
DRAW: Act = lambda customer, number: customer.draw(number)  # noqa: E731 - named for the table below

WAYS: dict[str, tuple[Act, tuple[str, ...], int]] = {
    "ask": (ASK, (), 3),
    "ask, refused once": (ASK, ("rate_limited",), 5),
    "ask, repaired once": (ASK, ("malformed",), 5),
    "ask, in halves": (ASK, ("truncated",), 7),
    "ask, refused and asked apart": (ASK, ("content_filtered",), 7),
    "draw": (DRAW, (), 3),
    "draw, refused once": (DRAW, ("rate_limited",), 5),
}
"""What is done, how the first requests fail, and its commits: two for each ask, two more for each repeat, and one for
the results of all."""


class Died(BaseException):
    """The process is gone."""


@pytest.fixture
def customer(sessions: Sessions, sandbox: SandboxServer) -> Customer:
    endpoint = Endpoint(sandbox.base_url, "any", "text", "image", 30)
    retrying = Retrying(first_wait_seconds=0.001)
    return Customer.new(sessions, lambda: AIClient(endpoint, pace=Pace(4), retrying=retrying))


def die_at(customer: Customer, when: str, commit: int, act: Callable[[], object]) -> bool:
    """Do it, and die before or after the commit of that number; whether there was one."""
    seen = 0

    def bomb(_: object) -> None:
        nonlocal seen
        seen += 1
        if seen == commit:
            raise Died

    event.listen(customer.sessions, when, bomb)
    try:
        act()
    except Died:
        return True
    finally:
        event.remove(customer.sessions, when, bomb)
    return False


def started(sandbox: SandboxServer) -> dict[str, int]:
    """HTTP requests by their idempotency key."""
    return {key: counts["started"] for key, counts in sandbox.requests()["keys"].items()}


@pytest.mark.parametrize("when", ["before_commit", "after_commit"])
@pytest.mark.parametrize("way", WAYS)
def test_a_death_at_any_commit_costs_neither_rows_nor_credits_nor_answers(
    customer: Customer, sandbox: SandboxServer, when: str, way: str
) -> None:
    act, failing, commits = WAYS[way]
    for commit in range(1, MOST_COMMITS):
        sandbox.reset()
        sandbox.switch(fail_next=failing, retry_after_seconds=0)
        customer.clear_rows()
        died = die_at(customer, when, commit, lambda: act(customer, commit))  # noqa: B023 - called at once
        answered = {call.idempotency_key for call in customer.calls(commit) if call.status is AICallStatus.ANSWERED}
        before = started(sandbox)
        assert act(customer, commit) is None, "the retry works"
        assert (customer.rows() > 0, customer.charges(commit), customer.held()) == (True, [customer.rows()], 0)
        assert all(call.status is AICallStatus.ANSWERED for call in customer.calls(commit))
        again = {key for key, count in started(sandbox).items() if count > before.get(key, 0)}
        assert not again & {f"{CODE}/{key}" for key in answered}, "an answer that was kept was asked for again"
        if not died:
            assert commit == commits + 1, "every commit was died at, and there are no others"
            return
    pytest.fail("it never ended")
