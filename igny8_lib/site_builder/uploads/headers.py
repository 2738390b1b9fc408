"""What each file of a website is served with: its type, which browsers must believe, and no way to run anything."""

from __future__ import annotations

from igny8_lib.site_builder.media_types import UNKNOWN, is_upload, media_type

INERT = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox"
"""A content security policy under which a file shows itself and does nothing."""


def headers_for(path: str) -> dict[str, str]:
    """The HTTP headers of a file, by its path in the site ("assets/documents/prices.pdf")."""
    told = media_type(path)
    headers = {"Content-Type": told, "X-Content-Type-Options": "nosniff"}
    if path.startswith("assets/documents/") or told == UNKNOWN:
        headers["Content-Disposition"] = "attachment"
    if is_upload(path) or path.endswith(".svg"):
        headers["Content-Security-Policy"] = INERT
    return headers
