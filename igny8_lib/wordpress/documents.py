"""Fields of WordPress' JSON, read so that a plug-in's odd value is no error of ours."""

from __future__ import annotations

import html
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

from igny8_lib.wordpress.answers import Answer
from igny8_lib.wordpress.errors import NotWordPress


def objects(answer: Answer) -> list[dict[str, Any]]:
    """The objects of a list. Raises NotWordPress where the answer is no list of objects with numbers."""
    if not isinstance(answer.json, list):
        raise NotWordPress(
            "The website's REST API answered an object where a list was asked for.", status=answer.status
        )
    return [check(item, answer.status) for item in answer.json]


def object_of(answer: Answer) -> dict[str, Any]:
    """The one object. Raises NotWordPress where it is none with a number."""
    return check(answer.json, answer.status)


def check(item: object, status: int) -> dict[str, Any]:
    """An object of WordPress has an id."""
    if not isinstance(item, dict) or not isinstance(item.get("id"), int):
        raise NotWordPress("The website's REST API answered with an object that has no number.", status=status)
    return item


def raw(value: object) -> str:
    """A text as it was written ({"raw", "rendered"} with context=edit), else as it is shown; empty where it is none."""
    if isinstance(value, dict):
        value = value.get("raw", value.get("rendered"))
    return value if isinstance(value, str) else ""


def number(value: object) -> int:
    """A number; 0 for what is none."""
    return value if isinstance(value, int) else 0


def numbers(value: object) -> tuple[int, ...]:
    """A list of numbers."""
    return tuple(item for item in value if isinstance(item, int)) if isinstance(value, list) else ()


def words(value: object) -> str:
    """A text field."""
    return value if isinstance(value, str) else ""


def name(value: object) -> str:
    """A name as people wrote it: WordPress gives & back as &amp;."""
    return html.unescape(words(value))


def mapping(value: object) -> dict[str, Any]:
    """An object; PHP writes an empty one as a list."""
    return value if isinstance(value, dict) else {}


def instant(value: object) -> datetime | None:
    """One of WordPress' dates in GMT, which name no zone, as an aware instant. A draft has none."""
    with suppress(ValueError):
        date = datetime.fromisoformat(words(value))
        return date if date.tzinfo else date.replace(tzinfo=UTC)
    return None
