"""From an answer's text to its model: fences, broken JSON, rules, and the sentences that go back to the model."""

from __future__ import annotations

import contextlib
import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from igny8_lib.ai.answers import TextAnswer, TokenUsage
from igny8_lib.ai.error_bodies import read_refusal
from igny8_lib.ai.errors import AnswerInvalid, ProviderOverloaded
from igny8_lib.ai.failures import failure_of
from igny8_lib.ai.functions import auto_cluster
from igny8_lib.ai.functions.auto_cluster import KeywordClusters, KeywordItem
from igny8_lib.ai.requests import SiteBrief, repair_messages
from igny8_lib.ai.scrub import Scrubber

REQUEST = auto_cluster.request(SiteBrief("Garden", "garden.example", "en", ""), [KeywordItem(1, "prune roses")])
GOOD = json.dumps({"clusters": [{"name": "Roses", "description": "", "keywords": [1]}]})


def answer(text: str) -> TextAnswer:
    return TextAnswer(text, "stop", "tiny", TokenUsage(tokens_out=5), latency_ms=1, attempts=2)


@pytest.mark.parametrize("text", [GOOD, f"```json\n{GOOD}\n```", f"\n```\n{GOOD}```\n", f"  {GOOD}\n"])
def test_json_is_read_with_or_without_a_fence(text: str) -> None:
    assert REQUEST.read(answer(text)).clusters[0].name == "Roses"


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("Here are your clusters!", "no JSON document"),
        ("", "it is empty"),
        ('{"topics": []}', "no JSON document with clusters"),
        (GOOD[:-3], "Invalid JSON"),
        ('{"clusters": [{"name": "Roses", "keywords": ["one"]}]}', "clusters.0.description: Field required"),
        ('{"clusters": []}', "numbered 1 are in no cluster"),
        (GOOD.replace("Roses", "\\u0000\\ud800"), "empty name"),
    ],
)
def test_an_invalid_answer_says_what_the_model_has_to_mend(text: str, problem: str) -> None:
    with pytest.raises(AnswerInvalid) as caught:
        REQUEST.read(answer(text))
    assert problem in caught.value.problem
    assert (caught.value.usage.tokens_out, caught.value.attempts) == (5, 2)
    told, ask = repair_messages(caught.value)
    assert told == {"role": "assistant", "content": text or "(nothing)"}
    assert caught.value.problem in ask["content"]


def test_a_hopeless_answer_is_told_in_a_few_problems() -> None:
    clusters = [{"name": 1, "description": 2, "keywords": 3} for _ in range(50)]
    with pytest.raises(AnswerInvalid) as caught:
        REQUEST.read(answer(json.dumps({"clusters": clusters})))
    assert len(caught.value.problem) < 600


@pytest.mark.parametrize(
    ("body", "read"),
    [
        ({"error": {"code": "c", "message": "m"}}, ("c", "m")),
        ({"code": None, "type": "t", "message": "two\n lines"}, ("t", "two lines")),
        ({"error": "just words"}, ("", "just words")),
        ({"error": {"code": 429, "message": "x\0y" + "z" * 900}}, ("429", "xy" + "z" * 298)),
        ({"error": {"code": "c" * 900, "message": {"text": 1}}}, ("c" * 64, "")),
        ([{"error": {"code": 400, "message": "API key not valid."}}], ("400", "API key not valid.")),
        ({"detail": [{"loc": ["body", "x"], "msg": "bad field x", "type": "value_error"}]}, ("", "bad field x")),
        ({"error": {"message": '{"error": {"message": "from behind the gateway"}}'}}, ("", "from behind the gateway")),
        ({"errors": [{"title": "bad", "description": "worse"}]}, ("", "worse")),
        ("Sorry, said the gateway", ("", "Sorry, said the gateway")),
        ("<html><title>502 Bad\nGateway</title>", ("", "502 Bad Gateway")),
        ("<html>", ("", "")),
        (None, ("", "")),
        ([1], ("", "")),
    ],
)
def test_error_bodies_are_read_whatever_they_are(body: object, read: tuple[str, str]) -> None:
    refusal = read_refusal(body, Scrubber())
    assert (refusal.code, refusal.message) == read


def test_facts_of_an_error_are_plain_values() -> None:
    failure = failure_of(429, None, {"retry-after": "3"})
    assert isinstance(failure, ProviderOverloaded)
    assert failure.facts == {"attempts": 1, "retry_after_seconds": 3.0, "status": 429}
    assert json.dumps(AnswerInvalid("it is empty.", answer=answer("")).facts)


def keep_right(clusters: KeywordClusters) -> KeywordClusters | None:
    """The clusters of keyword 1."""
    right = [cluster for cluster in clusters.clusters if cluster.keywords == [1]]
    return KeywordClusters(clusters=right) if right else None


def test_what_is_right_in_an_answer_can_be_taken_from_it() -> None:
    request = replace(REQUEST, keep_right=keep_right)
    wrong = {"name": "Lamps", "description": "", "keywords": [7]}
    both = answer(json.dumps({"clusters": [wrong, {"name": "Roses", "description": "", "keywords": [1]}]}))
    kept = request.salvage(both)
    assert kept is not None
    assert [cluster.name for cluster in kept.clusters] == ["Roses"]
    assert replace(REQUEST, keep_right=None).salvage(both) is None
    assert request.salvage(answer(json.dumps({"clusters": [wrong]}))) is None
    assert request.salvage(answer("nothing")) is None


def test_the_last_document_that_keeps_the_rules_is_the_answer() -> None:
    draft = GOOD.replace("Roses", "Draft")
    assert REQUEST.read(answer(f"First {draft}, better {GOOD}, e.g. {{}}")).clusters[0].name == "Roses"


def test_a_refusal_beside_a_good_document_loses_nothing() -> None:
    assert REQUEST.read(replace(answer(GOOD), refusal="none")).clusters[0].name == "Roses"


@given(st.text())
def test_any_text_is_read_or_named(text: str) -> None:
    for written in (text, "{" + text, GOOD[:40] + text):
        with contextlib.suppress(AnswerInvalid):
            REQUEST.read(answer(written))
