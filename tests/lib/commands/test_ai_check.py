"""`igny8 ai check`: every kind of request is tried, told in a table or as JSON, and ends in an exit code."""

from __future__ import annotations

import json

import pytest
from typer.testing import CliRunner, Result

from igny8_lib import settings
from igny8_lib.ai.environment_connection import endpoint_of
from igny8_lib.ai.retrying import Retrying
from igny8_lib.commands.tree import app
from igny8_lib.errors import InvalidInput
from tests.faulty_provider import FaultyProvider
from tests.sandbox_server import SandboxServer

NEEDED = ["auto_cluster", "generate_ideas", "generate_content", "generate_image_prompts", "repair"]
KEY = "sk-proj-Zq8vT3kL0xW9nB4yRt7uHs2"


def check(monkeypatch: pytest.MonkeyPatch, base_url: str, *options: str) -> Result:
    monkeypatch.setenv("IGNY8_AI_BASE_URL", base_url)
    monkeypatch.setenv("IGNY8_AI_API_KEY", KEY)
    monkeypatch.delenv("IGNY8_DATABASE_URL", raising=False)
    settings.load.cache_clear()
    try:
        return CliRunner().invoke(app, ["ai", "check", *options])
    finally:
        settings.load.cache_clear()


def test_a_whole_provider_works_in_every_request(monkeypatch: pytest.MonkeyPatch, sandbox: SandboxServer) -> None:
    result = check(monkeypatch, sandbox.base_url, "--json")
    assert result.exit_code == 0, result.output
    document = json.loads(result.output)
    lines = document["requests"]
    assert document["works"] is True
    assert all(line["worked"] for line in lines)
    assert {line["request"] for line in lines} >= {*NEEDED, "image 1536x1024", "image 1024x1024", "embeddings"}
    assert next(line["form"] for line in lines if line["request"] == "repair") == "json_schema, max_completion_tokens"


def test_lesser_forms_are_told_and_are_no_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    with FaultyProvider("refuses_response_format") as provider:
        result = check(monkeypatch, provider.base_url, "--json")
    lines = {line["request"]: line for line in json.loads(result.output)["requests"]}
    assert result.exit_code == 0
    assert lines["auto_cluster"]["form"] == "prompt, max_completion_tokens"
    assert (lines["auto_cluster"]["attempts"], lines["generate_ideas"]["attempts"]) == (3, 1)


def test_what_fails_is_told_with_its_reason_and_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    with FaultyProvider("image_text") as provider:
        result = check(monkeypatch, provider.base_url)
    assert result.exit_code == 1
    assert "2 of what is needed failed: image 1536x1024, image 1024x1024." in result.output
    assert "Choose a model that draws" in " ".join(result.output.split())


def test_a_provider_that_repeats_the_key_shows_none_of_it(monkeypatch: pytest.MonkeyPatch) -> None:
    with FaultyProvider("error_key") as provider:
        result = check(monkeypatch, provider.base_url, "--json")
    assert result.exit_code == 1
    assert not [at for at in range(len(KEY) - 7) if KEY[at : at + 8] in result.output]


def test_the_connection_that_airflow_has_in_its_environment_is_what_is_checked(
    monkeypatch: pytest.MonkeyPatch, sandbox: SandboxServer
) -> None:
    connection = {"conn_type": "generic", "host": sandbox.base_url, "password": KEY, "extra": {"text_model": "theirs"}}
    monkeypatch.setenv("AIRFLOW_CONN_IGNY8_AI", json.dumps(connection))
    document = json.loads(check(monkeypatch, "http://nobody.invalid/v1", "--json").output)
    assert (document["base_url"], document["text_model"]) == (sandbox.base_url, "theirs")
    assert document["source"] == "AIRFLOW_CONN_IGNY8_AI"


def test_it_says_where_the_endpoint_comes_from_and_what_it_cannot_see(
    monkeypatch: pytest.MonkeyPatch, sandbox: SandboxServer
) -> None:
    said = " ".join(check(monkeypatch, sandbox.base_url).output.split())
    assert "from IGNY8_AI_* or OPENAI_*" in said
    assert "unless Airflow's own database has a connection igny8_ai" in said


def test_a_connection_that_cannot_be_read_is_refused_without_its_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AIRFLOW_CONN_IGNY8_AI", f'{{"password": "{KEY}"')
    result = check(monkeypatch, "http://nobody.invalid/v1")
    assert isinstance(result.exception, InvalidInput)
    assert "AIRFLOW_CONN_IGNY8_AI is neither" in str(result.exception)
    assert KEY not in str(result.exception)


@pytest.mark.parametrize(
    "uri",
    [
        "generic://:k%2Fey@https%3A%2F%2Fapi.example%2Fv1?text_model=t",
        "generic://:k%2Fey@api.example?__extra__=%7B%22text_model%22%3A+%22t%22%7D",
        "generic://https://:k%2Fey@api.example/v1?text_model=t",
    ],
)
def test_a_connection_is_read_from_a_uri_by_airflows_rules(uri: str) -> None:
    found = endpoint_of(settings.Settings(ai_connection=uri))
    assert found.base_url.startswith("https://api.example")
    assert (found.api_key, found.text_model) == ("k/ey", "t")


@pytest.mark.parametrize(
    "uri",
    [
        f"generic://https://:{KEY}@127.0.0.1/v1",
        f"generic://:{KEY}@https://nobody.invalid/v1",
        f"generic://https://:{KEY}@nobody.invalid/https://v1",
        f"generic://https:{KEY}://nobody.invalid",
        f"generic://no_scheme://:{KEY}@nobody.invalid",
        f"my_type://:{KEY}@nobody.invalid",
        f"://:{KEY}@nobody.invalid",
        f"://https://:{KEY}@nobody.invalid",
    ],
)
def test_no_part_of_a_uri_lets_its_key_be_seen(monkeypatch: pytest.MonkeyPatch, uri: str) -> None:
    monkeypatch.setenv("AIRFLOW_CONN_IGNY8_AI", uri)
    monkeypatch.setattr(Retrying, "wait", lambda *_: None)  # nobody answers, however often he is asked
    result = check(monkeypatch, "http://nobody.invalid/v1", "--json")
    assert result.exit_code == 1
    assert KEY not in f"{result.output}{result.exception}"
