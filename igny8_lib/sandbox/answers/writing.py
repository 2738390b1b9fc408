"""Writes one article: the least it needs, what its type calls for, then paragraphs until it is long enough."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from igny8_lib.sandbox.answers.article_phrases import ArticlePhrases
from igny8_lib.sandbox.answers.draft import CELL_BREAK, Block, Draft, Section
from igny8_lib.sandbox.answers.spinning import Spinner
from igny8_lib.sandbox.answers.themes import theme_of

LOWEST, HIGHEST = 0.97, 1.04
"""Shares of the word count between which an article ends."""
SENTENCES_IN_PARAGRAPH = (2, 4)
TRIES_AT_THE_END = 40
"""How many sentences are tried for the last gap, which needs one of the right length."""
SHARE_BESIDE_PARAGRAPHS = 0.6
"""Lists, tables and questions are added while they leave the rest of the length to paragraphs."""
ITEMS, ROWS = 4, 4
MANY, FEW = 5, 3
"""Questions of an article that consists of them, and of another."""

ANYWHERE = ("preparation", "choice", "mistakes")
"""Themes whose paragraphs fit into any section, when the others have been used."""

ADDITIONS = {
    "how_to": ("steps", "conclusion", "checks", "questions"),
    "list": ("options", "conclusion", "checks", "table", "questions"),
    "comparison": ("table", "conclusion", "checks", "questions"),
    "faq": ("many_questions", "conclusion", "checks"),
    "guide": ("checks", "conclusion", "questions", "table", "steps"),
}
"""What a content type calls for first, then what does every article good."""
USUAL_ADDITIONS = ("checks", "table", "questions", "conclusion")
ALWAYS = 1
PROBABILITY = 0.6
"""Of each addition that the content type does not call for, so that articles differ in their form."""
PROBABLE = ("questions", "conclusion", "steps")


@dataclass
class Writer:
    """Writes one article of `target` words."""

    phrases: ArticlePhrases
    spinner: Spinner
    target: int

    def write(self, headings: Sequence[str], content_type: str) -> Draft:
        """The article."""
        draft = Draft(
            Block("p", [self.spinner.draw(self.phrases.introductions)]),
            [Section(heading) for heading in headings],
            Block("p", list(self.phrases.closing)),
        )
        for place, name in enumerate(ADDITIONS.get(content_type, USUAL_ADDITIONS)):
            if place >= ALWAYS and name in PROBABLE and not self.spinner.happens(PROBABILITY):
                continue
            self.add(name, draft)
        draft.added.sort(key=lambda section: section.heading in self.conclusion_headings)
        self.fill_paragraphs(draft)
        self.fill_sentences(draft)
        return draft

    @property
    def conclusion_headings(self) -> set[str]:
        """All headings a conclusion can have."""
        return {text for line in self.phrases.conclusion_headings for text in line.strip("{}").split("|")}

    def add(self, name: str, draft: Draft) -> None:
        """Add something beside paragraphs where it leaves them enough room."""
        middle = draft.sections[len(draft.sections) // 2]
        match name:
            case "steps":
                section, blocks = middle, self.with_lead(self.phrases.steps_lead, "ol", self.phrases.steps)
            case "checks":
                some = self.spinner.sample(self.phrases.checks, ITEMS)
                section, blocks = draft.sections[1], self.with_lead(self.phrases.checks_lead, "ul", some)
            case "table":
                section, blocks = draft.sections[-1], self.table()
            case "options":
                section, blocks = middle, self.options()
            case "conclusion":
                section = Section(self.spinner.draw(self.phrases.conclusion_headings))
                blocks = [Block("p", [self.spinner.draw(self.phrases.conclusions)])]
            case _:
                section = Section(self.spinner.draw(self.phrases.faq_headings))
                blocks = self.questions(MANY if name == "many_questions" else FEW)
        own = () if section in draft.sections else (section,)
        words = sum(block.words for block in blocks) + sum(part.words for part in own)
        if draft.words + words <= self.target * SHARE_BESIDE_PARAGRAPHS:
            section.blocks += blocks
            draft.added += own

    def with_lead(self, leads: tuple[str, ...], tag: str, templates: Sequence[str]) -> list[Block]:
        """A list, with a sentence before it."""
        items = [self.spinner.draw((text,)) for text in templates]
        return [Block("p", [self.spinner.draw(leads)], is_lead=True), Block(tag, items)]

    def table(self) -> list[Block]:
        """A small table of what to check."""
        head, *rows = self.phrases.rows
        cells = [CELL_BREAK.join(row) for row in (head, *self.spinner.sample(rows, ROWS))]
        return [Block("p", [self.spinner.draw(self.phrases.table_lead)], is_lead=True), Block("table", cells)]

    def options(self) -> list[Block]:
        """Options as h3, each with a paragraph."""
        return [
            block
            for name in self.phrases.options
            for block in (
                Block("h3", [name]),
                Block("p", [self.paragraph("choice") or self.spinner.draw(self.phrases.sentences)]),
            )
        ]

    def questions(self, number: int) -> list[Block]:
        """Questions as h3, each with its answer."""
        return [
            block
            for question, answer in self.spinner.sample(self.phrases.questions_with_answers, number)
            for block in (
                Block("h3", [self.spinner.draw((question,))]),
                Block("p", [self.spinner.draw((answer,))]),
            )
        ]

    def paragraph(self, theme: str) -> str | None:
        """A new paragraph of the theme, else one that fits everywhere; None where all have been used."""
        draw, phrases = self.spinner.draw_new, self.phrases
        themes = (phrases.paragraphs(theme), phrases.general, *map(phrases.paragraphs, ANYWHERE))
        return next((text for templates in themes if (text := draw(templates)) is not None), None)

    def fill_paragraphs(self, draft: Draft) -> None:
        """Add paragraphs, to the shortest section each time, while there are new ones and room for them."""
        words, themes = draft.words, [theme_of(section.heading) for section in draft.sections]
        while True:
            lengths = [section.words for section in draft.sections]
            shortest = lengths.index(min(lengths))
            text = self.paragraph(themes[shortest])
            if text is None or words + len(text.split()) > self.target * HIGHEST:
                return
            draft.sections[shortest].add_paragraph(text)
            words += len(text.split())

    def fill_sentences(self, draft: Draft) -> None:
        """Add sentences, to the shortest section each time, until the length is right."""
        words, tries = draft.words, TRIES_AT_THE_END
        lengths = [section.words for section in draft.sections]
        while words < self.target * LOWEST and tries:
            sentence = self.spinner.draw(self.phrases.sentences)
            length = len(sentence.split())
            if words + length > self.target * HIGHEST:
                tries -= 1
                continue
            shortest = lengths.index(min(lengths))
            draft.sections[shortest].add_sentence(sentence, self.spinner.count(*SENTENCES_IN_PARAGRAPH))
            lengths[shortest] += length
            words += length
