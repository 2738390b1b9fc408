"""Where an article speaks of its keyphrase. The figures' sources stand in docs/analysis.md."""

from __future__ import annotations

from igny8_lib.analysis.document import Document, place_of
from igny8_lib.analysis.keyphrases import content_of, find_keyphrase
from igny8_lib.analysis.phrases import found_in, has_function_words, holds, places_of, share_of_words
from igny8_lib.analysis.results import Part
from igny8_lib.analysis.rules import BAD, GOOD, OKAY, Finding, NotMeasured, Rule, count, percent, shown
from igny8_lib.text.stems import has_stems

FEWEST_WORDS = 100
"""Of a text whose density says anything."""
LEAST_DENSITY, MOST_DENSITY, MOST_INFLECTED, FAR_TOO_DENSE = 0.5, 3.0, 3.5, 4.0
"""Occurrences in a hundred words; more are taken where all inflections are found."""
LEAST_SHARE, MOST_SHARE = 30, 75
"""Percent of the headings, and of many images."""
MANY_IMAGES = 5
MOST_IN_META = 2
SHORT_PHRASE = 2
"""Content words of a phrase that must be in the slug as a whole."""
NOT_FOUND, STUFFED, FAR_STUFFED = 2, 2, 0


def keyphrase_set(document: Document) -> Finding:
    """Whether there is a keyphrase at all: without one nothing of it can be looked at."""
    if content_of(document.keyphrase, document.language):
        return Finding(GOOD, f"The keyphrase is “{document.keyphrase}”.")
    return Finding(0, "No keyphrase is set: choose the words that people search for when this article is their answer.")


def in_title(document: Document) -> Finding | NotMeasured | None:
    """All content words in the article's title."""
    title = document.facts.title
    if title is None:
        return NotMeasured("Whether the keyphrase is in the title: no title is known.")
    found = share_of_words(title, document.keyphrase, document.language)
    if found == 1:
        return Finding(GOOD, "The title holds the keyphrase.")
    if found > 0:
        return Finding(OKAY - 1, "The title holds only a part of the keyphrase: use all its words.")
    return Finding(NOT_FOUND, "The title does not hold the keyphrase: name it there, near the beginning.")


def in_meta_title(document: Document) -> Finding | NotMeasured | None:
    """The exact phrase at the beginning of what search engines show as the title."""
    title = document.facts.meta_title
    if not title:
        return None if title is not None else NotMeasured("Whether the keyphrase is in the meta title: none is known.")
    found = found_in(title, document.keyphrase, document.language)
    if found.exact:
        if not holds(title[: found.exact[0][0]], document.language):
            return Finding(GOOD, "The meta title begins with the keyphrase.")
        return Finding(OKAY + 1, "The meta title holds the keyphrase, but not at its beginning: move it there.")
    if found.matches:
        return Finding(OKAY, "The meta title holds the words of the keyphrase: begin with the very phrase if it fits.")
    return Finding(NOT_FOUND, "The meta title does not hold the keyphrase: begin with it.")


def in_meta_description(document: Document) -> Finding | NotMeasured | None:
    """The keyphrase once or twice."""
    description = document.facts.meta_description
    if not description:
        known = description is not None
        return None if known else NotMeasured("Whether the keyphrase is in the meta description: none is known.")
    found = len(found_in(description, document.keyphrase, document.language).matches)
    if found > MOST_IN_META:
        return Finding(BAD, f"The meta description holds the keyphrase {found} times: once or twice is enough.")
    if found:
        return Finding(GOOD, "The meta description holds the keyphrase.")
    return Finding(BAD, "The meta description does not hold the keyphrase: say it once, as the answer that it is.")


def in_introduction(document: Document) -> Finding | None:
    """The keyphrase in the first paragraph, within one sentence."""
    if not document.paragraphs:
        return None
    first = document.paragraphs[0]
    here = [(s.start, s.end) for s in document.sentences if s.block is first]
    found = find_keyphrase(first.text, here, document.keyphrase, document.language)
    if found.matches:
        places = places_of(first, found.matches)
        times = count(places, "time", "times")
        return Finding(GOOD, f"The first paragraph holds the keyphrase {times}.", places)
    if share_of_words(first.text, document.keyphrase, document.language) == 1:
        return Finding(
            OKAY,
            "The first paragraph holds the words of the keyphrase, but not in one sentence: bring them together.",
            (place_of(first),),
        )
    sentence = "The first paragraph does not hold the keyphrase: make clear at once what the article is about."
    return Finding(BAD, sentence, (place_of(first),))


def in_headings(document: Document) -> Finding | None:
    """The keyphrase in some of the headings of levels 2 and 3, not in all."""
    headings = [heading for heading in document.headings if heading.level in {2, 3} and heading.text]
    if not headings:
        return None
    needed = 0.5 if has_function_words(document.language) else 1.0
    about = [
        heading for heading in headings if share_of_words(heading.text, document.keyphrase, document.language) >= needed
    ]
    places = tuple(heading.place for heading in about)
    told = f"{count(places, 'heading', 'headings')} of {len(headings)} speak{'s' if len(places) == 1 else ''} of the "
    told += "keyphrase"
    share = percent(len(about), len(headings))
    if share < LEAST_SHARE:
        return Finding(BAD, f"{told}: use it, or half of its words, in about one in three.", places)
    if share > MOST_SHARE and len(headings) > 1:
        return Finding(BAD, f"{told}, which reads as stuffed: leave it out of some.", places)
    return Finding(GOOD, f"{told}.", places)


def in_slug(document: Document) -> Finding | NotMeasured | None:
    """The content words in the address: all of a short phrase, more than half of a longer one."""
    slug = document.facts.slug
    if not slug:
        return NotMeasured("Whether the keyphrase is in the address: it has no slug yet.")
    found = share_of_words(slug.replace("_", "-"), document.keyphrase, document.language)
    few = len(content_of(document.keyphrase, document.language)) <= SHORT_PHRASE
    if found == 1 or (found > 0.5 and not few):
        return Finding(GOOD, "The address holds the keyphrase.")
    return Finding(OKAY if found else BAD, "The address does not hold the keyphrase: put its words into the slug.")


def in_images(document: Document) -> Finding | None:
    """Half of the content words in an alternative text; of many images, in some and not in all."""
    images = document.images
    if not images:
        return None
    about = [image for image in images if share_of_words(image.alt_text, document.keyphrase, document.language) >= 0.5]
    told = f"{len(about)} of {count(images, 'image', 'images')} have an alternative text with the keyphrase"
    if not about:
        return Finding(OKAY, f"{told}: name it where an image shows it.")
    share = percent(len(about), len(images))
    if len(images) >= MANY_IMAGES and share < LEAST_SHARE:
        return Finding(OKAY, f"{told}: name it where more of them show it.")
    if len(images) >= MANY_IMAGES and share > MOST_SHARE:
        return Finding(OKAY, f"{told}: keep it to those that show it.")
    return Finding(GOOD, f"{told}.")


def density(document: Document) -> Finding | NotMeasured:
    """How often the text holds the keyphrase, within single sentences."""
    words = document.words
    if words < FEWEST_WORDS:
        return NotMeasured(f"How often the keyphrase is used: the text has fewer than {FEWEST_WORDS} words.")
    places = document.keyphrase_places
    most = MOST_INFLECTED if has_stems(document.language) else MOST_DENSITY
    dense = percent(len(places), words)
    told = f"The text holds the keyphrase {count(places, 'time', 'times')} ({shown(dense)} of {words:,} words)"
    fewest, highest = int(words * LEAST_DENSITY / 100) + 1, int(words * most / 100)
    if dense > most:
        points = FAR_STUFFED if dense > FAR_TOO_DENSE else STUFFED
        return Finding(points, f"{told}, which reads as stuffed: at most {highest} times.", places)
    if dense <= LEAST_DENSITY:
        points = OKAY - 2 if places else NOT_FOUND
        return Finding(points, f"{told}: use it at least {fewest} times, spread over the text.", places)
    return Finding(GOOD, f"{told}.", places)


def in_links(document: Document) -> Finding | None:
    """No link to another page by the very words that this one is to be found by."""
    if not document.links:
        return None
    wanted = content_of(document.keyphrase, document.language)
    competing = tuple(link.place for link in document.links if content_of(link.text, document.language) == wanted)
    if competing:
        told = count(competing, "link leads", "links lead")
        return Finding(NOT_FOUND, f"{told} to another page by the keyphrase: link it by other words.", competing)
    return Finding(GOOD, "No link leads to another page by the keyphrase.")


def secondary(document: Document) -> Finding | None:
    """Each secondary keyword in some sentence or heading."""
    wanted = {word: content_of(word, document.language) for word in document.facts.secondary_keywords}
    wanted = {word: stems for word, stems in wanted.items() if stems}
    if not wanted:
        return None
    missing = [word for word, stems in wanted.items() if not any(stems <= known for known in document.stem_sets)]
    told = f"The text speaks of {len(wanted) - len(missing)} of {len(wanted)} secondary keywords"
    if not missing:
        return Finding(GOOD, f"{told}.")
    shown_words = ", ".join(f"“{word}”" for word in missing[:3])
    more = f" and {len(missing) - 3} more" if len(missing) > 3 else ""
    points = OKAY if 2 * len(missing) <= len(wanted) else BAD
    return Finding(points, f"{told}: say something about {shown_words}{more}.")


SET = Rule("keyphrase_set", Part.SEO, 3, keyphrase_set)
RULES = (
    Rule("keyphrase_title", Part.SEO, 3, in_title),
    Rule("keyphrase_meta_title", Part.SEO, 2, in_meta_title),
    Rule("keyphrase_meta_description", Part.SEO, 2, in_meta_description),
    Rule("keyphrase_introduction", Part.SEO, 3, in_introduction),
    Rule("keyphrase_headings", Part.SEO, 2, in_headings),
    Rule("keyphrase_slug", Part.SEO, 1, in_slug),
    Rule("keyphrase_images", Part.SEO, 1, in_images),
    Rule("keyphrase_density", Part.SEO, 3, density),
    Rule("keyphrase_links", Part.SEO, 1, in_links),
    Rule("secondary_keywords", Part.SEO, 1, secondary),
)
"""Made only where there is a keyphrase."""
