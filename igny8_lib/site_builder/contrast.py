"""How well two colours can be told apart (WCAG 2.x), and colours moved until they can."""

from __future__ import annotations

from collections.abc import Sequence

from igny8_lib.site_builder.colours import BLACK, WHITE, lightness, linear, with_lightness

TEXT = 4.5
"""The least contrast of text with what is behind it (WCAG 1.4.3)."""
EDGE = 3.0
"""The least contrast of a control's border with what is around it (WCAG 1.4.11)."""
_HALVINGS = 12


def luminance(colour: str) -> float:
    """WCAG's relative luminance, 0 (black) to 1 (white)."""
    red, green, blue = linear(colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def ratio(one: str, other: str) -> float:
    """WCAG's contrast ratio, 1 (the same) to 21 (black on white)."""
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def readable(colour: str, grounds: Sequence[str], least: float) -> str:
    """The colour itself where its contrast with each of the grounds is enough, else the nearest darker or lighter one.

    Raises ValueError where neither black nor white would do.
    """
    if _enough(colour, grounds, least):
        return colour
    end = max((BLACK, WHITE), key=lambda one: min(ratio(one, ground) for ground in grounds))
    if not _enough(end, grounds, least):
        raise ValueError(f"no colour has a contrast of {least}:1 with each of {', '.join(grounds)}")
    near, far, found = lightness(colour), lightness(end), end
    for _ in range(_HALVINGS):
        middle = (near + far) / 2
        tried = with_lightness(colour, middle)
        if _enough(tried, grounds, least):
            far, found = middle, tried
        else:
            near = middle
    return found


def ink(ground: str, preferred: Sequence[str]) -> str:
    """The first of the preferred colours that can be read on the ground, else black or white, whichever is clearer: one
    of the two always can."""
    for one in preferred:
        if ratio(one, ground) >= TEXT:
            return one
    return max((WHITE, BLACK), key=lambda one: ratio(one, ground))


def _enough(colour: str, grounds: Sequence[str], least: float) -> bool:
    return all(ratio(colour, ground) >= least for ground in grounds)
