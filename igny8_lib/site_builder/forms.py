"""The form that a block is edited with, made of its type's schema: a field of the schema is a field of the form."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from types import NoneType, UnionType
from typing import Annotated, Any, Union, get_args, get_origin

import annotated_types
from pydantic import BaseModel
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from igny8_lib.site_builder.blocks import BLOCKS
from igny8_lib.site_builder.blocks.parts import Widget

ITEM = "*"
"""Stands in a path for an item's number ("items.*.title")."""


class Kind(StrEnum):
    """What a field of a form is."""

    TEXT = "text"
    """A line."""
    AREA = "area"
    """Paragraphs."""
    LINK = "link"
    """A link target (parts.Link)."""
    PICTURE = "picture"
    """The name of one of the site's images."""
    NUMBER = "number"
    SWITCH = "switch"
    """Yes or no."""
    CHOICE = "choice"
    """One of `choices`."""
    GROUP = "group"
    """Several fields that are there together, or, where not required, not at all."""
    LIST = "list"
    """Items, each with the `fields` (one with the path "….*" where an item is a single value)."""


@dataclass(frozen=True)
class FormField:
    """One field. `least` and `most` limit a text's characters, a number, or how many items a list has; None where
    nothing does. `initial` is what is kept where nothing is given, None where `required`."""

    path: str
    """Inside the block's data ("items.*.title")."""
    label: str
    kind: Kind
    required: bool
    least: int | None = None
    most: int | None = None
    choices: tuple[str, ...] = ()
    fields: tuple[FormField, ...] = ()
    initial: str | int | bool | None = None


@cache
def form_of(block: str) -> tuple[FormField, ...]:
    """The fields of a block type's form, in the order of its schema. Raises KeyError where there is no such type."""
    return tuple(fields_of(BLOCKS[block].schema, ""))


def fields_of(model: type[BaseModel], before: str) -> Iterator[FormField]:
    """The fields of a model, whose paths begin with `before`."""
    for name, info in model.model_fields.items():
        yield field_of(info, f"{before}{name}")


def field_of(info: FieldInfo, path: str) -> FormField:
    """The field of the form for one of the schema. Raises TypeError for a type that no form has a field for."""
    inner, optional = without_none(info.annotation)
    inner, marks = unwrapped(inner)
    marks = [*info.metadata, *marks]
    least, most = limits(marks)
    kind = kind_of(inner, marks)
    return FormField(
        path=path,
        label=info.title or path.rpartition(".")[2],
        kind=kind,
        required=info.is_required() and not optional,
        least=least,
        most=most,
        choices=tuple(each.value for each in inner) if kind is Kind.CHOICE else (),
        fields=inner_fields(kind, inner, path),
        initial=initial_of(info),
    )


def inner_fields(kind: Kind, inner: Any, path: str) -> tuple[FormField, ...]:  # noqa: ANN401 - any type
    """The fields of a group, or of a list's items."""
    if kind is Kind.GROUP:
        return tuple(fields_of(inner, f"{path}."))
    if kind is not Kind.LIST:
        return ()
    item = get_args(inner)[0]
    plain, _ = unwrapped(item)
    if isinstance(plain, type) and issubclass(plain, BaseModel):
        return tuple(fields_of(plain, f"{path}.{ITEM}."))
    return (field_of(FieldInfo.from_annotation(item), f"{path}.{ITEM}"),)


def kind_of(inner: Any, marks: list[Any]) -> Kind:  # noqa: ANN401 - any type
    """What a field of the type is. Raises TypeError where there is none for it."""
    if widget := next((mark for mark in marks if isinstance(mark, Widget)), None):
        return Kind(widget.value)
    if get_origin(inner) is tuple:
        return Kind.LIST
    for base, kind in ((BaseModel, Kind.GROUP), (StrEnum, Kind.CHOICE), (bool, Kind.SWITCH), (int, Kind.NUMBER)):
        if isinstance(inner, type) and issubclass(inner, base):
            return kind
    raise TypeError(f"no form has a field for {inner}: use the types of blocks/parts.py, numbers, or enums of strings")


def without_none(annotation: Any) -> tuple[Any, bool]:  # noqa: ANN401 - any type
    """The type without None, and whether None was one of its values."""
    if get_origin(annotation) not in {Union, UnionType}:
        return annotation, False
    rest = [each for each in get_args(annotation) if each is not NoneType]
    return rest[0], len(rest) < len(get_args(annotation))


def unwrapped(annotation: Any) -> tuple[Any, list[Any]]:  # noqa: ANN401 - any type
    """The type inside Annotated, and what it is annotated with."""
    if get_origin(annotation) is not Annotated:
        return annotation, []
    inner, *marks = get_args(annotation)
    return inner, marks


def limits(marks: list[Any]) -> tuple[int | None, int | None]:
    """The least and the most of a text, list or number: the narrowest of those that stand there."""
    least = [mark.min_length for mark in marks if isinstance(mark, annotated_types.MinLen)]
    least += [int(str(mark.ge)) for mark in marks if isinstance(mark, annotated_types.Ge)]
    most = [mark.max_length for mark in marks if isinstance(mark, annotated_types.MaxLen)]
    most += [int(str(mark.le)) for mark in marks if isinstance(mark, annotated_types.Le)]
    return max(least, default=None), min(most, default=None)


def initial_of(info: FieldInfo) -> str | int | bool | None:
    """What is kept where nothing is given; None for what is required, and for lists and groups."""
    value = info.default
    if value is PydanticUndefined or not isinstance(value, (str, int, bool)):
        return None
    return value.value if isinstance(value, StrEnum) else value
