"""What an object store is told of each file."""

from __future__ import annotations

from typing import Any


def told(protocol: str, media: str, cache: str) -> dict[str, Any]:
    """How a store's filesystem takes a content type and a cache rule; those that are not here go by the name."""
    match protocol:
        case "s3" | "s3a":
            return {"ContentType": media, "CacheControl": cache}
        case "gs" | "gcs":
            return {"content_type": media, "fixed_key_metadata": {"cache_control": cache}}
        case _:
            return {}
