"""Articles: a plan of sections, filled with sentences until the length is right."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from igny8_lib.sandbox.answers.article_meta import meta_description, meta_title, tags_and_categories
from igny8_lib.sandbox.answers.article_phrases import ArticlePhrases, article_phrases
from igny8_lib.sandbox.answers.asked import PLAINLY, Asked
from igny8_lib.sandbox.answers.draft import CELL_BREAK, Block, Draft, Section
from igny8_lib.sandbox.answers.naming import fold, name_of
from igny8_lib.sandbox.answers.spinning import Spinner
from igny8_lib.sandbox.answers.words import guess_language
from igny8_lib.text.normalisation import normalise

DEFAULT_WORDS, MOST_WORDS = 1000, 10_000
LOWEST, HIGHEST = 0.97, 1.04
"""Shares of the word count between which an article ends."""
WORDS_PER_SECTION = 90
FEWEST_SECTIONS = 2
BEGINNING = "Where to Begin"
"""Added to a heading that would only repeat the title."""
SENTENCES_IN_PARAGRAPH = (2, 4)
TRIES_AT_THE_END = 40
"""How many sentences are tried for the last gap, which needs one of the right length."""
SHARE_BESIDE_PARAGRAPHS = 0.7
"""Lists, tables and questions are added while they leave the rest of the length to paragraphs."""
ITEMS, ROWS = 4, 4

ADDITIONS = {
    "how_to": ("steps", "questions", "checks"),
    "list": ("options", "checks", "table", "questions"),
    "comparison": ("table", "questions", "checks"),
    "faq": ("many_questions", "checks"),
    "guide": ("questions", "checks", "table", "steps"),
}
"""What a content type calls for first, then what does every article good."""
USUAL_ADDITIONS = ("questions", "checks", "table")


def article(item: Mapping[str, Any], _: Asked = PLAINLY) -> dict[str, Any]:
    """The answer to INPUT {title, outline, content_type, intent, target_keywords, word_count}."""
    title = " ".join(str(item["title"]).split()) or "Untitled"
    keywords = [str(keyword) for keyword in item.get("target_keywords") or () if str(keyword).strip()] or [title]
    content_type = str(item.get("content_type") or "article")
    target = min(int(item.get("word_count") or DEFAULT_WORDS), MOST_WORDS)
    phrases = article_phrases("english")
    writer = Writer(phrases, Spinner(f"{title}/{keywords[0]}/{target}", keywords), target)
    draft = writer.write(keywords[0], headings_of(item, keywords[0], phrases.outline, target), content_type)
    tags, categories = tags_and_categories(title, keywords, content_type)
    return {
        "title": title,
        "meta_title": meta_title(title, keywords[0]),
        "meta_description": meta_description(title, keywords[0], phrases.description),
        "primary_keyword": keywords[0],
        "secondary_keywords": keywords[1:],
        "tags": tags,
        "categories": categories,
        "html": draft.html(),
    }


def headings_of(item: Mapping[str, Any], primary: str, usual: Sequence[str], target: int) -> list[str]:
    """The outline's headings, as many as the length carries, one of them with the primary keyword, none the title."""
    title = str(item.get("title") or "")
    outline = [" ".join(str(point).split()) for point in item.get("outline") or ()]
    outline = list(dict.fromkeys(point for point in outline if point))
    if len(outline) < FEWEST_SECTIONS:
        outline = list(dict.fromkeys([*outline, *usual]))
    headings = outline[: max(FEWEST_SECTIONS, target // WORDS_PER_SECTION)]
    if not any(fold(primary) in fold(heading) for heading in headings):
        headings[0] = f"{name_of(primary, guess_language([primary]))}: {headings[0]}"
    return [f"{heading}: {BEGINNING}" if normalise(heading) == normalise(title) else heading for heading in headings]


@dataclass
class Writer:
    """Writes one article of `target` words."""

    phrases: ArticlePhrases
    spinner: Spinner
    target: int

    def write(self, primary: str, headings: Sequence[str], content_type: str) -> Draft:
        """The least an article needs, then what its type calls for, then sentences until it is long enough."""
        draft = self.skeleton(primary, headings)
        for name in ADDITIONS.get(content_type, USUAL_ADDITIONS):
            section, blocks = self.addition(name, draft.sections)
            if draft.words + sum(block.words for block in blocks) <= self.target * SHARE_BESIDE_PARAGRAPHS:
                section.blocks += blocks
        self.fill(draft)
        return draft

    def skeleton(self, primary: str, headings: Sequence[str]) -> Draft:
        """The article with the least in it."""
        introduction = Block("p", [self.spinner.draw(self.phrases.introductions, keyword=primary)])
        sections = [
            Section(heading, [Block("p", [self.spinner.draw(self.phrases.openers, heading=heading)])])
            for heading in headings
        ]
        return Draft(introduction, sections, Block("p", list(self.phrases.closing)))

    def addition(self, name: str, sections: Sequence[Section]) -> tuple[Section, list[Block]]:
        """Something beside paragraphs, and the section it belongs to."""
        middle, last = sections[len(sections) // 2], sections[-1]
        match name:
            case "steps":
                return middle, [Block("ol", [self.spinner.draw((step,)) for step in self.phrases.steps])]
            case "checks":
                return sections[1], [Block("ul", [self.spinner.draw((text,)) for text in self.some_checks()])]
            case "table":
                return middle, [self.table()]
            case "options":
                return middle, self.options()
            case _:
                return last, self.questions(ITEMS if name == "many_questions" else ITEMS // 2)

    def some_checks(self) -> list[str]:
        """Questions to go through."""
        return self.spinner.sample(self.phrases.checks, ITEMS)

    def table(self) -> Block:
        """A small table of what to check."""
        head, *rows = self.phrases.rows
        return Block("table", [CELL_BREAK.join(row) for row in (head, *self.spinner.sample(rows, ROWS))])

    def options(self) -> list[Block]:
        """Options as h3, each with two sentences."""
        return [
            block
            for name in self.phrases.options
            for block in (Block("h3", [name]), Block("p", [self.spinner.draw(self.phrases.sentences) for _ in "12"]))
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

    def fill(self, draft: Draft) -> None:
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
