"""What commands take: one rule for every text on the command line, and amounts with a sentence where they are none."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import wraps
from pathlib import Path
from typing import Any

from igny8_lib.amounts import Credits
from igny8_lib.errors import InvalidInput
from igny8_lib.text.characters import UNSTORABLE

HIGHEST_ID = 2**63 - 1
"""What the database's ids can be."""

TEXT_LENGTH = 10_000
"""Characters of the longest text on the command line; names and keys have shorter limits of their own."""

KEY_LENGTH = 200
NOTE_LENGTH = 2_000


def guard(command: Any) -> None:  # noqa: ANN401 - Typer has no public name for its commands
    """Let every command below refuse what no text can be, before it does anything.

    Python hands on bytes that are no UTF-8 as lone surrogates, which neither the database nor JSON can hold.
    """
    for child in getattr(command, "commands", {}).values():
        guard(child)
    if command.callback is not None and not hasattr(command, "commands"):
        labels = {parameter.name: label_of(parameter) for parameter in command.params}
        command.callback = refuse_unusable(command.callback, labels)


def label_of(parameter: Any) -> str:  # noqa: ANN401 - as above
    """What people call the parameter: --name, or SITE."""
    return str(parameter.opts[0] if parameter.param_type_name == "option" else parameter.name.upper())


def refuse_unusable(callback: Callable[..., Any], labels: dict[str, str]) -> Callable[..., Any]:
    """The callback behind a check of all its texts."""

    @wraps(callback)
    def checked(**values: object) -> object:
        for name, value in values.items():
            for text in texts_in(value):
                check_text(text, labels.get(name, name))
        return callback(**values)

    return checked


def texts_in(value: object) -> Iterable[str | Path]:
    """The texts of a parameter's value."""
    if isinstance(value, list | tuple):
        return [text for entry in value for text in texts_in(entry)]
    return [value] if isinstance(value, str | Path) else []


def check_text(value: str | Path, label: str, *, most: int = TEXT_LENGTH) -> str:
    """The text. Raises InvalidInput for bytes that are no text, and for more characters than `most`.

    Names of files may be any bytes but NUL: file systems are older than UTF-8.
    """
    text = str(value)
    unusable = "\x00" in text if isinstance(value, Path) else UNSTORABLE.search(text)
    if unusable:
        raise InvalidInput(f"{label} is not valid UTF-8 text, or holds a NUL character.")
    if len(text) > most:
        raise InvalidInput(f"{label} has at most {most:,} characters, not {len(text):,}.")
    return text


def parse_credits(value: str, label: str) -> Credits:
    """An amount of credits from the command line; `label` names it. Raises InvalidInput."""
    try:
        return Credits.of(value)
    except (ValueError, ArithmeticError) as error:
        reason = str(error) if isinstance(error, ValueError) else f"{value!r} is not an amount of credits"
        raise InvalidInput(f"{label}: {reason}.") from None
