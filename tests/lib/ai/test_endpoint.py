"""Where the endpoint comes from, its prices, and that its key stays hidden."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from igny8_lib.ai.endpoint import NO_KEY, OPENAI_URL, Endpoint
from igny8_lib.ai.prices import ModelPrice, Prices
from igny8_lib.errors import InvalidInput
from igny8_lib.settings import Settings

NAMES = [f"{prefix}_{name}" for prefix in ("IGNY8_AI", "OPENAI") for name in ("BASE_URL", "API_KEY")]


@pytest.fixture(autouse=True)
def empty_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in NAMES:
        monkeypatch.delenv(name, raising=False)


def test_the_environment_names_the_endpoint(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "their-key")
    monkeypatch.setenv("OPENAI_BASE_URL", "http://their.example/v1")
    theirs = Endpoint.from_settings(Settings())
    assert (theirs.base_url, theirs.api_key) == ("http://their.example/v1", "their-key")
    monkeypatch.setenv("IGNY8_AI_API_KEY", "our-key")
    monkeypatch.setenv("IGNY8_AI_BASE_URL", "http://our.example/v1")
    ours = Endpoint.from_settings(Settings())
    assert (ours.base_url, ours.api_key) == ("http://our.example/v1", "our-key")
    monkeypatch.setenv("IGNY8_AI_BASE_URL", "")
    assert Endpoint.from_settings(Settings()).base_url == "http://their.example/v1"


def test_without_an_address_it_is_openai_and_needs_a_key() -> None:
    assert Endpoint.from_settings(Settings(ai_api_key="k")).base_url == OPENAI_URL
    with pytest.raises(InvalidInput, match="IGNY8_AI_API_KEY"):
        Endpoint.from_settings(Settings())
    assert Endpoint.from_settings(Settings(ai_base_url="http://localhost:1/v1")).api_key == NO_KEY


def test_a_connection_overrides_the_settings() -> None:
    settings = Settings(ai_base_url="http://env.example/v1", ai_api_key="env-key", ai_text_model="env-model")
    extra = (
        '{"text_model": "t", "image_model": "i", "timeout_seconds": 7, "prices": {"t": {"input": 0.4, "output": 1}}}'
    )
    endpoint = Endpoint.from_connection(settings, host="https://c.example/v1", password="secret", extra=extra)
    assert (endpoint.base_url, endpoint.api_key) == ("https://c.example/v1", "secret")
    assert (endpoint.text_model, endpoint.image_model, endpoint.timeout_seconds) == ("t", "i", 7)
    assert endpoint.prices.price("t") == ModelPrice(input=Decimal("0.4"), output=Decimal(1))
    assert Endpoint.from_connection(settings, host=None, password=None) == Endpoint.from_settings(settings)


@pytest.mark.parametrize(
    ("host", "schema", "port", "url"),
    [
        ("c.example", None, None, "https://c.example"),
        ("c.example", "http", 8080, "http://c.example:8080"),
        ("http://c.example:1/v1", "https", 9, "http://c.example:1/v1"),
    ],
)
def test_a_connections_parts_make_its_url(host: str, schema: str | None, port: int | None, url: str) -> None:
    endpoint = Endpoint.from_connection(Settings(), host=host, password=None, schema=schema, port=port)
    assert endpoint.base_url == url


def test_the_environments_key_is_never_sent_to_a_connections_address() -> None:
    settings = Settings(ai_api_key="env-key")
    assert Endpoint.from_connection(settings, host="https://c.example/v1", password=None).api_key == NO_KEY
    assert Endpoint.from_connection(settings, host=None, password=None).api_key == "env-key"


def test_no_key_is_shown() -> None:
    settings = Settings(ai_api_key="very-secret")
    assert "very-secret" not in repr(Endpoint.from_settings(settings)) + repr(settings)


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"host": "ftp://c.example"}, "no http"),
        ({"host": "https://user:pass@c.example/v1"}, "must not contain a user"),
        ({"password": "ключ-ключ"}, "no HTTP header can carry"),
        ({"password": "sk-one\nsk-two"}, "no HTTP header can carry"),
        ({"extra": "[1]"}, "must be a JSON object"),
        ({"extra": "{"}, "must be a JSON object"),
        ({"extra": {"timeout_seconds": "soon"}}, "must be a number"),
        ({"extra": {"timeout_seconds": 0}}, "above 0"),
        ({"extra": {"prices": [1]}}, "must be an object"),
        ({"extra": {"prices": {"m": {"inptu": 1}}}}, "wrong at m.inptu"),
        ({"extra": {"prices": {"m": {"input": -1}}}}, "wrong at m.input"),
        ({"extra": {"prices": "{"}}, "wrong at the list"),
    ],
)
def test_a_wrong_connection_says_what_to_correct(fields: dict[str, object], sentence: str) -> None:
    defaults: dict[str, object] = {"host": "https://c.example", "password": "p"}
    with pytest.raises(InvalidInput, match=sentence):
        Endpoint.from_connection(Settings(), **(defaults | fields))  # type: ignore[arg-type]


PRICE = ModelPrice(input=Decimal("0.40"), cached_input=Decimal("0.10"), output=Decimal("1.60"))


@given(fresh=st.integers(0, 10**6), cached=st.integers(0, 10**6), out=st.integers(0, 10**6))
def test_a_cost_is_exact(fresh: int, cached: int, out: int) -> None:
    millionths = 40 * fresh + 10 * cached + 160 * out
    assert PRICE.of_tokens(fresh + cached, cached, out) == Decimal(millionths) / 10**8


def test_an_unknown_count_or_price_makes_an_unknown_cost() -> None:
    assert PRICE.of_tokens(None, None, 5) is None
    assert PRICE.of_tokens(5, None, None) is None
    assert ModelPrice(input=Decimal(1)).of_tokens(5, 0, 5) is None
    assert Prices().price("anything") is None
    assert PRICE.of_tokens(1_000_000, None, 0) == Decimal("0.40")


def test_the_word_none_says_that_there_is_no_embedding_model() -> None:
    without = Settings(ai_embedding_model="none", ai_base_url="https://a.example/v1")
    assert Endpoint.from_settings(without).embedding_model == ""
    extra = {"embedding_model": "none"}
    named = Endpoint.from_connection(Settings(), host="https://a.example/v1", password="k", extra=extra)
    assert named.embedding_model == ""
    kept = Endpoint.from_connection(without, host="https://a.example/v1", password="k", extra={"embedding_model": "e"})
    assert kept.embedding_model == "e"
