"""Every switch, as the real SDK meets it."""

from __future__ import annotations

import json
import time
from collections.abc import Callable

import httpx
import openai
import pytest

from igny8_lib.sandbox.switches import Reaction
from tests.sandbox_server import SandboxServer

SCHEMA = {"type": "object", "properties": {"word": {"type": "string"}}, "required": ["word"]}
FORMAT = {"type": "json_schema", "json_schema": {"name": "anything", "schema": SCHEMA}}


@pytest.fixture
def ask(sandbox: SandboxServer) -> Callable[..., openai.types.chat.ChatCompletion]:
    """Asks for {"word": …}, without retries of the SDK's."""
    client = openai.OpenAI(base_url=sandbox.base_url, api_key="any", max_retries=0, timeout=30)

    def chat(text: str = "hello") -> openai.types.chat.ChatCompletion:
        messages = [{"role": "user", "content": text}]
        return client.chat.completions.create(model="m", messages=messages, response_format=FORMAT)

    return chat


def outcomes(sandbox: SandboxServer) -> dict[str, int]:
    return sandbox.requests()["paths"]["/v1/chat/completions"]["outcomes"]


def test_errors_are_500_502_and_503(sandbox: SandboxServer, ask: Callable) -> None:
    sandbox.switch(error_rate=1)
    seen = set()
    for number in range(20):
        with pytest.raises(openai.InternalServerError) as caught:
            ask(f"number {number}")
        seen.add(caught.value.status_code)
    assert seen == {500, 502, 503}


def test_a_rate_limit_says_how_long_to_wait(sandbox: SandboxServer, ask: Callable) -> None:
    sandbox.switch(rate_limit_rate=1, retry_after_seconds=2.5)
    with pytest.raises(openai.RateLimitError) as caught:
        ask()
    assert caught.value.code == "rate_limit_exceeded"
    assert caught.value.response.headers["retry-after"] == "3"
    assert caught.value.response.headers["retry-after-ms"] == "2500"


def test_a_truncated_answer_has_finish_reason_length_and_cut_json(sandbox: SandboxServer, ask: Callable) -> None:
    sandbox.switch(truncate_rate=1)
    choice = ask().choices[0]
    assert choice.finish_reason == "length"
    with pytest.raises(ValueError, match=r"Unterminated|Expecting"):
        json.loads(choice.message.content)


def test_a_malformed_answer_says_stop_and_never_fits_the_schema(sandbox: SandboxServer, ask: Callable) -> None:
    sandbox.switch(malformed_rate=1)
    for number in range(12):
        choice = ask(f"number {number}").choices[0]
        assert choice.finish_reason == "stop"
        try:
            assert "word" not in json.loads(choice.message.content)
        except ValueError:
            continue


def test_a_refusal_has_no_content(sandbox: SandboxServer, ask: Callable) -> None:
    sandbox.switch(refusal_rate=1)
    message = ask().choices[0].message
    assert message.content is None
    assert "can't help" in message.refusal


def test_the_content_filter_is_named_as_the_reason(sandbox: SandboxServer, ask: Callable) -> None:
    sandbox.switch(content_filter_rate=1)
    assert ask().choices[0].finish_reason == "content_filter"


def test_a_dropped_connection_ends_without_an_answer(sandbox: SandboxServer, ask: Callable) -> None:
    sandbox.switch(drop_rate=1)
    with pytest.raises(openai.APIConnectionError):
        ask()
    assert outcomes(sandbox) == {"dropped": 1}
    assert "Traceback" not in sandbox.log()


def test_an_exhausted_quota_holds_for_all_requests(sandbox: SandboxServer, ask: Callable) -> None:
    sandbox.switch(quota_exhausted=True)
    for _ in range(2):
        with pytest.raises(openai.RateLimitError) as caught:
            ask()
        assert caught.value.code == "insufficient_quota"


def test_scripted_outcomes_are_consumed_in_order(sandbox: SandboxServer, ask: Callable) -> None:
    sandbox.switch(fail_next=["refused", "ok", "truncated"])
    found = [ask().choices[0] for _ in range(4)]
    assert [bool(choice.message.refusal) for choice in found] == [True, False, False, False]
    assert [choice.finish_reason for choice in found] == ["stop", "stop", "length", "stop"]


def test_requests_with_a_text_in_them_can_be_made_to_fail_a_number_of_times(
    sandbox: SandboxServer, ask: Callable
) -> None:
    sandbox.switch(fail_matching=[{"contains": "payday", "outcome": "refused", "times": 2}])
    assert not ask("mortgage").choices[0].message.refusal
    assert [bool(ask("payday loans").choices[0].message.refusal) for _ in range(3)] == [True, True, False]


def test_retrying_the_same_body_can_succeed(sandbox: SandboxServer, ask: Callable) -> None:
    sandbox.switch(refusal_rate=0.5)
    assert {bool(ask().choices[0].message.refusal) for _ in range(20)} == {True, False}


def test_the_same_seed_gives_the_same_failures_and_another_seed_others(sandbox: SandboxServer, ask: Callable) -> None:
    def failures(seed: int) -> list[bool]:
        sandbox.reset()
        sandbox.switch(refusal_rate=0.5, seed=seed)
        return [bool(ask(f"number {number}").choices[0].message.refusal) for number in range(24)]

    assert failures(1) == failures(1) != failures(2)


def test_one_rate_spreads_over_all_ways_to_fail(sandbox: SandboxServer, ask: Callable) -> None:
    sandbox.switch(failing_rate=0.7)
    for number in range(150):
        try:
            ask(f"number {number}")
        except openai.APIError:
            continue
    counts = outcomes(sandbox)
    assert set(counts) == {way.value for way in Reaction} - {"quota_exhausted"}
    assert 25 <= counts["ok"] <= 65


def test_an_answer_takes_the_latency_and_eight_at_once_take_no_longer(sandbox: SandboxServer) -> None:
    sandbox.switch(latency_seconds=3, latency_jitter=0.2)
    counted = sandbox.requests()["paths"]
    begun = time.monotonic()
    answers = ask_many(sandbox, 8)
    assert time.monotonic() - begun >= 2.8
    assert [answer.status_code for answer in answers] == [200] * 8
    assert counted == {}
    assert sandbox.requests()["max_in_flight"] == 8


def test_requests_beyond_the_bound_in_flight_are_answered_with_429(sandbox: SandboxServer) -> None:
    sandbox.switch(latency_seconds=3, max_in_flight=3)
    statuses = sorted(answer.status_code for answer in ask_many(sandbox, 5))
    assert statuses == [200, 200, 200, 429, 429]


def test_named_switches_change_and_the_others_stay(sandbox: SandboxServer) -> None:
    sandbox.switch(error_rate=0.1)
    values = sandbox.switch(seed=7)
    assert (values["error_rate"], values["seed"]) == (0.1, 7)
    sandbox.reset()
    assert httpx.get(f"{sandbox.url}/sandbox/switches").json()["error_rate"] == 0


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ({"latency": 1}, "latency"),
        ({"error_rate": 1.5}, "less than or equal to 1"),
        ({"error_rate": 0.6, "drop_rate": 0.6}, "sum to 1.2"),
        ({"fail_next": ["explode"]}, "server_error"),
    ],
)
def test_bad_switches_are_refused_with_a_sentence_and_change_nothing(
    sandbox: SandboxServer, values: dict[str, object], told: str
) -> None:
    before = httpx.get(f"{sandbox.url}/sandbox/switches").json()
    answer = httpx.put(f"{sandbox.url}/sandbox/switches", json=values)
    assert answer.status_code == 400
    assert told in answer.json()["error"]["message"]
    assert httpx.get(f"{sandbox.url}/sandbox/switches").json() == before


def test_switches_can_be_given_at_the_start() -> None:
    with SandboxServer("--latency", "0.25", "--set", "refusal_rate=1", "--set", 'fail_next=["ok"]') as server:
        server.reset()
        values = httpx.get(f"{server.url}/sandbox/switches").json()
    assert (values["latency_seconds"], values["refusal_rate"], values["fail_next"]) == (0.25, 1, ["ok"])


def ask_many(sandbox: SandboxServer, number: int) -> list[httpx.Response]:
    """So many requests at once."""
    from concurrent.futures import ThreadPoolExecutor  # noqa: PLC0415 - beside its one use

    def one(n: int) -> httpx.Response:
        body = {"model": "m", "messages": [{"role": "user", "content": f"number {n}"}]}
        return client.post(f"{sandbox.base_url}/chat/completions", json=body)

    # One client: making one for each request takes long enough for the first answer to come before the last request.
    headers = {"authorization": "Bearer any"}
    with httpx.Client(headers=headers, timeout=30) as client, ThreadPoolExecutor(number) as pool:
        return list(pool.map(one, range(number)))
