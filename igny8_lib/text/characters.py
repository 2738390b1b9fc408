"""Characters that PostgreSQL cannot keep, or that nobody typed on purpose."""

from __future__ import annotations

import re

UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
"""NUL, and surrogates that stand alone: a JSON escape can make both, UTF-8 and PostgreSQL have neither."""


def storable(text: str) -> str:
    """The text without what the database would refuse."""
    return UNSTORABLE.sub("", text) if UNSTORABLE.search(text) else text
