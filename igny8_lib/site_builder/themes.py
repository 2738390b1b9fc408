"""A site's theme as its one style sheet, and as the colours that other files of the site need."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from functools import cache
from pathlib import Path

from igny8_lib.site_builder import schemes
from igny8_lib.site_builder.blocks import BLOCKS
from igny8_lib.site_builder.colours import BLACK
from igny8_lib.site_builder.documents import Theme
from igny8_lib.site_builder.palettes import PALETTES
from igny8_lib.site_builder.personalities import PERSONALITIES, Personality
from igny8_lib.site_builder.schemes import Scheme
from igny8_lib.site_builder.style_text import compact
from igny8_lib.site_builder.typographies import TYPOGRAPHIES, Typography

MOST_BYTES = 20_000
"""Of a site's style sheet with every block."""
_FOLDER = Path(__file__).parent / "templates"
_DAY_SHADE, _NIGHT_SHADE = "22", "99"
"""How dense shadows are, as the last two digits of "#rrggbbaa"."""


def style_sheet(theme: Theme, blocks: Iterable[str] | None = None) -> bytes:
    """assets/site.css, UTF-8: the theme's custom properties, the style of all pages, and that of the named block types
    (all by default)."""
    named = sorted(BLOCKS if blocks is None else set(blocks))
    parts = [_properties(theme), *_files(), *(BLOCKS[name].style for name in named)]
    return compact("\n".join(parts)).encode()


def light_scheme(theme: Theme) -> Scheme:
    """The colours by day."""
    palette = PALETTES[theme.palette]
    return schemes.light(palette, theme.brand or palette.brand)


def dark_scheme(theme: Theme) -> Scheme:
    """The colours by night."""
    palette = PALETTES[theme.palette]
    return schemes.dark(palette, theme.brand or palette.brand_at_night or palette.brand)


def contrast_findings(theme: Theme) -> list[str]:
    """The pairs of colours that are too near each other, a sentence for each: none of schemes as they are computed."""
    by_name = {"light": light_scheme(theme), "dark": dark_scheme(theme)}
    return [f"{name} scheme: {finding}" for name, scheme in by_name.items() for finding in schemes.findings(scheme)]


def _properties(theme: Theme) -> str:
    """The custom properties: those of the light scheme, and what is other in the dark one."""
    day = light_scheme(theme)
    always = _rules(
        _set_in(TYPOGRAPHIES[theme.typography], PERSONALITIES[theme.personality]) | _colours(day, day.text + _DAY_SHADE)
    )
    at_night = _rules(_colours(dark_scheme(theme), BLACK + _NIGHT_SHADE))
    return f":root{{{always}}}@media (prefers-color-scheme: dark){{:root{{{at_night}}}}}"


def _set_in(typography: Typography, personality: Personality) -> dict[str, str]:
    """What a typography and a personality say together, by custom property."""
    return {
        "font-body": typography.body,
        "font-heading": typography.heading,
        "heading-weight": str(min(900, max(400, typography.weight + personality.weight))),
        "tracking": typography.tracking,
        "leading": typography.leading,
        "size": typography.size,
        "eyebrow-case": "uppercase" if personality.capitals else "none",
        "eyebrow-tracking": "0.09em" if personality.capitals else "0",
        "eyebrow-size": "0.8125rem" if personality.capitals else "1rem",
        "radius": personality.radius,
        "round": personality.round,
        "gap": personality.gap,
        "section": personality.section,
        "width": personality.width,
        "side": "clamp(1.25rem, 5vw, 2.5rem)",
        "shadow": personality.shadow,
    }


def _colours(scheme: Scheme, shade: str) -> dict[str, str]:
    return {name.replace("_", "-"): colour for name, colour in asdict(scheme).items()} | {"shade": shade}


def _rules(properties: Mapping[str, str]) -> str:
    return "".join(f"--{name}:{value};" for name, value in properties.items())


@cache
def _files() -> tuple[str, ...]:
    """The style of all pages: base.css.jinja, then the folder's others by name. They are sent as they are; their last
    name makes them part of the package."""
    paths = sorted(_FOLDER.glob("*.css.jinja"), key=lambda path: (path.name != "base.css.jinja", path.name))
    return tuple(path.read_text(encoding="utf-8") for path in paths)
