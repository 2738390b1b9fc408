"""What a keyword's words tell about why it is searched for: its angle, and the article that answers it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from configparser import ConfigParser
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from igny8_lib.sandbox.answers.words import is_question, part_words


class Angle(StrEnum):
    """The kinds of question an article can answer."""

    GUIDE = "guide"
    HOW_TO = "how_to"
    COMPARISON = "comparison"
    LIST = "list"
    PRICE = "price"
    BUY = "buy"
    LOCAL = "local"
    REVIEW = "review"
    FIND = "find"
    FAQ = "faq"
    MISTAKES = "mistakes"


@dataclass(frozen=True)
class Plan:
    """The article of an angle: its form and intent as the product names them, and its length in words."""

    content_type: str
    intent: str
    words: int


PLANS = {
    Angle.GUIDE: Plan("guide", "informational", 1600),
    Angle.HOW_TO: Plan("how_to", "informational", 1200),
    Angle.COMPARISON: Plan("comparison", "commercial", 1200),
    Angle.LIST: Plan("list", "commercial", 1300),
    Angle.PRICE: Plan("article", "transactional", 1000),
    Angle.BUY: Plan("article", "transactional", 900),
    Angle.LOCAL: Plan("article", "transactional", 800),
    Angle.REVIEW: Plan("article", "commercial", 1000),
    Angle.FIND: Plan("article", "navigational", 800),
    Angle.FAQ: Plan("faq", "informational", 900),
    Angle.MISTAKES: Plan("list", "informational", 1100),
}


def phrases_of_angles() -> dict[Angle, tuple[str, ...]]:
    """The phrases of intents.ini, in its order."""
    file = ConfigParser(interpolation=None, delimiters=("=",))
    file.read(Path(__file__).with_suffix(".ini"), encoding="utf-8")
    return {
        Angle(name): tuple(phrase.strip() for phrase in file[name]["phrases"].replace("\n", " ").split(","))
        for name in file.sections()
    }


PHRASES = phrases_of_angles()


def angle_of(keyword: str) -> Angle:
    """The angle a keyword asks for; a guide where nothing tells."""
    words = part_words(keyword)
    text = f" {' '.join(words)} "
    for angle, phrases in PHRASES.items():
        if any(f" {phrase} " in text for phrase in phrases):
            return angle
    return Angle.FAQ if is_question(words) else Angle.GUIDE


def intent_of(keywords: Sequence[str]) -> str:
    """The intent that most keywords of a cluster have; where two are as frequent, that of the earlier keyword."""
    return Counter(PLANS[angle_of(keyword)].intent for keyword in keywords).most_common(1)[0][0]
