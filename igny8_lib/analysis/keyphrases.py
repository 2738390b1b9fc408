"""Where a text speaks of its keyphrase: all its content words in one sentence, or the very phrase."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from igny8_lib.analysis.function_words import is_function_word
from igny8_lib.analysis.words import Span, Word, words
from igny8_lib.text.stems import RUNS, pairs, stems
from igny8_lib.text.words import UNSPACED


class Found(NamedTuple):
    """Spans in the text.

    `matches`: stretches of one sentence that hold all the content words of the phrase, in any inflection and order,
    each as short as it can end where it ends; a sentence that says everything twice has two. `exact`: the phrase as it
    was typed, but for case, typography and what parts its words.
    """

    matches: list[Span]
    exact: list[Span]


def find_keyphrase(text: str, sentences: Sequence[Span], phrase: str, language: str) -> Found:
    """Where the sentences (spans in the text, in order) hold the phrase; language in BCP 47.

    Scripts without spaces are compared by pairs of characters. A phrase of function words alone ("to be or not to
    be") is looked for with all of them. Time is linear in the text's length; no text raises.
    """
    typed = [part.text for word in words(phrase) for part in characters_apart(word)]
    wanted = content_of(phrase, language)
    if not typed or not wanted:
        return Found([], [])
    memory: dict[str, tuple[str, ...]] = {}
    found = Found([], [])
    for start, end in sentences:
        sentence = [Word(text_of, start + at, start + to) for text_of, at, to in words(text[start:end])]
        found.matches.extend(stretches(sentence, wanted, language, memory))
        found.exact.extend(exact_places(sentence, typed))
    return found


def content_of(phrase: str, language: str) -> frozenset[str]:
    """The stems of a phrase's content words; of all its words where it has no other."""
    spoken = [word for word in words(phrase) if not is_function_word(word.text, language)] or words(phrase)
    return frozenset(stem for word in spoken for stem in stems(word.text, language))


def stretches(
    sentence: Sequence[Word], wanted: frozenset[str], language: str, memory: dict[str, tuple[str, ...]]
) -> Iterator[Span]:
    """The shortest stretches of a sentence that hold all wanted stems, one after the other without overlap."""
    last: dict[str, Span] = {}
    for word in sentence:
        for stem, start, end in stems_of(word, language, memory):
            if stem not in wanted:
                continue
            last[stem] = (start, end)
            if len(last) == len(wanted):
                yield min(start for start, _ in last.values()), max(end for _, end in last.values())
                last.clear()


def stems_of(word: Word, language: str, memory: dict[str, tuple[str, ...]]) -> Iterator[tuple[str, int, int]]:
    """A word's stems, and where each stands; pairs of characters stand where they are."""
    if not word.text.isascii() and UNSPACED.search(word.text) and len(word.text) == word.end - word.start:
        for run in RUNS.finditer(word.text):
            parts = pairs(run.group()) if UNSPACED.match(run.group()) else [run.group()]
            for shift, part in enumerate(parts):
                at = word.start + run.start() + shift
                yield part, at, at + len(part)
        return
    if word.text not in memory:
        memory[word.text] = tuple(stems(word.text, language))
    for stem in memory[word.text]:
        yield stem, word.start, word.end


def characters_apart(word: Word) -> Iterator[Word]:
    """The word, or in a script without spaces its characters, so that a phrase is found inside of a run."""
    if word.text.isascii() or not UNSPACED.search(word.text) or len(word.text) != word.end - word.start:
        yield word
        return
    for run in RUNS.finditer(word.text):
        if not UNSPACED.match(run.group()):
            yield Word(run.group(), word.start + run.start(), word.start + run.end())
            continue
        for at, character in enumerate(run.group(), word.start + run.start()):
            yield Word(character, at, at + 1)


def exact_places(sentence: Sequence[Word], typed: Sequence[str]) -> Iterator[Span]:
    """Where the words follow one another as typed: found in one string of all words, by Python's linear search."""
    parts = [part for word in sentence for part in characters_apart(word)]
    starts, ends = dict[int, int](), dict[int, int]()
    length = 1
    for part in parts:
        starts[length - 1] = part.start
        length += len(part.text) + 1
        ends[length] = part.end
    line, needle = ("\0" + "".join(f"{text}\0" for text in texts) for texts in ([part.text for part in parts], typed))
    at = line.find(needle)
    while at >= 0:
        yield starts[at], ends[at + len(needle)]
        at = line.find(needle, at + len(needle) - 1)
