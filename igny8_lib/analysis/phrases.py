"""How much of a phrase a short text holds: a title, a heading, a slug, an alternative text."""

from __future__ import annotations

from collections.abc import Iterable

from igny8_lib.analysis.function_words import LISTS, is_function_word
from igny8_lib.analysis.keyphrases import Found, content_of, find_keyphrase
from igny8_lib.analysis.results import Place
from igny8_lib.analysis.words import Span, words
from igny8_lib.text.html_map import Block
from igny8_lib.text.language import main_language
from igny8_lib.text.stems import stems
from igny8_lib.text.stop_words import stop_stems


def found_in(text: str, phrase: str, language: str) -> Found:
    """Where a short text holds a phrase: it is taken as one sentence."""
    return find_keyphrase(text, [(0, len(text))], phrase, language)


def share_of_words(text: str, phrase: str, language: str) -> float:
    """The share of a phrase's content words that stand in a text, in any inflection, 0 … 1."""
    wanted = content_of(phrase, language)
    return len(wanted & set(stems(text, language))) / len(wanted) if wanted else 0.0


def holds(text: str, language: str) -> bool:
    """Whether a text holds anything but function words."""
    return any(not is_function_word(word.text, language) for word in words(text))


def has_function_words(language: str) -> bool:
    """Whether content words can be told from function words in a language."""
    return main_language(language) in LISTS or bool(stop_stems(language))


def places_of(block: Block, spans: Iterable[Span]) -> tuple[Place, ...]:
    """Where spans of a block's text stand in the HTML."""
    return tuple(Place(*block.source(start, end)) for start, end in spans)
