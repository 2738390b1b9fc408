"""The title of a whole page, as a browser shows it in its tab."""

from __future__ import annotations

import html
import re

TITLE = re.compile(r"<title\b[^>]*>(.*?)</title>", re.IGNORECASE | re.DOTALL)


def page_title(page: str) -> str:
    """The first title element's text on one line; empty where there is none."""
    found = TITLE.search(page)
    return " ".join(html.unescape(found.group(1)).split()) if found else ""
