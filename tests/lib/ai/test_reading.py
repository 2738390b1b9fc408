"""From an answer's text to its model: fences, broken JSON, rules, and the sentences that go back to the model."""

from __future__ import annotations

import json

import pytest

from igny8_lib.ai.answers import TextAnswer, TokenUsage
from igny8_lib.ai.errors import AnswerInvalid, ProviderOverloaded
from igny8_lib.ai.failures import code_and_message, failure_of
from igny8_lib.ai.functions import auto_cluster
from igny8_lib.ai.functions.auto_cluster import KeywordItem
from igny8_lib.ai.requests import SiteBrief, repair_messages

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
        ("Here are your clusters!", "Invalid JSON"),
        (GOOD[:-3], "Invalid JSON"),
        ('{"clusters": [{"name": "Roses", "keywords": ["one"]}]}', "clusters.0.description: Field required"),
        ('{"clusters": []}', "numbered 1 are in no cluster"),
        (GOOD.replace("Roses", "Ro\\u0000ses"), "NUL"),
        (GOOD.replace("Roses", "\\ud800"), "Invalid JSON"),
    ],
)
def test_an_invalid_answer_says_what_the_model_has_to_mend(text: str, problem: str) -> None:
    with pytest.raises(AnswerInvalid) as caught:
        REQUEST.read(answer(text))
    assert problem in caught.value.problem
    assert (caught.value.usage.tokens_out, caught.value.attempts) == (5, 2)
    told, ask = repair_messages(caught.value)
    assert told == {"role": "assistant", "content": text}
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
        ({"error": "just words"}, ("", "")),
        ({"error": {"code": 429, "message": "x\0y" + "z" * 900}}, ("429", "xy" + "z" * 298)),
        ("<html>", ("", "")),
        (None, ("", "")),
        ([1], ("", "")),
    ],
)
def test_error_bodies_are_read_whatever_they_are(body: object, read: tuple[str, str]) -> None:
    assert code_and_message(body) == read


def test_facts_of_an_error_are_plain_values() -> None:
    failure = failure_of(429, None, {"retry-after": "3"})
    assert isinstance(failure, ProviderOverloaded)
    assert failure.facts == {"attempts": 1, "retry_after_seconds": 3.0, "status": 429}
    assert json.dumps(AnswerInvalid("it is empty.", answer=answer("")).facts)
