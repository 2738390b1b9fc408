"""Optimized articles that are worse in one way, as models spoil texts: for those who must not take them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from igny8_lib.sandbox.switches import Rewrite

PARAGRAPH = re.compile(r"<p>.*?</p>\s*", re.DOTALL)
LINK_TAG = re.compile(r"</?a(?: [^>]*)?>")
IMAGE = re.compile(r"<img [^>]*>")
HEADING = re.compile(r"<h[2-4](?: [^>]*)?>(.*?)</h[2-4]>", re.DOTALL)
BETWEEN_PARAGRAPHS = re.compile(r"</p>\s*<p>")
INVENTED_NUMBER = " (87 %)"
INVENTED_NAME = ", Ada Lovelace"


def worse(better: dict[str, Any], item: Mapping[str, Any], rewrite: Rewrite, foreign: Sequence[str]) -> dict[str, Any]:
    """The better answer spoilt in the way that the switch says; `foreign` are sentences of another language."""
    if rewrite is Rewrite.OTHER_LANGUAGE:
        return better | {"html": translated(str(better["html"]), foreign)}
    if rewrite is Rewrite.LOWER_SCORE:
        same = {name: str(item.get(name) or "") for name in ("meta_title", "meta_description")}
        return same | {"html": monotonous(str(item["html"]))}
    return better | {"html": SPOIL[rewrite](str(better["html"]))} if rewrite in SPOIL else better


def translated(html: str, foreign: Sequence[str]) -> str:
    """Every paragraph in sentences of another language, about as long."""
    sentence = " ".join(text.replace("{}", "…") for text in foreign)

    def other(match: re.Match[str]) -> str:
        return f"<p>{' '.join([sentence] * (1 + len(match[0]) // len(sentence)))}</p>"

    return PARAGRAPH.sub(other, html)


def monotonous(html: str) -> str:
    """The same words without headings, in one paragraph wherever there were several."""
    return BETWEEN_PARAGRAPHS.sub(" ", HEADING.sub(r"<p>\1</p>", html))


def halved(html: str) -> str:
    """Every second paragraph."""
    numbers = iter(range(html.count("<p>") + 1))
    return PARAGRAPH.sub(lambda match: match[0] if next(numbers) % 2 else "", html)


def after_first_sentence(more: str) -> Callable[[str], str]:
    """Puts something before the first paragraph's end."""

    def add(html: str) -> str:
        first, end, rest = html.partition("</p>")
        return f"{first.rstrip('.')}{more}.{end}{rest}"

    return add


SPOIL: Mapping[Rewrite, Callable[[str], str]] = {
    Rewrite.LOST_LINKS: lambda html: LINK_TAG.sub("", html),
    Rewrite.LOST_IMAGES: lambda html: IMAGE.sub("", html),
    Rewrite.NEW_NUMBERS: after_first_sentence(INVENTED_NUMBER),
    Rewrite.NEW_NAMES: after_first_sentence(INVENTED_NAME),
    Rewrite.HALF: halved,
}
"""From the better HTML to a worse one."""
