"""Shapes of what websites are made of: kinds of blocks, and the looks that one chooses from."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from igny8_lib.models import Layout, PageType, Template
from igny8_lib.site_builder.forms import Kind
from igny8_web.api.shapes import Answer


class BlockField(Answer):
    """A field of the form that a block is edited with."""

    path: str = Field(description="Inside the block's data; * stands for an item's number.", examples=["items.*.title"])
    label: str
    kind: Kind
    required: bool
    least: int | None = Field(description="Characters of a text, a number itself, items of a list.")
    most: int | None
    choices: list[str] = Field(description="The values that there are, of a choice.")
    fields: list[BlockField] = Field(description="Those of a group, or of each item of a list.", examples=[[]])
    initial: str | int | bool | None = Field(description="What is kept where nothing is given.")


class BlockKind(Answer):
    """A kind of block."""

    name: str = Field(description="What a block's `type` says.", examples=["hero"])
    title: str
    data_schema: dict[str, Any] = Field(description="JSON Schema (draft 2020-12) of its data.")
    form: list[BlockField]
    example: dict[str, Any]


class BlockKinds(Answer):
    """All kinds of blocks, by name."""

    block_types: list[BlockKind]


class Look(Answer):
    """Something to choose."""

    name: str = Field(examples=["harbour"])
    title: str
    mood: str = Field(description="What it suits.")


class PaletteLook(Look):
    """A palette with its colours, "#rrggbb"."""

    brand: str = Field(examples=["#0f5c7a"])
    accent: str = Field(examples=["#d9622b"])
    paper: str = Field(examples=["#fbfaf7"], description="The background of the light scheme.")
    ink: str = Field(examples=["#17242b"], description="The text of the light scheme.")
    night: str = Field(examples=["#0f1b21"], description="The background of the dark scheme.")


class Looks(Answer):
    """Everything that a site's looks are chosen from; the first of each is what is taken where nothing is said."""

    palettes: list[PaletteLook]
    typographies: list[Look]
    personalities: list[Look]
    layouts: list[Layout]
    templates: list[Template]
    page_types: list[PageType]
