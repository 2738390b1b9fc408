"""The sentence in an error body, whatever shape a provider gives it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from igny8_lib.ai.scrub import Scrubber

MAX_CODE = 64
MAX_MESSAGE = 300
MAX_ALL = 4000
"""Characters of a body's texts that are looked at for words."""
MESSAGE_NAMES = ("message", "msg", "error_description", "description", "detail", "error", "errors", "title", "reason")
CODE_NAMES = ("code", "type", "status")
TITLE = re.compile(r"<(title|h1)[^>]*>(.*?)</\1>", re.DOTALL | re.IGNORECASE)
MAX_DEPTH = 6
MAX_TEXTS = 100


@dataclass(frozen=True)
class Refusal:
    """What a provider said when it refused: every text of it scrubbed and bounded."""

    code: str = ""
    message: str = ""
    words: str = ""
    """All names and texts of the body in lower case, to look for what the refusal is about."""
    flagged: bool = False
    """Whether the body lists what a moderation found."""


def read_refusal(body: object, scrubber: Scrubber) -> Refusal:
    """The refusal in a decoded error body, or in the text that came instead."""
    if isinstance(body, str):
        return Refusal(message=said_in_text(body, scrubber), words=scrubber.sentence(body, MAX_ALL).lower())
    envelope = body[0] if isinstance(body, list) and body else body
    inner = envelope.get("error", envelope) if isinstance(envelope, Mapping) else envelope
    if not inner and isinstance(envelope, Mapping):
        inner = envelope
    metadata = inner.get("metadata") if isinstance(inner, Mapping) else None
    return Refusal(
        code=scrubber.sentence(code_of(inner) or code_of(envelope), MAX_CODE),
        message=scrubber.sentence(message_of(inner) or message_of(envelope), MAX_MESSAGE),
        words=scrubber.sentence(" ".join(texts_of(envelope)), MAX_ALL).lower(),
        flagged=isinstance(metadata, Mapping) and not metadata.keys().isdisjoint({"reasons", "flagged_input"}),
    )


def said_in_text(text: str, scrubber: Scrubber) -> str:
    """The sentence of a body that is no JSON; of an HTML page its title."""
    title = TITLE.search(text)
    if title is None and text.lstrip().startswith("<"):
        return ""
    return scrubber.sentence(title[2] if title else text, MAX_MESSAGE)


def code_of(error: object) -> str:
    """The code of an error object: the first of its names that says one."""
    if not isinstance(error, Mapping):
        return ""
    given = (error.get(name) for name in CODE_NAMES)
    return next((str(code) for code in given if isinstance(code, str | int) and code), "")


def message_of(error: object, deep: int = MAX_DEPTH) -> str:
    """The sentence of an error object, of the first in a list, or the text itself."""
    if isinstance(error, str):
        return nested_message(error, deep)
    if deep == 0:
        return ""
    if isinstance(error, list):
        return next((told for inner in error if (told := message_of(inner, deep - 1))), "")
    if not isinstance(error, Mapping):
        return ""
    return next((told for name in MESSAGE_NAMES if (told := message_of(error.get(name), deep - 1))), "")


def nested_message(text: str, deep: int) -> str:
    """A message, unless it is itself an error body written as JSON, as gateways pass them on."""
    if deep == 0 or not text.lstrip().startswith("{"):
        return text
    try:
        return message_of(json.loads(text), deep - 1) or text
    except (ValueError, RecursionError):
        return text


def texts_of(value: object) -> Iterator[str]:
    """Names and texts of a body in order, a bounded number of them."""
    left = [value]
    for _ in range(MAX_TEXTS):
        if not left:
            return
        found = left.pop()
        if isinstance(found, str):
            yield found
        elif isinstance(found, Mapping):
            left += [inner for pair in reversed(list(found.items())) for inner in reversed(pair)]
        elif isinstance(found, list):
            left += reversed(found)
