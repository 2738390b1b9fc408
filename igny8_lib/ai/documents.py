"""JSON documents inside what a model wrote: alone, in fences, behind thinking, with prose before or after them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence

from igny8_lib.ai.figures import whole
from igny8_lib.text.characters import storable

THINKING = re.compile(r"\A(?:\s*<(think|thinking|thought|reasoning)>.*?</\1>)+", re.DOTALL | re.IGNORECASE)
BEGIN = re.compile(r"[{\[]")
MAX_BEGINNINGS = 200
"""Braces that are tried before the rest is taken for prose."""
DECODER = json.JSONDecoder(strict=False, parse_int=whole)
"""Line ends inside strings are read as they are: models forget to escape them."""
DEEPEST = 50
NESTED = 2
"""How often a document is looked for inside another: in a list of one, under a single name, in a string."""


def find_documents(text: str) -> list[object]:
    """The documents, the likeliest first: the last one that was written is what a model ends with.

    Every string in them can be stored; empty where there is none.
    """
    spoken = THINKING.sub("", text.replace("\ufeff", ""))
    found = list(scan(spoken))
    return [clean(inner) for document in reversed(found) for inner in unwrap(document)]


def scan(text: str) -> Iterator[object]:
    """Each document of the text, in order; what stands inside a document is not looked at again."""
    whole = text.strip()
    if whole.startswith('"') and (quoted := decode(whole, 0)):
        yield quoted[0]
    at = 0
    for _ in range(MAX_BEGINNINGS):
        begin = BEGIN.search(text, at)
        if begin is None:
            return
        document = decode(text, begin.start())
        if document:
            yield document[0]
        at = document[1] if document else begin.end()


def decode(text: str, at: int) -> tuple[object, int] | None:
    """The document that begins here and where it ends; None where there is none, or none that ends."""
    try:
        return DECODER.raw_decode(text, at)
    except (ValueError, RecursionError):
        return None


def unwrap(document: object, deep: int = NESTED) -> Iterator[object]:
    """The document, then what it is wrapped around."""
    yield document
    if deep == 0:
        return
    if isinstance(document, list | dict) and len(document) == 1:
        inner = document[0] if isinstance(document, list) else next(iter(document.values()))
        yield from unwrap(inner, deep - 1)
    elif isinstance(document, str):
        for inner in scan(document) if document[:1] != '"' else ():
            yield from unwrap(inner, deep - 1)


def clean(value: object, deep: int = DEEPEST) -> object:
    """A document whose strings can all be stored: JSON's escapes can write what the database refuses.

    What is nested deeper than any answer is left out (None).
    """
    if isinstance(value, str):
        return storable(value)
    if deep == 0:
        return None
    if isinstance(value, list):
        return [clean(inner, deep - 1) for inner in value]
    if isinstance(value, dict):
        return {storable(name): clean(inner, deep - 1) for name, inner in value.items()}
    return value


def reading_problem(text: str, names: Sequence[str]) -> str:
    """Why there is no document with the fields of these names, as one sentence for the model."""
    begin = BEGIN.search(text)
    if begin is None:
        return "it contains no JSON document; answer with the JSON document alone."
    try:
        DECODER.raw_decode(text, begin.start())
    except (ValueError, RecursionError) as error:
        reason = error.msg if isinstance(error, json.JSONDecodeError) else "it cannot be read"
        return f"it contains no JSON document that can be read (Invalid JSON: {reason})."
    return f"it contains no JSON document with {', '.join(names)}; answer with that document alone."
