"""Colours "#rrggbb" in OKLab, where equal steps look equal: they are mixed in it, and made lighter or darker."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

WHITE = "#ffffff"
BLACK = "#000000"
_HEX = re.compile(r"#[0-9a-f]{6}")
_ENOUGH = 16
"""Halvings of a search: finer than a step of one of 256 in any channel."""


@dataclass(frozen=True)
class Lab:
    """A colour of OKLab: `lightness` 0 (black) to 1 (white), `a` green to red, `b` blue to yellow."""

    lightness: float
    a: float
    b: float


def linear(colour: str) -> tuple[float, float, float]:
    """Red, green and blue as amounts of light, 0 to 1. Raises ValueError for what is not "#rrggbb" in lower case."""
    if not _HEX.fullmatch(colour):
        raise ValueError(f'"{colour}" is not a colour: write it as "#rrggbb" with digits 0-9 and a-f')
    red, green, blue = (_light(int(colour[at : at + 2], 16) / 255) for at in (1, 3, 5))
    return red, green, blue


def mix(one: str, other: str, share: float) -> str:
    """`one` with a share (0 to 1) of the other colour in it."""
    first, second = _lab(one), _lab(other)
    return _hex(
        Lab(
            first.lightness + (second.lightness - first.lightness) * share,
            first.a + (second.a - first.a) * share,
            first.b + (second.b - first.b) * share,
        )
    )


def with_lightness(colour: str, lightness: float) -> str:
    """The colour's hue at another lightness (0 to 1), as strong as a screen can show it there, at most as it was."""
    return _hex(Lab(lightness, _lab(colour).a, _lab(colour).b))


def lightness(colour: str) -> float:
    """How light a colour looks, 0 to 1."""
    return _lab(colour).lightness


def _light(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4


def _channel(light: float) -> int:
    kept = min(1.0, max(0.0, light))
    return round(255 * (kept * 12.92 if kept <= 0.0031308 else 1.055 * kept ** (1 / 2.4) - 0.055))


def _lab(colour: str) -> Lab:
    red, green, blue = linear(colour)
    long = math.cbrt(0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue)
    medium = math.cbrt(0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue)
    short = math.cbrt(0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue)
    return Lab(
        0.2104542553 * long + 0.7936177850 * medium - 0.0040720468 * short,
        1.9779984951 * long - 2.4285922050 * medium + 0.4505937099 * short,
        0.0259040371 * long + 0.7827717662 * medium - 0.8086757660 * short,
    )


def _rgb(lab: Lab) -> tuple[float, float, float]:
    long = (lab.lightness + 0.3963377774 * lab.a + 0.2158037573 * lab.b) ** 3
    medium = (lab.lightness - 0.1055613458 * lab.a - 0.0638541728 * lab.b) ** 3
    short = (lab.lightness - 0.0894841775 * lab.a - 1.2914855480 * lab.b) ** 3
    return (
        4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short,
        -1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short,
        -0.0041960863 * long - 0.7034186147 * medium + 1.7076147010 * short,
    )


def _hex(lab: Lab) -> str:
    """The colour as a screen shows it: where it is too strong for one, as strong as can be."""
    weak, strong = 0.0, 1.0
    if not _shown(lab):
        for _ in range(_ENOUGH):
            middle = (weak + strong) / 2
            weak, strong = (middle, strong) if _shown(_weaker(lab, middle)) else (weak, middle)
        lab = _weaker(lab, weak)
    return "#" + "".join(f"{_channel(light):02x}" for light in _rgb(lab))


def _weaker(lab: Lab, share: float) -> Lab:
    return Lab(lab.lightness, lab.a * share, lab.b * share)


def _shown(lab: Lab) -> bool:
    return all(-1e-4 <= light <= 1 + 1e-4 for light in _rgb(lab))
