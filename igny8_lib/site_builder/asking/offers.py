"""What the AI chooses from, in words: looks, types of pages and blocks, and how much each field of a block holds."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache

from igny8_lib.models import Layout, PageType, Template
from igny8_lib.site_builder.blocks import BLOCKS
from igny8_lib.site_builder.forms import FormField, Kind, form_of
from igny8_lib.site_builder.palettes import PALETTES
from igny8_lib.site_builder.personalities import PERSONALITIES
from igny8_lib.site_builder.typographies import TYPOGRAPHIES

LAYOUTS = {
    Layout.DEFAULT: "A header with the navigation, a footer with all pages",
    Layout.MINIMAL: "One narrow column, small header and footer: for a person, a text, a single idea",
}
TEMPLATES = {
    Template.MARKETING: "Many pages to walk through",
    Template.LANDING: "Everything leads to one action, which the header shows instead of the navigation",
}


def everything() -> dict[str, object]:
    """All that a website's structure is chosen from."""
    return {
        "page_types": [each.value for each in PageType],
        "blocks": {name: BLOCKS[name].suits for name in sorted(BLOCKS)},
        "layouts": {layout.value: suits for layout, suits in LAYOUTS.items()},
        "templates": {template.value: suits for template, suits in TEMPLATES.items()},
        "palettes": {name: palette.mood for name, palette in PALETTES.items()},
        "typographies": {name: typography.mood for name, typography in TYPOGRAPHIES.items()},
        "personalities": {name: personality.mood for name, personality in PERSONALITIES.items()},
    }


def offered_blocks(types: Iterable[str]) -> dict[str, object]:
    """Of each of the types what it suits, and the bounds of its fields that have any."""
    return {name: {"suits": BLOCKS[name].suits, "fields": dict(bounds_of(name))} for name in sorted(types)}


@cache
def bounds_of(block: str) -> tuple[tuple[str, str], ...]:
    """The fields of a block type that have bounds, by their paths: ("items.*.title", "1 to 80 characters")."""
    return tuple(bounded(form_of(block)))


def bounded(fields: Iterable[FormField]) -> Iterator[tuple[str, str]]:
    """Those of the fields, and of the fields inside them, that have bounds."""
    for each in fields:
        if each.most is not None and each.kind is not Kind.PICTURE:
            unit = {Kind.LIST: " items", Kind.NUMBER: ""}.get(each.kind, " characters")
            yield each.path, f"{each.least} to {each.most}{unit}" if each.least else f"at most {each.most}{unit}"
        yield from bounded(each.fields)
