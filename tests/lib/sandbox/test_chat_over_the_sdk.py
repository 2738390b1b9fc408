"""The sandbox, asked with the real SDK and the product's own requests."""

from __future__ import annotations

import httpx
import openai
import pytest

from igny8_lib.ai.functions import auto_cluster, generate_content, generate_ideas, generate_image_prompts
from igny8_lib.ai.requests import SiteBrief, TextRequest
from igny8_lib.ai.schema import strict_schema
from tests.sandbox_server import SandboxServer

SITE = SiteBrief(name="Adelphi", domain="adelphi.example", language="en", brand="Kind and clear.")
KEYWORDS = ["sil providers perth", "ndis providers perth", "ndis housing", "respite care", "ndis housing perth"]


def client_of(sandbox: SandboxServer) -> openai.OpenAI:
    return openai.OpenAI(base_url=sandbox.base_url, api_key="any", max_retries=0, timeout=30)


def ask(sandbox: SandboxServer, request: TextRequest) -> object:
    schema = {"name": request.schema_name, "strict": True, "schema": strict_schema(request.answer)}
    with client_of(sandbox) as client:
        completion = client.chat.completions.create(
            model="gpt-4.1-mini",
            messages=request.messages,
            response_format={"type": "json_schema", "json_schema": schema},
            max_completion_tokens=request.max_output_tokens,
        )
    assert completion.choices[0].finish_reason == "stop"
    answer = request.answer.model_validate_json(completion.choices[0].message.content or "")
    request.check(answer)
    return answer


def requests() -> list[TextRequest]:
    items = [auto_cluster.KeywordItem(n, text) for n, text in enumerate(KEYWORDS, start=1)]
    clusters = [generate_ideas.ClusterItem(1, "NDIS Housing", "Homes.", KEYWORDS)]
    brief = generate_content.ArticleBrief(
        title="NDIS Housing: A Guide",
        outline=["What it is", "How to apply"],
        content_type="guide",
        intent="informational",
        target_keywords=KEYWORDS[:3],
        word_count=900,
    )
    summary = generate_image_prompts.ArticleSummary("NDIS Housing", ["What it is", "How to apply"], "About homes.")
    return [
        auto_cluster.request(SITE, items, ["Respite Care"]),
        generate_ideas.request(SITE, clusters, 7, ["NDIS Housing: A Practical Guide"]),
        generate_content.request(SITE, brief),
        generate_image_prompts.request(SITE, summary, 4),
    ]


@pytest.mark.parametrize("request_", requests(), ids=lambda request: request.schema_name)
def test_each_of_the_products_requests_gets_an_answer_that_passes_its_own_check(
    sandbox: SandboxServer, request_: TextRequest
) -> None:
    ask(sandbox, request_)


def test_a_server_started_anew_gives_the_same_answers(sandbox: SandboxServer) -> None:
    before = [ask(sandbox, request) for request in requests()]
    with SandboxServer() as other:
        assert [ask(other, request) for request in requests()] == before


def test_an_existing_cluster_is_joined_by_its_name(sandbox: SandboxServer) -> None:
    answer = ask(sandbox, requests()[0])
    assert isinstance(answer, auto_cluster.KeywordClusters)
    assert [cluster.keywords for cluster in answer.clusters if cluster.name == "Respite Care"] == [[4]]


def test_a_repair_is_answered_from_the_input_further_above(sandbox: SandboxServer) -> None:
    request = requests()[0]
    said = [{"role": "assistant", "content": "{"}, {"role": "user", "content": "It is no JSON. Answer again."}]
    with client_of(sandbox) as client:
        completion = client.chat.completions.create(
            model="m",
            messages=[*request.messages, *said],
            response_format={"type": "json_schema", "json_schema": {"name": "keyword_clusters", "schema": {}}},
        )
    request.check(request.answer.model_validate_json(completion.choices[0].message.content or ""))


def test_an_answer_longer_than_its_cap_is_cut_with_finish_reason_length(sandbox: SandboxServer) -> None:
    with client_of(sandbox) as client:
        hello = [{"role": "user", "content": "hello"}]
        completion = client.chat.completions.create(model="m", messages=hello, max_tokens=3)
    assert completion.choices[0].finish_reason == "length"
    assert completion.usage is not None
    assert completion.usage.completion_tokens == 3


def test_without_a_schema_a_sentence_says_that_no_model_is_there(sandbox: SandboxServer) -> None:
    with client_of(sandbox) as client:
        completion = client.chat.completions.create(model="m", messages=[{"role": "user", "content": "hello"}])
    assert "no model" in (completion.choices[0].message.content or "")
    assert completion.model == "sandbox-text-1"
    assert completion.system_fingerprint == "sandbox-no-model"


def test_the_second_request_with_a_long_equal_beginning_is_counted_as_cached(sandbox: SandboxServer) -> None:
    system = {"role": "system", "content": "The same rules for all. " * 300}
    cached = []
    with client_of(sandbox) as client:
        for word in ("one", "two"):
            messages = [system, {"role": "user", "content": word}]
            usage = client.chat.completions.create(model="m", messages=messages).usage
            assert usage is not None
            assert usage.prompt_tokens_details is not None
            cached.append(usage.prompt_tokens_details.cached_tokens)
    assert cached[0] == 0
    assert cached[1] is not None
    assert 1024 <= cached[1] <= 1800
    assert cached[1] % 128 == 0


def test_models_are_listed_and_the_front_page_says_what_this_is(sandbox: SandboxServer) -> None:
    with client_of(sandbox) as client:
        assert "sandbox-text-1" in {model.id for model in client.models.list()}
    assert "No model is behind it" in httpx.get(sandbox.url).json()["says"]
    assert httpx.get(f"{sandbox.url}/health").json() == {"status": "ok"}


@pytest.mark.parametrize("what", [{"stream": True}, {"n": 2}, {"tools": [{"type": "function"}]}])
def test_what_the_sandbox_cannot_do_is_refused_by_name(sandbox: SandboxServer, what: dict[str, object]) -> None:
    body = {"model": "m", "messages": [{"role": "user", "content": "hello"}], **what}
    answer = post(sandbox, "/chat/completions", body)
    assert answer.status_code == 400
    assert answer.json()["error"]["param"] == next(iter(what))


def test_without_a_key_the_answer_is_401_in_openais_shape(sandbox: SandboxServer) -> None:
    answer = httpx.post(f"{sandbox.base_url}/chat/completions", json={"model": "m", "messages": []})
    assert answer.status_code == 401
    assert answer.json()["error"]["code"] == "invalid_api_key"
    assert sandbox.requests()["paths"]["/v1/chat/completions"]["outcomes"] == {"unauthorized": 1}


@pytest.mark.parametrize(
    ("path", "body", "param"),
    [
        ("/chat/completions", {"model": "m"}, "messages"),
        ("/images/generations", {"prompt": "x", "size": "big"}, "size"),
        ("/images/generations", {"prompt": "x", "size": "9x9"}, "size"),
        ("/embeddings", {"model": "m", "input": []}, "input"),
        ("/embeddings", {"model": "m", "input": [" "]}, "input"),
    ],
)
def test_a_bad_body_is_answered_with_400_and_names_the_field(
    sandbox: SandboxServer, path: str, body: dict[str, object], param: str
) -> None:
    answer = post(sandbox, path, body)
    assert answer.status_code == 400
    assert answer.json()["error"]["param"] == param
    assert answer.json()["error"]["type"] == "invalid_request_error"


@pytest.mark.parametrize(
    ("name", "item"),
    [
        ("article", '{"titel": "x"}'),
        ("article", '{"title": "x", "word_count": "many"}'),
        ("keyword_clusters", '{"keywords": ["loans"]}'),
        ("keyword_clusters", '{"keywords": 5}'),
        ("content_ideas", '{"clusters": [{"n": 1, "name": null, "keywords": [1]}]}'),
        ("image_prompts", '{"headings": []}'),
    ],
)
def test_an_input_of_the_wrong_shape_is_answered_with_400(sandbox: SandboxServer, name: str, item: str) -> None:
    asked = {"type": "json_schema", "json_schema": {"name": name, "schema": {}}}
    message = {"role": "user", "content": f"Work.\n\nINPUT:\n{item}"}
    answer = post(sandbox, "/chat/completions", {"model": "m", "messages": [message], "response_format": asked})
    assert answer.status_code == 400
    assert name in answer.json()["error"]["message"]
    assert sandbox.requests()["paths"]["/v1/chat/completions"]["outcomes"] == {"invalid_request": 1}


def test_half_a_character_in_a_keyword_harms_nothing(sandbox: SandboxServer) -> None:
    asked = {"type": "json_schema", "json_schema": {"name": "keyword_clusters", "schema": {}}}
    message = {"role": "user", "content": 'INPUT:\n{"keywords": [{"n": 1, "text": "loans \\ud83d"}]}'}
    answer = post(sandbox, "/chat/completions", {"model": "m", "messages": [message], "response_format": asked})
    assert answer.status_code == 200
    assert '"keywords": [1]' in answer.json()["choices"][0]["message"]["content"]


def test_an_unknown_path_is_answered_in_openais_shape(sandbox: SandboxServer) -> None:
    answer = post(sandbox, "/audio/speech", {})
    assert answer.status_code == 404
    assert answer.json()["error"]["type"] == "invalid_request_error"


def post(sandbox: SandboxServer, path: str, body: dict[str, object]) -> httpx.Response:
    return httpx.post(sandbox.base_url + path, json=body, headers={"authorization": "Bearer any"}, timeout=30)
