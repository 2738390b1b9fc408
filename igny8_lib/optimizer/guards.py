"""Why an optimized text is not taken: it lost or made up something, or is another text altogether. Pure.

The sentences are for people, and for the AI, which is asked again with them (ai/asking.py).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeVar

from igny8_lib.optimizer.facts import absent, forms_of, names, numbers
from igny8_lib.optimizer.reading import Holdings, holdings
from igny8_lib.optimizer.texts import Texts
from igny8_lib.text.html import plain_text, word_count
from igny8_lib.text.language import main_language, other_language
from igny8_lib.text.markdown import markdown_in
from igny8_lib.text.names import META_DESCRIPTION, META_TITLE, fits, is_blank
from igny8_lib.text.stems import stems

LEAST_SHARE_OF_WORDS = 0.7
"""Of the words before: a text that lost more than 30 % of them lost what it said (SPEC §9)."""
LEAST_SHARE_OF_STEMS = 0.35
"""Of the distinct words before, by their stems: below it the text says something else, or says it in another language.
Better sentences about the same thing keep two thirds of them and more, translations a tenth (names, numbers)."""
FEWEST_STEMS = 20
"""A text with fewer distinct words is not judged by them."""
LONG_STEM = 4
"""Shorter ones (of, der, que) are in every text, and in several languages."""
MOST_TOLD = 5
LONGEST_TOLD = 80
T = TypeVar("T", bound=Hashable)


@dataclass(frozen=True)
class About:
    """What is known of the article beside the texts that may change."""

    language: str
    """BCP 47 code of the language it should be in."""
    title: str = ""
    keywords: tuple[str, ...] = ()


@dataclass(frozen=True)
class Both:
    """A text before and after, read once."""

    before: Texts
    after: Texts
    about: About

    @cached_property
    def language(self) -> str:
        """The language to keep: the site's, or the one that the text surely is in instead."""
        return other_language(self.plain_before, self.about.language) or self.about.language

    @cached_property
    def plain_before(self) -> str:
        """What readers saw."""
        return plain_text(self.before.html)

    @cached_property
    def plain_after(self) -> str:
        """What readers would see."""
        return plain_text(self.after.html)

    @cached_property
    def said_after(self) -> str:
        """All that the new texts say."""
        return "\n".join((self.plain_after, self.after.meta_title, self.after.meta_description))

    @cached_property
    def known(self) -> str:
        """All that was said before, in any place: what the new texts may use."""
        metas = (self.before.meta_title, self.before.meta_description)
        return "\n".join((self.plain_before, *metas, self.about.title, *self.about.keywords))

    @cached_property
    def held(self) -> tuple[Holdings, Holdings]:
        """Links, pictures and so on, before and after."""
        return holdings(self.before.html), holdings(self.after.html)


def why_not(before: Texts, after: Texts, about: About) -> list[str]:
    """Why the text after is not to be taken for the one before, a sentence for each reason; none where it may be.

    The scores are no matter of it (`judging.py`). Both texts are sanitised ones.
    """
    both = Both(before, after, about)
    return [sentence for guard in GUARDS for sentence in guard(both)]


def fields(both: Both) -> list[str]:
    """No text went away, no line is longer than it may be, and the HTML is no Markdown."""
    told = [
        f"The {label} is empty."
        for label, old, new in lines(both)
        if is_blank(new) and not is_blank(old)
    ]  # fmt: skip
    longest = {"meta title": META_TITLE, "meta description": META_DESCRIPTION}
    told += [
        f"The {label} has {len(new)} characters; it may have {longest[label]} at most."
        for label, old, new in lines(both)
        if not fits(new, longest[label]) and new != old
    ]
    if (kind := markdown_in(both.after.html)) and not markdown_in(both.before.html):
        told.append(f"The html holds Markdown: {kind}; write HTML elements instead.")
    return told


def lines(both: Both) -> tuple[tuple[str, str, str], ...]:
    """The lines for search engines, before and after."""
    return (
        ("meta title", both.before.meta_title, both.after.meta_title),
        ("meta description", both.before.meta_description, both.after.meta_description),
    )


def length(both: Both) -> list[str]:
    """At most 30 % of the words are gone."""
    words, left = word_count(both.before.html), word_count(both.after.html)
    if left >= LEAST_SHARE_OF_WORDS * words and (left or not words):
        return []
    return [f"The text has {left} words, {words} before: more than 30 % of them are gone."]


def language(both: Both) -> list[str]:
    """It is in the language that it was in."""
    other = other_language(both.plain_after, both.language)
    wanted = main_language(both.language)
    return [f"The text is written in the language {other!r}; it has to stay in {wanted!r}."] if other else []


def wording(both: Both) -> list[str]:
    """It still says what it said: short texts tell no language, and a text about something else has its own words."""
    before, after = (
        {stem for stem in stems(text, both.language) if len(stem) >= LONG_STEM or not stem.isascii()}
        for text in (both.plain_before, both.plain_after)
    )
    if len(before) < FEWEST_STEMS or len(before & after) >= LEAST_SHARE_OF_STEMS * len(before):
        return []
    return [f"The text says something else: {len(before & after)} of the {len(before)} words of before are left."]


def figures(both: Both) -> list[str]:
    """No number is lost, and none is new."""
    before, after = numbers(both.plain_before), numbers(both.plain_after)
    known, said = numbers(both.known), numbers(both.said_after)
    return [
        *say("The text lost the number", (shown for value, shown in before.items() if value not in after)),
        *say(
            "The text has a number that was not there", (shown for value, shown in said.items() if value not in known)
        ),
    ]


def called(both: Both) -> list[str]:
    """No name is lost, and none is new."""
    there = forms_of(both.plain_after, both.language)
    known = forms_of(both.known, both.language)
    metas = f"<p>{both.after.meta_description}</p>"
    new = [*names(both.after.html, both.language), *names(metas, both.language)]
    return [
        *say("The text lost the name", absent(names(both.before.html, both.language), there, both.language)),
        *say("The text has a name that was not there", absent(dict.fromkeys(new), known, both.language)),
    ]


def links(both: Both) -> list[str]:
    """Every link leads where it led, as often and with the same `rel`; none is new, and each can be clicked on."""
    before, after = both.held
    return [
        *say("The text lost the link to", (told(link) for link in fewer(before.links, after.links))),
        *say("The text has a link that was not there, to", (told(link) for link in fewer(after.links, before.links))),
        *say(
            "There is nothing to click on in the link to",
            fewer(Counter(after.empty_links), Counter(before.empty_links)),
        ),
    ]


def images(both: Both) -> list[str]:
    """Every picture stands in the text, as often as before, none is new, and none lost its alternative text."""
    before, after = both.held
    return [
        *say("The text lost the picture", fewer(before.images, after.images)),
        *say("The text has a picture that was not there:", fewer(after.images, before.images)),
        *say("There is no alternative text any more for", fewer(after.nameless_images, before.nameless_images)),
    ]


def quoted(both: Both) -> list[str]:
    """Code and quotations are the same to the letter, and every table and figure is there."""
    before, after = both.held
    lost = (f"<{tag}> {text!r}" for tag, text in fewer(before.verbatim, after.verbatim))
    gone = ((tag, before.elements[tag] - after.elements[tag]) for tag in sorted(before.elements))
    return [
        *say("The text lost or changed what is quoted to the letter:", lost),
        *(f"The text lost {count} of its elements <{tag}>." for tag, count in gone if count > 0),
    ]


def told(link: Any) -> str:  # noqa: ANN401 - a Link
    """A link in a sentence."""
    return f"{link.href} (rel {link.rel})" if link.rel else str(link.href)


def fewer(one: Counter[T], other: Counter[T]) -> list[T]:
    """What there is more often in one than in the other."""
    return list(one - other)


def say(what: str, things: Iterable[str]) -> list[str]:
    """A sentence about the first few things; nothing where there are none."""
    found = list(things)
    if not found:
        return []
    shown = ", ".join(
        thing if len(thing) <= LONGEST_TOLD else f"{thing[:LONGEST_TOLD]}…" for thing in found[:MOST_TOLD]
    )
    more = f" and {len(found) - MOST_TOLD} more" if len(found) > MOST_TOLD else ""
    return [f"{what} {shown}{more}."]


GUARDS: tuple[Callable[[Both], list[str]], ...] = (
    *(fields, length, language, wording),
    *(figures, called, links, images, quoted),
)
"""Each gives its reasons; a text is taken where none has any."""
