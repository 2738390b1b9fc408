"""What a database error speaks of: a value of ours, which is refused each time it is tried, or the connection.

Everything else (a deadlock, a full disk, a missing table) is neither and passes as it is.
"""

from __future__ import annotations

from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, InterfaceError, OperationalError, StatementError

from igny8_lib.text.characters import storable

REFUSALS = (StatementError, UnicodeError)
"""What to catch around values of others; `refusal_reason` then tells."""
LIMITS = "54"
"""SQLSTATE class "program limit exceeded": an index entry or a document that is too large. The driver counts it among
the operational errors, though no waiting helps."""
AWAY = ("08", "57P", "53300")
"""SQLSTATEs of a lost connection, a server that stops or starts, and too many connections (PostgreSQL, appendix A)."""
MAX_REASON = 200


def refusal_reason(error: Exception) -> str | None:
    """What the database has against a value, in its own words without SQL; None where the error is of another kind."""
    if isinstance(error, DBAPIError):
        of_value = isinstance(error, (DataError, IntegrityError)) or sqlstate(error).startswith(LIMITS)
        return first_line(error.orig) if of_value and not error.connection_invalidated else None
    if isinstance(error, StatementError):  # a value that cannot be bound, such as a document that is no JSON
        return first_line(error.orig)
    # The driver's own, on the way to the database: surrogates that stand alone.
    return "a text holds characters that are not Unicode" if isinstance(error, UnicodeError) else None


def is_away(error: DBAPIError) -> bool:
    """Whether the database could not be reached, so that trying again can help; what was done may be committed."""
    if not isinstance(error, (OperationalError, InterfaceError)):
        return False
    state = sqlstate(error)
    return error.connection_invalidated or not state or state.startswith(AWAY)


def sqlstate(error: DBAPIError) -> str:
    """The server's code; empty where the error is the driver's own."""
    return getattr(error.orig, "sqlstate", None) or ""


def first_line(error: BaseException | None) -> str:
    """The message's first line, bounded; the lines after it quote the statement and its values."""
    lines = storable(str(error or "")).strip().splitlines()
    return (lines[0].rstrip(".") if lines else "no reason given")[:MAX_REASON]
