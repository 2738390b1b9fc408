"""Numbers and names of a text, so that none gets lost and none is made up.

A **number** is a run of digits with the separators in it, as a value: 1,500 and 1.500 and 1 500 (with a no-break space)
are one, and so are 2.50 and 2,5. Numbers in words are none.

A **name** is a word of running text (no heading, no code) that its writing marks as one:

    mixed case, capitals, letters with digits   WordPress, NASA, IPv6          in every language
    a capital inside of a sentence              "with Bosch", "в Москве"       where only names are written so
    two such words side by side                 "bei Angela Merkel"            where all nouns are (German)
    Latin letters among others                  "東京の Sony"                   in a text of another script

The first word of a sentence tells nothing by its capital. German writes "Haus" as it writes "Bosch": a single noun is
no name there, and only what stands beside another one, or is marked otherwise, counts. What counts as a name without
being one does no harm: it is lost only where the other text has no form of the word at all, and made up only where
nothing that was known has one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from igny8_lib.text.html_policy import DROPPED_WHOLE, HEADINGS
from igny8_lib.text.html_reading import CODE, TextReader, collapse, read
from igny8_lib.text.language import main_language
from igny8_lib.text.normalisation import normalise
from igny8_lib.text.stems import stems

NO_BREAK = "\u00a0\u2009\u202f"
NUMBER = re.compile(rf"\d+(?:[.,'’{NO_BREAK}]\d+)*|[¼½¾⅓⅔⅛⅜⅝⅞]")
SEPARATOR = re.compile(rf"[.,'’{NO_BREAK}]")
GROUP = 3
WORD = re.compile(r"[^\W_]+(?:[’'&-][^\W_]+)*")
BETWEEN_PARTS = re.compile(r"[’'-]")
ENDS_A_SENTENCE = re.compile(r"[^\s,&+/]")
"""Between two words of one sentence there are blanks and commas; after anything else a capital tells nothing."""
NOUNS_HAVE_CAPITALS = frozenset({"de", "lb", "als", "gsw", "nds", "bar"})
POLITE = frozenset({"Sie", "Ihr", "Ihre", "Ihren", "Ihrem", "Ihrer", "Ihres", "Ihnen", "Du", "Dein", "Deine"})
"""German pronouns with a capital."""
LEAST_LETTERS = 2
LATIN = re.compile(r"[A-Za-z\u00c0-\u024f]")
FAR = frozenset(CODE | HEADINGS.keys() | {"th", "caption"} | DROPPED_WHOLE)
"""Where capitals are a matter of style, or words are none."""


def numbers(text: str) -> dict[str, str]:
    """The numbers of a text: from their value to how the first one of it is written."""
    found: dict[str, str] = {}
    for match in NUMBER.finditer(text):
        found.setdefault(value_of(match[0]), match[0])
    return found


def value_of(number: str) -> str:
    """A number without how it is written: grouping left out, one decimal point, no zeros at its end."""
    parts = [as_ascii(part) for part in SEPARATOR.split(number)]
    first, *others = parts
    if not others:
        return first
    signs = SEPARATOR.findall(number)
    if len(first) <= GROUP and all(len(part) == GROUP for part in others) and first != "0":
        return "".join(parts)
    if len(set(signs)) == 1 and len(others) > 1:  # a date, a version
        return ".".join(parts)
    return "".join(parts[:-1]) + f".{parts[-1]}".rstrip("0").rstrip(".")


def as_ascii(digits: str) -> str:
    """Digits of any script as 0 to 9."""
    return "".join(str(int(digit)) if digit.isdecimal() else digit for digit in digits)


def running_text(html: str) -> list[str]:
    """The text of a fragment outside headings and code, block by block."""
    lines = "".join(read(html, TextReader("\n", FAR)).pieces).splitlines()
    return [line for line in map(collapse, lines) if line]


def names(html: str, language: str) -> list[str]:
    """The names of a fragment, each once, in order."""
    found = (name for line in running_text(html) for name in names_in(line, language))
    return list(dict.fromkeys(found))


def names_in(line: str, language: str) -> Iterator[str]:
    """The names of one block."""
    words = list(WORD.finditer(line))
    shouted, foreign = line.upper() == line, is_foreign(line)
    inside = [at > 0 and not ENDS_A_SENTENCE.search(line[words[at - 1].end() : word.start()])
              for at, word in enumerate(words)]  # fmt: skip
    marked = [not shouted and inside[at] and has_capital(word[0]) for at, word in enumerate(words)]
    alone_counts = main_language(language) not in NOUNS_HAVE_CAPITALS
    for at, word in enumerate(words):
        beside = any(0 <= near < len(words) and marked[near] and inside[max(at, near)] for near in (at - 1, at + 1))
        if (marked[at] and (alone_counts or beside)) or is_marked(word[0], shouted=shouted, foreign=foreign):
            yield word[0]


def has_capital(word: str) -> bool:
    """Whether a word begins as names do; pronouns of politeness and single letters are none."""
    parts = (part for part in BETWEEN_PARTS.split(word) if sum(map(str.isalpha, part)) >= LEAST_LETTERS)
    return word[0].isupper() and word not in POLITE and any(part[0].isupper() for part in parts)


def is_marked(word: str, *, shouted: bool, foreign: bool) -> bool:
    """Whether its writing marks a word as a name wherever it stands."""
    return any(is_marked_part(part, shouted=shouted, foreign=foreign) for part in BETWEEN_PARTS.split(word))


def is_marked_part(part: str, *, shouted: bool, foreign: bool) -> bool:
    """The same for a part between hyphens."""
    letters = [sign for sign in part if sign.isalpha()]
    if len(letters) < LEAST_LETTERS or part[0].isdigit():
        return False
    if foreign and all(LATIN.match(sign) for sign in letters):
        return True
    capitals_inside = any(sign.isupper() for sign in letters[1:])
    return not shouted and (capitals_inside or (letters[0].isupper() and any(map(str.isdecimal, part))))


def is_foreign(line: str) -> bool:
    """Whether a block is written in another script than the Latin one."""
    letters = [sign for sign in line if sign.isalpha()]
    return 2 * sum(1 for sign in letters if LATIN.match(sign)) < len(letters)


def absent(terms: Iterable[str], known: frozenset[str], language: str) -> list[str]:
    """Those of the terms of which no form stands in the text whose forms are known."""
    return [term for term in terms if normalise(term) not in known and not known.issuperset(stems(term, language))]


def forms_of(text: str, language: str) -> frozenset[str]:
    """The words of a text and their stems, for `absent`."""
    return frozenset(stems(text, language)) | {normalise(word) for word in WORD.findall(text)}
