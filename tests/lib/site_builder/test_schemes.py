"""Every palette with any brand colour is readable by day and by night."""

from __future__ import annotations

from dataclasses import asdict, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from igny8_lib.site_builder import schemes
from igny8_lib.site_builder.colours import linear
from igny8_lib.site_builder.contrast import EDGE, TEXT, luminance, ratio
from igny8_lib.site_builder.documents import Theme
from igny8_lib.site_builder.palettes import PALETTES
from igny8_lib.site_builder.schemes import Scheme
from igny8_lib.site_builder.themes import contrast_findings, dark_scheme, light_scheme

BRANDS = st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06x}")
HARD = ["#000000", "#ffffff", "#777777", "#ffff00", "#0000ff", "#00ff00", "#ff0000", "#767676", "#fefefe", "#010101"]


def grounds(scheme: Scheme) -> tuple[str, str, str]:
    return scheme.background, scheme.surface, scheme.tinted


def assert_readable(scheme: Scheme) -> None:
    """Counted here by hand, not by the findings that are under test themselves."""
    for ground in grounds(scheme):
        assert ratio(scheme.text, ground) >= 10
        assert ratio(scheme.muted, ground) >= TEXT
        assert ratio(scheme.brand_text, ground) >= TEXT
        assert ratio(scheme.edge, ground) >= EDGE
        assert ratio(scheme.accent, ground) >= EDGE
    assert ratio(scheme.on_brand, scheme.brand) >= TEXT
    assert ratio(scheme.on_accent, scheme.accent) >= TEXT


def assert_the_ring_is_seen(scheme: Scheme) -> None:
    """One of the focus ring's two colours stands out from whatever a control lies on."""
    for behind in (*grounds(scheme), scheme.brand, scheme.accent):
        assert max(ratio(scheme.text, behind), ratio(scheme.background, behind)) >= EDGE


@given(st.sampled_from([*PALETTES]), BRANDS)
def test_any_brand_colour_gives_readable_schemes(palette: str, brand: str) -> None:
    theme = Theme(palette=palette, brand=brand)
    for scheme in (light_scheme(theme), dark_scheme(theme)):
        assert_readable(scheme)
        assert_the_ring_is_seen(scheme)
    assert contrast_findings(theme) == []


@pytest.mark.parametrize("palette", [*PALETTES])
@pytest.mark.parametrize("brand", [None, *HARD])
def test_every_palette_is_readable_with_its_own_brand_and_the_hardest(palette: str, brand: str | None) -> None:
    theme = Theme(palette=palette, brand=brand)
    for scheme in (light_scheme(theme), dark_scheme(theme)):
        assert_readable(scheme)
        assert_the_ring_is_seen(scheme)


@given(BRANDS)
def test_by_day_a_brand_is_shown_as_it_was_given(brand: str) -> None:
    assert light_scheme(Theme(brand=brand)).brand == brand


@given(BRANDS)
def test_by_night_a_brand_can_be_seen_and_stays_where_it_could_be(brand: str) -> None:
    scheme = dark_scheme(Theme(brand=brand))
    assert scheme.edge == scheme.brand
    assert (scheme.brand == brand) == all(ratio(brand, ground) >= EDGE for ground in grounds(scheme))


@given(st.sampled_from([*PALETTES]), BRANDS)
def test_day_is_light_and_night_is_dark(palette: str, brand: str) -> None:
    theme = Theme(palette=palette, brand=brand)
    assert all(luminance(ground) > 0.6 for ground in grounds(light_scheme(theme)))
    assert all(luminance(ground) < 0.05 for ground in grounds(dark_scheme(theme)))


@pytest.mark.parametrize("palette", [*PALETTES])
def test_palettes_have_accents_that_need_no_moving_by_day_and_bear_white(palette: str) -> None:
    scheme = light_scheme(Theme(palette=palette))
    assert (scheme.accent, scheme.on_accent) == (PALETTES[palette].accent, "#ffffff")


def test_there_is_a_choice_of_palettes_and_no_two_share_a_brand() -> None:
    assert len(PALETTES) >= 6
    assert len({palette.brand for palette in PALETTES.values()}) == len(PALETTES)
    assert all(palette.title and palette.mood for palette in PALETTES.values())


@pytest.mark.parametrize(
    ("field", "colour", "others"),
    [
        ("text", "#777777", ["--background", "--surface", "--tinted"]),
        ("muted", "#aaaaaa", ["--background", "--surface", "--tinted"]),
        ("brand_text", "#aaaaaa", ["--background", "--surface", "--tinted"]),
        ("edge", "#dddddd", ["--background", "--surface", "--tinted"]),
        ("accent", "#dddddd", ["--background", "--surface", "--tinted"]),
        ("on_brand", "#1557c1", ["--brand"]),
        ("on_accent", "#d14022", ["--accent"]),
    ],
)
def test_a_pair_too_near_is_found_and_said_with_its_numbers(field: str, colour: str, others: list[str]) -> None:
    scheme = replace(light_scheme(Theme()), **({"on_accent": "#000000"} if field == "accent" else {}) | {field: colour})
    found = schemes.findings(scheme)
    assert [finding.split(" on ")[1].split(" ")[0] for finding in found] == others
    assert all(finding.startswith(f"--{field.replace('_', '-')} {colour} on ") for finding in found)
    assert all(":1, it needs " in finding for finding in found)


def test_a_scheme_is_colours_and_nothing_else() -> None:
    for colour in asdict(light_scheme(Theme())).values():
        linear(colour)
