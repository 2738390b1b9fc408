"""What the sandbox counts: exact under parallel load, and answered only where somebody was there to hear it."""

from __future__ import annotations

import asyncio
import json
import socket
import struct
import time
from collections.abc import Callable

import httpx
import pytest

from igny8_lib.sandbox import journal
from tests.sandbox_server import SandboxServer

HEADERS = {"authorization": "Bearer any"}
PATH = "/v1/chat/completions"


def body(text: str) -> dict[str, object]:
    return {"model": "m", "messages": [{"role": "user", "content": text}]}


def post(sandbox: SandboxServer, text: str, key: str) -> httpx.Response:
    headers = HEADERS | {"idempotency-key": key}
    return httpx.post(sandbox.url + PATH, json=body(text), headers=headers, timeout=30)


def hang_up_early(sandbox: SandboxServer, key: str, *, abort: bool) -> None:
    """Send a request and close the connection before the answer, with or without a reset."""
    content = json.dumps(body("hello")).encode()
    head = (
        f"POST {PATH} HTTP/1.1\r\nhost: sandbox\r\nauthorization: Bearer any\r\ncontent-type: application/json\r\n"
        f"idempotency-key: {key}\r\ncontent-length: {len(content)}\r\n\r\n"
    )
    url = httpx.URL(sandbox.url)
    with socket.create_connection((url.host, url.port)) as connection:
        connection.sendall(head.encode() + content)
        until(lambda: key in sandbox.requests()["keys"])
        if abort:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def until(true: Callable[[], bool], seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it did not become true"
        time.sleep(0.02)


def test_counts_by_path_and_key_are_exact_under_parallel_load(sandbox: SandboxServer) -> None:
    async def storm() -> list[int]:
        limits = httpx.Limits(max_connections=32)
        async with httpx.AsyncClient(base_url=sandbox.url, headers=HEADERS, limits=limits, timeout=60) as client:
            asked = [
                client.post(PATH, json=body(f"number {n}"), headers={"idempotency-key": f"key {n % 50}"})
                for n in range(400)
            ]
            return [answer.status_code for answer in await asyncio.gather(*asked)]

    sandbox.switch(error_rate=0.2)
    statuses = asyncio.run(storm())
    counts = sandbox.requests()
    good = sum(status == 200 for status in statuses)
    assert counts["paths"][PATH]["started"] == 400
    assert counts["paths"][PATH]["answered"] == good
    assert counts["paths"][PATH]["outcomes"] == {"ok": good, "server_error": 400 - good}
    assert {found["started"] for found in counts["keys"].values()} == {8}
    assert sum(found["answered"] for found in counts["keys"].values()) == good
    assert counts["in_flight"] == 0
    assert counts["max_in_flight"] <= 32


@pytest.mark.parametrize("abort", [False, True], ids=["closed", "reset"])
def test_a_client_that_hangs_up_was_not_answered_and_is_not_in_flight(sandbox: SandboxServer, *, abort: bool) -> None:
    sandbox.switch(latency_seconds=60)
    hang_up_early(sandbox, "gone", abort=abort)
    until(lambda: sandbox.requests()["in_flight"] == 0)
    counts = sandbox.requests()
    assert counts["keys"]["gone"] == {"started": 1, "answered": 0, "ok": 0, "answered_at": None}
    assert counts["paths"][PATH]["outcomes"] == {"disconnected": 1}


def test_an_answer_spoilt_by_a_switch_is_answered_but_not_ok(sandbox: SandboxServer) -> None:
    sandbox.switch(fail_next=["malformed", "rate_limited", "ok"])
    assert [post(sandbox, "hello", "mine").status_code for _ in range(3)] == [200, 429, 200]
    found = sandbox.requests()["keys"]["mine"]
    assert (found["started"], found["answered"], found["ok"]) == (3, 2, 1)


def test_a_reset_forgets_and_a_request_that_was_under_way_is_not_counted_later(sandbox: SandboxServer) -> None:
    sandbox.switch(latency_seconds=60)
    hang_up_early(sandbox, "before", abort=False)
    sandbox.reset()
    until(lambda: sandbox.requests()["in_flight"] == 0)
    assert sandbox.requests()["paths"] == {}
    assert sandbox.requests()["keys"] == {}


def test_reading_switches_and_counts_is_not_counted(sandbox: SandboxServer) -> None:
    sandbox.switch(seed=1)
    httpx.get(f"{sandbox.base_url}/models", headers=HEADERS)
    assert sandbox.requests()["started"] == 0


def test_the_oldest_keys_are_forgotten_and_that_is_said() -> None:
    counts = journal.Journal()
    for number in range(journal.REMEMBERED_KEYS + 3):
        counts.end(counts.begin(PATH, f"key {number}"), delivered=False)
    document = counts.as_json()
    assert len(document["keys"]) == journal.REMEMBERED_KEYS
    assert document["forgotten_keys"] == 3
    assert document["started"] == journal.REMEMBERED_KEYS + 3
