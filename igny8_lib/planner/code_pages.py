"""Which code page foreign words are written in: the one in which they read most like words of a language.

Every reading is given a cost: the negative logarithm of how likely its letters are in the language that uses the page
(a naive Bayes classifier; Manning, Raghavan, Schütze: Introduction to Information Retrieval, chapter 13). Letters of
alphabets are ranked by charset-normalizer's frequencies, Hangul syllables are taken apart into their three sounds,
ideographs are told by the levels of their standards, which are ordered by how common the signs are.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache, partial
from math import log
from unicodedata import category

from charset_normalizer.constant import FREQUENCIES

SAMPLE = 4_096
"""Bytes of words with foreign letters that are judged."""

LATIN = {
    "en": "éèñïöüç",
    "de": "äöüß",
    "fr": "éèêëàâçîïôûùœ",
    "es": "áéíóúñü",
    "pt": "ãçáéíóúâêôõà",
    "it": "àèéìòù",
    "nl": "ëïéèü",
    "sv": "åäöé",
    "da": "æøåé",
    "no": "æøåé",
    "fi": "äöå",
    "is": "áðéíóúýþæö",
    "pl": "ąćęłńóśźż",
    "cs": "áčďéěíňóřšťúůýž",
    "sk": "áäčďéíľňóôŕšťúýž",
    "hu": "áéíóöőúüű",
    "ro": "ăâîşţ",
    "hr": "čćđšž",
    "sl": "čšž",
    "tr": "çğıöşü",
    "lt": "ąčęėįšųūž",
    "lv": "āčēģīķļņšūž",
    "et": "äõöüšž",
}
"""The letters beyond ASCII that a language writes."""

ALPHABETS = {
    "ru": "Russian",
    "uk": "Ukrainian",
    "bg": "Bulgarian",
    "sr": "Serbian",
    "kk": "Kazakh",
    "el": "Greek",
    "he": "Hebrew",
    "ar": "Arabic",
    "fa": "Farsi",
    "th": "Thai",
}
"""Languages without Latin letters, by charset-normalizer's names."""

WEST = ("en", "de", "fr", "es", "pt", "it", "nl", "sv", "da", "no", "fi", "is")
PAGES: dict[str, tuple[str, ...]] = {
    "cp1252": WEST,
    "cp1251": ("ru", "uk", "bg", "sr", "kk"),
    "cp1250": ("pl", "cs", "sk", "hu", "ro", "hr", "sl"),
    "cp1254": ("tr",),
    "cp1253": ("el",),
    "cp1255": ("he",),
    "cp1256": ("ar", "fa"),
    "cp1257": ("lt", "lv", "et"),
    "cp874": ("th",),
    "cp932": ("ja",),
    "gb18030": ("zh",),
    "cp949": ("ko",),
    "cp950": ("zh-tw",),
    "mac_roman": WEST,
}
"""What spreadsheets save in, the likeliest first: it decides where several read the same; and who writes so."""

RARITY = {"mac_roman": 4.0}
"""What is laid upon pages that hardly any program saves in today."""

AS_GOOD = 4.0
"""Readings whose costs differ by less (a likelihood of 1 to 50) are as good as each other."""
HINT = 6.0
"""What the site's language is worth: about one word."""
ILLEGIBLE = 6.5
"""Cost per byte above which nothing reads like words; ideographs cost about 4.5, letters about 3."""

INITIALS = (
    *(0.12, 0.01, 0.06, 0.09, 0.01, 0.07, 0.05, 0.05, 0.005, 0.1),
    *(0.01, 0.22, 0.1, 0.005, 0.03, 0.02, 0.02, 0.02, 0.07),
)
VOWELS = (
    *(0.2, 0.05, 0.02, 0.002, 0.11, 0.06, 0.05, 0.01, 0.11, 0.03, 0.005),
    *(0.015, 0.02, 0.08, 0.02, 0.002, 0.01, 0.015, 0.09, 0.01, 0.15),
)
FINALS = {0: 0.5, 1: 0.05, 4: 0.14, 8: 0.1, 16: 0.05, 17: 0.03, 19: 0.03, 21: 0.09}
"""How often each sound begins, carries and ends a Korean syllable, in Unicode's order; roughly, from running text."""


@dataclass(frozen=True, slots=True)
class Reading:
    """The words in one code page: what they say, and how unlikely that is."""

    page: str
    text: str
    cost: float


def rank_readings(foreign: bytes, language: str) -> list[Reading]:
    """The readings that are words at all, the likeliest first; of those that read the same the commonest page."""
    sample = foreign[:SAMPLE].rpartition(b"\n")[0] or foreign[:SAMPLE]
    legible = (each for each in readings(sample, base_language(language)) if each.cost <= ILLEGIBLE * len(sample))
    best: dict[str, Reading] = {}
    for reading in sorted(legible, key=lambda each: each.cost):
        best.setdefault(reading.text, reading)
    return list(best.values())


def readings(foreign: bytes, language: str) -> Iterator[Reading]:
    """The words in every code page that knows their bytes."""
    for page, languages in PAGES.items():
        try:
            text = foreign.decode(page)
        except UnicodeDecodeError:
            continue
        for spoken in languages:
            known = HINT if spoken == language != "en" else 0.0
            yield Reading(page, text, sum(costs(text, spoken)) - known + RARITY.get(page, 0.0))


def base_language(tag: str) -> str:
    """The language of a tag as it stands in PAGES ("de-AT" → "de", "zh-Hant" → "zh-tw")."""
    tag = tag.lower().replace("_", "-")
    base = tag.partition("-")[0]
    if base == "zh":
        return "zh-tw" if any(part in tag for part in ("tw", "hk", "mo", "hant")) else "zh"
    return {"nb": "no", "nn": "no", "bs": "hr"}.get(base, base)


def costs(text: str, language: str) -> Iterator[float]:
    """What each character costs in the language."""
    cost_of = cost_function(language)
    before = " "
    for char in text:
        yield cost_of(char) + (capital_cost(before) if char.isupper() else 0.0)
        before = char


def capital_cost(before: str) -> float:
    """What a capital costs behind this character: people type searches in small letters, and hardly wRite so."""
    return 4.0 if before.islower() else 1.5


@cache
def cost_function(language: str) -> Callable[[str], float]:
    """Which function says what a character costs in the language; it remembers what it said."""
    ideographs = {"ja": japanese, "ko": korean, "zh": chinese, "zh-tw": taiwanese}
    if language in LATIN:
        return cache(partial(latin, LATIN[language]))
    return cache(ideographs[language] if language in ideographs else partial(alphabetic, ALPHABETS[language]))


def latin(letters: str, char: str) -> float:
    """A character in a language that writes Latin letters and these."""
    if char.isascii():
        return 3.0
    if char.lower() in letters:
        return 1.5 + log(len(letters))
    return other(char)


def alphabetic(name: str, char: str) -> float:
    """A character in a language with an alphabet of its own; ASCII letters do not stand in its words."""
    if char.isascii():
        return 5.0 if char.isalpha() else 3.0
    ranked = FREQUENCIES[name]
    if char.lower() in ranked:
        return 2.0 + 0.08 * ranked.index(char.lower())
    is_near = any(abs(ord(char) - ord(letter)) < 48 for letter in ranked) and category(char)[0] in "LM"
    return 6.0 if is_near else other(char)


def other(char: str) -> float:
    """A character that the language does not write: punctuation, a foreign letter, or damage."""
    if char in "€…‘’“”„–—™\xa0£":
        return 5.0
    if char.isalpha():
        return 10.0
    return 8.0 if char.isprintable() else 20.0


def double_byte(char: str) -> float | None:
    """A character of no East Asian script; None for those."""
    if char.isascii():
        return 3.5
    return None if char.isalpha() and ord(char) > 0x3000 else other(char)


def korean(char: str) -> float:
    """Hangul by its sounds; Chinese characters are rare."""
    if (cost := double_byte(char)) is not None:
        return cost
    code = ord(char) - 0xAC00
    if not 0 <= code < 11_172:
        return 14.0
    initial, vowel, final = code // 588, code % 588 // 28, code % 28
    return -log(INITIALS[initial] * VOWELS[vowel] * FINALS.get(final, 0.001))


def japanese(char: str) -> float:
    """Kana, then the two levels of JIS X 0208."""
    if (cost := double_byte(char)) is not None:
        return cost
    if "\u3040" <= char <= "\u30ff":
        return 5.8
    if "\uff61" <= char <= "\uff9f":
        return 9.4
    return level(char, "euc_jp", last_common=0xCF, common=8.7, rare=12.0)


def chinese(char: str) -> float:
    """The two levels of GB 2312; what lies outside is hardly ever written."""
    if (cost := double_byte(char)) is not None:
        return cost
    if char in FREQUENCIES["Chinese"]:
        return 5.8
    return level(char, "gb2312", last_common=0xD7, common=8.6, rare=11.5)


def taiwanese(char: str) -> float:
    """The two levels of Big5."""
    if (cost := double_byte(char)) is not None:
        return cost
    return level(char, "big5", last_common=0xC6, common=8.4, rare=12.4)


def level(char: str, standard: str, *, last_common: int, common: float, rare: float) -> float:
    """The cost of an ideograph by the level of the standard in which it stands."""
    try:
        lead = char.encode(standard)[0]
    except UnicodeEncodeError:
        return 16.0
    is_ideograph = "\u4e00" <= char <= "\u9fff"
    return (common if lead <= last_common else rare) if is_ideograph else 12.0
