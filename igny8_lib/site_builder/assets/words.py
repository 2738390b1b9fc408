"""What a picture shows, for those who cannot see it."""

from __future__ import annotations

from igny8_lib.errors import InvalidInput
from igny8_lib.site_builder.blocks.parts import one_line

MOST_CHARACTERS = 200
"""As many as blocks take (blocks/parts.py)."""


def alt_text_of(text: str) -> str:
    """The text in one line; "" for a picture that only decorates. Raises InvalidInput for one that is too long."""
    line = str(one_line(text))
    if len(line) > MOST_CHARACTERS:
        raise InvalidInput(
            f"The alternative text has {len(line):,} characters; {MOST_CHARACTERS} fit. Say it in fewer words."
        )
    return line
