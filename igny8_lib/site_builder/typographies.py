"""The typographies a site chooses from: fonts that visitors' systems have, so that none is loaded."""

from __future__ import annotations

from dataclasses import dataclass

_SYSTEM = 'system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", "Noto Sans", Arial, sans-serif'
_HUMANIST = 'Seravek, "Gill Sans Nova", Ubuntu, Calibri, "DejaVu Sans", source-sans-pro, sans-serif'
_OLD_STYLE = '"Iowan Old Style", "Palatino Linotype", Palatino, "URW Palladio L", P052, "Noto Serif", Georgia, serif'
_TRANSITIONAL = 'Charter, "Bitstream Charter", "Sitka Text", Cambria, "Noto Serif", Georgia, serif'
_GEOMETRIC = 'Avenir, Montserrat, Corbel, "URW Gothic", "Century Gothic", source-sans-pro, sans-serif'
_MONOSPACE = 'ui-monospace, "Cascadia Code", "Source Code Pro", Menlo, Consolas, "DejaVu Sans Mono", monospace'


@dataclass(frozen=True)
class Typography:
    """Font stacks, and how text is set in them."""

    name: str
    title: str
    """What people call it."""
    mood: str
    """What it suits, for whoever chooses."""
    body: str
    heading: str
    weight: int
    """Of headings, 100 to 900; a personality adds to it."""
    tracking: str
    """Between the letters of headings: large letters of a sans stand nearer each other."""
    leading: str
    """The line height of running text."""
    size: str
    """Of running text."""


_ALL = (
    Typography(
        name="modern",
        title="Modern",
        mood="The system's own sans, tight headings: clear everywhere",
        body=_SYSTEM,
        heading=_SYSTEM,
        weight=700,
        tracking="-0.025em",
        leading="1.65",
        size="1.0625rem",
    ),
    Typography(
        name="editorial",
        title="Editorial",
        mood="Old-style serif headings over a quiet sans: magazines, hospitality, crafts",
        body=_SYSTEM,
        heading=_OLD_STYLE,
        weight=600,
        tracking="-0.012em",
        leading="1.7",
        size="1.0625rem",
    ),
    Typography(
        name="bookish",
        title="Bookish",
        mood="Serif throughout, for sites that are read: law, literature, science",
        body=_TRANSITIONAL,
        heading=_TRANSITIONAL,
        weight=700,
        tracking="-0.01em",
        leading="1.7",
        size="1.125rem",
    ),
    Typography(
        name="humanist",
        title="Humanist",
        mood="Warm, open letters: health, education, associations",
        body=_HUMANIST,
        heading=_HUMANIST,
        weight=700,
        tracking="-0.01em",
        leading="1.65",
        size="1.125rem",
    ),
    Typography(
        name="geometric",
        title="Geometric",
        mood="Round letters with air: design, fashion, technology",
        body=_SYSTEM,
        heading=_GEOMETRIC,
        weight=700,
        tracking="-0.02em",
        leading="1.65",
        size="1.0625rem",
    ),
    Typography(
        name="technical",
        title="Technical",
        mood="Typewriter headings: software, engineering, laboratories",
        body=_SYSTEM,
        heading=_MONOSPACE,
        weight=600,
        tracking="-0.04em",
        leading="1.65",
        size="1.0625rem",
    ),
)
TYPOGRAPHIES = {typography.name: typography for typography in _ALL}
