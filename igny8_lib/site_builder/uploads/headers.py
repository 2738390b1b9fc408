"""What each file of a website is served with: its type, which browsers must believe, and no way to run anything."""

from __future__ import annotations

from igny8_lib.site_builder.uploads.kinds import KINDS

GENERATED = {
    "html": "text/html; charset=utf-8",
    "css": "text/css; charset=utf-8",
    "xml": "application/xml; charset=utf-8",
    "json": "application/json; charset=utf-8",
    "ico": "image/x-icon",
    "svg": "image/svg+xml",
}
"""What the site builder writes itself, by the ending."""
TYPES = {suffix: kind.media_type for suffix, kind in KINDS.items()} | GENERATED
UNKNOWN = "application/octet-stream"
INERT = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox"
"""A content security policy under which a file shows itself and does nothing."""
UPLOADED = ("assets/images/", "assets/documents/", "assets/media/")
ACTIVE = frozenset({"html", "css", "xml", "json", "svg"})
"""What is never served as what its name says from a folder of uploads."""


def headers_for(path: str) -> dict[str, str]:
    """The HTTP headers of a file, by its path in the site ("assets/documents/prices.pdf")."""
    name = path.rpartition("/")[2]
    suffix = name.rpartition(".")[2].lower() if "." in name else ""
    uploaded = path.startswith(UPLOADED)
    media_type = UNKNOWN if uploaded and suffix in ACTIVE else TYPES.get(suffix, UNKNOWN)
    headers = {"Content-Type": media_type, "X-Content-Type-Options": "nosniff"}
    if path.startswith("assets/documents/") or media_type == UNKNOWN:
        headers["Content-Disposition"] = "attachment"
    if uploaded or suffix == "svg":
        headers["Content-Security-Policy"] = INERT
    return headers
