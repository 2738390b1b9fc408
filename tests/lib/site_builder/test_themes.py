"""The style sheet of a site: complete, small, its own, and the same for the same theme."""

from __future__ import annotations

import re

import pytest
from pydantic import ValidationError

from igny8_lib.site_builder.blocks import BLOCKS
from igny8_lib.site_builder.documents import Theme
from igny8_lib.site_builder.palettes import PALETTES
from igny8_lib.site_builder.personalities import PERSONALITIES
from igny8_lib.site_builder.style_text import compact
from igny8_lib.site_builder.themes import MOST_BYTES, style_sheet
from igny8_lib.site_builder.typographies import TYPOGRAPHIES

PROMISED = [
    "--background", "--surface", "--tinted", "--text", "--muted", "--line", "--brand", "--on-brand", "--brand-text",
    "--accent", "--on-accent", "--radius", "--gap", "--section", "--width", "--font-body", "--font-heading",
    "--heading-weight", "--shadow",
]  # fmt: skip
CLASSES = [
    "wrap", "section", "section--tinted", "button", "button--quiet", "grid", "card", "lead", "eyebrow", "skip",
    "visually-hidden",
]  # fmt: skip
EVERY_LOOK = [
    Theme(palette=palette, typography=typography, personality=personality)
    for palette in PALETTES
    for typography in TYPOGRAPHIES
    for personality in PERSONALITIES
]


def declared(style: str) -> set[str]:
    return set(re.findall(r"(?<=[{;])(--[a-z-]+):", style))


def used(style: str) -> set[str]:
    return set(re.findall(r"var\((--[a-z-]+)", style))


def test_what_blocks_and_layouts_build_on_is_there() -> None:
    style = style_sheet(Theme()).decode()
    assert set(PROMISED) <= declared(style)
    assert all(re.search(rf"\.{name}[\s,:{{]", style) for name in CLASSES)


def test_every_property_that_is_used_is_declared_and_the_other_way_round() -> None:
    style = style_sheet(Theme()).decode()
    assert used(style) <= declared(style) | set(re.findall(r"(--[a-z-]+):", style))
    base = style_sheet(Theme(), blocks=[]).decode()
    assert declared(base) - used(base) <= set(PROMISED)


def test_a_style_sheet_with_everything_is_small_in_every_look() -> None:
    sizes = {len(style_sheet(theme)) for theme in EVERY_LOOK}
    assert max(sizes) <= MOST_BYTES


def test_every_look_is_another_and_the_same_each_time() -> None:
    sheets = [style_sheet(theme) for theme in EVERY_LOOK]
    assert len(set(sheets)) == len(EVERY_LOOK)
    assert sheets[0] == style_sheet(EVERY_LOOK[0])


def test_there_are_typographies_and_personalities_to_choose_from() -> None:
    assert len(TYPOGRAPHIES) >= 4
    assert len(PERSONALITIES) >= 4
    assert all(one.title and one.mood for one in TYPOGRAPHIES.values())
    assert all(one.title and one.mood for one in PERSONALITIES.values())


@pytest.mark.parametrize("theme", EVERY_LOOK[:: len(TYPOGRAPHIES)])
def test_nothing_is_fetched_from_anywhere(theme: Theme) -> None:
    style = style_sheet(theme).decode()
    assert not re.search(r"url\(|@import|@font-face|https?:|//", style)


def test_a_font_stack_ends_in_a_family_that_every_system_has() -> None:
    for typography in TYPOGRAPHIES.values():
        assert typography.body.split(", ")[-1] in {"sans-serif", "serif", "monospace"}
        assert typography.heading.split(", ")[-1] in {"sans-serif", "serif", "monospace"}


def test_only_the_blocks_of_the_site_are_styled() -> None:
    assert b".b-text" in style_sheet(Theme(), blocks=["text"])
    assert b".b-" not in style_sheet(Theme(), blocks=[])
    every = style_sheet(Theme()).decode()
    assert all(f".b-{name.replace('_', '-')}" in every for name, block in BLOCKS.items() if block.style)


def test_the_order_and_number_of_blocks_change_nothing() -> None:
    names = [*BLOCKS]
    assert style_sheet(Theme(), names) == style_sheet(Theme(), iter([*reversed(names), names[0]]))


def test_visitors_wishes_are_heeded_and_focus_is_shown() -> None:
    style = style_sheet(Theme(), blocks=[]).decode()
    for wish in ("prefers-color-scheme:dark", "prefers-reduced-motion:reduce", ":focus-visible{outline:3px solid"):
        assert wish in style
    moving = style.split("@media (prefers-reduced-motion:no-preference)")[0]
    assert "transition" not in moving
    assert "animation" not in moving


def test_own_brand_colour_replaces_the_palettes() -> None:
    style = style_sheet(Theme(brand="#123456")).decode()
    assert "--brand:#123456;" in style
    assert f"--brand:{PALETTES['harbour'].brand};" not in style


@pytest.mark.parametrize("field", ["palette", "typography", "personality"])
def test_a_name_that_there_is_none_of_is_refused_with_those_there_are(field: str) -> None:
    with pytest.raises(ValidationError, match=r'there is no "neon": choose one of .*, '):
        Theme.model_validate({field: "neon"})
    assert len(Theme.model_json_schema()["properties"][field]["enum"]) >= 4


@pytest.mark.parametrize("brand", ["#fff", "#FFFFFF", "red", "#12345g", "#123456;}", ""])
def test_a_brand_that_is_no_colour_is_refused(brand: str) -> None:
    with pytest.raises(ValidationError):
        Theme(brand=brand)


@pytest.mark.parametrize(
    ("long", "short"),
    [
        ("a { color : red ; }\n", "a{color :red}"),
        ("a :hover { top: 0; ; }", "a :hover{top:0}"),
        ("/* one; {two} */a,\n b > c { x: 1px  2px }", "a,b > c{x:1px 2px}"),
        ('a::before { content: "/* ;  } */: ,  " }', 'a::before{content:"/* ;  } */: ,  "}'),
        ("a { content: 'it\\'s ;}' }", "a{content:'it\\'s ;}'}"),
        ("a { width: calc(1px + 2 * var(--b)) }", "a{width:calc(1px + 2 * var(--b))}"),
        ("@media (min-width: 40rem) { a { b: c; } }", "@media (min-width:40rem){a{b:c}}"),
        ("a/**/b { c: d }", "a b{c:d}"),
    ],
)
def test_a_style_loses_what_only_people_need_and_nothing_else(long: str, short: str) -> None:
    assert compact(long) == short
    assert compact(short) == short


@pytest.mark.parametrize("theme", EVERY_LOOK[:3])
def test_braces_match(theme: Theme) -> None:
    style = style_sheet(theme).decode()
    assert style.count("{") == style.count("}")
    assert "{{" not in style
    assert "{%" not in style
