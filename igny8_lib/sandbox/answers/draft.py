"""An article in the making: blocks of text under headings, whose words are counted and which become HTML."""

from __future__ import annotations

from dataclasses import dataclass, field
from html import escape

CELL_BREAK = "\t"


@dataclass
class Block:
    """A piece of HTML: its tag, and its texts (sentences, list items, or a table's rows of cells)."""

    tag: str
    texts: list[str]
    is_lead: bool = False
    """Whether the block leads to the next one, so that nothing may come between them."""

    @property
    def words(self) -> int:
        """Words a reader sees."""
        return sum(len(text.split()) for text in self.texts)

    def html(self) -> str:
        """The block as HTML."""
        texts = [escape(text, quote=False) for text in self.texts]
        if self.tag == "table":
            return table_html([text.split(CELL_BREAK) for text in texts])
        if self.tag in ("ul", "ol"):
            return f"<{self.tag}>{''.join(f'<li>{text}</li>' for text in texts)}</{self.tag}>"
        return f"<{self.tag}>{' '.join(texts)}</{self.tag}>"


def table_html(rows: list[list[str]]) -> str:
    """Rows of escaped cells as a table, the first as its head."""
    head, *body = rows
    top = "".join(f"<th>{cell}</th>" for cell in head)
    below = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in body)
    return f"<table><thead><tr>{top}</tr></thead><tbody>{below}</tbody></table>"


@dataclass
class Section:
    """A heading and what stands below it."""

    heading: str
    blocks: list[Block] = field(default_factory=list)

    @property
    def words(self) -> int:
        """Words a reader sees, the heading's too."""
        return len(self.heading.split()) + sum(block.words for block in self.blocks)

    def html(self) -> str:
        """The section as HTML."""
        return "".join([f"<h2>{escape(self.heading, quote=False)}</h2>", *(block.html() for block in self.blocks)])

    def first_other(self) -> int:
        """The place before what is no paragraph, and before the paragraph that leads to it."""
        place = next((place for place, block in enumerate(self.blocks) if block.tag != "p"), len(self.blocks))
        return place - 1 if place and self.blocks[place - 1].is_lead else place

    def add_paragraph(self, text: str) -> None:
        """Add a paragraph before any list, table or question."""
        self.blocks.insert(self.first_other(), Block("p", [text]))

    def add_sentence(self, sentence: str, most: int) -> None:
        """Go on with the last paragraph before any list or question, or begin a new one where it has `most`."""
        place = self.first_other()
        if place and len(self.blocks[place - 1].texts) < most:
            self.blocks[place - 1].texts.append(sentence)
        else:
            self.blocks.insert(place, Block("p", [sentence]))


@dataclass
class Draft:
    """An introduction, the outline's sections, what is added after them, and a last paragraph."""

    introduction: Block
    sections: list[Section]
    closing: Block
    added: list[Section] = field(default_factory=list)

    @property
    def words(self) -> int:
        """Words a reader sees."""
        return self.introduction.words + sum(part.words for part in (*self.sections, *self.added)) + self.closing.words

    def html(self) -> str:
        """The article as HTML."""
        return "\n".join(
            [self.introduction.html(), *(part.html() for part in (*self.sections, *self.added)), self.closing.html()]
        )
