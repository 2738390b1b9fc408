"""The content type of each file that a site consists of, as an object store must be told it."""

from __future__ import annotations

from typing import Any

CONTENT_TYPES = {
    "html": "text/html; charset=utf-8",
    "css": "text/css; charset=utf-8",
    "xml": "application/xml; charset=utf-8",
    "txt": "text/plain; charset=utf-8",
    "csv": "text/csv; charset=utf-8",
    "json": "application/json",
    "ico": "image/vnd.microsoft.icon",
    "svg": "image/svg+xml",
    "png": "image/png",
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "webp": "image/webp",
    "gif": "image/gif",
    "mp4": "video/mp4",
    "webm": "video/webm",
    "mp3": "audio/mpeg",
    "ogg": "audio/ogg",
    "m4a": "audio/mp4",
    "wav": "audio/wav",
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "odt": "application/vnd.oasis.opendocument.text",
}
UNKNOWN = "application/octet-stream"
FEED = "application/rss+xml; charset=utf-8"


def content_type(path: str) -> str:
    """By the name's end: what it is was found out by content when it was received."""
    if path == "feed.xml":
        return FEED
    return CONTENT_TYPES.get(path.rpartition("/")[2].rpartition(".")[2].lower(), UNKNOWN)


def told(protocol: str, media: str, cache: str) -> dict[str, Any]:
    """How a store's filesystem takes a content type and a cache rule; those that are not here go by the name."""
    match protocol:
        case "s3" | "s3a":
            return {"ContentType": media, "CacheControl": cache}
        case "gs" | "gcs":
            return {"content_type": media, "fixed_key_metadata": {"cache_control": cache}}
        case _:
            return {}
