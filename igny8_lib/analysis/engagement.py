"""What makes readers stay and act: something to do next, to look at, to go on to. Sources stand in docs/analysis.md."""

from __future__ import annotations

from igny8_lib.analysis.calls import calls_to_action
from igny8_lib.analysis.document import LISTS, Document, place_of
from igny8_lib.analysis.phrases import places_of
from igny8_lib.analysis.results import Part
from igny8_lib.analysis.rules import BAD, GOOD, OKAY, Finding, NotMeasured, Rule, count

LINKS_PER_WORDS = 1_000
ENOUGH_LINKS = 3
"""Links to the website's own pages in every thousand words, one at least: as many as the Linker may put by default."""
WORDS_PER_IMAGE = 500
NO_LIST, NO_TABLE, NO_QUESTION, ONE_QUESTION = 4, 6, 4, 7
ENOUGH_QUESTIONS = 2
QUESTION_MARKS = ("?", "？", "؟", "՞", "⸮")
AFTER_A_MARK = "\"'»”’)]!… \n\t\xa0"


def call_to_action(document: Document) -> Finding | NotMeasured | None:
    """At least one sentence that asks the reader to do something next."""
    if not document.words:
        return None
    found = [(block, calls_to_action(block.text, document.language)) for block in document.running]
    if any(calls is None for _, calls in found):
        return NotMeasured(f"Calls to action: none are known in this language ({document.language}).")
    places = tuple(place for block, calls in found for place in places_of(block, calls or ()))
    if places:
        return Finding(GOOD, f"{count(places, 'call', 'calls')} to action.", places)
    return Finding(BAD, "No calls to action: end by telling readers what to do next.")


def further_reading(document: Document) -> Finding | None:
    """Enough links to go on reading on this website."""
    if not document.words:
        return None
    places = tuple(link.place for link in document.links if link.is_internal)
    wanted = max(1, ENOUGH_LINKS * document.words // LINKS_PER_WORDS)
    told = f"{count(places, 'link', 'links')} to go on reading on this website"
    if len(places) >= wanted:
        return Finding(GOOD, f"{told}.", places)
    return Finding(OKAY if places else BAD, f"{told}: {wanted} would suit its length.", places)


def lists(document: Document) -> Finding | None:
    """A list, which can be taken in at a glance."""
    return of_elements(document, LISTS, "list", NO_LIST, "put steps or choices into one.")


def tables(document: Document) -> Finding | None:
    """A table, where something is compared."""
    return of_elements(document, {"table"}, "table", NO_TABLE, "compare things in one where there are any to compare.")


def of_elements(
    document: Document, tags: set[str] | frozenset[str], what: str, none: int, advice: str
) -> Finding | None:
    """Whether there is such an element."""
    if not document.words:
        return None
    places = tuple(document.elements(tags))
    told = count(places, what, f"{what}s")
    return Finding(GOOD, f"{told}.", places) if places else Finding(none, f"No {what}s: {advice}")


def images(document: Document) -> Finding | None:
    """An image for every five hundred words, one at least."""
    if not document.words:
        return None
    found = document.images
    places = tuple(image.place for image in found if image.place)
    wanted = max(1, document.words // WORDS_PER_IMAGE)
    told = count(found, "image", "images")
    if len(found) >= wanted:
        return Finding(GOOD, f"{told}.", places)
    if found:
        return Finding(OKAY, f"{told}: {wanted} would suit its length.", places)
    return Finding(BAD, "No images: show what you write of.")


def questions(document: Document) -> Finding | None:
    """Questions, as readers ask them."""
    if not document.words:
        return None
    places = [sentence.place for sentence in document.sentences if is_question(sentence.text)]
    places += [place_of(document.blocks[heading.number]) for heading in document.headings if is_question(heading.text)]
    places.sort(key=lambda place: place.start)
    told = f"{count(places, 'question', 'questions')} in the text"
    if len(places) >= ENOUGH_QUESTIONS:
        return Finding(GOOD, f"{told}.", tuple(places))
    if places:
        return Finding(ONE_QUESTION, f"{told}: ask another one that readers have, and answer it.", tuple(places))
    return Finding(NO_QUESTION, "No questions in the text: ask what readers ask, in a heading, and answer it.")


def is_question(text: str) -> bool:
    """Whether a sentence or heading ends as a question."""
    return text.rstrip(AFTER_A_MARK).endswith(QUESTION_MARKS)


RULES = (
    Rule("call_to_action", Part.ENGAGEMENT, 3, call_to_action),
    Rule("further_reading", Part.ENGAGEMENT, 2, further_reading),
    Rule("images", Part.ENGAGEMENT, 2, images),
    Rule("lists", Part.ENGAGEMENT, 2, lists),
    Rule("questions", Part.ENGAGEMENT, 1, questions),
    Rule("tables", Part.ENGAGEMENT, 1, tables),
)
