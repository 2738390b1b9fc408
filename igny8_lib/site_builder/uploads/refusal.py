"""Why a file is not taken."""

from __future__ import annotations

from igny8_lib.errors import InvalidInput
from igny8_lib.text.characters import CONTROL, DIRECTION, INVISIBLE, storable

SHOWN = 100
"""Characters of a name in a sentence."""


class Unwanted(Exception):
    """A file's content or name is not taken; the text is the reason, a sentence that says what to do."""


class Refused(InvalidInput):
    """An upload was refused and nothing of it kept; `name` is the file's, `reason` what is wrong and what to do."""

    http_status = 422

    def __init__(self, name: str, reason: str) -> None:
        shown = readable(name)
        super().__init__(f'The file "{shown}" was refused: {reason}')
        self.field = "file"
        self.name = shown
        self.reason = reason


def readable(name: str) -> str:
    """A name as sentences and logs can have it: short, in one line, nothing in it that hides or turns characters."""
    plain = storable(name).replace("\n", " ").replace("\t", " ")
    for unseen in (CONTROL, DIRECTION, INVISIBLE):
        plain = unseen.sub("", plain)
    return plain[:SHOWN]
