"""One HTTP response of a provider: an answer, or the error it is, whatever its status says."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from igny8_lib.ai.error_bodies import Refusal, read_refusal
from igny8_lib.ai.failures import status_in
from igny8_lib.ai.figures import whole
from igny8_lib.ai.scrub import Scrubber
from igny8_lib.ai.wire import (
    fields,
    holds_completion,
    holds_drawing,
    message_of,
    read_body,
    read_drawing,
    spoken_choice,
    text_of,
)

MAX_ERROR_BODY = 1_000_000
"""Bytes of an error body that are read."""


@dataclass(frozen=True)
class Response:
    """What came over the wire."""

    status: int
    content: bytes
    headers: Mapping[str, str]
    latency_ms: int


@dataclass(frozen=True)
class Kind:
    """What is expected of a path's answers: `holds` knows one by its shape, `gives` says whether something is in it."""

    holds: Callable[[Mapping[str, Any]], bool]
    gives: Callable[[Mapping[str, Any]], bool]


def gives_completion(body: Mapping[str, Any]) -> bool:
    """Whether a completion says anything."""
    choice = spoken_choice(body)
    message = fields(message_of(choice))
    said = text_of(message_of(choice)) or choice.get("text")
    return bool(said or message.get("refusal") or message.get("tool_calls"))


def gives_drawing(body: Mapping[str, Any]) -> bool:
    """Whether there is something that may be a picture."""
    image = read_drawing(body)
    return bool(image.data or image.url)


def holds_list(body: Mapping[str, Any]) -> bool:
    """Whether the body is a list of embeddings or models."""
    return isinstance(body.get("data"), list)


COMPLETION = Kind(holds_completion, gives_completion)
DRAWING = Kind(holds_drawing, gives_drawing)
LISTING = Kind(holds_list, holds_list)


@dataclass(frozen=True)
class Verdict:
    """A response as it is meant: `body` of an answer, or `refusal` and the `status` it stands for; neither where it
    cannot be read."""

    status: int
    body: Mapping[str, Any] | None = None
    refusal: Refusal | None = None


def judge(response: Response, kind: Kind, scrubber: Scrubber) -> Verdict:
    """What a response is. An error inside HTTP 200 counts as if its code were the status."""
    if not 200 <= response.status < 300:
        return Verdict(response.status, refusal=read_refusal(error_document(response), scrubber))
    body = read_body(response.content, scrubber)
    if body is None:
        return Verdict(response.status)
    if kind.gives(body):
        return Verdict(response.status, body)
    for place in (body, spoken_choice(body)):
        if place.get("error"):
            refusal = read_refusal({"error": place["error"]}, scrubber)
            return Verdict(status_in(place, refusal), refusal=refusal)
    return Verdict(response.status, body if kind.holds(body) else None)


def error_document(response: Response) -> object:
    """The body of an error as JSON, else as text; where it leads for a redirect without words."""
    text = response.content[:MAX_ERROR_BODY].decode("utf-8-sig", errors="replace").strip()
    if 300 <= response.status < 400:
        return f"It redirects to {response.headers.get('location', 'nowhere')}"
    try:
        return json.loads(text, strict=False, parse_int=whole)
    except (ValueError, RecursionError):
        return text
