"""What people may say of a blueprint and of a page; what is wrong with it is told by its field."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, Field, ValidationError

from igny8_lib.errors import ChangedMeanwhile, InvalidInput
from igny8_lib.models import BlueprintHosting, Layout, PageType, SiteBlueprint, SitePage, Template
from igny8_lib.site_builder.blocks import BLOCKS
from igny8_lib.site_builder.blocks.parts import Line, Paragraphs
from igny8_lib.site_builder.documents import MOST_BLOCKS, BadStructure, Block, Document, Page, Theme, reason

HIGHEST_ID = 2**63 - 1
Words = Annotated[Line, Field(max_length=200)]


class BlueprintGiven(Theme):
    """A blueprint as people write it down; with the fields of its theme."""

    name: Annotated[Line, Field(min_length=1, max_length=100)] = ""
    hosting_type: BlueprintHosting = BlueprintHosting.IGNY8_SITES
    business_type: Words = ""
    industry: Words = ""
    audience: Annotated[Paragraphs, Field(max_length=2_000)] = ""
    brief: Annotated[Paragraphs, Field(max_length=10_000)] = ""
    objectives: Annotated[tuple[Annotated[Line, Field(min_length=1, max_length=500)], ...], Field(max_length=10)] = ()
    layout: Layout = Layout.DEFAULT
    template: Template = Template.MARKETING
    tagline: Words = ""
    language: Annotated[str, Field(max_length=35, pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$")] = "en"
    icon_asset_id: Annotated[int, Field(ge=1, le=HIGHEST_ID)] | None = None


class Section(Document):
    """A block that is planned."""

    type: Annotated[str, Field(max_length=40)]
    purpose: Annotated[Line, Field(max_length=1_000)] = ""


class PageGiven(Document):
    """What a page has beside documents.Page."""

    purpose: Annotated[Paragraphs, Field(max_length=1_000)] = ""
    sections: Annotated[tuple[Section, ...], Field(max_length=MOST_BLOCKS)] = ()


Model = TypeVar("Model", bound=BaseModel)
PAGE_FIELDS = ("slug", "title", "type", "description", "purpose", "sections", "blocks")


def read(model: type[Model], given: Mapping[str, Any]) -> Model:
    """The document. Raises BadStructure naming the first field that is wrong."""
    try:
        return model.model_validate(dict(given))
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        raise BadStructure(".".join(map(str, first["loc"])) or "page", reason(first)) from None


def blueprint_values(given: Mapping[str, Any]) -> dict[str, Any]:
    """What is said of a blueprint, as it is kept; fields of its theme are its own. Raises BadStructure."""
    document = read(BlueprintGiven, given)
    values = document.model_dump(include=document.model_fields_set)
    return values | ({"objectives": list(values["objectives"])} if "objectives" in values else {})


def page_values(whole: Mapping[str, Any]) -> dict[str, Any]:
    """A whole page's fields as they are kept. Raises BadStructure."""
    if unknown := sorted(whole.keys() - set(PAGE_FIELDS)):
        raise BadStructure(unknown[0], "there is no such field")
    more = read(PageGiven, {name: whole[name] for name in ("purpose", "sections") if name in whole})
    for number, section in enumerate(more.sections):
        if section.type not in BLOCKS:
            known = ", ".join(sorted(BLOCKS))
            raise BadStructure(f"sections.{number}.type", f'there is no "{section.type}": choose one of {known}')
    page = read(Page, {name: value for name, value in whole.items() if name not in ("purpose", "sections")})
    kept = page.model_dump(mode="json") | more.model_dump(mode="json")
    return kept | {"type": PageType(kept["type"])}


def block_values(block: Mapping[str, Any]) -> dict[str, Any]:
    """A block as it is kept. Raises BadStructure."""
    return read(Block, block).model_dump(mode="json")


def require_revision(row: SiteBlueprint | SitePage, revision: int | None, what: str) -> None:
    """Raises ChangedMeanwhile for an older revision than the newest, InvalidInput for one that is to come. None is
    whatever is there."""
    if revision is not None and revision < row.revision:
        raise ChangedMeanwhile(what, revision, row.revision)
    if revision is not None and revision > row.revision:
        raise InvalidInput(f"There is no version {revision:,} of {what}; its newest is {row.revision}.")
