"""Fragments of HTML as trees, cut into the pieces that stand at their top."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from bs4 import BeautifulSoup, Tag
from bs4.dammit import EntitySubstitution
from bs4.element import NavigableString, PageElement
from bs4.formatter import HTMLFormatter

from igny8_lib.text.html_policy import INLINE

LINE_ENDS = re.compile(r"[ \t\r\f]*\n[ \t\r\n\f]*")
FLOWING = INLINE | {"br", "img"}
SHORTCODE = re.compile(r"\[(?=/?[A-Za-z_])")


class AsWritten(HTMLFormatter):
    """Attributes in their order, characters as themselves, void elements without a slash."""

    def __init__(self) -> None:
        super().__init__(entity_substitution=EntitySubstitution.substitute_xml, void_element_close_prefix="")

    def attributes(self, tag: Tag) -> Iterable[tuple[str, str | None]]:
        """As they stand in the source."""
        return [(name, None if value is None else str(value)) for name, value in tag.attrs.items()]


AS_WRITTEN = AsWritten()


def parse(html: str) -> BeautifulSoup:
    """The fragment as a tree; classes stay one string."""
    return BeautifulSoup(html, "html.parser", multi_valued_attributes=None)


def without_line_ends(tree: BeautifulSoup) -> BeautifulSoup:
    """The tree without line ends in its text, of which WordPress would make breaks (`wpautop`); code keeps its own."""
    for text in tree.find_all(string=LINE_ENDS):
        if text.find_parent("pre") is None:
            text.replace_with(NavigableString(LINE_ENDS.sub(" ", text)))
    return tree


def pieces_of(parent: Tag) -> Iterator[list[PageElement]]:
    """What stands at the top: each block alone, text and inline elements as long as they flow on; no empty ones."""
    flowing: list[PageElement] = []
    for node in parent.contents:
        if isinstance(node, Tag) and node.name not in FLOWING:
            yield from kept(flowing)
            yield [node]
            flowing = []
        else:
            flowing.append(node)
    yield from kept(flowing)


def kept(nodes: list[PageElement]) -> Iterator[list[PageElement]]:
    """The piece, where there is anything in it."""
    if any(isinstance(node, Tag) or str(node).strip() for node in nodes):
        yield nodes


def write(node: PageElement) -> str:
    """An element or a text as HTML, with nothing that WordPress would run as a shortcode."""
    text = node.decode(formatter=AS_WRITTEN) if isinstance(node, Tag) else AS_WRITTEN.substitute(str(node))
    return SHORTCODE.sub("&#91;", text)


def write_all(nodes: Iterable[PageElement]) -> str:
    """Several of them, white space around them left out."""
    return "".join(map(write, nodes)).strip()


def inner(element: Tag) -> str:
    """What stands in an element, as HTML."""
    return "".join(map(write, element.contents))


def flows(element: Tag) -> bool:
    """Whether there are only text, inline elements and line breaks in it."""
    return all(tag.name in INLINE or tag.name == "br" for tag in element.find_all(recursive=True))
