"""What is sent again, how often, and after which wait: counted at a real HTTP server."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from igny8_lib.ai.answers import TextAnswer
from igny8_lib.ai.client import AIClient, Endpoint
from igny8_lib.ai.errors import ProviderOverloaded, ProviderUnreachable
from igny8_lib.ai.retrying import Retrying
from igny8_lib.errors import LeaseLost, TemporaryError
from tests.lib.ai.test_client_text import ANSWER, REQUEST, ask
from tests.lib.ai.wire_server import Reply, Seen, WireServer, failed, said

MakeClient = Callable[..., AIClient]
BRIEF = 1.5
"""Seconds of a time-out: below what a dripping answer takes, above what any other one takes. On a busy machine that may
be late, too, now and then."""


@pytest.mark.parametrize(
    "reply",
    [
        failed(429, "rate_limit_exceeded"),
        failed(408),
        failed(409),
        failed(500),
        failed(502),
        failed(503),
        failed(529, "overloaded_error"),
        Reply(503, b"<html>Bad gateway", {"content-type": "text/html"}),
        Reply(body=b'{"choices": [{"mess'),
        Reply(body=b""),
        Reply(body=b"<html>", headers={"content-type": "text/html"}),
        Reply(body=b'{"choices": [1, 2, 3]}', cut=True),
        Reply(reset=True),
    ],
    ids=lambda reply: f"{reply.status}-{'reset' if reply.reset else 'cut' if reply.cut else reply.body[:12].decode()}",
)
def test_what_can_pass_is_sent_again_with_the_same_key(
    provider: WireServer, open_client: MakeClient, reply: Reply
) -> None:
    provider.script(reply, reply, said(ANSWER))
    assert ask(open_client()).attempts == 3
    assert [seen.headers["idempotency-key"] for seen in provider.seen] == ["k1"] * 3


@pytest.mark.parametrize(
    ("reply", "error"),
    [(failed(429), ProviderOverloaded), (failed(503), ProviderOverloaded), (Reply(reset=True), ProviderUnreachable)],
)
def test_attempts_are_bounded_and_told(
    provider: WireServer, open_client: MakeClient, waits: list[float], reply: Reply, error: type[TemporaryError]
) -> None:
    provider.script(reply)
    with pytest.raises(error) as caught:
        ask(open_client())
    assert (len(provider.seen), len(waits)) == (4, 3)
    assert caught.value.facts["attempts"] == 4
    assert "4 attempts" in str(caught.value)


def test_a_time_out_is_sent_again(provider: WireServer, open_client: MakeClient) -> None:
    provider.script(Reply(hang=True), said(ANSWER))
    assert ask(open_client(timeout=BRIEF)).attempts > 1


def test_the_time_out_bounds_the_whole_answer_not_each_read(provider: WireServer, open_client: MakeClient) -> None:
    provider.script(replace(said(ANSWER), drip=True), said(ANSWER))
    assert ask(open_client(timeout=BRIEF)).attempts > 1


def test_a_provider_that_is_not_there_is_unreachable() -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        nobody = f"http://127.0.0.1:{unused.getsockname()[1]}/v1"
        client = AIClient(Endpoint(nobody, "key", "tiny", "brush"), retrying=Retrying(2, first_wait_seconds=0))
        with pytest.raises(ProviderUnreachable, match=r"cannot be reached.*\(2 attempts\)"):
            ask(client)


def test_waits_grow_and_spread(provider: WireServer, open_client: MakeClient, waits: list[float]) -> None:
    provider.script(failed(503))
    with pytest.raises(ProviderOverloaded):
        ask(open_client(attempts=8, first_wait_seconds=1, longest_wait_seconds=8))
    ceilings = [1, 2, 4, 8, 8, 8, 8]
    assert all(ceiling / 2 <= wait <= ceiling for wait, ceiling in zip(waits, ceilings, strict=True))


@pytest.mark.parametrize(
    ("headers", "bounds"),
    [
        ({"retry_after": "7"}, (7, 7.25)),
        ({"retry_after": "0"}, (0, 0.25)),
        ({"retry_after_ms": "1500", "retry_after": "9"}, (1.5, 1.75)),
        ({"retry_after": "soon"}, (0.25, 0.5)),
        ({"retry_after": "-3"}, (0, 0.25)),
        ({}, (0.25, 0.5)),
    ],
)
def test_the_wait_the_provider_asks_for_is_kept(
    provider: WireServer,
    open_client: MakeClient,
    waits: list[float],
    headers: dict[str, str],
    bounds: tuple[float, float],
) -> None:
    provider.script(failed(429, **headers), said(ANSWER))
    ask(open_client())
    assert len(waits) == 1
    assert bounds[0] <= waits[0] <= bounds[1]


def test_a_wait_given_as_a_date_is_kept(provider: WireServer, open_client: MakeClient, waits: list[float]) -> None:
    until = format_datetime(datetime.now(UTC) + timedelta(seconds=100), usegmt=True)
    provider.script(failed(503, retry_after=until), said(ANSWER))
    ask(open_client())
    assert 50 < waits[0] <= 100.25


def test_a_wait_beyond_the_bound_is_not_begun(
    provider: WireServer, open_client: MakeClient, waits: list[float]
) -> None:
    provider.script(failed(429, retry_after="3600"))
    with pytest.raises(ProviderOverloaded) as caught:
        ask(open_client(total_seconds=300))
    assert (len(provider.seen), waits, caught.value.retry_after_seconds) == (1, [], 3600)


def test_the_bound_in_time_holds_for_all_waits_together(provider: WireServer, open_client: MakeClient) -> None:
    provider.script(failed(429, retry_after="100"))
    with pytest.raises(ProviderOverloaded):
        ask(open_client(attempts=50, total_seconds=350))
    assert len(provider.seen) == 4  # three waits of 100 s fit, a fourth does not


def test_a_provider_that_says_do_not_retry_is_believed(provider: WireServer, open_client: MakeClient) -> None:
    provider.script(failed(500, x_should_retry="false"))
    with pytest.raises(Exception, match="does not accept"):
        ask(open_client())
    assert len(provider.seen) == 1


def test_leaving_is_announced_for_each_attempt(provider: WireServer, open_client: MakeClient) -> None:
    provider.script(failed(503), failed(503), said(ANSWER))
    arrived: list[int] = []

    async def leaving() -> None:
        arrived.append(len(provider.seen))

    ask(open_client(), leaving=leaving)
    assert arrived == [0, 1, 2]


def test_a_request_that_may_not_leave_does_not_and_frees_its_place(
    provider: WireServer, open_client: MakeClient
) -> None:
    async def stopped() -> None:
        raise LeaseLost(site_id=1, token=2)

    client = open_client()
    with pytest.raises(LeaseLost):
        ask(client, leaving=stopped)
    assert (len(provider.seen), client.pace.in_flight) == (0, 0)


def test_throttling_halves_the_bound_once_per_burst(provider: WireServer, open_client: MakeClient) -> None:
    """Eight requests start together and are all refused: one burst, one cut, and everybody succeeds afterwards."""
    first: set[str] = set()

    def decide(seen: Seen) -> Reply:
        key = seen.headers["idempotency-key"]
        again = key in first
        first.add(key)
        return said(ANSWER) if again else failed(429)

    provider.decide = decide
    client = open_client()
    client.dialects.open("tiny")  # else the first request would go alone

    async def all_at_once() -> list[TextAnswer]:
        async with client:
            return await asyncio.gather(*(client.ask(REQUEST, key=f"k{n}") for n in range(8)))

    answers = asyncio.run(all_at_once())
    assert [answer.attempts for answer in answers] == [2] * 8
    assert len(provider.seen) == 16
    assert client.pace.bound == 5  # 8, halved once, and one full round of four successes
