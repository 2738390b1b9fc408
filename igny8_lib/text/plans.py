"""How much a plan of an article may ask for, whether an AI or a person makes it."""

from __future__ import annotations

MIN_WORDS = 200
MAX_WORDS = 5_000
"""Of one article: below it is a paragraph, above it a book; one absurd plan would hold a site's credits for good."""
MAX_POINT = 300
MAX_KEYWORD = 200
"""Characters. The prompt asks for much shorter ones; this is where a text is no title, heading or keyword."""
MAX_POINTS = 30
MAX_KEYWORDS = 20
