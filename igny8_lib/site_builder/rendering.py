"""Rendering blocks and pages: the Jinja2 environment of all templates, and what they see of the site around them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import TYPE_CHECKING

from jinja2 import Environment, PackageLoader, StrictUndefined, Template
from markupsafe import Markup

from igny8_lib.site_builder.addresses import Addresses
from igny8_lib.site_builder.blocks import BLOCKS, read_data
from igny8_lib.site_builder.blocks.parts import Picture
from igny8_lib.site_builder.documents import Block
from igny8_lib.site_builder.structured_data import as_script_data
from igny8_lib.site_builder.words import Words, day
from igny8_lib.text.characters import CONTROL, UNSTORABLE

if TYPE_CHECKING:
    from igny8_lib.site_builder.images import ImageFile, Images

HEADING = re.compile(r"<h([1-6])[\s>]")
EMPTY_LINE = re.compile(r"\n[^\S\n]*\n")


def paragraphs(text: str) -> list[str]:
    """The paragraphs of a plain text, which has empty lines between them."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    return [stripped for each in EMPTY_LINE.split(lines) if (stripped := each.strip())]


def moment(time: datetime) -> str:
    """A moment as HTML has it: to the second, since browsers read three digits of a fraction at most."""
    return time.isoformat(timespec="seconds")


def environment() -> Environment:
    """The environment: everything is escaped, nothing may be undefined."""
    made = Environment(
        loader=PackageLoader("igny8_lib.site_builder"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters["paragraphs"] = paragraphs
    made.filters["moment"] = moment
    made.filters["script_data"] = as_script_data
    return made


TEMPLATES = environment()


@dataclass(frozen=True)
class Card:
    """An article as lists show it: `address` as links have it, `summary` plain text, `published` aware."""

    title: str
    address: str
    summary: str
    published: datetime
    image: Picture | None = None
    category: str = ""


@dataclass(frozen=True)
class Place:
    """What a block sees of the site around it; `articles` are the latest, newest first."""

    addresses: Addresses
    images: Images
    words: Words
    language: str
    articles: Sequence[Card] = ()

    def href(self, target: str) -> str:
        """The address that a link target leads to. Raises ValueError for what is no link target."""
        return self.addresses.link(target)

    def path(self, path: str) -> str:
        """The address of a path inside the site, such as "blog/"."""
        return self.addresses.below(path)

    def day(self, moment: date) -> str:
        """A date as people write it in the site's language."""
        return day(moment, self.language)

    def picture(self, picture: Picture, *, sizes: str, eager: bool = False) -> Markup:
        """The img element; `sizes` is how wide it is shown (its attribute), `eager` for what is seen first.

        A picture whose file is unknown gets no width and height: the check of the rendered site names it.
        """
        known = self.images.get(picture.file)
        markup = TEMPLATES.get_template("picture.html.jinja").render(
            picture=picture,
            known=known,
            source=self.image_address(picture.file),
            sources=self.sources(known) if known else "",
            sizes=sizes,
            eager=eager,
        )
        return Markup(markup.strip())  # noqa: S704 - the template has escaped it

    def image_address(self, file: str) -> str:
        """The address of a file in assets/images."""
        return self.addresses.below(f"assets/images/{file}")

    def sources(self, image: ImageFile) -> str:
        """The attribute srcset: a picture's copies with their widths, the narrowest first; "" where it has none."""
        if not image.variants:
            return ""
        widths = {image.width: image.file} | {each.width: each.file for each in image.variants}
        return ", ".join(f"{self.image_address(widths[width])} {width}w" for width in sorted(widths))


@cache
def block_template(kind: str) -> Template:
    """The compiled template of a block type."""
    return TEMPLATES.from_string(BLOCKS[kind].template)


def render_block(block: Block, place: Place, level: int) -> Markup:
    """The block's HTML, its heading at the level (1 to 6)."""
    data = read_data(block.type, block.data)
    html = block_template(block.type).render(data=data, block_id=block.id, place=place, level=level)
    return Markup(html if HEADING.search(html) else as_division(html))  # noqa: S704 - the template has escaped it


def as_division(html: str) -> str:
    """A block without any heading, which is no section: what has no name is nothing to jump to."""
    before, _, rest = html.partition("<section")
    inside, _, after = rest.rpartition("</section>")
    return f"{before}<div{inside}</div>{after}"


def as_file(html: str) -> bytes:
    """A page's file: UTF-8, without the characters that HTML cannot hold."""
    return CONTROL.sub("", UNSTORABLE.sub("", html)).encode()
