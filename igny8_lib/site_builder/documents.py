"""A website's structure: JSON of the AI, of the API, of the database and of site.json, read by one model.

What a block's data must be is said by its type (blocks/); what links and anchors lead to is checked once the site is
rendered.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    ValidationError,
    ValidationInfo,
    field_validator,
    model_validator,
)
from pydantic_core import ErrorDetails

from igny8_lib.errors import InvalidInput
from igny8_lib.models import Layout, PageType, Template
from igny8_lib.site_builder.palettes import PALETTES
from igny8_lib.site_builder.personalities import PERSONALITIES
from igny8_lib.site_builder.typographies import TYPOGRAPHIES
from igny8_lib.text.characters import storable

MOST_PAGES = 100
MOST_BLOCKS = 50
"""On one page."""
SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
RESERVED = frozenset(
    {"assets", "blog", "category", "tag", "index", "404", "feed", "pages", "site", "robots", "sitemap"}
)
"""Slugs whose place in a site is taken by what is generated there; `blog` is for the page of type blog alone."""


class BadStructure(InvalidInput):
    """A structure cannot be saved; `field` is where, as JSON has it ("pages.0.blocks.2.data.title")."""

    http_status = 422

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(f"{field}: {reason}")
        self.field = field


class Document(BaseModel):
    """What all parts of a structure have in common."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


def _one_of(offered: Mapping[str, object]) -> AfterValidator:
    """Refuses a name that nothing offered has."""

    def is_offered(name: str) -> str:
        if name not in offered:
            raise ValueError(f'there is no "{name}": choose one of {", ".join(sorted(offered))}')
        return name

    return AfterValidator(is_offered)


def storable_text(text: str) -> str:
    """The text without characters that neither PostgreSQL nor HTML can hold."""
    return storable(text).strip()


class Block(Document):
    """A part of a page: `id` is its anchor, unique on the page; `data` is as its type says."""

    id: Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{0,49}$")]
    """Neither `main` nor anything that begins with `site-`: these are what stands around the blocks."""
    type: Annotated[str, Field(pattern=r"^[a-z_]{1,40}$")]
    data: dict[str, Any]

    @field_validator("id")
    @classmethod
    def is_free(cls, block_id: str) -> str:
        """Ids of what stands around the blocks are refused."""
        if block_id == "main" or block_id.startswith("site-"):
            raise ValueError(f'the id "{block_id}" is taken by a part of every page: choose another')
        return block_id

    @field_validator("type")
    @classmethod
    def is_known(cls, kind: str) -> str:
        """The type must be one of blocks/."""
        from igny8_lib.site_builder.blocks import block_type  # noqa: PLC0415 - block types use this module

        return block_type(kind).name

    @field_validator("data")
    @classmethod
    def fits_its_type(cls, data: dict[str, Any], block: ValidationInfo) -> dict[str, Any]:
        """The data must fit the schema of its type; what is kept is what the schema made of it."""
        from igny8_lib.site_builder.blocks import read_data  # noqa: PLC0415 - block types use this module

        return read_data(block.data["type"], data).model_dump(mode="json") if "type" in block.data else data


class Page(Document):
    """One page. The home page's address is the site's own whatever its slug."""

    slug: Annotated[str, Field(max_length=80)]
    title: Annotated[str, Field(min_length=1, max_length=120)]
    type: PageType
    description: Annotated[str, Field(max_length=300)] = ""
    """For search engines; "" where the first text of the page serves."""
    blocks: Annotated[tuple[Block, ...], Field(max_length=MOST_BLOCKS)] = ()

    _storable = field_validator("title", "description", mode="after")(storable_text)

    @field_validator("slug")
    @classmethod
    def is_a_slug(cls, slug: str) -> str:
        """Lower-case ASCII words with hyphens between them."""
        if not SLUG.fullmatch(slug):
            raise ValueError('a slug is lower-case letters and digits with hyphens between them, such as "about-us"')
        return slug

    @model_validator(mode="after")
    def stands_in_a_free_place(self) -> Page:
        """Slugs that generated pages need are refused, and so are two blocks with one id."""
        if self.slug in RESERVED and not (self.slug == "blog" and self.type is PageType.BLOG):
            raise ValueError(f'the slug "{self.slug}" is taken by a part of every site: choose another')
        ids = [block.id for block in self.blocks]
        if twice := sorted({one for one in ids if ids.count(one) > 1}):
            raise ValueError(f'two blocks have the id "{twice[0]}": give each its own')
        return self


PaletteName = Annotated[str, Field(json_schema_extra={"enum": [*PALETTES]}), _one_of(PALETTES)]
TypographyName = Annotated[str, Field(json_schema_extra={"enum": [*TYPOGRAPHIES]}), _one_of(TYPOGRAPHIES)]
PersonalityName = Annotated[str, Field(json_schema_extra={"enum": [*PERSONALITIES]}), _one_of(PERSONALITIES)]


class Theme(Document):
    """How a site looks: the names of a palette, a typography and a personality, and a brand colour of its own,
    "#rrggbb", which replaces the palette's."""

    palette: PaletteName = "harbour"
    typography: TypographyName = "modern"
    personality: PersonalityName = "friendly"
    brand: Annotated[str | None, Field(pattern=r"^#[0-9a-f]{6}$")] = None


class SiteDocument(Document):
    """A whole website: what site.json holds, with its pages."""

    name: Annotated[str, Field(min_length=1, max_length=100)]
    tagline: Annotated[str, Field(max_length=200)] = ""
    language: Annotated[str, Field(pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$")] = "en"
    layout: Layout = Layout.DEFAULT
    template: Template = Template.MARKETING
    theme: Theme = Theme()
    pages: Annotated[tuple[Page, ...], Field(min_length=1, max_length=MOST_PAGES)]
    """In the order of the navigation."""

    _storable = field_validator("name", "tagline", mode="after")(storable_text)

    @model_validator(mode="after")
    def is_one_site(self) -> SiteDocument:
        """Exactly one home page, at most one blog, no slug twice."""
        types = [page.type for page in self.pages]
        if types.count(PageType.HOME) != 1:
            raise ValueError(f"a site has exactly one page of type home, this one has {types.count(PageType.HOME)}")
        if types.count(PageType.BLOG) > 1:
            raise ValueError("a site has at most one page of type blog")
        slugs = [page.slug for page in self.pages]
        if twice := sorted({one for one in slugs if slugs.count(one) > 1}):
            raise ValueError(f'two pages have the slug "{twice[0]}": give each its own')
        return self

    @property
    def home(self) -> Page:
        """The page at the site's own address."""
        return next(page for page in self.pages if page.type is PageType.HOME)


def read_site(document: object) -> SiteDocument:
    """The structure of parsed JSON. Raises BadStructure, which names the first field that is wrong."""
    try:
        return (
            SiteDocument.model_validate_json(document)
            if isinstance(document, bytes)
            else SiteDocument.model_validate(document)
        )
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        raise BadStructure(".".join(str(part) for part in first["loc"]) or "site", reason(first)) from None


def reason(error: ErrorDetails) -> str:
    """What is wrong, as a sentence for people and for the AI that repairs it."""
    limits = error.get("ctx", {})
    text = isinstance(error["input"], str)
    match error["type"].removeprefix("string_"):
        case "missing":
            return "this field is missing"
        case "extra_forbidden":
            return "there is no such field"
        case "too_short":
            return "this is empty" if text else f"too few: there must be {limits['min_length']} at least"
        case "too_long":
            return (
                f"too {'long' if text else 'many'}: at most {limits['max_length']}{' characters' if text else ''} fit"
            )
        case _:
            return error["msg"].removeprefix("Value error, ")
