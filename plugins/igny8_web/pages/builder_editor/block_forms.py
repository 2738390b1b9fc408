"""A block's form: its fields with what stands in them, and what was typed into them as the block's data.

Names of fields are their places in the data ("items.0.title"); "items.#" says how many items the form had.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from igny8_lib.errors import InvalidInput
from igny8_lib.site_builder.forms import ITEM, FormField, Kind, form_of

COUNT = "#"
MOST_ITEMS = 100
LONGEST = 30_000
MOVES = {"up": -1, "down": 1}


@dataclass(frozen=True)
class Field:
    """A field of the form: `value` for what is typed, `fields` of a group, `items` of a list."""

    facts: FormField
    path: str
    value: Any = None
    fields: tuple[Field, ...] = ()
    items: tuple[tuple[Field, ...], ...] = ()

    @property
    def name(self) -> str:
        """An id for the page."""
        return self.path.replace(".", "-")


@dataclass(frozen=True)
class BlockForm:
    """The form of one block as it is shown; `errors` by the fields' paths, `focus` the path to go on at."""

    block_id: str
    kind: str
    fields: tuple[Field, ...]
    errors: Mapping[str, str] = field(default_factory=dict)
    focus: str = ""


def form(
    block_id: str, kind: str, data: Mapping[str, Any], errors: Mapping[str, str] | None = None, focus: str = ""
) -> BlockForm:
    """The form with these data; an error that belongs to no field stands at the nearest one around it."""
    fields = tuple(filled(form_of(kind), data, "", ""))
    there = set(paths(fields))
    placed = {nearest(path, there): said for path, said in (errors or {}).items()}
    return BlockForm(block_id, kind, fields, placed, focus)


def filled(fields: Iterable[FormField], data: Any, before: str, at: str) -> Iterator[Field]:  # noqa: ANN401 - JSON
    """The fields with their values; `before` is the template of the paths above them, `at` what it stands for."""
    for each in fields:
        rest = each.path.removeprefix(before)
        path = f"{at}{rest}"
        name = rest.strip(".")
        value = (data.get(name) if isinstance(data, Mapping) else None) if name else data
        if each.kind is Kind.GROUP:
            yield Field(each, path, fields=tuple(filled(each.fields, value or {}, each.path, path)))
        elif each.kind is Kind.LIST:
            items = value if isinstance(value, Sequence) and not isinstance(value, str) else ()
            shown = (filled(each.fields, item, f"{each.path}.{ITEM}", f"{path}.{n}") for n, item in enumerate(items))
            yield Field(each, path, items=tuple(map(tuple, shown)))
        else:
            yield Field(each, path, each.initial if value is None else value)


def paths(fields: Iterable[Field]) -> Iterator[str]:
    """The paths of all fields."""
    for each in fields:
        yield each.path
        for inner in (each.fields, *each.items):
            yield from paths(inner)


def nearest(path: str, there: set[str]) -> str:
    """The path, or the nearest field around it; "" for none."""
    while path and path not in there:
        path = path.rpartition(".")[0]
    return path


def typed(kind: str, posted: Mapping[str, str]) -> dict[str, Any]:
    """The data that were typed, whether or not they fit. Raises InvalidInput for a form that is not whole."""
    return read(form_of(kind), posted, "", "")


def read(fields: Iterable[FormField], posted: Mapping[str, str], before: str, at: str) -> dict[str, Any]:
    """What was typed into these fields; an optional one that was left empty is not there."""
    data: dict[str, Any] = {}
    for each in fields:
        rest = each.path.removeprefix(before)
        path, name = f"{at}{rest}", rest.strip(".")
        value = read_one(each, posted, path)
        if value is not None:
            data[name] = value
    return data


def read_one(each: FormField, posted: Mapping[str, str], path: str) -> Any:  # noqa: ANN401 - JSON
    """What was typed into one field; None where it is left out."""
    if each.kind is Kind.SWITCH:
        return path in posted
    if each.kind is Kind.GROUP:
        inner = read(each.fields, posted, each.path, path)
        return inner if each.required or any(inner.values()) else None
    if each.kind is Kind.LIST:
        is_plain = each.fields[0].path == f"{each.path}.{ITEM}"
        numbers = range(count(posted, f"{path}.{COUNT}"))
        if is_plain:
            return [text(posted, f"{path}.{number}") for number in numbers]
        return [read(each.fields, posted, f"{each.path}.{ITEM}", f"{path}.{number}") for number in numbers]
    said = text(posted, path)
    if each.kind is Kind.NUMBER and said.isascii() and said.isdecimal() and len(said) <= 9:
        return int(said)
    return said if said or each.required else None


def count(posted: Mapping[str, str], name: str) -> int:
    """How many items a list had."""
    said = posted.get(name, "")
    if not (said.isascii() and said.isdecimal() and len(said) <= 3 and int(said) <= MOST_ITEMS):
        raise InvalidInput("The form did not arrive whole: load the page again. Nothing was changed.")
    return int(said)


def text(posted: Mapping[str, str], name: str) -> str:
    """A field's text, which must be there."""
    if name not in posted or len(posted[name]) > LONGEST:
        raise InvalidInput("The form did not arrive whole: load the page again. Nothing was changed.")
    return posted[name].replace("\r\n", "\n").strip()


def rearranged(kind: str, data: dict[str, Any], press: str) -> str:
    """Add, remove or move an item of a list ("add:items", "up:items.2"); where to go on. Raises InvalidInput."""
    act, _, path = press.partition(":")
    if act == "add":
        items = list_at(data, path.split("."))
        items.append("" if is_plain_list(kind, path) else {})
        return f"{path}.{len(items) - 1}"
    above, _, last = path.rpartition(".")
    items = list_at(data, above.split("."))
    number = int(last) if last.isascii() and last.isdecimal() and len(last) <= 3 else len(items)
    if number >= len(items) or act not in {"remove", *MOVES}:
        raise InvalidInput("There is no such item: load the page again. Nothing was changed.")
    item = items.pop(number)
    if act == "remove":
        return ""
    place = min(max(0, number + MOVES[act]), len(items))
    items.insert(place, item)
    return f"{above}.{place}"


def list_at(data: Any, names: Sequence[str]) -> list[Any]:  # noqa: ANN401 - JSON
    """The list at a path. Raises InvalidInput where there is none."""
    found = data
    for name in names:
        is_item = isinstance(found, list) and name.isascii() and name.isdecimal() and len(name) <= 3
        if is_item and int(name) < len(found):
            found = found[int(name)]
        else:
            found = found.get(name) if isinstance(found, dict) else None
    if not isinstance(found, list):
        raise InvalidInput("There is no such list: load the page again. Nothing was changed.")
    return found


def is_plain_list(kind: str, path: str) -> bool:
    """Whether a list has single values."""
    wanted = ".".join(ITEM if name.isdecimal() else name for name in path.split("."))
    return any(each.path == f"{wanted}.{ITEM}" for each in every(form_of(kind)))


def every(fields: Iterable[FormField]) -> Iterator[FormField]:
    """All fields of a form."""
    for each in fields:
        yield each
        yield from every(each.fields)


def begun(kind: str, example: Mapping[str, Any], pictures: Sequence[str]) -> dict[str, Any]:
    """What a new block says: the example of its type, with the site's own pictures in place of the example's; where
    the site has none they are left out, unless the block is nothing without them."""
    return with_pictures(form_of(kind), example, pictures)


def with_pictures(fields: Iterable[FormField], data: Mapping[str, Any], pictures: Sequence[str]) -> dict[str, Any]:
    """The data with other pictures."""
    made = dict(data)
    for each in fields:
        name = each.path.rpartition(".")[2]
        value = made.get(name)
        if value is None:
            continue
        if each.kind is Kind.GROUP:
            is_picture = any(inner.kind is Kind.PICTURE for inner in each.fields)
            if is_picture and not each.required and not pictures:
                del made[name]
            else:
                made[name] = with_pictures(each.fields, value, pictures)
        elif each.kind is Kind.LIST and all(isinstance(item, Mapping) for item in value):
            made[name] = [with_pictures(each.fields, item, pictures) for item in value]
        elif each.kind is Kind.PICTURE and pictures:
            made[name] = pictures[0]
    return made
