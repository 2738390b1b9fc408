"""The client through each fault of a provider that is not the sandbox: what is read, raised and sent, and no key."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

import pytest

from igny8_lib.ai.answers import ImageAnswer, TextAnswer
from igny8_lib.ai.client import AIClient, Endpoint
from igny8_lib.ai.endpoint_check import text_requests
from igny8_lib.ai.errors import (
    AIFailure,
    AnswerInvalid,
    AnswerRefused,
    AnswerTruncated,
    ContentFiltered,
    InsufficientQuota,
    ProviderOverloaded,
    ProviderRejected,
    ProviderUnreachable,
    RequestRejected,
)
from igny8_lib.ai.figures import MAX_COUNT
from igny8_lib.ai.requests import ImageRequest, TextRequest
from igny8_lib.ai.retrying import Retrying
from igny8_lib.text.characters import storable
from tests.faulty_provider import FAULTS, FaultyProvider

KEY = "sk-proj-Zq8/vT3+kL0xW9nB4yRt7uHs2"
ATTEMPTS = 2
PICTURE = ImageRequest("A rose bush", "1536x1024", "low")

RAISED: dict[type[AIFailure], str] = {
    AnswerInvalid: """empty null blank prose_only half_json empty_object deep_json only_braces numbers_for_texts
        names_long key_as_answer
        tool_calls_only no_choices null_choices number_choices image_truncated image_1_pixel image_bomb image_text
        image_number image_key_url image_url_loop image_no_data""",
    AnswerRefused: "refusal",
    AnswerTruncated: "truncated_max_tokens truncated_model_length truncated_max_output_tokens",
    ContentFiltered: "filtered error_flagged error_moderation",
    InsufficientQuota: "error_402_in_200",
    ProviderRejected: "error_list error_key error_404 redirect redirect_elsewhere",
    RequestRejected: """error_400_in_200 error_string error_detail error_plain error_code_huge error_code_object
        error_nul error_key_in_parts""",
    ProviderOverloaded: """error_429_in_200 error_text_in_200 error_in_choice error_html error_empty error_deep
        error_key_page error_429_forever error_529 error_odd_retry""",
    ProviderUnreachable: "cut_body reset slow_drip gzip_garbage length_too_short html_200 empty_200 latin_1_200",
}
EXPECTED = {name: kind for kind, names in RAISED.items() for name in names.split()}
"""What each fault ends in; all others are read."""
SENT_AGAIN = frozenset({ProviderOverloaded, ProviderUnreachable})
SENT = {
    "refuses_response_format": 3,
    "refuses_max_completion_tokens": 2,
    "refuses_size": 2,
    "refuses_quality": 2,
    "error_429_forever": 1,
}
LOST = frozenset({"length_too_short"})
"""Its surplus bytes stay on the connection, on which the next attempt may be sent and get lost, unless the client has
heard by then that the connection is closed."""


async def record(_seconds: float) -> None:
    """The wait that is not made."""


def client_of(provider: FaultyProvider, fault: str = "") -> AIClient:
    endpoint = Endpoint(provider.base_url, KEY, "text", "image", 1.5 if fault == "slow_drip" else 30)
    return AIClient(endpoint, retrying=Retrying(ATTEMPTS, sleep=record))


async def send(client: AIClient, path: str, key: str, request: TextRequest[Any]) -> Sequence[object]:
    """What one request came to: answers, or the failure."""
    try:
        if path == "image":
            return [await client.draw(PICTURE, key=key)]
        answer = await client.ask(request, key=key)
        return [answer, request.read(answer)]
    except AIFailure as failure:
        return [failure]


def once(fault: str, path: str) -> tuple[Sequence[object], int]:
    """One request to a provider with this fault, and how often it was sent."""

    async def ask(provider: FaultyProvider) -> Sequence[object]:
        async with client_of(provider, fault) as client:
            return await send(client, path, "k", text_requests()[0])

    with FaultyProvider(fault) as provider:
        return asyncio.run(ask(provider)), provider.requests["k"]


def paths_of(fault: str) -> list[str]:
    return ["chat", "image"] if FAULTS[fault].path == "any" else [FAULTS[fault].path]


CASES = [(fault, path) for fault in FAULTS for path in paths_of(fault)]


@pytest.mark.parametrize(("fault", "path"), CASES, ids=str)
def test_each_fault_is_read_or_named_and_sent_no_more_than_it_has_to_be(fault: str, path: str) -> None:
    found, sent = once(fault, path)
    expected = EXPECTED.get(fault, TextAnswer if path == "chat" else ImageAnswer)
    assert type(found[0]) is expected or (expected is AnswerInvalid and isinstance(found[0], AnswerInvalid)), found[0]
    most = SENT.get(fault, ATTEMPTS if expected in SENT_AGAIN else 1)
    assert sent == most or (fault in LOST and sent == 1)
    check_clean(found)


def check_clean(found: Sequence[object]) -> None:
    """No part of the key, nothing that the database refuses, nothing without bound, no absurd figure."""
    for thing in found:
        told = f"{thing} {thing!r} {getattr(thing, 'facts', '')} {vars(thing)}"
        parts = [KEY[at : at + 8] for at in range(len(KEY) - 7)]
        assert not [part for part in parts if part in told]
        assert not [text for text in texts_of(thing) if text != storable(text)]
        if isinstance(thing, AIFailure):
            assert len(str(thing)) < 2000
        for figure in figures_of(thing):
            assert figure is None or 0 <= figure <= MAX_COUNT


def texts_of(thing: object) -> list[str]:
    if isinstance(thing, TextAnswer):
        assert len(thing.model) <= 200
        assert thing.finish_reason in {"stop", "length", "content_filter", "tool_calls", ""}
        return [thing.text, thing.model, thing.refusal]
    return [str(thing)]


def figures_of(thing: object) -> list[int | None]:
    usage = getattr(thing, "usage", None)
    return [usage.tokens_in, usage.tokens_cached, usage.tokens_out] if usage else []


def test_every_expectation_is_about_a_fault_there_is() -> None:
    assert len(FAULTS) >= 80
    assert EXPECTED.keys() | SENT.keys() <= FAULTS.keys()


@pytest.mark.parametrize("request_", text_requests(), ids=lambda request: request.function)
def test_without_faults_it_answers_each_function(request_: TextRequest[Any]) -> None:
    async def ask(provider: FaultyProvider) -> Sequence[object]:
        async with client_of(provider) as client:
            return await send(client, "chat", "k", request_)

    with FaultyProvider() as provider:
        assert isinstance(asyncio.run(ask(provider))[-1], request_.answer)


def test_a_mix_of_faults_ends_each_request_in_an_answer_or_a_named_failure() -> None:
    requests = [text_requests()[number % 4] for number in range(80)]

    async def ask_all(provider: FaultyProvider) -> list[Sequence[object]]:
        async with client_of(provider, "slow_drip" if provider.fault else "") as client:
            chats = [send(client, "chat", f"chat-{number}", request) for number, request in enumerate(requests)]
            pictures = [send(client, "image", f"image-{number}", requests[0]) for number in range(40)]
            return await asyncio.gather(*chats, *pictures)

    with FaultyProvider(mix=0.25, seed=3) as provider:
        results = asyncio.run(ask_all(provider))
    assert len(results) == 120
    assert sum(provider.given.values()) > 20
    for found in results:
        check_clean(found)
