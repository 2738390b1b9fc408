"""The personalities a site chooses from: how round, airy, heavy and deep it is."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Personality:
    """Lengths as CSS has them. `shadow` may use var(--shade), the scheme's colour of shadows."""

    name: str
    title: str
    """What people call it."""
    mood: str
    """What it suits, for whoever chooses."""
    radius: str
    """Of cards and pictures."""
    round: str
    """Of buttons and fields."""
    gap: str
    section: str
    """Above and below a section."""
    width: str
    """The most that content is wide."""
    shadow: str
    weight: int
    """Added to the typography's weight of headings."""
    capitals: bool
    """Whether the small line above a heading is in spaced capitals."""


_ALL = (
    Personality(
        name="friendly",
        title="Friendly",
        mood="Round corners, soft shadows",
        radius="1rem",
        round="0.75rem",
        gap="clamp(1.25rem, 2.5vw, 2rem)",
        section="clamp(3rem, 6vw, 5.5rem)",
        width="72rem",
        shadow="0 1px 2px var(--shade), 0 12px 32px -12px var(--shade)",
        weight=0,
        capitals=False,
    ),
    Personality(
        name="precise",
        title="Precise",
        mood="Small corners, thin lines, no shadows",
        radius="0.25rem",
        round="0.25rem",
        gap="clamp(1rem, 2vw, 1.5rem)",
        section="clamp(2.75rem, 5vw, 4.75rem)",
        width="76rem",
        shadow="none",
        weight=-100,
        capitals=True,
    ),
    Personality(
        name="bold",
        title="Bold",
        mood="Square corners, heavy headings, hard shadows",
        radius="0",
        round="0",
        gap="clamp(1.25rem, 2.5vw, 2rem)",
        section="clamp(3.5rem, 7vw, 6.5rem)",
        width="78rem",
        shadow="0.375rem 0.375rem 0 var(--line)",
        weight=200,
        capitals=True,
    ),
    Personality(
        name="calm",
        title="Calm",
        mood="Much space, light headings",
        radius="0.625rem",
        round="0.375rem",
        gap="clamp(1.5rem, 3vw, 2.75rem)",
        section="clamp(3.5rem, 8vw, 7.5rem)",
        width="66rem",
        shadow="0 24px 48px -32px var(--shade)",
        weight=-200,
        capitals=False,
    ),
    Personality(
        name="playful",
        title="Playful",
        mood="Very round, buttons like pills",
        radius="1.75rem",
        round="999px",
        gap="clamp(1.25rem, 2.5vw, 2rem)",
        section="clamp(3rem, 6.5vw, 6rem)",
        width="72rem",
        shadow="0 4px 0 var(--line)",
        weight=100,
        capitals=False,
    ),
)
PERSONALITIES = {personality.name: personality for personality in _ALL}
