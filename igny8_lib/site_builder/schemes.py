"""A palette and a brand colour become a light and a dark scheme in which every pair of colours can be read."""

from __future__ import annotations

from dataclasses import dataclass

from igny8_lib.site_builder.colours import WHITE, mix
from igny8_lib.site_builder.contrast import EDGE, TEXT, ink, ratio, readable
from igny8_lib.site_builder.palettes import Palette

CLEAR = 10.0
"""The contrast of running text. It also makes a ring of the text's and the background's colour visible on anything:
one of two colours that far apart has 3:1 with whatever is beside it (WCAG C40)."""
AT_NIGHT = 6.0
"""The contrast of smaller text in the dark scheme, where light letters look thinner than dark ones by day."""


@dataclass(frozen=True)
class Scheme:
    """The colours "#rrggbb" of a scheme, each a custom property of its name (`on_brand` is --on-brand)."""

    background: str
    surface: str
    """Of cards and fields."""
    tinted: str
    """Of every other section: the background with a little of the brand."""
    text: str
    muted: str
    """Of what matters less, and of the borders of fields."""
    line: str
    """Of rules that only decorate."""
    brand: str
    on_brand: str
    brand_text: str
    edge: str
    """Of the borders of buttons."""
    accent: str
    on_accent: str


_GROUNDS = ("background", "surface", "tinted")
"""What text stands on."""
_ON_GROUNDS = {"text": CLEAR, "muted": TEXT, "brand_text": TEXT, "edge": EDGE, "accent": EDGE}
_ON_FILLS = {"on_brand": "brand", "on_accent": "accent"}


def light(palette: Palette, brand: str) -> Scheme:
    """The scheme of day: the brand is as given, whatever it is; what is written in it and around it is moved."""
    grounds = (palette.paper, WHITE, mix(palette.paper, brand, 0.07))
    return _scheme(grounds, palette.ink, brand, palette, least=TEXT)


def dark(palette: Palette, brand: str) -> Scheme:
    """The scheme of night: a brand too dark to be seen there is lightened."""
    tinted = mix(mix(palette.night, WHITE, 0.015), brand, 0.1)
    grounds = (palette.night, mix(palette.night, WHITE, 0.06), tinted)
    text, seen = mix(palette.night, WHITE, 0.92), readable(brand, grounds, EDGE)
    return _scheme(grounds, text, seen, palette, least=AT_NIGHT)


def findings(scheme: Scheme) -> list[str]:
    """The pairs of a scheme that are too near each other, a sentence for each."""
    pairs = [(one, ground, least) for one, least in _ON_GROUNDS.items() for ground in _GROUNDS]
    pairs += [(one, fill, TEXT) for one, fill in _ON_FILLS.items()]
    return [
        f"{_property(one)} {getattr(scheme, one)} on {_property(ground)} {getattr(scheme, ground)} has a contrast of "
        f"{ratio(getattr(scheme, one), getattr(scheme, ground)):.2f}:1, it needs {least:g}:1"
        for one, ground, least in pairs
        if ratio(getattr(scheme, one), getattr(scheme, ground)) < least
    ]


def _property(field: str) -> str:
    return "--" + field.replace("_", "-")


def _scheme(grounds: tuple[str, str, str], text: str, brand: str, palette: Palette, *, least: float) -> Scheme:
    background, surface, tinted = grounds
    clear = readable(text, grounds, CLEAR)
    accent = readable(palette.accent, grounds, EDGE)
    return Scheme(
        background=background,
        surface=surface,
        tinted=tinted,
        text=clear,
        muted=readable(mix(clear, background, 0.32), grounds, least),
        line=mix(background, clear, 0.14),
        brand=brand,
        on_brand=ink(brand, (WHITE, palette.ink)),
        brand_text=readable(brand, grounds, least),
        edge=readable(brand, grounds, EDGE),
        accent=accent,
        on_accent=ink(accent, (WHITE, palette.ink)),
    )
