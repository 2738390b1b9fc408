"""Answers that are invalid, empty or cut off: what is asked again, and what is taken of them in the end."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from igny8_lib.ai.client import AIClient
from igny8_lib.db.session import Sessions
from igny8_lib.models import AICallStatus
from tests.lib.ai.paying import CODE, Customer
from tests.lib.ai.test_metered_call import GOOD, answer
from tests.lib.ai.wire_server import Reply, WireServer, failed, said

PART = answer(("Roses", [1, 2]), ("Lawns", [3]))
LESS = answer(("Roses", [1]), ("", [2, 3, 4]))
NONSENSE = said("no JSON")
EMPTY = said("")
CUT = said('{"clusters": [{"name": "Ro', finish_reason="length")
HALF = answer(("Roses", [1, 2]))
OTHER_HALF = answer(("Lawns", [3, 4]))


@pytest.fixture
def customer(sessions: Sessions, open_client: Callable[..., AIClient]) -> Customer:
    return Customer.new(sessions, open_client)


def placed(customer: Customer) -> list[tuple[str, list[int]]]:
    """What was applied at last."""
    return [(cluster.name, cluster.keywords) for cluster in customer.applied[-1].clusters]


@pytest.mark.parametrize("first", [NONSENSE, EMPTY, said(None), PART])
def test_an_invalid_or_empty_answer_is_asked_again(customer: Customer, provider: WireServer, first: Reply) -> None:
    provider.script(first, first, GOOD)
    assert customer.ask() is None
    assert (len(provider.seen), customer.charges()) == (3, [2])
    assert len(provider.seen[2].body["messages"]) == 6, "two answers, and what is wrong with them"


@pytest.mark.parametrize(
    ("replies", "taken", "requests"),
    [
        ([PART], [("Roses", [1, 2]), ("Lawns", [3])], 3),
        ([PART, PART, LESS], [("Roses", [1])], 3),
        ([PART, EMPTY, NONSENSE], [("Roses", [1, 2]), ("Lawns", [3])], 3),
        ([PART, failed(400)], [("Roses", [1, 2]), ("Lawns", [3])], 2),
        ([PART, failed(500)], [("Roses", [1, 2]), ("Lawns", [3])], 5),
        ([PART, said(None, refusal="no")], [("Roses", [1, 2]), ("Lawns", [3])], 2),
        ([CUT, HALF, NONSENSE], [("Roses", [1, 2])], 5),
        ([CUT, failed(400), OTHER_HALF], [("Lawns", [3, 4])], 3),
        ([CUT, HALF, OTHER_HALF], [("Roses", [1, 2]), ("Lawns", [3, 4])], 3),
    ],
)
def test_what_is_right_is_taken_in_the_end_and_so_at_every_replay(
    customer: Customer, provider: WireServer, replies: list[Reply], taken: list[tuple[str, list[int]]], requests: int
) -> None:
    provider.script(*replies)

    def die(*_: object) -> None:
        raise KeyError("died while it was written")

    with pytest.raises(KeyError):
        customer.ask(apply=die)  # type: ignore[arg-type]
    assert customer.ask() is None
    assert placed(customer) == taken
    assert len(provider.seen) == requests, "the replay asks nothing"
    assert (customer.charges(), customer.rows(), customer.held()) == ([len(taken)], len(taken), 0)


@pytest.mark.parametrize(
    ("replies", "sentence", "requests"),
    [
        ([NONSENSE], "cannot be used", 3),
        ([EMPTY], "it is empty", 3),
        ([said(None, refusal="I will not")], "I will not", 1),
        ([said("", finish_reason="content_filter")], "content filter", 1),
        ([CUT], "cut off", 5),
        ([LESS, said("{}")], "", 3),
    ],
)
def test_where_nothing_is_right_the_items_fail_with_the_last_reason(
    customer: Customer, provider: WireServer, replies: list[Reply], sentence: str, requests: int
) -> None:
    provider.script(*replies)
    failure = customer.ask()
    if sentence:
        assert failure is not None
        assert sentence in failure.reason
    else:
        assert placed(customer) == [("Roses", [1])]
    assert customer.ask() == failure
    assert len(provider.seen) == requests
    assert customer.held() == 0
    assert all(call.status is AICallStatus.ANSWERED for call in customer.calls()), "each answer is kept"


def test_halves_are_paid_by_the_same_charge_under_keys_of_their_own(customer: Customer, provider: WireServer) -> None:
    provider.script(CUT, HALF, OTHER_HALF)
    customer.ask()
    first = f"{customer.key(1)}/ask/1"
    names = [first, f"{first}/half/1/ask/1", f"{first}/half/2/ask/1"]
    assert [call.idempotency_key for call in customer.calls()] == names
    assert [seen.headers["idempotency-key"] for seen in provider.seen] == [f"{CODE}/{name}" for name in names]
