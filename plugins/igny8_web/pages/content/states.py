"""How articles and their pictures stand, and what was done with them, in words."""

from __future__ import annotations

from igny8_lib.models import (
    ContentEventKind,
    ContentSource,
    ContentStatus,
    ImageStatus,
    RejectReason,
    SyncStatus,
    VersionKind,
)
from igny8_web.pages.states import State

ARTICLE_STATES = {
    ContentStatus.DRAFT: State("run", "load", "Being made"),
    ContentStatus.LINKED: State("run", "link", "Linked"),
    ContentStatus.OPTIMIZED: State("run", "up", "Optimized"),
    ContentStatus.REVIEW: State("hold", "eye", "In review"),
    ContentStatus.APPROVED: State("ok", "check", "Approved"),
    ContentStatus.REJECTED: State("bad", "x", "Rejected"),
    ContentStatus.PUBLISHED: State("ok", "globe", "Published"),
    ContentStatus.FAILED: State("bad", "alert", "Failed"),
}
SOURCE_STATES = {
    ContentSource.IGNY8: State("wait", "pen", "Written here"),
    ContentSource.WORDPRESS: State("run", "down", "WordPress"),
    ContentSource.SHOPIFY: State("run", "down", "Shopify"),
    ContentSource.CUSTOM: State("run", "down", "Website"),
}
"""Where an article comes from."""
SYNC_STATES = {
    SyncStatus.NATIVE: State("wait", "dash", "Only here"),
    SyncStatus.IMPORTED: State("wait", "link", "Imported"),
    SyncStatus.SYNCED: State("ok", "link", "Synced"),
}
"""How an article relates to its copy on the website."""
PICTURE_STATES = {
    ImageStatus.PENDING: State("wait", "dash", "Waits to be drawn"),
    ImageStatus.GENERATED: State("ok", "check", "Ready"),
    ImageStatus.FAILED: State("bad", "alert", "Failed"),
}
EVENTS = {
    ContentEventKind.APPROVED: "Approved",
    ContentEventKind.REJECTED: "Rejected",
    ContentEventKind.RETURNED: "Put back into review",
    ContentEventKind.REWRITE_ASKED: "Asked for a rewrite",
    ContentEventKind.REWRITE_WITHDRAWN: "Took the rewrite back",
    ContentEventKind.REWRITE_FAILED: "Rewriting failed",
    ContentEventKind.ALT_TEXT_CHANGED: "Described a picture",
    ContentEventKind.REDRAW_ASKED: "Asked for a picture anew",
    ContentEventKind.PICTURE_REPLACED: "Replaced a picture",
}
VERSIONS = {
    VersionKind.WRITTEN: "Written",
    VersionKind.IMPORTED: "Imported",
    VersionKind.EDITED: "Edited",
    VersionKind.REGENERATED: "Written anew",
    VersionKind.RESTORED: "Restored",
    VersionKind.LINKED: "Linked",
    VersionKind.OPTIMIZED: "Optimized",
}
REASONS = {
    RejectReason.FACTS: "It says what is not so",
    RejectReason.OFF_TOPIC: "It is about something else",
    RejectReason.DUPLICATE: "We have an article on this",
    RejectReason.TOO_SHALLOW: "It says nothing new",
    RejectReason.TONE: "It does not sound like us",
    RejectReason.LANGUAGE: "It reads badly",
    RejectReason.PICTURES: "Its pictures do not fit",
    RejectReason.RISK: "It may do harm",
    RejectReason.OTHER: "Something else (say what)",
}
