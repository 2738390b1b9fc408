"""Markdown where HTML was asked for: taken off around it, and found in it."""

from __future__ import annotations

import re

from igny8_lib.text.html_reading import lines_outside_code

FENCES = ("```", "~~~")
MIN_LIST_LINES = 2
"""A single line may begin with a dash."""
MARKS = {
    "a heading (`## …`)": re.compile(r"#{1,6} +\S"),
    "bold text (`**…**`)": re.compile(r".*?\*\*[^\s*](?:[^*]*[^\s*])?\*\*"),
    "a link (`[…](…)`)": re.compile(r".*?\[[^\[\]]+\]\((?:https?://|/|#)[^()\s]*\)"),
    "a table (`|---|`)": re.compile(r"\|?(?: *:?-{3,}:? *\|)+ *(?::?-{3,}:?)? *\|?$"),
    "a fence (```` ``` ````)": re.compile(r"(?:```|~~~)\w*$"),
}
LIST_LINE = re.compile(r"(?:[-*+]|\d{1,3}[.)]) +\S")


def without_fence(text: str) -> str:
    """The text inside a Markdown code fence around all of it; any other text as it is."""
    stripped = text.strip().removeprefix("\ufeff").lstrip()
    fence = next((fence for fence in FENCES if stripped.startswith(fence)), None)
    if fence is None:
        return text
    first, _, rest = stripped.partition("\n")
    if "<" in first:
        rest = f"{first[first.index('<') :]}\n{rest}"
    return rest.rstrip().removesuffix(fence).rstrip(fence[0]).strip()


def markdown_in(html: str) -> str | None:
    """What kind of Markdown stands in the readable text outside code, None where there is none."""
    lines = [line.strip() for line in lines_outside_code(html)]
    found = next((kind for kind, mark in MARKS.items() if any(mark.match(line) for line in lines)), None)
    if found:
        return found
    items = [bool(LIST_LINE.match(line)) for line in lines if line]
    listed = any(all(items[at : at + MIN_LIST_LINES]) for at in range(len(items) - MIN_LIST_LINES + 1))
    return "a list (`- …`)" if listed else None
