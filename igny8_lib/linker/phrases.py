"""What an article is called: the phrases by which others may link to it.

Its primary keyword and its whole title; its other keywords of two words and more; and those runs of two to five words
of its title that hold a word of a keyword, or, where it has no keywords, whose words its text uses again and again. So
"complete guide" of a title is no phrase, and a single word is one only as the primary keyword.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from igny8_lib.linker.signatures import HALF
from igny8_lib.linker.stems import FACTOR, OF_ALL, OF_FIRST, Stems, most_stems, read_stems
from igny8_lib.models import PhraseKind

AGAIN = 3
"""How often the words of a title stand in the text of an article without keywords, if they are to be a phrase of it."""
MOST_PHRASES = 60
MODULUS = 1 << 64


def phrases(
    title: str, primary: str, secondary: Sequence[str], counts: Counter[int], language: str
) -> dict[int, PhraseKind]:
    """The numbers of an article's phrases, signed as the database has them, each with its surest kind.

    `counts` says how often each stem (half its number) stands in the article's text.
    """
    heading, main = read_stems(title, language), read_stems(primary, language)
    others = [read_stems(keyword, language) for keyword in secondary]
    least = 1 if main.codes else 2
    found: dict[int, PhraseKind] = {}
    for stems in (main, heading):
        keep(found, whole(stems, language, least if stems is main else 2), PhraseKind.KEYWORD)
    for stems in others:
        keep(found, whole(stems, language, 2), PhraseKind.SECONDARY)
    known = {code for stems in (main, *others) for code in telling(stems, 0, len(stems))}
    for start, end in parts(heading, language):
        inner = telling(heading, start, end)
        if known.intersection(inner) if known else inner and all(counts[code & HALF] >= AGAIN for code in inner):
            keep(found, number(heading.codes[start:end]), PhraseKind.TITLE)
    return dict(list(found.items())[:MOST_PHRASES])


def keep(found: dict[int, PhraseKind], code: int | None, kind: PhraseKind) -> None:
    """Remember a phrase, if it is one, by its first and surest kind."""
    if code is not None:
        found.setdefault(code, kind)


def whole(stems: Stems, language: str, least: int) -> int | None:
    """A text as one phrase, without the function words around it; None where it is too short, too long or no phrase."""
    matter = [place for place, edge in enumerate(stems.edges) if edge]
    if not matter:
        return None
    start, end = matter[0], matter[-1] + 1
    if not least <= end - start <= most_stems(language) or not all(stems.joined[start + 1 : end]):
        return None
    return number(stems.codes[start:end])


def parts(stems: Stems, language: str) -> Iterator[tuple[int, int]]:
    """The runs of two and more words of a title that stand together, and whose first and last word tell something."""
    for start, begins in enumerate(stems.tells):
        end = start + 1
        while begins and end < min(start + most_stems(language), len(stems)) and stems.joined[end]:
            end += 1
            if stems.tells[end - 1]:
                yield start, end


def telling(stems: Stems, start: int, end: int) -> list[int]:
    """The numbers of those stems of a run that tell something."""
    return [code for code, tells in zip(stems.codes[start:end], stems.tells[start:end], strict=True) if tells]


def number(codes: Sequence[int]) -> int:
    """The number of a run of stems, as `stems.runs` computes it, signed."""
    polynomial = 0
    for code in codes:
        polynomial = (polynomial * FACTOR + code) % MODULUS
    found = codes[0] & OF_FIRST | polynomial & OF_ALL
    return found - MODULUS if found >= MODULUS // 2 else found
