"""Two hundred articles of twenty niches, each with the targets that its links should and should not lead to.

Made from two files of topics of the project's own: a niche's words, and of each topic the forms of what it is called
and its own words. An article is about one topic. Its text mentions three other topics of its niche, in any form: these
are right. It also uses words that are called like a topic of another niche (a jaguar in the garage), and mentions one
thing in passing that has nothing to do with it, beside a word that belongs to that: links to these are wrong, and so is
everything else.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

HERE = Path(__file__).parent
RIGHT = 3
"""Topics of its niche that an article mentions."""
PARAGRAPHS = 12
SENTENCES = {
    "en": (
        "Look at the {a} and the {b} before you think about {c}.",
        "Most people find that {a} matters more than {b}.",
        "Good {a} needs time, and {b} makes it easier to keep the {c} as it should be.",
        "We tried {a} with {b} for several weeks and wrote down what happened.",
        "If the {a} is not right, no {b} will help you, whatever the {c} costs.",
        "There are many ways to work with {a}; the simplest begins with {b}.",
        "What was said about {a} is true for {b}, too.",
        "Experts recommend a look at {a} once a month, and at {b} every year.",
    ),
    "de": (
        "Wer auf {a} und {b} achtet, hat mit {c} weniger Mühe.",
        "Für viele Menschen ist {a} wichtiger als {b}.",
        "Gutes braucht Zeit, und {a} macht es mit {b} leichter, auch wegen {c}.",
        "Wir haben {a} mit {b} einige Wochen lang ausprobiert und alles notiert.",
        "Stimmt {a} nicht, dann hilft auch {b} wenig, ganz gleich was {c} kostet.",
        "Es gibt viele Möglichkeiten für {a}; die einfachste beginnt mit {b}.",
        "Was für {a} gilt, das gilt oft auch für {b}.",
        "Fachleute empfehlen einmal im Monat einen Blick auf {a} und jedes Jahr auf {b}.",
    ),
}
MENTIONS = {
    "en": ("Some readers ask what {x} would change here.", "Our page about {x} says more.", "Think of {x} as well."),
    "de": ("Manche fragen, was {x} hier ändert.", "Mehr dazu steht bei {x} auf dieser Seite.", "Auch {x} gehört dazu."),
}
TITLES = {
    "en": (
        "{x}: what you need to know",
        "How to choose a good {x}",
        "The complete guide to the {x}",
        "{x} for beginners",
    ),
    "de": ("{x}: was man wissen sollte", "Ratgeber {x}", "{x} für Einsteiger", "Alles über {x}"),
}


@dataclass(frozen=True)
class Topic:
    """What one article is about."""

    niche: str
    forms: tuple[str, ...]
    """What it is called; the first one is the article's primary keyword."""
    words: tuple[str, ...]


@dataclass
class Niche:
    """Topics that belong together."""

    name: str
    words: tuple[str, ...] = ()
    topics: list[Topic] = field(default_factory=list)
    traps: tuple[str, ...] = ()
    """Words of its texts that are called like a topic of another niche, or have no business there."""


@dataclass(frozen=True)
class Labelled:
    """An article with the keywords of the topics that it should link to."""

    topic: Topic
    title: str
    html: str
    right: tuple[Topic, ...]


def niches(language: str) -> list[Niche]:
    """The niches of a language."""
    found: list[Niche] = []
    for line in (HERE / f"topics_{language}.txt").read_text("utf-8").splitlines():
        if line.startswith("# "):
            found.append(Niche(line[2:]))
        elif line.startswith("! "):
            found[-1].traps = tuple(line[2:].split(", "))
        elif "|" in line:
            called, words = line.split(" | ")
            found[-1].topics.append(Topic(found[-1].name, tuple(called.split("; ")), tuple(words.split())))
        else:
            found[-1].words = tuple(line.split())
    return found


def articles(language: str, seed: int) -> Iterator[Labelled]:
    """The articles of a language; another seed gives other texts about the same topics."""
    dice = random.Random(f"{language}/{seed}")  # noqa: S311 - the same texts for everybody
    everything = niches(language)
    for niche in everything:
        others = [topic for other in everything if other is not niche for topic in other.topics]
        for topic in niche.topics:
            yield write(niche, topic, others, dice, language)


def write(niche: Niche, topic: Topic, others: list[Topic], dice: random.Random, language: str) -> Labelled:
    """One article."""
    right = dice.sample([each for each in niche.topics if each is not topic], RIGHT)
    own = {form.lower() for each in niche.topics for form in each.forms}
    strangers = [each for each in others if not own & {form.lower() for form in each.forms}]
    known = dice.sample(niche.words, 10)
    paragraphs = [sentences(topic, known, dice, language, 3) for _ in range(PARAGRAPHS)]
    mentions = [(dice.choice(each.forms), dice.choice(each.words)) for each in right]
    mentions += [(trap, dice.choice(known)) for trap in dice.sample(niche.traps, 2) if trap.lower() not in own]
    stranger = dice.choice(strangers)
    mentions.append((dice.choice(stranger.forms), dice.choice(stranger.words)))
    for place, (form, near) in zip(dice.sample(range(1, PARAGRAPHS), len(mentions)), mentions, strict=True):
        said = dice.choice(MENTIONS[language]).format(x=form)
        if dice.random() < 0.5:
            said += " " + dice.choice(SENTENCES[language]).format(a=near, b=dice.choice(known), c=dice.choice(known))
        paragraphs[place].insert(dice.randrange(len(paragraphs[place]) + 1), said)
    title = dice.choice(TITLES[language]).format(x=topic.forms[0])
    html = "".join(f"<p>{' '.join(each)}</p>" for each in paragraphs)
    return Labelled(topic, title[0].upper() + title[1:], html, tuple(right))


def sentences(topic: Topic, known: list[str], dice: random.Random, language: str, number: int) -> list[str]:
    """Some sentences about a topic: half of the words are its own, half its niche's."""
    found = []
    for _ in range(number):
        words = [dice.choice(topic.words if dice.random() < 0.5 else known) for _ in range(3)]
        if dice.random() < 0.2:
            words[0] = dice.choice(topic.forms)
        found.append(dice.choice(SENTENCES[language]).format(a=words[0], b=words[1], c=words[2]))
    return found
