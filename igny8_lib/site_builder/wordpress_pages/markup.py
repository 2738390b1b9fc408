"""A page's blocks as WordPress' own: headings, paragraphs, lists, pictures, which any theme shows and people can edit.

The site's own look stays here: its classes and boxes mean nothing to a theme. What WordPress can do better it does:
the latest articles are its own, always those of now.
"""

from __future__ import annotations

from collections.abc import Iterator

from bs4 import BeautifulSoup, Tag
from bs4.element import NavigableString, PageElement
from markupsafe import escape

from igny8_lib.models import Markup, PageType
from igny8_lib.publishing.wordpress.blocks import as_blocks, html_block
from igny8_lib.publishing.wordpress.content import mark_of
from igny8_lib.publishing.wordpress.fragments import (
    FLOWING,
    parse,
    pieces_of,
    without_line_ends,
    write,
    write_all,
)
from igny8_lib.site_builder.blocks.latest_articles import LatestArticlesData
from igny8_lib.site_builder.documents import Block, Page
from igny8_lib.site_builder.rendering import paragraphs, render_block
from igny8_lib.site_builder.wordpress_pages.place import PlaceInWordPress

LATEST = "latest_articles"
BELOW_THE_TITLE = 2
"""The level of blocks' headings: the theme shows the page's title above them."""
ON_THE_BLOG = 12
"""Articles on the page of type blog."""
HEADINGS = ("h2", "h3", "h4", "h5", "h6")
BOXES = frozenset({"section", "div"})
IN_BOXES = [*HEADINGS, "p", "figure", "img", "ul", "ol", "blockquote", "dl"]
KEPT = frozenset({"href", "src", "alt", "width", "height"})
NO_MEANING = ["span", "time"]
ADDRESS = "b-contact-form-details"
"""The class of paragraphs whose line ends count."""


def content_of(page: Page, place: PlaceInWordPress, markup: Markup, mark: str) -> str:
    """The `content` of the page in WordPress, with the mark by which it is found again."""
    parts: list[str] = []
    for block in page.blocks:
        parts += written(tree_of(block, place), markup)
        if block.type == LATEST:
            parts.append(latest(latest_of(block).count))
    if page.type is PageType.BLOG and all(block.type != LATEST for block in page.blocks):
        parts.append(latest(ON_THE_BLOG))
    return "\n\n".join([*parts, marked(mark, markup)])


def latest_of(block: Block) -> LatestArticlesData:
    """The data of such a block."""
    return LatestArticlesData.model_validate(block.data)


def latest(count: int) -> str:
    """WordPress' own list of its newest posts, in either markup: it is made when the page is shown."""
    told = f'{{"postsToShow":{count},"displayPostContent":true,"displayPostDate":true}}'
    return f"<!-- wp:latest-posts {told} /-->"


def marked(mark: str, markup: Markup) -> str:
    """The mark as its part of the page."""
    return html_block(mark_of(mark)) if markup is Markup.BLOCKS else mark_of(mark)


def written(tree: BeautifulSoup, markup: Markup) -> list[str]:
    """The parts of a fragment, one below the other."""
    return as_blocks(tree) if markup is Markup.BLOCKS else [write_all(piece) for piece in pieces_of(tree)]


def tree_of(block: Block, place: PlaceInWordPress) -> BeautifulSoup:
    """A block as a fragment without boxes; its id stands where links to it lead: at its first heading or text."""
    html = head_of(block) if block.type == LATEST else str(render_block(block, place, BELOW_THE_TITLE))
    tree = without_line_ends(parse("".join(flat(with_line_ends(parse(html))))))
    top = [node for node in tree.contents if isinstance(node, Tag)]
    named = next((node for node in top if node.name in {*HEADINGS, "p"}), top[0] if top else None)
    if named is not None:
        named["id"] = block.id
    return tree


def head_of(block: Block) -> str:
    """The heading and the text above the latest articles."""
    data = latest_of(block)
    title = f"<h2>{escape(data.title)}</h2>" if data.title else ""
    return title + "".join(f"<p>{escape(text)}</p>" for text in paragraphs(data.lead))


def with_line_ends(tree: BeautifulSoup) -> BeautifulSoup:
    """The tree with breaks where line ends are shown."""
    for element in tree.find_all("p", class_=ADDRESS):
        for text in element.find_all(string=True):
            first, *others = str(text).split("\n")
            text.replace_with(first, *(part for line in others for part in (tree.new_tag("br"), line)))
    return tree


def flat(parent: Tag) -> Iterator[str]:
    """What stands in the element without the boxes around it, piece by piece."""
    for piece in list(pieces_of(parent)):
        first = piece[0]
        if isinstance(first, Tag) and first.name not in FLOWING:
            yield from without_box(first)
        else:
            yield f"<p>{write_all(map(clean, list(piece)))}</p>"


def without_box(element: Tag) -> Iterator[str]:
    """One element: what is in it where it is a box, else itself."""
    if element.name in BOXES:
        yield from flat(element)
    elif element.name in {"ul", "ol"} and element.find(IN_BOXES):
        yield from items(element)
    elif element.name == "dl":
        yield facts(element)
    elif element.name == "figure":
        yield from figures(element)
    elif element.name == "form":
        yield write(without_classes(element))
    else:
        yield write(clean(element))


def items(listing: Tag) -> Iterator[str]:
    """The items of a list one below the other, those of a numbered one with their numbers."""
    for number, item in enumerate(listing.find_all("li", recursive=False), start=1):
        heading = item.find(HEADINGS)
        if listing.name == "ol" and isinstance(heading, Tag):
            heading.insert(0, f"{number}. ")
        yield from flat(item)


def facts(listing: Tag) -> str:
    """Numbers with what they say, as a list."""
    names, values = listing.find_all("dt"), listing.find_all("dd")
    pairs = zip(values, names, strict=True)
    lines = [
        f"<li><strong>{write_all(value.contents)}</strong> {write_all(name.contents)}</li>" for value, name in pairs
    ]
    return f"<ul>{''.join(lines)}</ul>"


def figures(outer: Tag) -> Iterator[str]:
    """A picture with its caption; of a quotation its pictures, then the words with who said them."""
    pictures = [one.extract() for one in outer.find_all("figure")]
    quote, caption = outer.find("blockquote"), outer.find("figcaption")
    if isinstance(quote, Tag):
        yield from (write(clean(one)) for one in pictures)
        words = write_all(map(clean, list(quote.contents)))
        who = write_all(map(clean, list(caption.contents))) if isinstance(caption, Tag) else ""
        yield f"<blockquote>{words}{f'<p>— {who}</p>' if who else ''}</blockquote>"
        return
    shown = pictures[0] if pictures else outer
    if pictures and isinstance(caption, Tag):
        shown.append(caption.extract())
    yield write(clean(shown))


def clean(node: PageElement) -> PageElement:
    """An element without what only the site's own style sheet reads; WordPress' own classes stay."""
    if not isinstance(node, Tag):
        return node
    for one in node.find_all(NO_MEANING):
        one.unwrap()  # of a node that is one itself, the words alone are left below
    for one in [node, *node.find_all()]:
        one.attrs = {name: value for name, value in one.attrs.items() if name in KEPT or is_own(name, value)}
    return NavigableString(node.get_text()) if node.name in NO_MEANING else node


def is_own(name: str, value: object) -> bool:
    """Whether an attribute is a class that WordPress reads."""
    return name == "class" and str(value).startswith("wp-")


def without_classes(form: Tag) -> Tag:
    """A form as it is, without classes."""
    for one in [form, *form.find_all()]:
        one.attrs.pop("class", None)
    return form
