"""English syllables: rules for how vowels join, and a list of the words that break them.

The list is made by `docs/english_syllables.py` from the CMU Pronouncing Dictionary (BSD-2; notice in
`english_syllables.LICENSE`): it holds only the words whose count the rules miss, so that it must be made anew whenever
a rule changes; a test says when it has not been.
"""

from __future__ import annotations

import gzip
import hashlib
import re
from functools import lru_cache
from importlib.resources import files

EXCEPTIONS = "english_syllables.txt.gz"
POSSESSIVE = re.compile(r"'s?$")
HISSING = re.compile(r"(?:[sxz]|[cs]h|[cgsz]e)$")
GROUP = re.compile("[aeiouyàáâäæèéêëìíîïòóôöœùúûü]+")
SUFFIX = "(?:ly|ments?|ful|fully|less|ness|some|thing|body|time|town|wood|man|men|land|work|well|ville|berg)$"
SILENT_WITHIN = re.compile(f"(?<=[aeiouy][^aeiouyl])e(?={SUFFIX})")
"""The e of "careful", "lovely"."""
SILENT_AT_END = re.compile(
    r"(?<=[^aeiouy])e$(?<![^aeiouylr]le)"  # time; not table
    r"|(?<=[^aeiouycgsxz])e(?=s$)(?<![cs]he)(?<![^aeiouylr]le)"  # times; not boxes, dishes
    r"|(?<=[^aeiouytd])e(?=d$)(?<![^aeiouylr]le)"  # asked; not wanted
)
APART = re.compile(
    r"^mc(?=[^aeiouy])"
    r"|(?<![ctsgx])i[ao]|(?<=[cts])ia(?=[^lnr]|$|nn)|iou(?=s)(?<![ctg]iou)|iu|ie(?:[tn](?!d)|st|r(?!r))"  # radio, quiet
    r"|[aeiouy]ing|ei(?=ng)|yi|[aeio]yer$|ya$"  # doing, player
    r"|(?<![gq])u[ao]|uou|[^q]ue[ln]|uer$"  # usual, fuel
    r"|(?<=[^g])eo(?!u)|eous(?<=[^gc]eous)|ea[ln]?$(?<=[rd]ea[ln])|eum|oe[lt]"  # video, real, poet
    r"|(?<=[^aeiouy])ism$|[^aeiouyc]sm$"  # prism
    r"|[bdgkptz]led$|(?<=[aeiou])[ïëö]"  # handled, naïve
)
"""Where letters that look like one vowel, or like none, are a syllable of their own."""


def count_english(word: str) -> int:
    """The syllables of a lower-case word."""
    known = exceptions()
    if word in known:
        return known[word]
    base = POSSESSIVE.sub("", word)
    if base == word or not base:
        return by_rule(word)
    return known.get(base, by_rule(base)) + int(word.endswith("'s") and HISSING.search(base) is not None)


def by_rule(word: str) -> int:
    """The syllables as spelling lets one expect them; at least one."""
    spoken = SILENT_WITHIN.sub("", word)
    if len(GROUP.findall(spoken)) > 1:
        spoken = SILENT_AT_END.sub("", spoken)
    return max(1, len(GROUP.findall(spoken)) + len(APART.findall(spoken)))


def rules_digest() -> str:
    """What the rules are, in sixteen characters: the list of exceptions was made for rules with the same ones."""
    patterns = (HISSING, GROUP, SILENT_WITHIN, SILENT_AT_END, APART)
    return hashlib.sha256("\n".join(pattern.pattern for pattern in patterns).encode()).hexdigest()[:16]


@lru_cache(maxsize=1)
def exceptions() -> dict[str, int]:
    """Words whose syllables the rules miss, with their number."""
    return {word: count for count, words in listed().items() for word in words}


def listed() -> dict[int, list[str]]:
    """The words of the list by their count; `made_for` has the digest that stands before them."""
    rows = (line.split("\t") for line in list_text().splitlines()[1:])
    return {int(count): words.split(" ") for count, words in rows}


def made_for() -> str:
    """The digest of the rules that the list was made for."""
    return list_text().partition("\n")[0]


def list_text() -> str:
    """The list as it is kept: the digest, then a line for each count."""
    return gzip.decompress(files("igny8_lib.analysis").joinpath(EXCEPTIONS).read_bytes()).decode()
