"""Settings from files: NAME_FILE names a file whose content is what NAME would be, as Docker's secrets are mounted.

What stands in a file is in no listing of a container's environment. NAME itself wins where both are set. Names that
begin with AIRFLOW are Airflow's own, which has its own ways (…_CMD, …_SECRET, a secrets backend).
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit, urlunsplit

from pydantic import AliasChoices
from pydantic.fields import FieldInfo
from pydantic_settings import PydanticBaseSettingsSource

from igny8_lib.errors import InvalidInput

SUFFIX = "_FILE"
LARGEST = 64 * 1024
"""Bytes; no password, key or address is longer."""


class SecretFiles(PydanticBaseSettingsSource):
    """The source of settings that reads the files which the environment's NAME_FILE variables name."""

    def __call__(self) -> dict[str, Any]:
        """What the files hold, by what the model calls it. Raises InvalidInput."""
        keys = {
            variable: key
            for name, field in self.settings_cls.model_fields.items()
            for variable, key in names_of(self.config["env_prefix"], name, field)
        }
        return {keys[variable]: text for variable, text in read_files(keys, os.environ).items()}

    def get_field_value(self, field: FieldInfo, field_name: str) -> tuple[Any, str, bool]:
        """No field is asked for alone."""
        raise NotImplementedError


def names_of(prefix: str, name: str, field: FieldInfo) -> list[tuple[str, str]]:
    """The variables of a field, each with what the model calls the field where its value comes by that variable."""
    alias = field.validation_alias
    if alias is None:
        return [(f"{prefix}{name}".upper(), name)]
    choices = alias.choices if isinstance(alias, AliasChoices) else [alias]
    return [(str(choice), str(choice)) for choice in choices]


def read_files(names: Iterable[str], environment: Mapping[str, str]) -> dict[str, str]:
    """The content of each file that is named; nothing for a variable that is set itself. Raises InvalidInput."""
    return {
        name: read_secret(name + SUFFIX, environment[name + SUFFIX])
        for name in names
        if environment.get(name + SUFFIX) and not environment.get(name) and not name.startswith("AIRFLOW")
    }


def read_secret(variable: str, path: str) -> str:
    """The file's text without the line end that editors add. Raises InvalidInput, which names the file and what to do,
    and never what stands in it."""
    try:
        with Path(path).open("rb") as file:
            content = file.read(LARGEST + 1)
        text = content.decode().rstrip("\r\n")
    except FileNotFoundError:
        raise InvalidInput(f"{variable} names {path}, which is not there: make the file or correct the name.") from None
    except UnicodeDecodeError:
        raise InvalidInput(f"{variable} names {path}, which is no text: write the secret into it, as UTF-8.") from None
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or "no path"
        raise InvalidInput(
            f"{variable} names {path}, which user {os.geteuid()} cannot read ({why}): give that user the right to."
        ) from None
    if len(content) > LARGEST:
        raise InvalidInput(f"{variable} names {path}, which is longer than any secret: is it the right file?")
    if not text.strip():
        raise InvalidInput(f"{variable} names {path}, which is empty: write the secret into it.")
    return text


def with_password(url: str, password: str) -> str:
    """A database's URL with the password, where it names a user and no password of its own.

    >>> with_password("postgresql://igny8_app@db/igny8", "p@ss")
    'postgresql://igny8_app:p%40ss@db/igny8'
    """
    parts = urlsplit(url)
    user, at, place = parts.netloc.rpartition("@")
    if not password or not at or ":" in user:
        return url
    return urlunsplit(parts._replace(netloc=f"{user}:{quote(password, safe='')}@{place}"))
