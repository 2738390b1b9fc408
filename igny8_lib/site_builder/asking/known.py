"""What an AI may say because it was told: addresses, figures and names that stand in what people gave.

Texts are compared as normalised: spaces, letters' cases and typographic characters make no difference.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from igny8_lib.text.normalisation import normalise

EMAIL = re.compile(r"[A-Za-z0-9.!$*+=_~-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+")
WEB = re.compile(r"https?://(?:www\.)?|(?<![\w.@-])www\.")
"""What may be missing where people write a web address."""
NUMBER = re.compile(r"\d+")
LEAST_DIGITS = 5
"""Of a telephone number."""
PLACEHOLDERS = re.compile(
    r"lorem ipsum|\bexample\.(?:com|org|net)\b|\b(?:todo|tbd|xxx+)\b|\bplaceholder\b|\bplatzhalter\b"
    r"|\b(?:john|jane) doe\b|\b(?:max|erika) mustermann\b|\bmusterstra(?:ß|ss)e\b|\bmusterstadt\b|\b123 main street\b"
    r"|\[[^\]\n]{1,40}\]|\{\{|\}\}|</?[a-z][^>\n]*>|\*\*\w|^#{1,4} "
)
"""In normalised texts: what stands where something was to be filled in, and markup that pages would show as it is."""


@dataclass(frozen=True)
class Known:
    """`text` is all that people gave, with a line end between one thing and the next."""

    text: str

    @property
    def emails(self) -> list[str]:
        """The email addresses, in their order."""
        return list(dict.fromkeys(address.rstrip(".") for address in EMAIL.findall(self.text)))

    def says(self, text: str) -> bool:
        """Whether it stands there, word for word."""
        return f" {words(text)} " in f" {words(self.text)} "

    def has_numbers(self, text: str) -> bool:
        """Whether each number of the text stands there; 1,200 and 1.200 are the same."""
        return set(numbers(text)) <= set(numbers(self.text))

    def has_target(self, target: str) -> bool:
        """Whether a link that leads out of the site leads to what stands there."""
        if target.startswith("mailto:"):
            address = target.removeprefix("mailto:").partition("?")[0].casefold()
            return address in {known.casefold() for known in self.emails}
        if target.startswith("tel:"):
            digits = "".join(NUMBER.findall(target))
            return len(digits) >= LEAST_DIGITS and national(digits) in "".join(NUMBER.findall(self.text))
        address = WEB.sub("", target.casefold()).rstrip("/")
        return re.search(rf"(?<![\w.@-]){re.escape(address)}(?![\w-])", WEB.sub(" ", self.text.casefold())) is not None

    def placeholder(self, text: str) -> str:
        """The first placeholder of a text; "" where there is none, or where people gave it themselves."""
        found = (match[0] for match in PLACEHOLDERS.finditer(normalise(text)))
        return next((each for each in found if each not in normalise(self.text)), "")


def words(text: str) -> str:
    """The text's words, without what stands between them."""
    return " ".join(re.findall(r"\w+", normalise(text)))


def numbers(text: str) -> list[str]:
    """The text's numbers, without what groups their digits."""
    return NUMBER.findall(re.sub(r"(?<=\d)[.,'’\s\u00a0\u202f](?=\d{3}(?!\d))", "", text))


def national(digits: str) -> str:
    """A telephone number without country code and leading zeros, as far as it can be told: its last eight digits."""
    return digits[-8:]
