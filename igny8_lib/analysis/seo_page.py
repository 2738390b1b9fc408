"""Lengths, headings, links and images as search engines read them. The figures' sources stand in docs/analysis.md."""

from __future__ import annotations

from collections.abc import Sequence
from unicodedata import east_asian_width

from igny8_lib.analysis.document import Document, Heading, Link
from igny8_lib.analysis.results import Part
from igny8_lib.analysis.rules import BAD, GOOD, OKAY, Finding, NotMeasured, Rule, count

MISSING = 1
SHORTEST_TITLE, LONGEST_TITLE, FAR_TOO_LONG_TITLE = 30, 60, 70
SHORTEST_DESCRIPTION, LONGEST_DESCRIPTION = 121, 156
ENOUGH_WORDS, NEARLY_ENOUGH, TOO_FEW = 300, 250, 200
WIDE = frozenset("WF")
ONLY_NOT_FOLLOWED, SOME_NOT_FOLLOWED = 7, 8


def width(text: str) -> int:
    """A line's length in a list of results: characters, those of full width (Chinese, Japanese, Korean) as two."""
    return sum(2 if east_asian_width(character) in WIDE else 1 for character in text)


def meta_title_length(document: Document) -> Finding | NotMeasured:
    """Neither cut off in a list of results nor wasting its line."""
    title = document.facts.meta_title
    if title is None:
        return NotMeasured("How long the meta title is: none is known.")
    long = width(title.strip())
    if not long:
        return Finding(MISSING, f"There is no meta title: write one of {SHORTEST_TITLE} to {LONGEST_TITLE} characters.")
    told = f"The meta title has {long} characters"
    if long > LONGEST_TITLE:
        points = BAD if long > FAR_TOO_LONG_TITLE else OKAY
        return Finding(points, f"{told} and would be cut off: at most {LONGEST_TITLE}.")
    if long < SHORTEST_TITLE:
        return Finding(OKAY, f"{told}: there is room for {LONGEST_TITLE}, so say more of what the article answers.")
    return Finding(GOOD, f"{told}.")


def meta_description_length(document: Document) -> Finding | NotMeasured:
    """Neither cut off nor replaced by a piece of the text."""
    description = document.facts.meta_description
    if description is None:
        return NotMeasured("How long the meta description is: none is known.")
    long = width(description.strip())
    wanted = f"{SHORTEST_DESCRIPTION} to {LONGEST_DESCRIPTION} characters"
    if not long:
        return Finding(MISSING, f"There is no meta description: write one of {wanted}.")
    told = f"The meta description has {long} characters"
    if long < SHORTEST_DESCRIPTION:
        return Finding(OKAY, f"{told}, which is short: {wanted}.")
    if long > LONGEST_DESCRIPTION:
        return Finding(OKAY, f"{told} and would be cut off: {wanted}.")
    return Finding(GOOD, f"{told}.")


def text_length(document: Document) -> Finding:
    """Enough to answer anything."""
    words = document.words
    told = f"The text has {words:,} word{'' if words == 1 else 's'}"
    if words >= ENOUGH_WORDS:
        return Finding(GOOD, f"{told}.")
    limits = ((NEARLY_ENOUGH, OKAY), (TOO_FEW, BAD))
    points = next((points for least, points in limits if words >= least), 0)
    return Finding(points, f"{told}: write at least {ENOUGH_WORDS}.")


def heading_structure(document: Document) -> Finding | None:
    """Each heading one level below its section's at most, none empty, one title."""
    if not document.headings:
        return None
    wrong = wrong_headings(document.headings)
    places = tuple(heading.place for heading in wrong)
    if not places:
        return Finding(GOOD, f"No headings out of order: {count(document.headings, 'heading', 'headings')} in all.")
    told = count(places, "heading is", "headings are")
    sentence = (
        f"{told} out of order: empty, below a skipped level, or a second title. Go down one level at a time from 2."
    )
    return Finding(OKAY if len(places) == 1 else BAD, sentence, places)


def wrong_headings(headings: Sequence[Heading]) -> list[Heading]:
    """Those that are empty, are more than one level below the one before, or are another title after the first."""
    wrong = []
    level = 1
    for number, heading in enumerate(headings):
        if not heading.text or heading.level > level + 1 or (heading.level == 1 and number > 0):
            wrong.append(heading)
        level = heading.level
    return wrong


def internal_links(document: Document) -> Finding:
    """Links to the website's other pages, which search engines follow."""
    links = [link for link in document.links if link.is_internal]
    return of_links(links, "to other pages of this website", "link to two or three that go on from here.")


def outbound_links(document: Document) -> Finding:
    """Links to other websites, which search engines follow."""
    links = [link for link in document.links if not link.is_internal]
    return of_links(links, "to other websites", "link to a source that readers can trust.")


def of_links(links: Sequence[Link], where: str, advice: str) -> Finding:
    """Whether there are links, and whether search engines may follow them."""
    places = tuple(link.place for link in links)
    if not places:
        return Finding(BAD, f"No links lead {where}: {advice}")
    told = f"{count(places, 'link leads', 'links lead')} {where}"
    followed = sum(link.is_followed for link in links)
    if followed == len(links):
        return Finding(GOOD, f"{told}.", places)
    if followed:
        return Finding(
            SOME_NOT_FOLLOWED, f"{told}; {len(links) - followed} of them tell search engines not to follow.", places
        )
    return Finding(ONLY_NOT_FOLLOWED, f"{told}, and none lets search engines follow: take “nofollow” off one.", places)


def alternative_texts(document: Document) -> Finding | None:
    """What each image shows, for those who do not see it."""
    images = document.images
    if not images:
        return None
    without = [image for image in images if not image.alt_text]
    places = tuple(image.place for image in without if image.place)
    if not without:
        return Finding(GOOD, f"{count(images, 'image has', 'images have')} an alternative text.")
    told = f"{len(without)} of {count(images, 'image has', 'images have')} no alternative text"
    points = OKAY if 2 * len(without) < len(images) else BAD
    return Finding(points, f"{told}: say in a few words what each shows.", places)


RULES = (
    Rule("meta_title_length", Part.SEO, 2, meta_title_length),
    Rule("meta_description_length", Part.SEO, 2, meta_description_length),
    Rule("text_length", Part.SEO, 3, text_length),
    Rule("heading_structure", Part.SEO, 2, heading_structure),
    Rule("internal_links", Part.SEO, 2, internal_links),
    Rule("outbound_links", Part.SEO, 1, outbound_links),
    Rule("alternative_texts", Part.SEO, 1, alternative_texts),
)
