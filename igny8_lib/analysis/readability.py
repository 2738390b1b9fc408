"""How a text reads: sentences, paragraphs, sections, and what connects them. Sources stand in docs/analysis.md."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from igny8_lib.analysis.beginnings import beginning_of, beginnings_are_known
from igny8_lib.analysis.document import Document, Sentence, place_of
from igny8_lib.analysis.flesch import Level
from igny8_lib.analysis.passive import passive_spans
from igny8_lib.analysis.reading import has_formula
from igny8_lib.analysis.results import Part, Place
from igny8_lib.analysis.rules import BAD, GOOD, OKAY, Finding, NotMeasured, Rule, by_limits, count, percent, shown
from igny8_lib.analysis.transitions import has_transition
from igny8_lib.text.html_policy import HEADINGS
from igny8_lib.text.language import main_language

LONGEST_SENTENCE = 20
LONGEST_BY_LANGUAGE = {"it": 25, "ru": 15, "he": 15, "tr": 15}
LONG_SENTENCES = (25, 30)
LONG_BY_LANGUAGE = {"tr": (20, 25), "pl": (15, 20)}
"""Percent of long sentences that are still good, and still middling."""
PARAGRAPH_WORDS = (150, 200)
SECTION_WORDS = (300, 350)
NO_HEADINGS = 2
FEWEST_WORDS = 200
"""Of a text whose transition words are counted."""
TRANSITIONS = (30, 20)
PASSIVE = (10, 15)
ALIKE_IN_A_ROW = 3
POINTS_OF_LEVELS = {
    **dict.fromkeys((Level.VERY_EASY, Level.EASY, Level.FAIRLY_EASY, Level.OKAY), GOOD),
    Level.FAIRLY_DIFFICULT: OKAY,
    **dict.fromkeys((Level.DIFFICULT, Level.VERY_DIFFICULT), BAD),
}


def flesch(document: Document) -> Finding | NotMeasured | None:
    """The Flesch reading ease by the language's own formula."""
    if not has_formula(document.language):
        return NotMeasured(f"The Flesch reading ease: no formula was fitted to this language ({document.language}).")
    ease = document.reading_ease
    if ease is None:
        return None
    points = POINTS_OF_LEVELS[ease.level]
    told = f"The Flesch reading ease is {ease.score:.0f}, which is {ease.level.value}"
    if points == GOOD:
        return Finding(points, f"{told}.")
    return Finding(points, f"{told}: write shorter sentences and plainer words; 60 and more reads well.")


def sentence_length(document: Document) -> Finding | None:
    """Few sentences above the recommended length."""
    sentences = document.sentences
    if not sentences:
        return None
    code = main_language(document.language)
    longest = LONGEST_BY_LANGUAGE.get(code, LONGEST_SENTENCE)
    okay, bad = LONG_BY_LANGUAGE.get(code, LONG_SENTENCES)
    places = tuple(sentence.place for sentence in sentences if sentence.words > longest)
    share = percent(len(places), len(sentences))
    told = f"{count(places, 'sentence has', 'sentences have')} more than {longest} words ({shown(share)})"
    points = by_limits(share, okay, bad)
    return Finding(points, f"{told}." if points == GOOD else f"{told}: cut them, for {okay} % are enough.", places)


def paragraph_length(document: Document) -> Finding | None:
    """No paragraph so long that it looks like a wall."""
    if not document.running:
        return None
    okay, bad = PARAGRAPH_WORDS
    long = [(block, words) for block, words in document.running_words if words > okay]
    places = tuple(place_of(block) for block, _ in long)
    if not places:
        return Finding(GOOD, f"No paragraphs have more than {okay} words.")
    points = by_limits(max(words for _, words in long), okay, bad)
    told = count(places, "paragraph has", "paragraphs have")
    return Finding(points, f"{told} more than {okay} words: part them where a thought ends.", places)


def subheadings(document: Document) -> Finding | None:
    """A heading for every three hundred words."""
    if not document.words:
        return None
    okay, bad = SECTION_WORDS
    long = [(place, words) for place, words in sections(document) if words > okay]
    if not any(heading.text for heading in document.headings):
        if not long:
            return Finding(GOOD, f"No headings, and the text needs none below {okay} words.")
        return Finding(NO_HEADINGS, "No headings in a long text: give each part one.")
    places = tuple(place for place, _ in long)
    if not places:
        return Finding(GOOD, f"No sections have more than {okay} words.")
    points = by_limits(max(words for _, words in long), okay, bad)
    told = count(places, "section has", "sections have")
    return Finding(points, f"{told} more than {okay} words: put a heading into them.", places)


def sections(document: Document) -> Iterator[tuple[Place, int]]:
    """The texts between headings with their words."""
    numbered = zip(document.blocks, document.block_words, strict=True)
    for is_heading, group in groupby(numbered, key=lambda pair: pair[0].tag in HEADINGS):
        filled = [(block, words) for block, words in group if words]
        if not is_heading and filled:
            first, last = place_of(filled[0][0]), place_of(filled[-1][0])
            yield Place(first.start, last.end), sum(words for _, words in filled)


def transition_words(document: Document) -> Finding | NotMeasured | None:
    """Words that say how a sentence follows from those before."""
    if document.words < FEWEST_WORDS or not document.sentences:
        return None
    found = [(sentence, has_transition(sentence.text, document.language)) for sentence in document.sentences]
    if any(has is None for _, has in found):
        return NotMeasured(f"Transition words: there is no list of them for this language ({document.language}).")
    places = tuple(sentence.place for sentence, has in found if has)
    share = percent(len(places), len(found))
    good, okay = TRANSITIONS
    told = f"{count(places, 'sentence holds', 'sentences hold')} a transition word ({shown(share)})"
    if share >= good:
        return Finding(GOOD, f"{told}.", places)
    points = OKAY if share >= okay else BAD
    return Finding(points, f"{told}: say in {good} % of them how they follow from those before.", places)


def passive_voice(document: Document) -> Finding | NotMeasured | None:
    """Few sentences in the passive."""
    if not document.sentences:
        return None
    found = [(sentence, passive_spans(sentence.text, document.language)) for sentence in document.sentences]
    if any(spans is None for _, spans in found):
        return NotMeasured(f"The passive voice: there are no rules for this language ({document.language}).")
    places = tuple(sentence.place for sentence, spans in found if spans)
    share = percent(len(places), len(found))
    okay, bad = PASSIVE
    told = f"{count(places, 'sentence is', 'sentences are')} in the passive voice ({shown(share)})"
    points = by_limits(share, okay, bad)
    return Finding(points, f"{told}." if points == GOOD else f"{told}: say who does it; {okay} % are enough.", places)


def consecutive_sentences(document: Document) -> Finding | NotMeasured | None:
    """No three sentences in a row that begin alike."""
    if not beginnings_are_known(document.language):
        return NotMeasured(f"Sentences that begin alike: this language ({document.language}) has no spaces.")
    paragraphs = {id(block) for block in document.paragraphs}
    sentences = [sentence for sentence in document.sentences if id(sentence.block) in paragraphs]
    if not sentences:
        return None
    rows = rows_alike(sentences, document.language)
    places = tuple(Place(row[0].place.start, row[-1].place.end) for row in rows)
    if not places:
        return Finding(GOOD, f"No {ALIKE_IN_A_ROW} sentences in a row begin alike.")
    told = f"{count(places, 'row', 'rows')} of {ALIKE_IN_A_ROW} or more sentences begin alike"
    return Finding(BAD, f"{told}: begin one of them otherwise.", places)


def rows_alike(sentences: Sequence[Sentence], language: str) -> Iterator[list[Sentence]]:
    """Rows of sentences that begin alike, as long as counts."""
    for beginning, group in groupby(sentences, key=lambda sentence: beginning_of(sentence.text, language)):
        row = list(group)
        if beginning and len(row) >= ALIKE_IN_A_ROW:
            yield row


RULES = (
    Rule("flesch", Part.READABILITY, 3, flesch),
    Rule("sentence_length", Part.READABILITY, 3, sentence_length),
    Rule("paragraph_length", Part.READABILITY, 2, paragraph_length),
    Rule("subheadings", Part.READABILITY, 2, subheadings),
    Rule("transition_words", Part.READABILITY, 2, transition_words),
    Rule("passive_voice", Part.READABILITY, 2, passive_voice),
    Rule("consecutive_sentences", Part.READABILITY, 1, consecutive_sentences),
)
