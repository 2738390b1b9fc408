"""Where the sentences of a text begin and end, by Wikimedia's sentencex (MIT; about 240 languages).

Three things are added to it. Its time grows with the square of the text's length, so that it gets the text in pieces
of bounded length. It takes a full stop after an unknown abbreviation, and the end of quoted speech, for the end of a
sentence: what goes on in lower case belongs to the sentence before. And marks without a word are no sentence.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from igny8_lib.analysis.words import Span, has_word
from igny8_lib.text.language import main_language

PARAGRAPH_END = re.compile(r"\n[^\S\n]*\n\s*")
PIECE = 2_000
"""Characters given to sentencex at once; a sentence of more than half of it may be cut at the wrong word's end."""
LAST_SPACE = re.compile(r"\s\S*\Z")
NOT_ITS_BEGINNING = "\"'«»‹›„“”‚‘’()[]{}–—-¿¡… \t\n\xa0"
SPEECH_ENDS = ('"', "'", "»", "«", "“", "”", "’", "!", "?", "…", ")")
TITLES = {"fr": re.compile(r"(?:^|[\s(«])(?:MM?|Mgr|Me|Pr)\.\Z")}
"""Of people, where sentencex does not know them: a name in capitals follows."""
ABBREVIATED = re.compile(r"(?:^|[\s(.])[^\W\d_]{1,3}\.\Z")


def sentences(text: str, language: str) -> list[Span]:
    """The spans of a text's sentences, in order, without white space around them; language in BCP 47.

    Every letter and digit of the text lies in exactly one of them; an empty line ends a sentence, a single line end
    does not. A text without a letter or digit has none. Time is linear in the text's length; no text raises.
    """
    code = main_language(language) or "en"
    spans: list[Span] = []
    for start, end in paragraphs(text):
        spans += joined(text, [shrunk(text, *span) for span in raw_sentences(text, start, end, code)], TITLES.get(code))
    return spans


def paragraphs(text: str) -> Iterator[Span]:
    """The spans between empty lines."""
    start = 0
    for match in PARAGRAPH_END.finditer(text):
        yield start, match.start()
        start = match.end()
    yield start, len(text)


def raw_sentences(text: str, start: int, end: int, code: str) -> Iterator[Span]:
    """The sentences of one paragraph as sentencex finds them, read in pieces.

    Each round gets at least half a piece further, whatever sentencex answers: a sentence that does not end within its
    piece goes on in the next one.
    """
    begun = at = start
    while at < end:
        stop = piece_end(text, at, end)
        bounds = boundaries(text[at:stop], code)
        if stop < end and bounds and bounds[-1] >= PIECE // 2:
            stop = at + bounds.pop()
            bounds.append(stop - at)
        for bound in bounds:
            yield begun, at + bound
            begun = at + bound
        at = stop
    yield begun, end


def piece_end(text: str, at: int, end: int) -> int:
    """Where the piece that begins here ends: at its last space, where the paragraph is longer."""
    stop = at + PIECE
    if stop >= end:
        return end
    space = LAST_SPACE.search(text, at + PIECE // 2, stop)
    return space.start() + 1 if space else stop


def boundaries(piece: str, code: str) -> list[int]:
    """Where sentences end within a piece: offsets, not its own end."""
    from sentencex import get_sentence_boundaries  # noqa: PLC0415 - kept out of DAG parsing

    encodable = piece.encode("utf-8", "replace").decode()  # a lone surrogate stays one character
    ends = {int(found["end_index"]) for found in get_sentence_boundaries(code, encodable)}
    return sorted(end for end in ends if 0 < end < len(piece))


def shrunk(text: str, start: int, end: int) -> Span:
    """The span without white space at its ends."""
    inner = text[start:end]
    return start + len(inner) - len(inner.lstrip()), end - len(inner) + len(inner.rstrip())


def joined(text: str, spans: list[Span], titles: re.Pattern[str] | None) -> list[Span]:
    """The spans of a paragraph, those joined that are one sentence, or no sentence of their own."""
    result: list[Span] = []
    for start, end in spans:
        if start >= end:
            continue
        if result and (goes_on(text, result[-1], (start, end), titles) or not has_word(text[slice(*result[-1])])):
            result[-1] = (result[-1][0], end)
        else:
            result.append((start, end))
    return [span for span in result if has_word(text[slice(*span)])]


def goes_on(text: str, before: Span, after: Span, titles: re.Pattern[str] | None) -> bool:
    """Whether what sentencex has parted is one sentence: marks alone, or lower case after speech or an abbreviation.

    `iPhones are …` begins in lower case, too, but with a capital after it.
    """
    if not has_word(text[slice(*after)]):
        return True
    ending = text[max(before[0], before[1] - 8) : before[1]]
    if titles and titles.search(ending):
        return True
    if not ending.endswith(SPEECH_ENDS) and not ABBREVIATED.search(ending):
        return False
    beginning = text[after[0] : after[0] + 20].lstrip(NOT_ITS_BEGINNING)
    return beginning[:1].islower() and not beginning[1:2].isupper()
