"""Websites for tests, and how to read what was rendered of them."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

from igny8_lib.site_builder.documents import SiteDocument, read_site

BASE_URL = "https://boats.example/shop/"
VOID = frozenset({"meta", "link", "img", "br", "hr", "input", "source"})


def text_block(block_id: str = "text", *, title: str = "We repair boats", body: str = "Big ones.") -> dict[str, Any]:
    return {"id": block_id, "type": "text", "data": {"title": title, "body": body}}


def page(slug: str, kind: str = "custom", *blocks: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"slug": slug, "title": slug.title(), "type": kind, "blocks": list(blocks)} | more


def site(*pages: dict[str, Any], **more: Any) -> SiteDocument:
    """A site of the pages, or of five with a text each."""
    five = [
        page("home", "home", text_block()),
        page("about", "about", text_block()),
        page("services", "services", text_block()),
        page("blog", "blog"),
        page("contact", "contact", text_block()),
    ]
    return read_site({"name": "Boats & Sons", "pages": list(pages) or five} | more)


@dataclass
class Element:
    name: str
    attributes: dict[str, str | None]
    children: list[Element] = field(default_factory=list)
    text: str = ""
    """With that of all elements inside."""


class Reader(HTMLParser):
    """Reads HTML and holds that every element is closed in order."""

    def __init__(self) -> None:
        super().__init__()
        self.root = Element("", {})
        self.open = [self.root]
        self.all: list[Element] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = [name for name, _ in attrs]
        assert len(names) == len(set(names)), f"<{tag}> has an attribute twice: {names}"
        element = Element(tag, dict(attrs))
        self.open[-1].children.append(element)
        self.all.append(element)
        if tag not in VOID:
            self.open.append(element)

    def handle_endtag(self, tag: str) -> None:
        assert self.open[-1].name == tag, f"</{tag}> closes <{self.open[-1].name}>"
        self.open.pop()

    def handle_data(self, data: str) -> None:
        for element in self.open:
            element.text += data


class Read:
    """A page as read."""

    def __init__(self, html: bytes) -> None:
        reader = Reader()
        reader.feed(html.decode())
        reader.close()
        assert reader.open == [reader.root], f"left open: {[each.name for each in reader.open[1:]]}"
        self.elements = reader.all

    def named(self, *names: str) -> list[Element]:
        return [each for each in self.elements if each.name in names]

    def one(self, name: str, **attributes: str) -> Element:
        found = [each for each in self.named(name) if attributes.items() <= each.attributes.items()]
        assert len(found) == 1, f"{len(found)} × <{name} {attributes}>"
        return found[0]

    def meta(self, name: str) -> str | None:
        """The content of a meta element by its name or property; None where there is none."""
        found = [
            each
            for each in self.named("meta")
            if name in {each.attributes.get("name"), each.attributes.get("property")}
        ]
        assert len(found) <= 1, f"{name} stands {len(found)} times"
        return found[0].attributes["content"] if found else None

    @property
    def headings(self) -> list[int]:
        return [int(each.name[1]) for each in self.named("h1", "h2", "h3", "h4", "h5", "h6")]
