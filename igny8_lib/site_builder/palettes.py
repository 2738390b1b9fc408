"""The palettes a site chooses from: a brand colour, an accent, and the paper and ink around them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Palette:
    """Colours "#rrggbb". What they become in the light and the dark scheme is computed (schemes.py)."""

    name: str
    title: str
    """What people call it."""
    mood: str
    """What it suits, for whoever chooses."""
    brand: str
    accent: str
    paper: str
    """The background of the light scheme."""
    ink: str
    """The text of the light scheme."""
    night: str
    """The background of the dark scheme."""
    brand_at_night: str | None = None
    """Where the brand is to be more than lightened in the dark scheme."""


_ALL = (
    Palette(
        name="harbour",
        title="Harbour",
        mood="Clear blue and coral: trades, services, anything that should feel dependable",
        brand="#1557c0",
        accent="#cf4022",
        paper="#ffffff",
        ink="#0f1b2d",
        night="#0c1420",
    ),
    Palette(
        name="forest",
        title="Forest",
        mood="Deep green on warm paper: food, gardens, health, sustainable goods",
        brand="#1f6a45",
        accent="#a95d15",
        paper="#fdfcf7",
        ink="#17231b",
        night="#0e1611",
    ),
    Palette(
        name="ember",
        title="Ember",
        mood="Terracotta on cream: restaurants, crafts, hospitality",
        brand="#b5401f",
        accent="#22695f",
        paper="#fffbf5",
        ink="#2a1a14",
        night="#18110e",
    ),
    Palette(
        name="plum",
        title="Plum",
        mood="Violet and pink: beauty, events, creative studios",
        brand="#6b2fa0",
        accent="#cf2f74",
        paper="#fefcff",
        ink="#211530",
        night="#140e1c",
    ),
    Palette(
        name="graphite",
        title="Graphite",
        mood="Black and white with one orange: architecture, fashion, consulting",
        brand="#1c1c1f",
        accent="#c84905",
        paper="#ffffff",
        ink="#141416",
        night="#111113",
        brand_at_night="#f1f1f3",
    ),
    Palette(
        name="honey",
        title="Honey",
        mood="Bright yellow and ink: sport, children, everything with energy",
        brand="#ffc629",
        accent="#1d5fb8",
        paper="#fffdf6",
        ink="#231c07",
        night="#15120a",
    ),
    Palette(
        name="lagoon",
        title="Lagoon",
        mood="Teal and violet: software, clinics, travel",
        brand="#0b7285",
        accent="#7048c6",
        paper="#fbfeff",
        ink="#0d2329",
        night="#0a1619",
    ),
    Palette(
        name="rose",
        title="Rose",
        mood="Raspberry on blush: weddings, boutiques, wellness",
        brand="#b3255a",
        accent="#7a5a12",
        paper="#fffafa",
        ink="#2c121c",
        night="#190e13",
    ),
)
PALETTES = {palette.name: palette for palette in _ALL}
