"""The media type of each file that a site consists of, and where uploads stand in it."""

from __future__ import annotations

from igny8_lib.site_builder.uploads.kinds import KINDS

GENERATED = {
    "html": "text/html; charset=utf-8",
    "css": "text/css; charset=utf-8",
    "xml": "application/xml; charset=utf-8",
    "json": "application/json",
    "ico": "image/vnd.microsoft.icon",
    "svg": "image/svg+xml",
}
"""What the site builder writes itself, by the ending. JSON has no charset: it is UTF-8 (RFC 8259, 11)."""
TYPES = {suffix: kind.media_type for suffix, kind in KINDS.items()} | GENERATED
FEED = "application/rss+xml; charset=utf-8"
UNKNOWN = "application/octet-stream"
UPLOADED = ("assets/images/", "assets/documents/", "assets/media/")
ACTIVE = frozenset({"html", "css", "xml", "json", "svg"})
"""What is never told as what its name says in a folder of uploads."""


def media_type(path: str) -> str:
    """By the path in the site: what an upload is was found out by its content when it was received."""
    if path == "feed.xml":
        return FEED
    suffix = path.rpartition("/")[2].rpartition(".")[2].lower()
    return UNKNOWN if is_upload(path) and suffix in ACTIVE else TYPES.get(suffix, UNKNOWN)


def is_upload(path: str) -> bool:
    """Whether a file is one that people brought."""
    return path.startswith(UPLOADED)
