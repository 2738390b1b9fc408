"""What one HTML file of a rendered site says of itself, and what is wrong in it whatever the other files are."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from igny8_lib.text.html_tokens import ATTRIBUTE, COMMENT, Token, attributes, tokens

VOID = frozenset(
    {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr"}
)
CLOSES_PARAGRAPH = frozenset(
    {"address", "article", "aside", "blockquote", "details", "div", "dl", "fieldset", "figcaption", "figure", "footer"}
    | {"form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "main", "nav", "ol", "p", "pre", "section", "table"}
    | {"ul"}
)
"""Elements before which a browser ends an open paragraph: inside one they tear it apart."""
NOT_IN_ITSELF = frozenset({"a", "button", "form", "label", "main"})
ONLY_IN = {"li": frozenset({"ul", "ol", "menu"}), "dt": frozenset({"dl", "div"}), "dd": frozenset({"dl", "div"})}
RESOURCES = {
    "img": ("src",),
    "source": ("src",),
    "video": ("src", "poster"),
    "audio": ("src",),
    "track": ("src",),
    "iframe": ("src",),
    "embed": ("src",),
    "object": ("data",),
    "script": ("src",),
    "input": ("src",),
    "use": ("href",),
}
"""Attributes whose address a browser fetches by itself."""
LINKS_FETCHED = frozenset(
    {"stylesheet", "icon", "apple-touch-icon", "preload", "prefetch", "modulepreload", "manifest"}
)
NAMES_OF_IDS = ("for", "aria-labelledby", "aria-describedby", "aria-controls", "aria-owns", "list", "headers")
DATA = frozenset({"application/ld+json", "application/json"})


@dataclass(frozen=True, order=True)
class Finding:
    """Something wrong in a site: in which file, in which of its lines (0: in the file as a whole), and what."""

    path: str
    line: int
    what: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.what}" if self.line else f"{self.path}: {self.what}"


@dataclass(frozen=True)
class Address:
    """An address in a page, with its line; a resource is fetched by the browser itself, a link when it is followed."""

    line: int
    address: str
    is_resource: bool


@dataclass
class PageFacts:
    """What a page consists of, as far as the checks need it."""

    ids: set[str] = field(default_factory=set)
    addresses: list[Address] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)


def read_page(path: str, html: str) -> PageFacts:
    """The facts of a page, and what is wrong in it alone."""
    reader = Reader(path, html)
    reader.read()
    return reader.facts


class Reader:
    """Reads a page once from its beginning to its end."""

    def __init__(self, path: str, html: str) -> None:
        self.path = path
        self.html = html
        self.facts = PageFacts()
        self.open: list[tuple[str, int]] = []
        self.counts = dict.fromkeys(("html", "title", "h1", "main", "body", "head"), 0)
        self.named: list[tuple[int, str, str]] = []
        self.line, self.counted = 1, 0
        self.title = ""
        self.script: dict[str, str] = {}

    def read(self) -> None:
        """All tags and texts, then what only the whole shows."""
        if not self.html.lstrip().lower().startswith("<!doctype html>"):
            self.wrong("begins without <!doctype html>")
        end = 0
        for token in tokens(self.html):
            self.line += self.html.count("\n", self.counted, token.start)
            self.counted = token.start
            end = token.end
            if token.name is None:
                self.text(token)
            elif token.is_end:
                self.end(token.name)
            else:
                self.start(token.name, token.inside)
        if COMMENT.sub("", self.html[end:]).strip():
            self.wrong("ends inside a tag or a comment that is never closed")
        self.whole()

    def wrong(self, what: str, line: int | None = None) -> None:
        """Note a finding, in the line that is being read unless another is given."""
        self.facts.findings.append(Finding(self.path, self.line if line is None else line, what))

    def text(self, token: Token) -> None:
        """The page's title, and the data in scripts; other texts cannot be wrong."""
        inside = self.open[-1][0] if self.open else ""
        text = self.html[token.start : token.end]
        if inside == "title" and len(self.open) > 1 and self.open[-2][0] == "head":
            self.title = text.strip()
        if inside == "script" and self.script.get("type", "") in DATA:
            try:
                json.loads(text)
            except ValueError as error:
                self.wrong(f"the data in this script is no JSON: {error}")

    def start(self, name: str, inside: str) -> None:
        """A start tag: its place, its attributes, its addresses."""
        given = attributes(inside)
        drawing = any(one == "svg" for one, _line in self.open)
        if not drawing:
            self.place(name)
        if name in self.counts and not (drawing and name == "title"):
            self.counts[name] += 1
        names = [one.lower() for one, _value in ATTRIBUTE.findall(inside)]
        for twice in sorted({one for one in names if names.count(one) > 1}):
            self.wrong(f"<{name}> has the attribute {twice} twice")
        self.active(name, given)
        self.identify(given)
        self.look_at(name, given)
        if name == "script":
            self.script = given
        closes_itself = (drawing or name == "svg") and inside.rstrip().endswith("/")
        if name not in VOID and not closes_itself:
            self.open.append((name, self.line))

    def place(self, name: str) -> None:
        """Whether the element may stand where it does."""
        around = [one for one, _line in self.open]
        if name in CLOSES_PARAGRAPH and "p" in around:
            self.wrong(f"<{name}> stands inside a <p>, which ends before it")
        if name in NOT_IN_ITSELF and name in around:
            self.wrong(f"<{name}> stands inside another <{name}>")
        if name in ONLY_IN and (not around or around[-1] not in ONLY_IN[name]):
            self.wrong(f"<{name}> stands outside of a list")

    def active(self, name: str, given: Mapping[str, str]) -> None:
        """Pages need no script: none runs in them."""
        if name == "script" and given.get("type", "") not in DATA:
            self.wrong("has a script; only data may stand in one")
        for handler in sorted(one for one in given if one.startswith("on")):
            self.wrong(f"<{name}> has the script {handler}")
        if name == "base" or (name == "meta" and given.get("http-equiv", "").lower() == "refresh"):
            self.wrong(f"<{name}> leads elsewhere")

    def identify(self, given: Mapping[str, str]) -> None:
        """The ids there are, and those that are spoken of."""
        if (own := given.get("id")) is not None:
            if not own or own.split() != [own]:
                self.wrong(f'the id "{own}" is empty or has blanks')
            if own in self.facts.ids:
                self.wrong(f'the id "{own}" is there twice')
            self.facts.ids.add(own)
        for attribute in NAMES_OF_IDS:
            self.named += [(self.line, attribute, one) for one in given.get(attribute, "").split()]

    def look_at(self, name: str, given: Mapping[str, str]) -> None:
        """The addresses of an element, and what a picture must say."""
        if name == "html" and not given.get("lang", "").strip():
            self.wrong("<html> has no lang")
        if name == "img":
            self.picture(given)
        self.facts.addresses += [
            Address(self.line, address, is_resource) for address, is_resource in addresses_of(name, given)
        ]

    def picture(self, given: Mapping[str, str]) -> None:
        """Without its text a picture says nothing to many; without its size the page jumps when it comes."""
        source = given.get("src", "")
        if not source:
            self.wrong("a picture has no src")
        if "alt" not in given:
            self.wrong(f'the picture "{source}" has no alt')
        for size in ("width", "height"):
            value = given.get(size, "")
            if not (value.isascii() and value.isdigit() and int(value) > 0):
                self.wrong(f'the picture "{source}" has no {size}')

    def end(self, name: str) -> None:
        """An end tag must end the element that was opened last."""
        if name in VOID:
            self.wrong(f"</{name}> ends an element that has no end")
        elif self.open and self.open[-1][0] == name:
            self.open.pop()
        elif any(one == name for one, _line in self.open):
            inner, line = self.open[-1]
            self.wrong(f"</{name}> comes before the end of <{inner}> of line {line}")
            while self.open.pop()[0] != name:
                pass
        else:
            self.wrong(f"</{name}> ends nothing")

    def whole(self) -> None:
        """What a page must have once."""
        for name, line in self.open:
            self.wrong(f"<{name}> is never closed", line)
        for name, count in self.counts.items():
            if count != 1:
                self.wrong(f"has {count} <{name}> instead of one", 0)
        if self.counts["title"] and not self.title:
            self.wrong("its <title> is empty", 0)
        for line, attribute, one in self.named:
            if one not in self.facts.ids:
                self.wrong(f'{attribute} names "{one}", but no element has this id', line)


def addresses_of(name: str, given: Mapping[str, str]) -> Iterator[tuple[str, bool]]:
    """The addresses in a start tag, and whether a browser fetches them by itself."""
    if name in {"a", "area"} and "href" in given:
        yield given["href"], False
    if name == "form" and "action" in given:
        yield given["action"], False
    if name == "link" and "href" in given:
        yield given["href"], not LINKS_FETCHED.isdisjoint(given.get("rel", "").lower().split())
    for attribute in RESOURCES.get(name, ()):
        if attribute in given:
            yield given[attribute], True
    if name in {"img", "source", "link"}:
        listed = given.get("srcset", given.get("imagesrcset", ""))
        yield from ((one.split()[0], True) for one in listed.split(",") if one.split())
