"""German and Dutch syllables: two vowel letters in a row are one sound or two, and spelling says which.

After the rules for parting words at a line's end: Amtliche Regelung der deutschen Rechtschreibung, § 107-113;
Technische Handleiding of the Nederlandse Taalunie, chapter 12.
"""

from __future__ import annotations

import re

Patterns = tuple[re.Pattern[str], ...]
"""Each with two groups, between which a syllable ends."""

LOAN = re.compile(r"(?:s?tream|team|(?<!i)deal|leader|beauty|feature)")
SILENT_E = re.compile(r"((?:onlin|softwar|hardwar|homepag|smartphon|websit|lifestyl|sourc|servic))e(?=s?$)")
"""English words of everyday articles: "Teams" has one syllable, "online" two."""

GERMAN_APART: Patterns = (
    re.compile(r"^((?:\w{2,9})?be)(u[rn][a-z]|inh|ein|eil|end|erdig)"),  # be-urteilen
    re.compile(r"((?:^|un|vor|ein|aus|auf|an|ab)ge)(ehr|eign|eich|erb|erd|ein|eil|impf|irr|u[fr])"),  # ge-eignet
    re.compile(r"(k?[kz]o)(o[pr]|olog)"),  # Ko-operation, Zo-ologe
    re.compile(r"(^re)(in(?:teg|ves|stal|for))"),
    re.compile(r"([^aäiou]e|[ltr]ä)(ums?$)"),  # Muse-um, Jubilä-um
    re.compile(r"(e)(en$)"),  # Ide-en
    re.compile(r"(i)(ell(?<!viell)(?<!spiell))"),  # spezi-ell
    re.compile(r"([lnrtzd]i)(ent(?!$)(?<!dient)|ent$(?<!dient)|enz)"),  # Pati-enten, Audi-enz
    re.compile(r"(hygi)(en)"),
    re.compile(r"([bdgklmnrstz]i)(en$(?<!schrien)(?<!^knien))"),  # Itali-en
    re.compile(
        r"((?:famil|lin|ser|stud|akt|fol|lil|mater|präm|komöd|tragöd|kastan|begon|geran|petersil|magnol|immobil"
        r"|hortens|dahl|bakter)i)(e$)"  # Famili-e
    ),
)
GERMAN_SOUND = re.compile(r"aa|ee|oo|ie(?!u)|a[iuy]|e[iuy]|äu|o[iuy]|[aeiouäöüyàâéèêôóíá]")

DUTCH_APART: Patterns = (
    re.compile(r"([^aio]e)(ums?$)"),  # muse-um
    re.compile(r"(i)(ee)"),  # financi-eel
)
DUTCH_SOUND = re.compile(
    r"aai|ooi|oei|eeu(?=w)|ieu(?=w)|ij|aa|ee|oo|uu|ie|oe|e[ui]|ui|a[iu]|o[iu]|[aeiouyáâàéèêíóôúäëïöü]"
)
INITIAL_Y = re.compile(r"^y(?=[aeiou])")


def count_german(word: str) -> int:
    """The syllables of a lower-case German word."""
    return count(word, GERMAN_APART, GERMAN_SOUND)


def count_dutch(word: str) -> int:
    """The syllables of a lower-case Dutch word; a diaeresis begins a syllable ("reële")."""
    return count(word, DUTCH_APART, DUTCH_SOUND)


def count(word: str, apart: Patterns, sound: re.Pattern[str]) -> int:
    """The vowel sounds of a word, at least one; the u of "qu" and a y before a vowel ("Yoga") are consonants."""
    spelled = SILENT_E.sub(r"\1", LOAN.sub("tem", word).replace("qu", "q"))
    spelled = INITIAL_Y.sub("", spelled)
    for pattern in apart:
        spelled = pattern.sub(r"\1.\2", spelled)
    return max(1, sum(1 for _ in sound.finditer(spelled)))
