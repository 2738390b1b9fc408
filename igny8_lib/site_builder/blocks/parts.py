"""What the data of several block types consist of: lines, paragraphs, link targets, pictures, buttons."""

from __future__ import annotations

import re
from enum import StrEnum
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, Field

from igny8_lib.site_builder.blocks.kind import BlockData
from igny8_lib.text.characters import CONTROL, DIRECTION, storable

ANCHOR = r"[a-z][a-z0-9-]{0,49}"
"""A block's id (documents.Block)."""
SLUG = r"[a-z0-9]+(?:-[a-z0-9]+)*"
WITHIN = re.compile(rf"page:{SLUG}(?:#{ANCHOR})?|#{ANCHOR}")
QUERY = r"(?:[^\s<>\"`\\^{|}\[\]#%]|%[0-9A-Fa-f]{2})*"
"""What may stand behind a question mark as it is."""
MAIL = re.compile(rf"mailto:[A-Za-z0-9.!$*+=_~-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+(?:\?{QUERY})?")
TELEPHONE = re.compile(r"tel:\+?[0-9](?:[0-9().-]*[0-9])?")
WEB = re.compile(rf"https?://{QUERY}(?:\#{QUERY})?", re.IGNORECASE)
HOST = re.compile(r"[^\W_]([\w-]*[^\W_])?(\.[^\W_]([\w-]*[^\W_])?)*\.?")
EMPTY_LINES = re.compile(r"\n(?:[^\S\n]*\n)+")
KINDS_OF_LINK = (
    'a link leads to "page:SLUG", "page:SLUG#BLOCK", "#BLOCK", "mailto:ADDRESS", "tel:NUMBER" or an address that '
    "begins with http:// or https://"
)


def without_controls(text: str) -> str:
    """The text without characters that no page can hold, or that show what stands around them backwards."""
    return DIRECTION.sub("", CONTROL.sub("", storable(text)))


def one_line(text: object) -> object:
    """The text with single spaces for all white space; what is no text is left to the schema."""
    return " ".join(without_controls(text).split()) if isinstance(text, str) else text


def as_paragraphs(text: object) -> object:
    """The text with one empty line between paragraphs and none around; what is no text is left to the schema."""
    if not isinstance(text, str):
        return text
    lines = without_controls(text.replace("\r\n", "\n").replace("\r", "\n").replace("\u2029", "\n\n"))
    return EMPTY_LINES.sub("\n\n", lines).strip()


def a_link(target: str) -> str:
    """The link target; a telephone number loses its spaces. Raises ValueError for what leads nowhere, or could run."""
    if target.startswith("tel:"):
        target = target.replace(" ", "")
    if WITHIN.fullmatch(target) or MAIL.fullmatch(target) or TELEPHONE.fullmatch(target) or is_web_address(target):
        return target
    raise ValueError(KINDS_OF_LINK)


def is_web_address(address: str) -> bool:
    """Whether it is a whole http or https URL, with a host and without a password."""
    if not WEB.fullmatch(address):
        return False
    try:
        parts = urlsplit(address)
        _ = parts.port  # raises ValueError where it is no number
    except ValueError:
        return False
    return "@" not in parts.netloc and HOST.fullmatch(parts.hostname or "") is not None


class Widget(StrEnum):
    """What a field is edited with, where its type does not say it (forms.py); it stands in the type's Annotated."""

    TEXT = "text"
    AREA = "area"
    LINK = "link"
    PICTURE = "picture"


Line = Annotated[str, BeforeValidator(one_line), Widget.TEXT]
"""Text without line ends; where it stands says its greatest length."""

Paragraphs = Annotated[str, BeforeValidator(as_paragraphs), Widget.AREA]
"""Plain text with an empty line between paragraphs (the filter `paragraphs` of templates); as long as it says."""

Link = Annotated[str, BeforeValidator(one_line), Field(max_length=2000), AfterValidator(a_link), Widget.LINK]
"""Where something leads: `page:SLUG`, `page:SLUG#BLOCK`, `#BLOCK`, `mailto:…`, `tel:…`, `http(s)://…` (Place.href)."""

Title = Annotated[Line, Field(max_length=120, title="Heading")]
"""A block's heading, "" where it has none."""

Lead = Annotated[Paragraphs, Field(max_length=600, title="Text below the heading")]


class Headed(BlockData):
    """Data of a block that may begin with a heading and a text below it (templates/block_head.html.jinja)."""

    title: Title = ""
    lead: Lead = ""


class Picture(BlockData):
    """A picture: the name of a file in assets/images, and what it shows in words ("" where it only decorates)."""

    file: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9._-]{0,99}$", max_length=100, title="File"), Widget.PICTURE]
    alt: Annotated[Line, Field(max_length=200, title="What it shows, in words")] = ""


class Button(BlockData):
    """A link with its words."""

    label: Annotated[Line, Field(min_length=1, max_length=60, title="Words of the link")]
    target: Annotated[Link, Field(title="Leads to")]


Buttons = Annotated[tuple[Button, ...], Field(max_length=2, title="Buttons")]
"""The first is the one that most people shall press."""
