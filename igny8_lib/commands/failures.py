"""How commands fail: every error is told once, here, in one sentence with an exit code (docs/cli.md lists them)."""

from __future__ import annotations

import errno
import json
import re
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NoReturn

import typer

from igny8_lib import errors
from igny8_lib.commands.interrupts import INTERRUPTED, Interrupted
from igny8_lib.commands.output import complaints, leave_quietly

if TYPE_CHECKING:
    from sqlalchemy.exc import SQLAlchemyError

FAILED = 1
BAD_INPUT = 2
CONFLICT = 4
TRY_AGAIN = 75

EXIT_CODES: tuple[tuple[type[errors.Igny8Error], int], ...] = (
    (errors.InvalidInput, BAD_INPUT),
    (errors.NotFound, 3),
    (errors.Conflict, CONFLICT),
    (errors.InsufficientCredits, 5),
    (errors.NotAllowed, 6),
    (errors.TemporaryError, TRY_AGAIN),
    (Interrupted, INTERRUPTED),
)
"""0 done, 1 failed, 2 bad input, 3 not found, 4 conflict, 5 credits missing, 6 not allowed, 75 try again later,
130 interrupted, 141 the reader of the output has gone."""

FULL = {errno.ENOSPC, errno.EDQUOT}
LONG_WORD = re.compile(r"\S{120,}")
LONGEST_SENTENCE = 2_000


@dataclass(frozen=True)
class Failure:
    """What people and programs are told."""

    name: str
    sentence: str
    code: int
    facts: Mapping[str, object] = field(default_factory=dict)


@contextmanager
def fail_clearly() -> Iterator[None]:
    """Turn errors into one sentence on stderr, JSON with --json, and an exit code that means something."""
    try:
        yield
    except BrokenPipeError:
        leave_quietly()
    except SystemExit as end:
        finish(end)
    except KeyboardInterrupt:
        end_with(Failure("Interrupted", "Interrupted.", INTERRUPTED))
    except typer.TyperException as error:
        if not error.format_message():  # a group without a command has shown its help already
            raise SystemExit(BAD_INPUT) from None
        end_with(misuse_of(error))
    except typer.Abort:
        end_with(Failure("Aborted", "Stopped: no answer was given.", FAILED))
    except told_errors() as error:
        end_with(failure_of(error))


def told_errors() -> tuple[type[Exception], ...]:
    """The errors of the product, the database, of files and of settings; others are mistakes in the code.

    Imported when an error comes: most commands end without one, and the help needs no database.
    """
    from pydantic import ValidationError  # noqa: PLC0415
    from sqlalchemy.exc import SQLAlchemyError  # noqa: PLC0415

    return (errors.Igny8Error, SQLAlchemyError, OSError, UnicodeError, ValidationError)


def finish(end: SystemExit) -> NoReturn:
    """Write what is still to be written, then exit; an exit by Ctrl-C is told."""
    if end.code == INTERRUPTED:
        end_with(Failure("Interrupted", "Interrupted.", INTERRUPTED))
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        leave_quietly()
    except OSError as error:
        end_with(of_files(error))
    raise end


def end_with(failure: Failure) -> NoReturn:
    """Tell the failure and exit."""
    sentence = make_printable(failure.sentence)
    with suppress(OSError):
        if "--json" in sys.argv:
            document = {"error": failure.name, "message": sentence, **failure.facts}
            typer.echo(json.dumps(document, default=str), err=True)
        else:
            complaints.print(sentence, style="red", highlight=False, markup=False, soft_wrap=True)
    raise SystemExit(failure.code) from None


def make_printable(sentence: str) -> str:
    """One line without control characters, direction overrides and endless words."""
    line = "".join(char if char.isprintable() else escape(char) for char in " ".join(sentence.split()))
    line = LONG_WORD.sub(lambda word: f"{word[0][:60]}…{word[0][-20:]}", line)
    return line if len(line) <= LONGEST_SENTENCE else f"{line[:LONGEST_SENTENCE]}…"


def escape(char: str) -> str:
    """A character that cannot be seen, as Python writes it."""
    return char.encode("unicode_escape").decode("ascii")


def failure_of(error: Exception) -> Failure:
    """What an error of the product, the database or the files means."""
    from pydantic import ValidationError  # noqa: PLC0415 - as above
    from sqlalchemy.exc import SQLAlchemyError  # noqa: PLC0415

    if isinstance(error, errors.Igny8Error):
        code = next((code for kind, code in EXIT_CODES if isinstance(error, kind)), FAILED)
        return Failure(type(error).__name__, str(error), code, error.facts)
    if isinstance(error, SQLAlchemyError):
        return of_database(error)
    if isinstance(error, OSError):
        return of_files(error)
    if isinstance(error, ValidationError):
        wrong = "; ".join(f"{'.'.join(map(str, item['loc']))}: {item['msg']}" for item in error.errors())
        return Failure("InvalidInput", f"The settings are not usable: {wrong}.", BAD_INPUT)
    return Failure("InvalidInput", f"A text holds characters that are no valid Unicode: {error}.", BAD_INPUT)


REFUSALS: tuple[tuple[tuple[str, ...], str, int, str], ...] = (
    (("22", "54"), "InvalidInput", BAD_INPUT, "The database cannot hold a value of this: {said}."),
    (("23",), "Conflict", CONFLICT, "The database refuses the change: {said}."),
    (("42",), "DatabaseError", FAILED, "The product database does not fit this version (see `igny8 init`): {said}."),
    (("40", "53", "55"), "TemporaryError", TRY_AGAIN, "The product database cannot do it now: {said}. Try again."),
    (
        ("", "08", "28", "3D", "57"),
        "OperationalError",
        TRY_AGAIN,
        "The product database cannot be reached: {said}. Is the stack up (`make run`)?",
    ),
)
"""Classes of SQLSTATE (PostgreSQL, appendix A), and what they mean here; "" is a connection that was never made."""


def of_database(error: SQLAlchemyError) -> Failure:
    """What the database refused, in its own words and without the statement."""
    from sqlalchemy.exc import DataError, DBAPIError  # noqa: PLC0415 - as above

    if not isinstance(error, DBAPIError) or error.orig is None:
        return Failure("DatabaseError", f"The product database: {type(error).__name__}.", FAILED)
    said = getattr(getattr(error.orig, "diag", None), "message_primary", None) or str(error.orig)
    said = " ".join(said.split()).removesuffix(".")
    state = (getattr(error.orig, "sqlstate", None) or "")[:2]
    if not state and isinstance(error, DataError):  # refused by the driver already
        state = "22"
    for classes, name, code, sentence in REFUSALS:
        if state in classes:
            return Failure(name, sentence.format(said=said), code)
    return Failure("DatabaseError", f"The product database refuses this: {said}.", FAILED)


def of_files(error: OSError) -> Failure:
    """What went wrong with a file: bad input, but for a full disk, which can get better."""
    reason = error.strerror or str(error) or type(error).__name__
    where = f"{error.filename}: " if error.filename else ""
    if error.errno in FULL:
        return Failure("TemporaryError", f"{where}{reason}: make room and try again.", TRY_AGAIN)
    return Failure("InvalidInput", f"{where}{reason}.", BAD_INPUT if error.filename else FAILED)


def misuse_of(error: typer.TyperException) -> Failure:
    """What is wrong with the command line itself, and where its help is."""
    context = getattr(error, "ctx", None)
    command = context.command_path if context else "igny8"
    said = error.format_message().rstrip().removesuffix(".")
    return Failure("InvalidInput", f"{said}. See `{command} --help`.", BAD_INPUT)
