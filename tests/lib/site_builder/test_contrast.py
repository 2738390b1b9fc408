"""Contrast as WCAG defines it, and colours moved until they have it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from igny8_lib.site_builder.colours import BLACK, WHITE, lightness, mix, with_lightness
from igny8_lib.site_builder.contrast import EDGE, TEXT, ink, luminance, ratio, readable

COLOURS = st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06x}")


def lighter_or_darker(colour: str, steps: int) -> list[str]:
    """The colour at evenly spaced lightnesses, black and white with them."""
    return [with_lightness(colour, step / steps) for step in range(steps + 1)]


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        (BLACK, WHITE, 21.0),
        (WHITE, WHITE, 1.0),
        ("#777777", WHITE, 4.48),  # the well-known grey that just fails
        ("#767676", WHITE, 4.54),  # and the one that just passes
        ("#ff0000", WHITE, 4.0),
        ("#0000ff", WHITE, 8.59),
        ("#00ff00", BLACK, 15.3),
    ],
)
def test_ratios_are_those_of_wcag(one: str, other: str, expected: float) -> None:
    assert ratio(one, other) == pytest.approx(expected, abs=0.006)
    assert ratio(other, one) == ratio(one, other)


@given(COLOURS)
def test_a_colour_survives_the_way_through_oklab(colour: str) -> None:
    assert mix(colour, WHITE, 0) == colour
    assert mix(WHITE, colour, 1) == colour


@given(COLOURS, st.floats(0, 1))
def test_another_lightness_is_a_colour_and_has_it(colour: str, wanted: float) -> None:
    assert lightness(with_lightness(colour, wanted)) == pytest.approx(wanted, abs=0.04)


@given(COLOURS, COLOURS)
def test_a_colour_becomes_readable_on_any_ground(colour: str, ground: str) -> None:
    found = readable(colour, [ground], TEXT)
    assert ratio(found, ground) >= TEXT
    assert (found == colour) == (ratio(colour, ground) >= TEXT)


@given(COLOURS, st.sampled_from([(WHITE, "#eef3fc"), ("#0c1420", "#171f2b")]), st.sampled_from([TEXT, EDGE]))
def test_no_colour_nearer_would_do(colour: str, grounds: tuple[str, ...], least: float) -> None:
    moved = abs(lightness(readable(colour, grounds, least)) - lightness(colour))
    enough = [one for one in lighter_or_darker(colour, 50) if all(ratio(one, ground) >= least for ground in grounds)]
    assert moved <= min(abs(lightness(one) - lightness(colour)) for one in enough) + 0.02


def test_grounds_too_far_apart_are_refused_by_name() -> None:
    with pytest.raises(ValueError, match=r"no colour has a contrast of 4\.5:1 with each of #ffffff, #000000"):
        readable("#777777", [WHITE, BLACK], TEXT)


@given(COLOURS)
def test_ink_can_be_read_on_any_ground_and_is_the_preferred_where_that_can(ground: str) -> None:
    found = ink(ground, (WHITE, "#231c07"))
    assert ratio(found, ground) >= TEXT
    assert (found == WHITE) == (ratio(WHITE, ground) >= TEXT)


@pytest.mark.parametrize("text", ["#fff", "#FFFFFF", "white", "", "#12345g", "#1234567"])
def test_what_is_no_colour_is_refused_with_how_to_write_one(text: str) -> None:
    with pytest.raises(ValueError, match='write it as "#rrggbb"'):
        luminance(text)
