"""Where a provider is and which of its models are used."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Self

from igny8_lib.ai.prices import Prices
from igny8_lib.errors import InvalidInput
from igny8_lib.settings import Settings

OPENAI_URL = "https://api.openai.com/v1"
NO_MODEL = "none"
"""Names no embedding model; an empty setting is one that is not set."""
NO_KEY = "none"
"""Sent where a provider of one's own asks for no key; the protocol has no way to send none."""


@dataclass(frozen=True)
class Endpoint:
    """One OpenAI-compatible provider. The key is shown nowhere."""

    base_url: str
    api_key: str = field(repr=False)
    text_model: str
    image_model: str
    timeout_seconds: float = 120
    """Of one HTTP request from first byte sent to last byte read."""
    prices: Prices = field(default_factory=Prices, repr=False)
    embedding_model: str = "text-embedding-3-small"
    """Empty where there is none: texts are compared by their words alone."""

    def __post_init__(self) -> None:
        if not self.base_url.startswith(("http://", "https://")):
            raise InvalidInput(
                f"The AI base URL {self.base_url!r} is no http(s) address; set it to one like {OPENAI_URL}."
            )
        if "@" in self.base_url.partition("://")[2].partition("/")[0]:
            raise InvalidInput("The AI base URL must not contain a user or password; the key has a field of its own.")
        if self.base_url.rstrip("/") == OPENAI_URL and self.api_key == NO_KEY:
            raise InvalidInput("There is no AI key: set IGNY8_AI_API_KEY, or the password of the connection igny8_ai.")
        if not (self.api_key.isascii() and self.api_key.isprintable()) or " " in self.api_key:
            raise InvalidInput(
                "The AI key has characters that no HTTP header can carry (letters outside ASCII, blanks or line ends): "
                "copy it again, without anything around it."
            )
        if not self.timeout_seconds > 0:
            raise InvalidInput(f"The AI time-out must be a number of seconds above 0, not {self.timeout_seconds}.")

    @classmethod
    def from_settings(cls, settings: Settings) -> Self:
        """The endpoint that the environment names (IGNY8_AI_*, else OPENAI_BASE_URL and OPENAI_API_KEY)."""
        return cls(
            base_url=settings.ai_base_url or OPENAI_URL,
            api_key=settings.ai_api_key.get_secret_value().strip() or NO_KEY,
            text_model=settings.ai_text_model,
            image_model=settings.ai_image_model,
            timeout_seconds=settings.ai_timeout_seconds,
            prices=Prices.of(settings.ai_prices),
            embedding_model=read_embedding_model(settings.ai_embedding_model),
        )

    @classmethod
    def from_connection(
        cls,
        settings: Settings,
        *,
        host: str | None,
        password: str | None,
        extra: str | Mapping[str, object] | None = None,
        schema: str | None = None,
        port: int | None = None,
    ) -> Self:
        """The endpoint of an Airflow connection's fields; what it leaves open comes from the settings.

        `host` is the base URL, or a host name with `schema` (https by default) and `port`; `extra` is JSON with
        base_url, text_model, image_model, embedding_model, timeout_seconds, prices. The environment's key goes to the
        environment's provider only: a connection with an address of its own brings its own key.
        """
        more = read_extra(extra)
        own_url = str(more.get("base_url") or write_address(host, schema, port))
        known_key = "" if own_url else settings.ai_api_key.get_secret_value().strip()
        return cls(
            base_url=own_url or settings.ai_base_url or OPENAI_URL,
            api_key=(password or "").strip() or known_key or NO_KEY,
            text_model=str(more.get("text_model") or settings.ai_text_model),
            image_model=str(more.get("image_model") or settings.ai_image_model),
            timeout_seconds=read_seconds(more.get("timeout_seconds"), settings.ai_timeout_seconds),
            prices=Prices.of(read_prices(more.get("prices"), settings.ai_prices)),
            embedding_model=read_embedding_model(more.get("embedding_model") or settings.ai_embedding_model),
        )


def read_embedding_model(name: object) -> str:
    """The model's name; empty for the word that says there is none."""
    return "" if name == NO_MODEL else str(name)


def write_address(host: str | None, schema: str | None, port: int | None) -> str:
    """A connection's host as a URL; empty where there is none."""
    if not host or "://" in host:
        return host or ""
    return f"{schema or 'https'}://{host}" + (f":{port}" if port else "")


def read_extra(extra: str | Mapping[str, object] | None) -> Mapping[str, object]:
    """A connection's extra as a mapping. Raises InvalidInput where it is no JSON object."""
    if not extra:
        return {}
    try:
        read = json.loads(extra) if isinstance(extra, str) else extra
    except ValueError:
        read = None
    if not isinstance(read, Mapping):
        raise InvalidInput("The extra field of the AI connection must be a JSON object; correct or empty it.")
    return read


def read_seconds(value: object, default: float) -> float:
    """A time-out from JSON. Raises InvalidInput for what is no number."""
    if value is None:
        return default
    try:
        return float(str(value))
    except ValueError:
        raise InvalidInput(f"timeout_seconds in the AI connection must be a number, not {value!r}.") from None


def read_prices(value: object, default: str) -> str | Mapping[str, object]:
    """A price list from JSON, else the settings' one. Raises InvalidInput for another shape."""
    if value is None:
        return default
    if not isinstance(value, str | Mapping):
        raise InvalidInput('prices in the AI connection must be an object: {"model": {"input": "0.40", …}}.')
    return value
