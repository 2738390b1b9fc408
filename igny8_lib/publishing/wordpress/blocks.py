"""An article's text in the markup of the block editor.

The editor compares each block with what it would write itself, character by character but for the order of attributes,
and calls anything else "invalid content". So only what is known exactly becomes a block of its own kind (source: the
`save` functions of the core blocks, WordPress 6.1 to 6.7); the rest stands as it is in an HTML block.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from copy import copy

from bs4 import Tag
from bs4.element import NavigableString, PageElement

from igny8_lib.publishing.wordpress.fragments import FLOWING, flows, inner, pieces_of, write, write_all

OWN_IMAGE = re.compile(r"wp-image-(\d+)")
TEXT = FLOWING - {"img"}
Attributes = dict[str, str | int | bool]


def as_blocks(parent: Tag) -> list[str]:
    """The blocks of what stands at the top of a fragment, in their order."""
    return [block_of(piece) for piece in pieces_of(parent)]


def block_of(piece: list[PageElement]) -> str:
    """One piece as a block."""
    first = piece[0]
    if isinstance(first, Tag) and first.name not in FLOWING:
        writer = WRITERS.get(first.name)
        return (writer(copy(first)) if writer else "") or html_block(write(first))
    if any(isinstance(node, Tag) and (node.name == "img" or node.find("img")) for node in piece):
        return html_block(write_all(piece))
    return comment("paragraph", f"<p>{write_all(piece)}</p>")


def comment(name: str, html: str, attributes: Attributes | None = None) -> str:
    """A block: its HTML between its two comments."""
    told = " " + json.dumps(attributes, separators=(",", ":")) if attributes else ""
    return f"<!-- wp:{name}{told} -->\n{html}\n<!-- /wp:{name} -->"


def html_block(html: str) -> str:
    """What the editor shows as HTML, whatever it is."""
    return comment("html", html)


def paragraph(element: Tag) -> str:
    """A paragraph of text."""
    if not only(element, "id") or not flows(element):
        return ""
    return comment("paragraph", write(element))


def heading(element: Tag) -> str:
    """A heading; level 2 is the editor's default and not said."""
    if not only(element, "id") or not flows(element):
        return ""
    level = int(element.name[1])
    return comment("heading", opened(element, "wp-block-heading"), {} if level == 2 else {"level": level})


def opened(element: Tag, css: str) -> str:
    """An element with the class of its block."""
    element["class"] = css
    return write(element)


def listing(element: Tag) -> str:
    """A list with its items as inner blocks."""
    html = list_html(element)
    if not html:
        return ""
    attributes: Attributes = {"ordered": True} if element.name == "ol" else {}
    if "start" in element.attrs:
        attributes["start"] = int(str(element["start"]))
    return comment("list", html, attributes)


def list_html(element: Tag) -> str:
    """A list's HTML; empty where an item holds more than text and lists."""
    start = str(element.get("start", "1"))
    if not only(element, *(["start"] if element.name == "ol" else [])) or not re.fullmatch(r"-?\d{1,9}", start):
        return ""
    items = [item for item in element.contents if not blank(item)]
    written = [list_item(item) if isinstance(item, Tag) and item.name == "li" else "" for item in items]
    if not written or not all(written):
        return ""
    told = f' start="{start}"' if "start" in element.attrs else ""
    return f'<{element.name}{told} class="wp-block-list">{"".join(written)}</{element.name}>'


def list_item(item: Tag) -> str:
    """An item: its text, then lists."""
    children = [child for child in item.contents if not blank(child)]
    text = [child for child in children if not is_list(child)]
    lists = [listing(child) for child in children if isinstance(child, Tag) and is_list(child)]
    in_order = children[: len(text)] == text
    words = item_text(text)
    if not only(item) or not in_order or words is None or not all(lists):
        return ""
    return comment("list-item", f"<li>{words}{''.join(lists)}</li>")


def item_text(nodes: list[PageElement]) -> str | None:
    """The text of an item, a single paragraph unwrapped; None where it is more than text."""
    if len(nodes) == 1 and isinstance(nodes[0], Tag) and nodes[0].name == "p" and only(nodes[0]):
        return inner(nodes[0]) if flows(nodes[0]) else None
    inline = all(not isinstance(node, Tag) or (node.name in TEXT and flows(node)) for node in nodes)
    return write_all(nodes) if inline else None


def quote(element: Tag) -> str:
    """A quotation with its paragraphs, headings and lists as inner blocks."""
    blocks = as_blocks(element)
    if not only(element) or not blocks or any(block.startswith("<!-- wp:html") for block in blocks):
        return ""
    return comment("quote", f'<blockquote class="wp-block-quote">{joined(blocks)}</blockquote>')


def joined(blocks: list[str]) -> str:
    """Blocks one below the other."""
    return "\n\n".join(blocks)


def table(element: Tag) -> str:
    """A table of plain cells, its columns as wide as their text."""
    parts = [part for part in element.contents if not blank(part)]
    plain = all(isinstance(part, Tag) and part.name in {"thead", "tbody", "tfoot"} and only(part) for part in parts)
    rows, cells = element.find_all("tr"), element.find_all(["td", "th"])
    whole = only(element) and plain and bool(cells) and all(map(only, rows)) and not element.find("table")
    if not whole or not all(only(cell, *(["scope"] if cell.name == "th" else [])) and flows(cell) for cell in cells):
        return ""
    for gap in element.find_all(string=blank_text):
        if gap.parent and gap.parent.name not in {"td", "th"} and not gap.find_parent(["td", "th"]):
            gap.extract()
    return comment("table", f'<figure class="wp-block-table">{write(element)}</figure>', {"hasFixedLayout": False})


def picture(element: Tag) -> str:
    """A picture with or without a caption; WordPress puts the size of its own pictures in when it shows them."""
    children = [child for child in element.contents if not blank(child)]
    image, caption = [*children, None, None][:2]
    known = isinstance(image, Tag) and image.name == "img" and len(children) <= 2
    if not known or not isinstance(image, Tag) or not only(element, "class"):
        return ""
    if caption is not None and not (isinstance(caption, Tag) and caption.name == "figcaption" and only(caption)):
        return ""
    own = OWN_IMAGE.fullmatch(str(image.get("class", "")))
    if not only(image, "src", "alt", *(("class", "width", "height") if own else ())):
        return ""
    return image_block(image, caption, int(own[1]) if own else None)


def image_block(image: Tag, caption: Tag | None, media: int | None) -> str:
    """The block of a picture, of the media library where it has a number."""
    shown = Tag(
        name="img", can_be_empty_element=True, attrs={name: str(image.get(name, "")) for name in ("src", "alt")}
    )
    if media:
        shown["class"] = f"wp-image-{media}"
    below = opened(caption, "wp-element-caption") if caption else ""
    attributes: Attributes = {"id": media, "sizeSlug": "full", "linkDestination": "none"} if media else {}
    css = "wp-block-image size-full" if media else "wp-block-image"
    return comment("image", f'<figure class="{css}">{write(shown)[:-1]}/>{below}</figure>', attributes)


def code(element: Tag) -> str:
    """Code, or text whose white space counts."""
    children = element.contents
    if not only(element) or element.find(["img", "p", "div"]):
        return ""
    if len(children) == 1 and isinstance(children[0], Tag) and children[0].name == "code" and only(children[0]):
        return comment("code", opened(element, "wp-block-code")) if not children[0].find() else ""
    return comment("preformatted", opened(element, "wp-block-preformatted")) if flows(element) else ""


def line(element: Tag) -> str:
    """A line between two parts."""
    rule = '<hr class="wp-block-separator has-alpha-channel-opacity"/>'
    return comment("separator", rule) if only(element) else ""


def only(element: Tag, *names: str) -> bool:
    """Whether an element has no other attributes than these."""
    return set(element.attrs) <= set(names)


def blank(node: PageElement) -> bool:
    """Whether it is white space between elements."""
    return isinstance(node, NavigableString) and not node.strip()


def blank_text(text: str | None) -> bool:
    """Whether a text is nothing but white space."""
    return text is not None and not text.strip()


def is_list(node: PageElement) -> bool:
    """Whether it is a list."""
    return isinstance(node, Tag) and node.name in {"ul", "ol"}


WRITERS: dict[str, Callable[[Tag], str]] = {
    "p": paragraph,
    **dict.fromkeys(("h2", "h3", "h4"), heading),
    **dict.fromkeys(("ul", "ol"), listing),
    "blockquote": quote,
    "table": table,
    "figure": picture,
    "pre": code,
    "hr": line,
}
