"""What sandbox articles are made of, read from the file of their language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

FOLDER = Path(__file__).parent
LANGUAGES = {file.name.split(".")[1]: file for file in FOLDER.glob("article_phrases.*.md")}
CELLS_PARTED_BY = " | "
ANSWER_BEGINS = " — "
THEME = "theme: "


@dataclass(frozen=True)
class ArticlePhrases:
    """Templates by their use; see the head of article_phrases.english.md for what they may contain."""

    introductions: tuple[str, ...]
    general: tuple[str, ...]
    sentences: tuple[str, ...]
    steps_lead: tuple[str, ...]
    steps: tuple[str, ...]
    checks_lead: tuple[str, ...]
    checks: tuple[str, ...]
    table_lead: tuple[str, ...]
    table: tuple[str, ...]
    faq_headings: tuple[str, ...]
    answers: tuple[str, ...]
    options: tuple[str, ...]
    outline: tuple[str, ...]
    beginning: tuple[str, ...]
    conclusion_headings: tuple[str, ...]
    conclusions: tuple[str, ...]
    description: tuple[str, ...]
    it: tuple[str, ...]
    categories: tuple[str, ...]
    closing: tuple[str, ...]
    themes: Mapping[str, tuple[str, ...]]
    """Paragraphs by the theme of the section they fit into."""

    def paragraphs(self, theme: str) -> tuple[str, ...]:
        """The paragraphs of a theme; none where it has none."""
        return self.themes.get(theme, ())

    def category(self, content_type: str) -> str:
        """What articles of a content type are filed under."""
        names = dict(line.split(CELLS_PARTED_BY) for line in self.categories)
        return names.get(content_type, names["article"])

    @property
    def questions_with_answers(self) -> list[tuple[str, str]]:
        """Questions, each with its answer."""
        return [(question, answer) for question, _, answer in (text.partition(ANSWER_BEGINS) for text in self.answers)]

    @property
    def rows(self) -> list[list[str]]:
        """The table's rows as cells, its head first."""
        return [row.split(CELLS_PARTED_BY) for row in self.table]


@lru_cache(maxsize=8)
def article_phrases(language: str) -> ArticlePhrases:
    """The language's phrases, the English ones where it has none."""
    sections: dict[str, list[str]] = {}
    lines: list[str] = []
    for line in LANGUAGES.get(language, LANGUAGES["english"]).read_text(encoding="utf-8").splitlines():
        if line.startswith("## "):
            lines = sections.setdefault(line[3:].strip(), [])
        elif line.startswith("- "):
            lines.append(line[2:].strip())
    themes = {name.removeprefix(THEME): tuple(sections.pop(name)) for name in list(sections) if name.startswith(THEME)}
    return ArticlePhrases(**{name: tuple(found) for name, found in sections.items()}, themes=themes)
