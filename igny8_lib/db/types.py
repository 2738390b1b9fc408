"""Column types shared by the models."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from sqlalchemy import BigInteger, Dialect, Enum
from sqlalchemy.types import TypeDecorator

from igny8_lib.amounts import Credits


class CreditsColumn(TypeDecorator[Credits]):
    """Credits as a bigint of hundredths."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: Credits | None, dialect: Dialect) -> int | None:  # noqa: ARG002 - SQLAlchemy's signature
        """Credits to hundredths."""
        return None if value is None else value.hundredths

    def process_result_value(self, value: Any | None, dialect: Dialect) -> Credits | None:  # noqa: ANN401, ARG002 - SQLAlchemy's signature
        """Hundredths to Credits (sums come back as Decimal)."""
        return None if value is None else Credits(int(value))


def text_enum(members: type[StrEnum], name: str = "") -> Enum:
    """A StrEnum stored as its value in a text column with a CHECK, so that adding a member is a plain migration.

    `name` tells two columns of one table apart that hold the same enum.
    """
    return Enum(
        members,
        native_enum=False,
        create_constraint=True,
        length=32,
        name=name or members.__name__.lower(),
        values_callable=lambda enum: [member.value for member in enum],
    )
