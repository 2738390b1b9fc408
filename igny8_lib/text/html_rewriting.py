"""One walk over clean HTML: what is not allowed leaves a break, links within the page stay with their targets."""

from __future__ import annotations

from dataclasses import dataclass, field
from html import escape
from html.parser import HTMLParser
from urllib.parse import unquote

from igny8_lib.text.html_policy import ALLOWED, INLINE, LINK_TARGETS, RENAMED, VOID

BREAK = "\n"
INHERITED = ("lang", "dir")


@dataclass
class Tag:
    """A start tag as it will be written."""

    name: str
    attributes: dict[str, str]
    source: str | None = None
    """The tag as it was read, until something of it is changed."""

    def set(self, attribute: str, value: str) -> None:
        """Give an attribute."""
        self.attributes[attribute] = value
        self.source = None

    def drop(self, attribute: str) -> None:
        """Take an attribute away."""
        if self.attributes.pop(attribute, None) is not None:
            self.source = None

    def __str__(self) -> str:
        if self.source is not None:
            return self.source
        inside = "".join(f' {name}="{escape(value)}"' for name, value in self.attributes.items())
        return f"<{self.name}{inside}>"


@dataclass
class Frame:
    """An open element: what ends it, its tag where it is written, and what its children get from it."""

    end: str
    tag: Tag | None = None
    inherited: dict[str, str] = field(default_factory=dict)


class Rewriter(HTMLParser):
    """Writes the fragment anew. Its input is well nested, as the cleaning leaves it."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=False)
        self.written: list[str | Tag] = []
        self.frames: list[Frame] = []
        self.waiting_id: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Write an allowed element, or a break for another block."""
        name = RENAMED.get(tag, tag)
        source = self.get_starttag_text() if name == tag else None
        element = Tag(name, {key: value or "" for key, value in attrs}, source)
        self.hand_on_id(element)
        frame = self.frame_of(element)
        if tag not in VOID:
            self.frames.append(frame)

    def frame_of(self, element: Tag) -> Frame:
        """Write what an element begins with, and say how it goes on."""
        inherited = self.frames[-1].inherited if self.frames else {}
        if element.name not in ALLOWED:
            self.written.append(BREAK)
            own = {key: element.attributes[key] for key in INHERITED if key in element.attributes}
            return Frame(BREAK, inherited=inherited | own)
        if element.name == "span" and not any(key in element.attributes for key in INHERITED):
            return Frame("", inherited=inherited)
        if element.name not in INLINE:
            for key, value in inherited.items():
                if key not in element.attributes:
                    element.set(key, value)
        self.written.append(element)
        return Frame(f"</{element.name}>", element)

    def hand_on_id(self, element: Tag) -> None:
        """An id that its element cannot keep goes to the target around it, else to the next one before any text."""
        if element.name in LINK_TARGETS:
            if self.waiting_id and "id" not in element.attributes:
                element.set("id", self.waiting_id)
            self.waiting_id = None
            return
        target = element.attributes.get("id") or element.attributes.get("name")
        element.drop("id")
        element.drop("name")
        if target is None:
            return
        around = next((frame.tag for frame in reversed(self.frames) if frame.tag), None)
        if around and around.name in LINK_TARGETS and "id" not in around.attributes:
            around.set("id", target)
        else:
            self.waiting_id = self.waiting_id or target

    def handle_endtag(self, tag: str) -> None:  # noqa: ARG002 - the base's name; the nesting is right
        """Write what ends the innermost element."""
        if self.frames:
            self.written.append(self.frames.pop().end)

    def handle_data(self, data: str) -> None:
        """Write text as it stands."""
        if data.strip():
            self.waiting_id = None
        self.written.append(data)

    def handle_entityref(self, name: str) -> None:
        """Write a character reference as it stands."""
        self.handle_data(f"&{name};")

    def handle_charref(self, name: str) -> None:
        """Write a numeric character reference as it stands."""
        self.handle_data(f"&#{name};")


def rewrite(clean: str) -> str:
    """The fragment with allowed elements only. A block that is not allowed leaves a break where it began and ended, and
    hands its language and direction on to the blocks in it."""
    rewriter = Rewriter()
    rewriter.feed(clean)
    rewriter.close()
    settle_links([part for part in rewriter.written if isinstance(part, Tag)])
    return "".join(map(str, rewriter.written))


def settle_links(tags: list[Tag]) -> None:
    """Keep ids that a link of the fragment leads to, each once, and links whose id is there; drop the others."""
    wanted = {fragment for tag in tags if (fragment := fragment_of(tag))}
    targets: set[str] = set()
    for tag in tags:
        identifier = tag.attributes.get("id")
        if identifier is None:
            continue
        if identifier in wanted and identifier not in targets:
            targets.add(identifier)
        else:
            tag.drop("id")
    for tag in tags:
        fragment = fragment_of(tag)
        if fragment is not None and fragment not in targets and fragment != "top":
            tag.drop("href")


def fragment_of(tag: Tag) -> str | None:
    """The id that a link within the page leads to, "" for `#` alone; None for other tags."""
    href = tag.attributes.get("href", "").strip()
    return unquote(href[1:]) if tag.name == "a" and href.startswith("#") else None
