"""One text request against a real HTTP server: what is sent, and what each kind of answer becomes."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from decimal import Decimal

import pytest

from igny8_lib.ai.answers import TextAnswer, TokenUsage
from igny8_lib.ai.client import AIClient
from igny8_lib.ai.errors import (
    AnswerInvalid,
    AnswerRefused,
    AnswerTruncated,
    BadAnswer,
    ContentFiltered,
    InsufficientQuota,
    ProviderRejected,
    RequestRejected,
)
from igny8_lib.ai.functions import auto_cluster
from igny8_lib.ai.functions.auto_cluster import KeywordClusters, KeywordItem
from igny8_lib.ai.requests import SiteBrief, repair_messages
from igny8_lib.errors import PermanentError, ProviderUnavailable
from tests.lib.ai.conftest import KEY
from tests.lib.ai.wire_server import Reply, WireServer, failed, said

SITE = SiteBrief("Garden", "garden.example", "en", "Friendly gardeners")
REQUEST = auto_cluster.request(SITE, [KeywordItem(1, "prune roses", 90), KeywordItem(2, "rose pruning")])
ANSWER = {"clusters": [{"name": "Rose pruning", "description": "How to prune.", "keywords": [1, 2]}]}
MakeClient = Callable[..., AIClient]


def ask(client: AIClient, **more: object) -> TextAnswer:
    async def once() -> TextAnswer:
        async with client:
            return await client.ask(REQUEST, key="k1", **more)  # type: ignore[arg-type]

    return asyncio.run(once())


def read(client: AIClient) -> KeywordClusters:
    return REQUEST.read(ask(client))


def test_an_answer_comes_with_its_figures(provider: WireServer, open_client: MakeClient) -> None:
    provider.script(said(ANSWER))
    answer = ask(open_client(prices='{"tiny": {"input": "1", "cached_input": "0.1", "output": "10"}}'))
    assert REQUEST.read(answer).clusters[0].keywords == [1, 2]
    # 20 fresh tokens at 1, 80 cached at 0.1, 20 written at 10 dollars per million
    assert answer.usage == TokenUsage(100, 80, 20, Decimal("0.000228"))
    assert (answer.model, answer.attempts, answer.finish_reason) == ("tiny-2026-01-01", 1, "stop")
    assert answer.latency_ms >= 0


def test_unknown_figures_stay_unknown(provider: WireServer, open_client: MakeClient) -> None:
    provider.script(said(ANSWER, usage=None), said(ANSWER, usage={"prompt_tokens": 5, "completion_tokens": 6}))
    assert ask(open_client(prices='{"tiny": {"input": 1, "output": 1}}')).usage == TokenUsage(None, None, None, None)
    assert ask(open_client()).usage == TokenUsage(5, None, 6, None)


def test_the_request_is_strict_json_schema_with_key_cap_and_model(
    provider: WireServer, open_client: MakeClient
) -> None:
    provider.script(said(ANSWER))
    ask(open_client())
    seen = provider.seen[0]
    assert (seen.path, seen.headers["idempotency-key"]) == ("/v1/chat/completions", "k1")
    assert seen.headers["authorization"] == f"Bearer {KEY}"
    assert (seen.body["model"], seen.body["max_completion_tokens"]) == ("tiny", REQUEST.max_output_tokens)
    form = seen.body["response_format"]
    assert (form["type"], form["json_schema"]["name"], form["json_schema"]["strict"]) == (
        "json_schema",
        "keyword_clusters",
        True,
    )
    assert [message["role"] for message in seen.body["messages"]] == ["system", "user"]


def test_a_repair_follows_the_first_messages_so_the_prompt_cache_still_hits(
    provider: WireServer, open_client: MakeClient
) -> None:
    provider.script(said({"clusters": []}), said(ANSWER))
    wrong = ask(open_client())
    with pytest.raises(AnswerInvalid) as problem:
        REQUEST.read(wrong)
    ask(open_client(), messages=repair_messages(problem.value))
    first, second = (seen.body["messages"] for seen in provider.seen)
    assert second[:2] == first
    assert second[2] == {"role": "assistant", "content": wrong.text}
    assert "keywords numbered 1, 2 are in no cluster" in second[3]["content"]


@pytest.mark.parametrize(
    ("reply", "error"),
    [
        (said('{"clusters": [{"na', finish_reason="length"), AnswerTruncated),
        (said("", finish_reason="length"), AnswerTruncated),
        (said(ANSWER, finish_reason="length"), AnswerTruncated),
        (said(None, finish_reason="content_filter"), ContentFiltered),
        (said(None, refusal="I cannot help with that."), AnswerRefused),
        (said("  "), AnswerInvalid),
        (said(None, finish_reason="tool_calls"), AnswerInvalid),
        (said("x", choices=[]), AnswerInvalid),
        (said('{"clusters": [{"na', finish_reason="MAX_TOKENS"), AnswerTruncated),
        (said(None, finish_reason="SAFETY"), ContentFiltered),
    ],
)
def test_an_answer_that_is_none_is_named_and_carries_what_was_paid_for(
    provider: WireServer, open_client: MakeClient, reply: Reply, error: type[BadAnswer]
) -> None:
    provider.script(failed(500), reply)
    with pytest.raises(error) as caught:
        read(open_client())
    assert type(caught.value) is error
    assert (caught.value.attempts, caught.value.usage.tokens_out) == (2, 20)
    assert caught.value.answer is not None
    assert len(provider.seen) == 2


@pytest.mark.parametrize(
    ("reply", "error"),
    [
        (failed(429, "insufficient_quota", "You exceeded your current quota"), InsufficientQuota),
        (failed(402, None, "Insufficient Balance"), InsufficientQuota),
        (failed(401, "invalid_api_key"), ProviderRejected),
        (failed(403), ProviderRejected),
        (failed(404, "model_not_found", "The model `tiny` does not exist"), ProviderRejected),
        (failed(400, "context_length_exceeded"), RequestRejected),
        (failed(413), RequestRejected),
        (failed(422), RequestRejected),
        (failed(400, "content_filter"), ContentFiltered),
    ],
)
def test_a_permanent_error_is_named_and_never_sent_again(
    provider: WireServer, open_client: MakeClient, waits: list[float], reply: Reply, error: type[PermanentError]
) -> None:
    provider.script(reply)
    with pytest.raises(error) as caught:
        ask(open_client())
    assert (len(provider.seen), waits, caught.value.facts["attempts"]) == (1, [], 1)
    stops_the_stage = issubclass(error, InsufficientQuota | ProviderRejected)
    assert isinstance(caught.value, ProviderUnavailable) is stops_the_stage


def test_an_error_shows_neither_key_nor_prompt(provider: WireServer, open_client: MakeClient) -> None:
    provider.script(failed(401, "invalid_api_key", f"Incorrect API key provided: {KEY}"))
    client = open_client()
    with pytest.raises(ProviderRejected) as caught:
        ask(client)
    told = f"{caught.value} {caught.value!r} {caught.value.facts} {client.endpoint!r} {vars(caught.value)}"
    assert "Incorrect API key provided: ***" in told
    assert KEY not in told
    assert "prune roses" not in told


def test_a_client_that_is_not_open_says_so(open_client: MakeClient) -> None:
    with pytest.raises(RuntimeError, match="async with"):
        asyncio.run(open_client().ask(REQUEST, key="k1"))
