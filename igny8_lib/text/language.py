"""Whether a text is written in another language than was wanted. Says so only where it is sure."""

from __future__ import annotations

from collections import Counter
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from py3langid.langid import LanguageIdentifier

RELATED = (
    {"no", "nb", "nn", "da", "sv"},
    {"hr", "sr", "bs", "sl", "sh", "me"},
    {"id", "ms", "jv", "su", "tl"},
    {"pt", "gl", "es", "ca", "an", "oc", "ast"},
    {"cs", "sk"},
    {"ru", "uk", "be", "bg", "mk"},
    {"nl", "af", "fy", "li"},
    {"de", "lb", "als", "gsw", "nds"},
    {"hi", "mr", "ne", "sa"},
    {"ur", "fa", "ps", "ar", "ug", "ku", "ckb"},
    {"zh", "yue", "wuu", "ja"},
    {"tr", "az", "kk", "ky", "uz", "tk"},
    {"fr", "wa", "br", "ht"},
    {"it", "la", "sc", "lmo"},
    {"fi", "et"},
    {"xh", "zu", "st", "tn", "rw", "sw"},
)
"""Languages that are told apart badly, or whose texts can look alike: none of them counts as another."""
PIECE = 300
"""Characters judged at once: single sentences mislead, and a whole text is always judged with certainty."""
MIN_PIECES = 3
MOST_PIECES = 40
MIN_CONFIDENCE = 0.95
MIN_SHARE = 0.8
"""Of the pieces that must be in one other language, or in languages related to it."""


def main_language(language: str) -> str:
    """The language of a BCP 47 code: `pt` of `pt-BR`."""
    return language.replace("_", "-").split("-", 1)[0].lower()


@lru_cache(maxsize=1)
def identifier() -> LanguageIdentifier:
    """The identifier with its model, which the package brings along: loaded once, in about a second."""
    from py3langid.langid import MODEL_FILE, LanguageIdentifier  # noqa: PLC0415 - numpy stays out of DAG parsing

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)


def other_language(text: str, wanted: str) -> str | None:
    """The code of the language a text is surely written in instead of the wanted one (BCP 47), else None.

    Sure means: the text is long enough for `MIN_PIECES` pieces, the wanted language is one that could have been
    recognised, and nearly all pieces are in one language that is not related to it.
    """
    pieces = cut(text)
    wanted = main_language(wanted)
    if len(pieces) < MIN_PIECES or wanted not in known_languages():
        return None
    votes, hopeless = Counter[str](), 0
    for piece in pieces:
        found = language_of(piece)
        hopeless += found is None or found == wanted
        if len(pieces) - hopeless < MIN_SHARE * len(pieces):
            return None  # whatever the rest is in: mostly a fifth of the pieces tells it
        if found is not None:
            votes[found] += 1
    language = votes.most_common(1)[0][0]
    sure = sum(votes[other] for other in votes if are_related(other, language)) >= MIN_SHARE * len(pieces)
    return language if sure and not are_related(language, wanted) else None


def cut(text: str) -> list[str]:
    """Whole pieces of the text's beginning."""
    text = " ".join(text.split())
    ends = range(PIECE, min(len(text), PIECE * MOST_PIECES) + 1, PIECE)
    return [text[end - PIECE : end] for end in ends]


@lru_cache(maxsize=1)
def known_languages() -> frozenset[str]:
    """The languages that are recognised, with those that count as one of them."""
    known = set(map(str, identifier().labels))
    return frozenset(known.union(*(group for group in RELATED if group & known)))


def language_of(piece: str) -> str | None:
    """The language of a piece, None where it is not clear which group of languages it belongs to."""
    ranked = identifier().rank(piece)
    language = str(ranked[0][0])
    confidence = sum(float(share) for other, share in ranked if are_related(str(other), language))
    return language if confidence >= MIN_CONFIDENCE else None


def are_related(one: str, other: str) -> bool:
    """Whether two languages count as the same here."""
    return one == other or any({one, other} <= group for group in RELATED)
