"""The provider's JSON, read for what it holds: a side field of another type is unknown and never loses an answer."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from igny8_lib.ai.answers import TextAnswer, TokenUsage
from igny8_lib.ai.figures import count, price, whole
from igny8_lib.ai.finishes import TOOL_CALLS, normalise_finish
from igny8_lib.ai.prices import Prices
from igny8_lib.ai.scrub import Scrubber

MAX_BODY = 64 * 1024 * 1024
"""Bytes of an answer that are read; the largest picture as base64 is half of that."""
LONGEST_MODEL = 200
LONGEST_REFUSAL = 1000
THOUGHTS = frozenset({"thinking", "reasoning", "redacted_thinking", "thought", "reasoning_content", "summary"})
"""Kinds of message parts that are not said to the user."""
PROTOCOL_NAMES = frozenset(
    {"type", "role", "content", "text", "value", "parts", "refusal", "tool_calls", "reasoning_content", "annotations"}
)
"""Fields of messages and of their parts."""
NO_FIELDS: Mapping[str, Any] = {}


def read_body(content: bytes, scrubber: Scrubber) -> Mapping[str, Any] | None:
    """The JSON object of a response, each text in it scrubbed; None where there is none."""
    if len(content) > MAX_BODY:
        return None
    try:
        document = json.loads(content.decode("utf-8-sig", errors="replace"), strict=False, parse_int=whole)
    except (ValueError, RecursionError):
        return None
    if isinstance(document, list) and len(document) == 1:
        document = document[0]
    return fields(scrubber.scrub_document(document)) or None


def fields(value: object) -> Mapping[str, Any]:
    """The value where it is an object; otherwise one without fields."""
    return value if isinstance(value, Mapping) else NO_FIELDS


def holds_completion(body: Mapping[str, Any]) -> bool:
    """Whether the body is a chat completion at all, however empty: it was made, and may have to be paid."""
    return "choices" in body or bool(fields(body.get("usage")))


def read_completion(body: Mapping[str, Any], asked_model: str, prices: Prices, latency_ms: int) -> TextAnswer:
    """The answer with its figures; `attempts` is 1 until the caller knows better."""
    choice = spoken_choice(body)
    message = message_of(choice)
    text = text_of(message) or text_of(choice.get("text"))
    refusal = fields(message).get("refusal")
    finish = normalise_finish(choice.get("finish_reason") or choice.get("stop_reason"))
    if not text and fields(message).get("tool_calls") and not finish.startswith(("length", "content")):
        finish = TOOL_CALLS
    return TextAnswer(
        text=text,
        finish_reason=finish,
        model=model_of(body, asked_model),
        usage=read_usage(body, asked_model, prices),
        latency_ms=latency_ms,
        attempts=1,
        refusal=refusal.strip()[:LONGEST_REFUSAL] if isinstance(refusal, str) else "",
    )


def spoken_choice(body: Mapping[str, Any]) -> Mapping[str, Any]:
    """The first choice that says something, else the first; we ask for one."""
    given = body.get("choices")
    listed = list(given.values()) if isinstance(given, Mapping) else given if isinstance(given, list) else []
    choices = [fields(choice) for choice in listed]
    spoken = (choice for choice in choices if text_of(message_of(choice)) or text_of(choice.get("text")))
    return next(spoken, choices[0] if choices else NO_FIELDS)


def message_of(choice: Mapping[str, Any]) -> object:
    """The message of a choice; some gateways send what a stream would."""
    return choice.get("message") or choice.get("delta")


def text_of(said: object) -> str:
    """What a message, its content or a part of it says: texts joined, thinking left out, objects as JSON."""
    if isinstance(said, str):
        return said
    if isinstance(said, list):
        return "".join(text_of(part) for part in said)
    part = fields(said)
    if not part or part.get("type") in THOUGHTS or part.get("thought") is True:
        return ""
    for name in ("content", "text", "value", "parts"):
        if spoken := text_of(part.get(name)):
            return spoken
    if parsed := fields(part.get("parsed")):
        return json.dumps(parsed, ensure_ascii=False)
    return json.dumps(part, ensure_ascii=False) if is_document(part) else ""


def is_document(part: Mapping[str, Any]) -> bool:
    """Whether an object that stands for a text is the answer itself, not yet written as one."""
    return bool(part) and PROTOCOL_NAMES.isdisjoint(part)


def model_of(body: Mapping[str, Any], asked_model: str) -> str:
    """The model as the provider names it, else as it was asked for."""
    named = body.get("model")
    return named.strip()[:LONGEST_MODEL] if isinstance(named, str) and named.strip() else asked_model


def read_usage(body: Mapping[str, Any], asked_model: str, prices: Prices) -> TokenUsage:
    """The counts and what they cost by the price list; per picture where the list has a price for pictures."""
    usage = fields(body.get("usage"))
    given = count(usage.get("prompt_tokens", usage.get("input_tokens")))
    written = count(usage.get("completion_tokens", usage.get("output_tokens")))
    details = fields(usage.get("prompt_tokens_details", usage.get("input_tokens_details")))
    cached = count(details.get("cached_tokens"))
    if cached is not None and given is not None and cached > given:
        cached = None
    listed = prices.price(model_of(body, asked_model), asked_model)
    if listed is None:
        return TokenUsage(given, cached, written)
    cost = listed.of_tokens(given, cached, written) if listed.image is None else listed.image
    return TokenUsage(given, cached, written, price(cost))


@dataclass(frozen=True)
class DrawnImage:
    """One picture as it came: base64 text, perhaps as a data URL, or the URL of a file."""

    data: str = ""
    url: str = ""


def read_drawing(body: Mapping[str, Any]) -> DrawnImage:
    """The first picture of the body; an empty one where there is none."""
    found = (drawn_image(item) for item in drawn_items(body))
    return next((image for image in found if image.data or image.url), DrawnImage())


def drawn_items(body: Mapping[str, Any]) -> Iterator[object]:
    """What may be pictures."""
    for name in ("data", "images", "output"):
        items = body.get(name)
        yield from items if isinstance(items, list) else [items]


def drawn_image(item: object) -> DrawnImage:
    """One entry: OpenAI's object, or what others put in its place."""
    entry = {"url": item} if isinstance(item, str) else fields(item)
    coded, url = entry.get("b64_json") or entry.get("b64"), entry.get("url") or entry.get("image_url")
    url = fields(url).get("url", url)
    if isinstance(coded, str) and coded.strip():
        return DrawnImage(data=coded)
    if not isinstance(url, str):
        return DrawnImage()
    is_data = url.lstrip()[:5].lower() == "data:" or (isinstance(item, str) and "://" not in url)
    return DrawnImage(data=url) if is_data else DrawnImage(url=url.strip())


def holds_drawing(body: Mapping[str, Any]) -> bool:
    """Whether the body is the answer to a request for a picture at all, however empty."""
    return not body.keys().isdisjoint({"data", "images", "output"})
