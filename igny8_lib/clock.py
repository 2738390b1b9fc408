"""The one source of the current time. The database keeps UTC; zones appear only at the edges."""

from datetime import UTC, datetime


def now() -> datetime:
    """The current instant, aware, in UTC."""
    return datetime.now(UTC)
