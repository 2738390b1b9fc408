"""A paid request: what is charged, what is noted as sent, what is asked again, and what fails its items."""

from __future__ import annotations

import errno
import random
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from igny8_lib.ai.client import AIClient, Endpoint
from igny8_lib.ai.functions.auto_cluster import KeywordClusters
from igny8_lib.ai.journal import NOTHING_KNOWN
from igny8_lib.ai.metered_call import Applied, ResultRefused
from igny8_lib.ai.retrying import Retrying
from igny8_lib.amounts import Credits
from igny8_lib.db.session import Sessions
from igny8_lib.errors import InsufficientCredits, LeaseLost, ProviderUnavailable
from igny8_lib.models import AICallFailure, AICallStatus, Cluster, ContentIdea
from tests.lib.ai.paying import CODE, Customer, png
from tests.lib.ai.wire_server import Reply, WireServer, drawn, failed, said

Group = tuple[str, list[int]]


def answer(*groups: Group, **more: object) -> Reply:
    """Clusters of these names with the numbers of their keywords; there are four."""
    return said({"clusters": [{"name": name, "description": "", "keywords": ns} for name, ns in groups]}, **more)


GOOD = answer(("Roses", [1, 2]), ("Lawns", [3, 4]))
LOST = Reply(reset=True)
BUSY = failed(429, retry_after_ms="1")


@pytest.fixture
def customer(sessions: Sessions, open_client: Callable[..., AIClient]) -> Customer:
    return Customer.new(sessions, open_client)


def keys(provider: WireServer) -> list[str]:
    return [seen.headers["idempotency-key"] for seen in provider.seen]


def test_an_answer_is_stored_applied_and_charged_once(customer: Customer, provider: WireServer) -> None:
    provider.script(GOOD)
    assert [customer.ask(), customer.ask()] == [None, None]
    assert (customer.rows(), customer.charges(), customer.held(), len(provider.seen)) == (2, [2], 0, 1)
    call = customer.calls()[0]
    assert (call.charge_key, call.request, call.stage) == (customer.key(1), 1, 1)
    assert set(call.answer or {}) == {"text", "finish_reason", "refusal"}
    assert (call.tokens_in, call.tokens_out) == (100, 20)


def test_texts_and_pictures_are_sent_under_keys_of_the_deployment(customer: Customer, provider: WireServer) -> None:
    provider.script(BUSY, GOOD, drawn(b64_json=png()))
    customer.ask(1)
    customer.draw(2)
    assert keys(provider) == [f"{CODE}/{customer.key(n)}/ask/1" for n in (1, 1, 2)], "the same at every attempt"
    assert [customer.calls(n)[0].idempotency_key for n in (1, 2)] == [f"{customer.key(n)}/ask/1" for n in (1, 2)]


@pytest.fixture
def sent(sessions: Sessions, provider: WireServer) -> tuple[Customer, list[bool]]:
    """A customer, and whether its request counts as sent at each wait for the next attempt."""
    found: list[bool] = []

    async def look(_seconds: float) -> None:
        found.append(customer.calls()[0].sent_at is not None)

    endpoint = Endpoint(f"{provider.url}/v1", "k", "tiny", "brush", 20)
    customer = Customer.new(sessions, lambda: AIClient(endpoint, retrying=Retrying(sleep=look)))
    return customer, found


@pytest.mark.parametrize(
    ("replies", "waits"),
    [
        ([BUSY, failed(500), GOOD], [False, False]),
        ([LOST, GOOD], [True]),
        ([LOST, BUSY, GOOD], [True, True]),
        ([BUSY, LOST, BUSY, GOOD], [False, True, True]),
    ],
)
def test_a_refused_request_is_not_sent_and_a_lost_one_is(
    sent: tuple[Customer, list[bool]], provider: WireServer, replies: list[Reply], waits: list[bool]
) -> None:
    customer, found = sent
    provider.script(*replies)
    assert customer.ask() is None
    assert found == waits
    assert customer.calls()[0].sent_at is not None


def test_what_an_earlier_process_sent_stays_sent(sent: tuple[Customer, list[bool]], provider: WireServer) -> None:
    customer, found = sent

    def die(_: object) -> Reply:
        customer.lost = True
        return BUSY

    provider.decide = die
    with pytest.raises(LeaseLost):
        customer.ask()
    assert customer.calls()[0].sent_at is not None, "a cancel has charged it: the refusal came too late"
    customer.lost = False
    provider.script(BUSY, GOOD)
    assert customer.ask() is None
    assert found == [True]


@pytest.mark.parametrize("refusal", [failed(401), failed(403), failed(404), failed(429, "insufficient_quota")])
def test_a_provider_that_refuses_everything_closes_the_row_and_can_be_asked_again(
    customer: Customer, provider: WireServer, refusal: Reply
) -> None:
    provider.script(refusal)
    with pytest.raises(ProviderUnavailable):
        customer.ask()
    call = customer.calls()[0]
    assert (call.status, call.failure, call.sent_at) == (AICallStatus.FAILED, AICallFailure.PROVIDER, None)
    assert call.answered_at
    assert "HTTP 4" in (call.error or "")
    provider.script(GOOD)
    assert customer.ask() is None
    again = customer.calls()[0]
    assert (again.id, again.status, again.failure, again.error) == (call.id, AICallStatus.ANSWERED, None, None)
    assert again.attempts == 2
    assert (customer.rows(), customer.charges(), customer.held()) == (2, [2], 0)


@pytest.mark.parametrize(
    ("reply", "kind", "requests"), [(failed(400), AICallFailure.ITEM, 7), (failed(500), AICallFailure.TEMPORARY, 4)]
)
def test_a_request_that_was_given_up_is_not_asked_again_in_its_run(
    customer: Customer, provider: WireServer, reply: Reply, kind: AICallFailure, requests: int
) -> None:
    provider.script(reply)
    first = customer.ask()
    provider.script(GOOD)
    assert customer.ask() == first is not None
    assert (first.temporary, customer.rejected) == (kind is AICallFailure.TEMPORARY, [first, first])
    assert (customer.calls()[0].failure, len(provider.seen)) == (kind, requests)
    assert (customer.charges(), customer.held()) == ([], 0)


SPOILT: dict[str, Callable[[Customer, Session], object]] = {
    "NUL": lambda c, db: db.add(Cluster(site_id=c.site.id, name="a\x00", normalized="a")),
    "surrogate": lambda c, db: db.add(Cluster(site_id=c.site.id, name="a\ud800", normalized="a")),
    "too long for its index": lambda c, db: db.add(Cluster(site_id=c.site.id, name="a", normalized=noise(20_000))),
    "twice": lambda c, db: db.add_all(Cluster(site_id=c.site.id, name="a", normalized="a") for _ in range(2)),
    "its cluster was deleted": lambda c, db: db.add(idea(c, cluster_id=10**9)),
    "too large a number": lambda c, db: db.add(idea(c, cluster_id=10**25)),
}


def noise(length: int) -> str:
    return "".join(random.Random(1).choices("abcdefghijklmnopqrstuvwxyz0123456789", k=length))  # noqa: S311 - a fixed text


def idea(customer: Customer, **values: Any) -> ContentIdea:
    fields = {"title": "t", "normalized": "t", "outline": [], "target_keywords": [], "estimated_word_count": 1}
    return ContentIdea(site_id=customer.site.id, **fields, **values)


@pytest.mark.parametrize("spoilt", SPOILT)
def test_a_value_that_the_database_refuses_fails_its_items_with_a_sentence(
    customer: Customer, provider: WireServer, spoilt: str
) -> None:
    def apply(session: Session, _: KeywordClusters) -> Applied:
        session.add(Cluster(site_id=customer.site.id, name="right", normalized="right"))
        SPOILT[spoilt](customer, session)
        return Applied(Credits.of(1))

    provider.script(GOOD)
    failure = customer.ask(apply=apply)
    assert failure is not None
    assert failure.reason.startswith("The database refused a value of the AI answer: ")
    assert not failure.temporary
    assert "INSERT" not in failure.reason
    assert customer.calls()[0].error == failure.reason
    assert customer.ask(apply=apply) == failure, "and so at a retry, without asking"
    assert (customer.rows(), customer.charges(), customer.held(), len(provider.seen)) == (0, [], 0, 1)


def test_apply_may_say_itself_that_its_results_cannot_be_written(customer: Customer, provider: WireServer) -> None:
    def apply(_session: Session, _: KeywordClusters) -> Applied:
        raise ResultRefused("The article was deleted.")

    provider.script(GOOD)
    failure = customer.ask(apply=apply)
    assert [failure] == customer.rejected
    assert failure
    assert failure.reason == "The article was deleted."


@pytest.mark.parametrize("error", [LeaseLost(1, 1), OperationalError("SELECT 1", {}, Exception("deadlock detected"))])
def test_other_errors_of_apply_pass_and_the_retry_works(
    customer: Customer, provider: WireServer, error: Exception
) -> None:
    def apply(_session: Session, _: KeywordClusters) -> Applied:
        raise error

    provider.script(GOOD)
    with pytest.raises(type(error)):
        customer.ask(apply=apply)
    assert customer.rejected == []
    assert customer.ask() is None
    assert (customer.charges(), customer.held(), len(provider.seen)) == ([2], 0, 1)


def test_what_is_known_before_needs_neither_a_provider_nor_a_place_there(
    customer: Customer, provider: WireServer
) -> None:
    def apply(_session: Session, _: KeywordClusters) -> Applied:
        raise LeaseLost(1, 1)

    provider.script(GOOD)
    assert customer.look() == NOTHING_KNOWN
    with pytest.raises(LeaseLost):
        customer.ask(apply=apply)
    customer.known = customer.look()
    assert (list(customer.known.entries), customer.known.settled) == ([f"{customer.key(1)}/ask/1"], frozenset())
    customer.open_client = lambda: AIClient(Endpoint("http://127.0.0.1:9/v1", "k", "tiny", "brush", 1))
    assert customer.ask() is None
    assert (customer.rows(), customer.charges(), customer.held(), len(provider.seen)) == (2, [2], 0, 1)
    customer.known = customer.look()
    assert customer.known.settled == {customer.key(1)}
    assert customer.ask() is None
    assert (customer.rows(), customer.charges()) == (2, [2])


def test_an_answer_that_came_to_an_earlier_process_meanwhile_is_found_as_the_request_leaves(
    customer: Customer, provider: WireServer
) -> None:
    """An answer is kept without a fence, so it can arrive after its successor has looked."""
    provider.script(GOOD)
    customer.known = customer.look()
    assert customer.ask(apply=lambda _session, _: Applied(Credits.of(0))) is None
    assert (len(provider.seen), customer.charges()) == (1, []), "nothing was used: the key is free"
    assert customer.ask() is None
    assert (len(provider.seen), customer.charges(), customer.held()) == (1, [2], 0)


@pytest.mark.parametrize("short", [InsufficientCredits(Credits.of(5), Credits.of(1)), LeaseLost(1, 1)])
def test_what_keeps_a_request_from_leaving_leaves_nothing_behind(
    customer: Customer, provider: WireServer, monkeypatch: pytest.MonkeyPatch, short: Exception
) -> None:
    def refuse(_session: Session, _charge: object) -> None:
        raise short

    meter = customer.meter
    monkeypatch.setattr(customer, "meter", lambda client, number: replace(meter(client, number), allow=refuse))
    provider.script(GOOD)
    with pytest.raises(type(short)):
        customer.ask()
    assert (customer.calls(), customer.held(), provider.seen) == ([], 0, []), "no row says that it was sent"


def test_a_picture_that_cannot_be_kept_is_not_paid_for_again_and_again(
    customer: Customer, provider: WireServer
) -> None:
    def store(_: object) -> str:
        raise OSError(errno.ENOSPC, "No space left on device")

    provider.script(drawn(b64_json=png()))
    failures = [customer.draw(store=store), customer.draw(store=store)]
    assert failures[0] == failures[1] is not None
    assert "its file could not be written (No space left on device)" in failures[0].reason
    assert failures[0].temporary, "another run draws it when there is room again"
    assert (len(provider.seen), customer.charges(), customer.held()) == (1, [], 0)
