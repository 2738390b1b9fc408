"""Whether what WordPress keeps says the same as what was sent.

WordPress and its plug-ins rewrite HTML even of administrators (`rel` on links, entities, empty elements), so texts are
compared by what they mean: words, headings, links, pictures, lists, tables.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from dataclasses import dataclass, fields
from html import unescape
from typing import Any

from bs4 import Comment, Tag

from igny8_lib.publishing.wordpress.fragments import parse
from igny8_lib.text.html import headings, plain_text
from igny8_lib.text.normalisation import normalise

NUMBER = re.compile(r"\bwp-image-(\d+)\b")
OTHERS = ("iframe", "script", "style", "form", "video", "audio", "svg", "blockquote", "pre", "dl")
SHOWN = 60
"""Characters of a text that a sentence quotes."""
AROUND = 4
"""Words shown before the first that differs."""


@dataclass(frozen=True)
class Meaning:
    """What a text says: the words in order, and how often each thing stands in it."""

    words: tuple[str, ...]
    heading: Counter[str]
    link: Counter[str]
    picture: Counter[str]
    list: Counter[str]
    table: Counter[str]
    other: Counter[str]


def meaning_of(html: str) -> Meaning:
    """What a post's stored text says; comments, and so the block editor's markup, say nothing."""
    tree = parse(html)
    for comment in tree.find_all(string=lambda text: isinstance(text, Comment)):
        comment.extract()
    lists = [f"{each.name} of {len(each.find_all('li', recursive=False))}" for each in tree.find_all(["ul", "ol"])]
    return Meaning(
        words=tuple(normalise(plain_text(html)).split()),
        heading=Counter(f"h{level} {normalise(text)}" for level, text in headings(html)),
        link=Counter(f"{each['href']} {normalise(each.get_text())}" for each in tree.find_all("a", href=True)),
        picture=Counter(map(picture_of, tree.find_all("img"))),
        list=Counter(lists),
        table=Counter(map(table_of, tree.find_all("table"))),
        other=Counter(each.name for each in tree.find_all(OTHERS)),
    )


def picture_of(image: Tag) -> str:
    """A picture by its number in the media library, else by its address, with its alternative text."""
    number = NUMBER.search(str(image.get("class", "")))
    return f"{number[1] if number else image.get('src', '')} {normalise(str(image.get('alt', '')))}".strip()


def table_of(table: Tag) -> str:
    """A table by its size."""
    return f"of {len(table.find_all('tr'))} rows and {len(table.find_all(['td', 'th']))} cells"


def differences(sent: str, stored: str) -> list[str]:
    """What differs, a sentence each; none where both say the same."""
    wanted, found = meaning_of(sent), meaning_of(stored)
    said = []
    for kind in ("heading", "link", "picture", "list", "table"):
        said += changes(kind, getattr(wanted, kind), getattr(found, kind))
    for name in sorted(wanted.other | found.other):
        said += changes(name, pick(wanted.other, name), pick(found.other, name), quoting=False)
    return [*said, *text_difference(wanted.words, found.words)]


def pick(counted: Counter[str], name: str) -> Counter[str]:
    """One of the things that are counted."""
    return Counter({name: counted[name]})


def changes(kind: str, wanted: Counter[str], found: Counter[str], *, quoting: bool = True) -> list[str]:
    """What was taken from a kind of things, and what came to it."""
    told = []
    for verb, things in (("removed", wanted - found), ("added", found - wanted)):
        if number := things.total():
            first = f": {shorten(next(iter(things)))}" if quoting else ""
            told.append(f"WordPress {verb} {number} {kind}{'' if number == 1 else 's'}{first}.")
    return told


def text_difference(wanted: tuple[str, ...], found: tuple[str, ...]) -> list[str]:
    """Where the words begin to differ."""
    if wanted == found:
        return []
    pairs = zip(wanted, found, strict=False)
    at = next((index for index, (one, other) in enumerate(pairs) if one != other), min(len(wanted), len(found)))
    ours, theirs = (" ".join(words[max(0, at - AROUND) : at + AROUND]) or "nothing" for words in (wanted, found))
    return [f"The text differs: “{shorten(ours)}” was sent, WordPress has “{shorten(theirs)}”."]


def shorten(text: str) -> str:
    """As much of a text as a sentence quotes."""
    return text if len(text) <= SHOWN else text[: SHOWN - 1] + "…"


def same_name(one: str, other: str) -> bool:
    """Whether two names, titles or excerpts are the same, however entities and case are written."""
    return normalise(unescape(one)) == normalise(unescape(other))


def fingerprint(html: str, **facts: Any) -> str:  # noqa: ANN401 - any JSON
    """A hash of what a post says, with further facts of it: another one means that somebody changed it."""
    said = {name: sorted(value.items()) if isinstance(value, Counter) else value for name, value in whole(html)}
    return hashlib.sha256(json.dumps(said | facts, sort_keys=True).encode()).hexdigest()


def whole(html: str) -> list[tuple[str, Any]]:
    """The parts of a text's meaning by name."""
    meaning = meaning_of(html)
    return [(name, getattr(meaning, name)) for name in (part.name for part in fields(meaning))]
