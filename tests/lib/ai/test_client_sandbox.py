"""The client against the project's own sandbox, which fails as providers do."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from igny8_lib.ai.client import AIClient, Endpoint
from igny8_lib.ai.errors import BadAnswer, InsufficientQuota, TemporaryFailure
from igny8_lib.ai.functions import auto_cluster, generate_images
from igny8_lib.ai.functions.auto_cluster import KeywordItem
from igny8_lib.ai.pace import Pace
from igny8_lib.ai.requests import SiteBrief
from igny8_lib.ai.retrying import Retrying
from igny8_lib.models.writer import ImageKind
from tests.sandbox_server import SandboxServer

SITE = SiteBrief("Garden", "garden.example", "en", "")
Send = Callable[[AIClient, int], Awaitable[object]]


async def ask(client: AIClient, number: int) -> object:
    request = auto_cluster.request(SITE, [KeywordItem(n, f"prune roses {number} {n}") for n in range(1, 6)])
    return request.read(await client.ask(request, key=f"ask-{number}"))


async def draw(client: AIClient, number: int) -> object:
    return await client.draw(generate_images.request(f"Rose {number}", ImageKind.IN_ARTICLE), key=f"draw-{number}")


def run(sandbox: SandboxServer, send: Send, times: int, *, ceiling: int = 8) -> tuple[list[object], AIClient]:
    """Send so many requests at once; answers and failures in order."""
    endpoint = Endpoint(sandbox.base_url, "any", "text", "image", 30)
    client = AIClient(endpoint, pace=Pace(ceiling), retrying=Retrying(first_wait_seconds=0.01))

    async def all_at_once() -> list[object]:
        async with client:
            return await asyncio.gather(*(send(client, n) for n in range(times)), return_exceptions=True)

    return asyncio.run(all_at_once()), client


@pytest.mark.parametrize("send", [ask, draw])
def test_every_way_to_fail_ends_in_an_answer_or_a_named_failure(sandbox: SandboxServer, send: Send) -> None:
    sandbox.switch(failing_rate=0.5, retry_after_seconds=0.01)
    results, client = run(sandbox, send, 60)
    failures = [result for result in results if isinstance(result, BaseException)]
    assert all(isinstance(failure, BadAnswer | TemporaryFailure) for failure in failures)
    assert 0 < len(failures) < 60
    assert client.pace.in_flight == 0


def test_pictures_by_url_arrive(sandbox: SandboxServer) -> None:
    sandbox.switch(image_as_url=True)
    results, _ = run(sandbox, draw, 3)
    assert not [result for result in results if isinstance(result, BaseException)]


def test_a_provider_that_bears_few_requests_answers_them_all_at_a_slower_pace(sandbox: SandboxServer) -> None:
    sandbox.switch(max_in_flight=3, latency_seconds=0.05, retry_after_seconds=0.01)
    results, client = run(sandbox, ask, 40, ceiling=16)
    assert not [result for result in results if isinstance(result, BaseException)]
    assert client.pace.bound < 16


def test_no_more_requests_are_in_flight_than_the_ceiling(sandbox: SandboxServer) -> None:
    sandbox.switch(latency_seconds=0.05)
    run(sandbox, ask, 20, ceiling=4)
    assert sandbox.requests()["max_in_flight"] <= 4


def test_an_exhausted_quota_is_told_after_one_request(sandbox: SandboxServer) -> None:
    sandbox.switch(quota_exhausted=True)
    (failure,), _ = run(sandbox, ask, 1)
    assert isinstance(failure, InsufficientQuota)
    assert failure.attempts == 1
