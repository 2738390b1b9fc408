"""Pages of websites and the texts on them, read from the file of their language."""

from __future__ import annotations

from collections.abc import Mapping
from configparser import ConfigParser, SectionProxy
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

FOLDER = Path(__file__).parent
LANGUAGES = {file.name.split(".")[1]: file for file in sorted(FOLDER.glob("site_phrases.*.ini"))}
ENGLISH = "english"
PARTS = " | "
HEADING_ENDS = " :: "
PARAGRAPH_ENDS = " // "
SITE, TEXTS = "site", "texts"


@dataclass(frozen=True)
class PagePlan:
    """A page as it is planned; sections are (type, purpose)."""

    slug: str
    title: str
    description: str
    purpose: str
    sections: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class SitePhrases:
    """What is said of websites: `words` are single texts, `lists` are (heading, text) by name."""

    plans: Mapping[str, PagePlan]
    site: Mapping[str, str]
    words: Mapping[str, str]
    lists: Mapping[str, tuple[tuple[str, str], ...]]


@lru_cache(maxsize=8)
def site_phrases(language: str) -> SitePhrases:
    """The language's phrases, the English ones where it has none."""
    file = ConfigParser(interpolation=None, delimiters=("=",))
    file.read(LANGUAGES.get(language, LANGUAGES[ENGLISH]), encoding="utf-8")
    texts = file[TEXTS]
    return SitePhrases(
        plans={name: plan_of(file[name]) for name in file.sections() if name not in {SITE, TEXTS}},
        site=dict(file[SITE]),
        words={name: text for name, text in texts.items() if "\n" not in text},
        lists={name: pairs(text, HEADING_ENDS) for name, text in texts.items() if "\n" in text},
    )


def plan_of(section: SectionProxy) -> PagePlan:
    """A page of the file."""
    same = {name: section[name] for name in ("slug", "title", "description", "purpose")}
    return PagePlan(**same, sections=pairs(section["sections"], PARTS))


def pairs(text: str, parted_by: str) -> tuple[tuple[str, str], ...]:
    """Each line that says something as its two parts; a mark between paragraphs becomes an empty line."""
    lines = (line.strip().partition(parted_by) for line in text.splitlines() if line.strip())
    return tuple((first, rest.replace(PARAGRAPH_ENDS, "\n\n")) for first, _, rest in lines)
