"""Answers and errors as real providers wrote them: what each is read as, and how many requests it takes."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable

import pytest

from igny8_lib.ai.client import AIClient
from igny8_lib.ai.errors import (
    AIFailure,
    AnswerInvalid,
    AnswerTruncated,
    ContentFiltered,
    InsufficientQuota,
    ProviderOverloaded,
    ProviderRejected,
    RequestRejected,
)
from igny8_lib.ai.functions import auto_cluster
from igny8_lib.ai.functions.auto_cluster import KeywordClusters, KeywordItem
from igny8_lib.ai.requests import SiteBrief, repair_messages
from tests.lib.ai.wire_server import Reply, WireServer, failed, said

REQUEST = auto_cluster.request(
    SiteBrief("Lamps", "l.example", "en", ""), [KeywordItem(1, "lamp"), KeywordItem(2, "led")]
)
GOOD = json.dumps({"clusters": [{"name": "Lamps", "description": "All lamps.", "keywords": [1, 2]}]})
MakeClient = Callable[..., AIClient]


def read(client: AIClient) -> KeywordClusters:
    async def once() -> KeywordClusters:
        async with client:
            return REQUEST.read(await client.ask(REQUEST, key="k"))

    return asyncio.run(once())


def as_json(status: int, body: object) -> Reply:
    return Reply(status, json.dumps(body).encode())


THINKING = {"type": "thinking", "thinking": [{"type": "text", "text": "hm {x}"}]}


@pytest.mark.parametrize(
    "reply",
    [
        said(GOOD, choices=[{"message": {"content": [THINKING, {"type": "text", "text": GOOD}]}}]),
        said(GOOD, usage={"prompt_tokens": 10.0, "completion_tokens": 5.0}),
        said(GOOD, usage={"prompt_tokens": 10, "completion_tokens": 5, "prompt_tokens_details": []}),
        said(f"<think>\nuse {{braces}}\n</think>\n\n{GOOD}"),
        said(f"```JSON\n{GOOD}\n```"),
        said(f"{GOOD}\n\nHope this helps."),
        said(f"\ufeff{GOOD}"),
        said(f"For example:\n{json.dumps({'clusters': []})}\nThe answer:\n{GOOD}"),
        said(GOOD, error={"code": 200, "message": "fine"}),
    ],
    ids=["parts", "floats", "details", "think", "fence", "behind", "bom", "example first", "error beside it"],
)
def test_an_answer_that_can_be_read_is_read_at_the_first_request(
    provider: WireServer, open_client: MakeClient, reply: Reply
) -> None:
    provider.script(reply)
    assert read(open_client()).clusters[0].keywords == [1, 2]
    assert len(provider.seen) == 1


@pytest.mark.parametrize(
    ("reply", "error", "expected"),
    [
        (as_json(200, {"id": None, "choices": None, "error": {"message": "Provider returned error", "code": 429}}),
         ProviderOverloaded, ("Provider returned error", 4)),
        (as_json(200, {"error": {"message": "Insufficient credits", "code": 402}}),
         InsufficientQuota, ("Insufficient credits", 1)),
        (as_json(200, {"error": {"message": "Model a/b is not available", "code": 400}}),
         ProviderRejected, ("Model a/b is not available", 1)),
        (as_json(400, [{"error": {"code": 400, "message": "API key not valid.", "status": "INVALID_ARGUMENT"}}]),
         ProviderRejected, ("API key not valid.", 1)),
        (as_json(400, {"error": "Argument not supported: size"}), RequestRejected, ("Argument not supported: size", 1)),
        (as_json(422, {"detail": [{"loc": ["body", "x"], "msg": "bad field x", "type": "value_error"}]}),
         RequestRejected, ("bad field x", 1)),
        (as_json(403, {"error": {"code": 403, "message": "Your chosen model requires moderation and your input was "
                                 "flagged", "metadata": {"reasons": ["violence"], "flagged_input": "…"}}}),
         ContentFiltered, ("flagged", 1)),
        (failed(403, None, "Your account was flagged by moderation."), ProviderRejected, ("account", 1)),
        (failed(403, None, "Country, region, or territory not supported"), ProviderRejected, ("region", 1)),
        (said('{"clusters": [{"name', finish_reason="MAX_TOKENS"), AnswerTruncated, ("cut off", 1)),
    ],
)  # fmt: skip
def test_an_error_is_what_it_says_wherever_it_stands(
    provider: WireServer, open_client: MakeClient, reply: Reply, error: type[AIFailure], expected: tuple[str, int]
) -> None:
    provider.script(reply)
    words, requests = expected
    with pytest.raises(error, match=words) as caught:
        read(open_client())
    assert (type(caught.value), len(provider.seen)) == (error, requests)


def test_an_empty_answer_is_one_that_can_be_asked_again(provider: WireServer, open_client: MakeClient) -> None:
    provider.script(said(""), said(GOOD))

    async def twice() -> KeywordClusters:
        async with open_client() as client:
            with pytest.raises(AnswerInvalid) as problem:
                REQUEST.read(await client.ask(REQUEST, key="k/1"))
            again = repair_messages(problem.value)
            return REQUEST.read(await client.ask(REQUEST, key="k/2", messages=again))

    assert asyncio.run(twice()).clusters[0].name == "Lamps"
    assert all(message["content"] for message in provider.seen[1].body["messages"])


def tell(client: AIClient) -> list[str]:
    """When the request left, and when it was told as refused."""
    told: list[str] = []

    async def leaving() -> None:
        told.append("leaves")

    async def refused() -> None:
        told.append("refused")

    async def once() -> None:
        async with client:
            await client.ask(REQUEST, key="k", leaving=leaving, refused=refused)

    try:
        asyncio.run(once())
    except AIFailure as failure:
        told.append(f"fails, {failure.refused}")
    return told


@pytest.mark.parametrize(
    ("replies", "told"),
    [
        ([failed(429), said(GOOD)], ["leaves", "refused", "leaves"]),
        ([failed(401)], ["leaves", "refused", "fails, True"]),
        ([failed(402)], ["leaves", "refused", "fails, True"]),
        ([failed(400, "content_filter")], ["leaves", "refused", "fails, True"]),
        ([Reply(reset=True), failed(401)], ["leaves", "leaves", "fails, False"]),
        ([failed(503), Reply(reset=True), failed(401)], ["leaves", "refused", "leaves", "leaves", "fails, False"]),
        ([failed(504), failed(401)], ["leaves", "leaves", "fails, False"]),
        ([Reply(body=b"<html>"), said(GOOD)], ["leaves", "leaves"]),
    ],
)  # fmt: skip
def test_a_definite_refusal_is_told_unless_an_earlier_attempt_may_have_worked(
    provider: WireServer, open_client: MakeClient, replies: list[Reply], told: list[str]
) -> None:
    provider.script(*replies)
    assert tell(open_client()) == told


def test_a_provider_that_was_never_reached_did_nothing(provider: WireServer, open_client: MakeClient) -> None:
    client = open_client(attempts=1)
    provider.close()  # its thread first: the port stays open as long as it waits there
    assert tell(client) == ["leaves", "refused", "fails, True"]


def test_a_redirect_is_not_followed(provider: WireServer, open_client: MakeClient) -> None:
    provider.script(Reply(307, b"", {"location": f"{provider.url}/v2/chat/completions"}))
    with pytest.raises(ProviderRejected, match="redirects to"):
        read(open_client())
    assert len(provider.seen) == 1
