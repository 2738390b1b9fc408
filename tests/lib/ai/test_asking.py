"""Answers that are invalid, empty or cut off: what is asked again, and what is taken of them in the end."""

from __future__ import annotations

import json
from collections.abc import Callable
from itertools import count

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis.strategies import sampled_from, sets

from igny8_lib.ai.client import AIClient
from igny8_lib.db.session import Sessions
from igny8_lib.models import AICallStatus
from tests.lib.ai.paying import CODE, Customer
from tests.lib.ai.test_metered_call import GOOD, answer
from tests.lib.ai.wire_server import Reply, Seen, WireServer, failed, said

PART = answer(("Roses", [1, 2]), ("Lawns", [3]))
LESS = answer(("Roses", [1]), ("", [2, 3, 4]))
NONSENSE = said("no JSON")
EMPTY = said("")
CUT = said('{"clusters": [{"name": "Ro', finish_reason="length")
HALF = answer(("Roses", [1, 2]))
OTHER_HALF = answer(("Lawns", [3, 4]))
NUMBERS = count(1)
"""Of requests, each with a key of its own."""


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
        ([said(None, refusal="I will not")], "I will not", 7),
        ([said("", finish_reason="content_filter")], "content filter", 7),
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


FLAGGED = failed(400, code="content_filter")


def refuse_those(provider: WireServer, *texts: str, reply: Reply = FLAGGED) -> None:
    """Refuse each request that has one of these keywords; answer the others with a cluster of all they ask about."""

    def decide(seen: Seen) -> Reply:
        asked = json.loads(seen.body["messages"][1]["content"].partition("INPUT:\n")[2])["keywords"]
        if any(keyword["text"] in texts for keyword in asked):
            return reply
        return answer((f"From {asked[0]['n']}", [keyword["n"] for keyword in asked]))

    provider.decide = decide


@pytest.mark.parametrize("reply", [FLAGGED, failed(400), failed(422), said(None, refusal="I will not")])
def test_a_request_that_is_refused_for_one_item_is_asked_in_halves_until_that_one_stands_alone(
    customer: Customer, provider: WireServer, reply: Reply
) -> None:
    refuse_those(provider, "prune roses 3", reply=reply)
    assert customer.ask() is None
    assert placed(customer) == [("From 1", [1, 2]), ("From 4", [4])]
    assert [list(refused) for refused in customer.refused] == [[3]]
    assert len(provider.seen) == 5, "all four, two halves, two of the second one"
    assert (customer.charges(), customer.held(), customer.rejected) == ([2], 0, [])
    provider.decide = lambda _: GOOD
    customer.clear_rows()
    assert customer.ask() is None
    assert (customer.rows(), len(provider.seen)) == (0, 5), "settled: nothing is asked or written again"


def test_where_every_item_is_refused_each_is_told_and_nothing_is_charged(
    customer: Customer, provider: WireServer
) -> None:
    provider.script(FLAGGED)
    failure = customer.ask()
    assert failure is not None
    assert not failure.temporary
    assert customer.rejected == [failure]
    assert customer.refused[0].keys() == {1, 2, 3, 4}
    assert all("content filter" in reason for reason in customer.refused[0].values())
    assert customer.ask() == failure, "a replay asks nothing and ends alike"
    assert (customer.refused[0], len(provider.seen)) == (customer.refused[1], 7)
    assert (customer.charges(), customer.held()) == ([], 0)


def test_who_is_not_refused_but_failed_for_now_may_be_asked_again(customer: Customer, provider: WireServer) -> None:
    provider.script(FLAGGED, FLAGGED, FLAGGED, FLAGGED, failed(500))
    failure = customer.ask()
    assert failure is not None
    assert failure.temporary, "of the second half nobody knows anything yet"
    assert customer.refused[0].keys() == {1, 2}


def test_a_refused_repair_condemns_nobody(customer: Customer, provider: WireServer) -> None:
    provider.script(NONSENSE, FLAGGED)
    assert customer.ask() is not None
    assert (customer.refused, len(provider.seen)) == ([], 2)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(guilty=sets(sampled_from([1, 2, 3, 4])))
def test_exactly_the_items_that_the_provider_refuses_are_told_and_all_others_are_done(
    customer: Customer, provider: WireServer, guilty: set[int]
) -> None:
    provider.seen.clear()
    refuse_those(provider, *(f"prune roses {n}" for n in guilty))
    customer.clear_rows()
    customer.refused.clear()
    customer.applied.clear()
    number = next(NUMBERS)
    customer.ask(number)
    done = {n for found in customer.applied for cluster in found.clusters for n in cluster.keywords}
    assert done == {1, 2, 3, 4} - guilty
    assert {n for refused in customer.refused for n in refused} == guilty
    assert len(provider.seen) <= 7
    assert customer.charges(number) == ([customer.rows()] if done else [])
