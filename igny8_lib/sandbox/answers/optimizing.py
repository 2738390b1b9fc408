"""Optimized articles: small edits that checks reward, all facts kept; by a switch, a text that is worse in one way."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from configparser import ConfigParser
from functools import lru_cache
from html import escape
from pathlib import Path
from typing import Any

from igny8_lib.sandbox.answers.asked import PLAINLY, Asked, language_name
from igny8_lib.sandbox.answers.worsening import worse
from igny8_lib.text.html import headings, plain_text
from igny8_lib.text.normalisation import normalise

FILE = Path(__file__).parent / "optimizing_phrases.ini"
PARAGRAPH = re.compile(r"<p>(.*?)</p>", re.DOTALL)
FIRST_OF_TWO = re.compile(r"(<p>.*?</p>)(\s*)(?=<p>)", re.DOTALL)
SENTENCE_END = re.compile(r"(?<=[.!?…]) +(?=[^\W\d_a-zà-ÿа-я])")
SECTION_END = re.compile(r"(?<=[.!?…])</p>(?=\s*<h2)")
TAG = re.compile(r"<(/?)([a-z0-9]+)")
MOST_SENTENCES = 3
"""In a paragraph."""
FEWEST_WORDS = 7
"""On either side of a joint, so that both parts are sentences."""
WORDS_PER_MENTION = 160
"""So that a keyphrase makes up some two thirds of a percent of the words."""
META_TITLE, LEAST_TITLE, META_DESCRIPTION, LEAST_DESCRIPTION = 60, 40, 155, 120
ADDED = ("about", "question", "action", "joint", "note")


def optimized_article(item: Mapping[str, Any], asked: Asked = PLAINLY) -> dict[str, Any]:
    """The answer to INPUT {title, language, keyphrase, html, meta_title, meta_description, weaknesses …}."""
    language = language_name(str(item.get("language") or "")) or asked.language
    phrases, keyphrase = phrases_of(language), " ".join(str(item.get("keyphrase") or "").split())
    html = str(item["html"])
    for edit in EDITS:
        html = edit(html, keyphrase, phrases)
    better = {
        "html": html,
        "meta_title": meta_title(str(item.get("meta_title") or ""), str(item.get("title") or ""), keyphrase, phrases),
        "meta_description": meta_description(str(item.get("meta_description") or ""), keyphrase, phrases),
    }
    foreign = phrases_of(phrases.get("foreign", "english"))
    return worse(better, dict(item), asked.rewrite, [foreign[name] for name in ADDED if name != "joint"])


@lru_cache(maxsize=16)
def phrases_of(language: str) -> Mapping[str, str]:
    """What can be added in a language; empty where nothing can."""
    file = ConfigParser(interpolation=None, delimiters=("=",))
    file.read(FILE, encoding="utf-8")
    return dict(file[language]) if language in file else {}


def part_sentences(html: str, _keyphrase: str, phrases: Mapping[str, str]) -> str:
    """Two sentences where one has a joint with enough words on both sides."""
    joints = ("; ", *([f"{phrases['joint']} "] if "joint" in phrases else []))

    def shorter(match: re.Match[str]) -> str:
        text = match[1]
        for joint in joints:
            text = " ".join(part_sentence(sentence, joint) for sentence in SENTENCE_END.split(text))
        return f"<p>{text}</p>"

    return PARAGRAPH.sub(shorter, html)


def part_sentence(sentence: str, joint: str) -> str:
    """One sentence as two, where the joint stands between enough words; never within a tag or a character reference."""
    first, found, second = sentence.partition(joint)
    plain = "<" not in sentence and "&" not in first[-10:]
    if not found or not plain or min(len(first.split()), len(second.split())) < FEWEST_WORDS:
        return sentence
    word = second.split()[0]
    return sentence if any(map(str.isupper, word)) else f"{first}. {second[0].upper()}{second[1:]}"


def part_paragraphs(html: str, _keyphrase: str, _phrases: Mapping[str, str]) -> str:
    """Shorter paragraphs, parted between sentences and never within an element."""

    def shorter(match: re.Match[str]) -> str:
        parts: list[list[str]] = [[]]
        for sentence in SENTENCE_END.split(match[1]):
            if len(parts[-1]) >= MOST_SENTENCES and is_whole(" ".join(parts[-1])):
                parts.append([])
            parts[-1].append(sentence)
        return "".join(f"<p>{' '.join(part)}</p>" for part in parts)

    return PARAGRAPH.sub(shorter, html)


def is_whole(html: str) -> bool:
    """Whether every element that begins in a piece ends in it."""
    tags = [match.groups() for match in TAG.finditer(html) if match[2] not in {"br", "img", "hr"}]
    return sum(-1 if closing else 1 for closing, _ in tags) == 0


def introduce(html: str, keyphrase: str, phrases: Mapping[str, str]) -> str:
    """The keyphrase in the first paragraph."""
    first = PARAGRAPH.search(html)
    if not keyphrase or first is None or "about" not in phrases or has(plain_text(first[1]), keyphrase):
        return html
    sentence = phrases["about"].format(escape(keyphrase, quote=False))
    return f"{html[: first.start(1)]}{sentence} {html[first.start(1) :]}"


def add_heading(html: str, keyphrase: str, _phrases: Mapping[str, str]) -> str:
    """The keyphrase in about one heading of three: in a new one where there is none, else behind what they say."""
    found = [text for _, text in headings(html)]
    if not keyphrase:
        return html
    if not found:
        heading = f"<h2>{escape(keyphrase[0].upper() + keyphrase[1:], quote=False)}</h2>"
        return FIRST_OF_TWO.sub(lambda match: f"{match[1]}{match[2]}{heading}", html, count=1)
    missing = -(-len(found) // 3) - sum(has(text, keyphrase) for text in found)
    more = escape(keyphrase, quote=False)
    plain = re.compile(rf"<h2>((?:(?!{re.escape(more)})[^<?!:])+)</h2>", re.IGNORECASE)
    return plain.sub(lambda match: f"<h2>{match[1]}: {more}</h2>", html, count=missing) if missing > 0 else html


def mention(html: str, keyphrase: str, phrases: Mapping[str, str]) -> str:
    """The keyphrase once for each so many words: in one more sentence at the end of some sections."""
    sentences = [text.format(escape(keyphrase, quote=False)) for text in phrases.get("mentions", "").split(" | ")]
    plain = plain_text(html)
    missing = len(plain.split()) // WORDS_PER_MENTION - normalise(plain).count(normalise(keyphrase))
    fresh = [sentence for sentence in sentences if keyphrase and plain_text(sentence) not in plain]
    added = iter(fresh[: max(missing, 0)])

    def longer(match: re.Match[str]) -> str:
        sentence = next(added, "")
        return f" {sentence}{match[0]}" if sentence else match[0]

    return SECTION_END.sub(longer, html)


def close(html: str, keyphrase: str, phrases: Mapping[str, str]) -> str:
    """A question and a call to action at the end, and who edited the text."""
    if "note" not in phrases or phrases["note"] in plain_text(html):
        return html
    question = phrases["question"].format(escape(keyphrase, quote=False)) if keyphrase else ""
    return f"{html}\n<p>{' '.join(filter(None, (question, phrases['action'])))}</p><p>{phrases['note']}</p>"


def has(text: str, keyphrase: str) -> bool:
    """Whether a text has the keyphrase as it is."""
    return normalise(keyphrase) in normalise(text)


def meta_title(given: str, title: str, keyphrase: str, phrases: Mapping[str, str]) -> str:
    """A title for search engines with the keyphrase, of about the length that they show."""
    text = given or title
    if keyphrase and not has(text, keyphrase):
        text = f"{keyphrase[0].upper()}{keyphrase[1:]}: {text}"
    more = phrases.get("more", "")
    longer = f"{text.rstrip('.')}: {more}"
    is_short = more and more not in text and len(text) < LEAST_TITLE
    return longer if is_short and len(longer) <= META_TITLE else cut(text, META_TITLE)


def meta_description(given: str, keyphrase: str, phrases: Mapping[str, str]) -> str:
    """A description with the keyphrase, of about the length that search engines show."""
    text = cut(given, META_DESCRIPTION)
    if keyphrase and not has(text, keyphrase):
        text = cut(f"{keyphrase[0].upper()}{keyphrase[1:]}: {text}".rstrip(": "), META_DESCRIPTION)
    question = phrases.get("question", "").format(keyphrase) if keyphrase else ""
    for sentence in filter(None, (phrases.get("action", ""), question)):
        longer = f"{ended(text)} {sentence}".strip()
        if len(text) < LEAST_DESCRIPTION and len(longer) <= META_DESCRIPTION and sentence not in text:
            text = longer
    return text


def ended(text: str) -> str:
    """The text with a full stop, where it has no end yet."""
    return f"{text}." if text and text[-1] not in ".!?…" else text


def cut(text: str, longest: int) -> str:
    """The text's first whole words."""
    if len(text) <= longest:
        return text
    return text[: longest + 1].rpartition(" ")[0].rstrip(" ,;:–-") or text[:longest]


Edit = Callable[[str, str, Mapping[str, str]], str]
EDITS: tuple[Edit, ...] = (part_sentences, introduce, mention, part_paragraphs, add_heading, close)
"""Each gets the HTML, the keyphrase and the language's phrases."""
