"""The phases of paying as functions of the database (migration 0039), each called by one statement.

A function locks the account's balance row and asks nobody until it is done: called as the last statement of a
transaction, it holds the lock for its own work and the commit, and not for the client's. What became of it comes back
as a word and as rows; igny8_lib.credits says it in sentences.

No compiler writes a tenant's condition into a function. So the session's scope goes in as parameters, and the places
that are written are checked here by the same rule as in any other statement (db/scoped_sql.py).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any, TypeVar

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Interval,
    Select,
    SmallInteger,
    Text,
    func,
    literal_column,
    select,
)
from sqlalchemy import bindparam as parameter
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Session, make_transient_to_detached
from sqlalchemy.orm.attributes import set_committed_value
from sqlalchemy.orm.util import identity_key
from sqlalchemy.types import TypeEngine

from igny8_lib.amounts import ZERO, Credits
from igny8_lib.credits.ledger import Usage
from igny8_lib.db.base import Base
from igny8_lib.db.scope import Kind
from igny8_lib.db.scoped_sql import check_values
from igny8_lib.db.session import scope_of_sessions
from igny8_lib.models import LedgerEntry, Reservation

M = TypeVar("M", bound=Base)
Types = dict[str, TypeEngine[Any]]

NUMBER, NUMBERS, SMALL, TEXT = BigInteger(), ARRAY(BigInteger()), SmallInteger(), Text()


@dataclass(frozen=True)
class Outcome:
    """What a function says, and the rows as they are now; None where there is none."""

    word: str
    held: Reservation | None = None
    entry: LedgerEntry | None = None
    available: Credits = ZERO


def names_of(model: type[Base]) -> list[str]:
    """The attributes of a model in the order of its columns."""
    return [attribute.key for attribute in model.__mapper__.column_attrs]


def columns_of(model: type[Base], row: str) -> list[ColumnElement[Any]]:
    """The columns of a row that a function returns as a whole."""
    columns = [attribute.columns[0] for attribute in model.__mapper__.column_attrs]
    return [literal_column(f"(f.{row}).{column.name}", column.type) for column in columns]


def call(function: str, types: Types, *returned: ColumnElement[Any]) -> Select[Any]:
    """The statement that calls a function with parameters of these names."""
    given = [parameter(name, type_=kind) for name, kind in types.items()]
    called = getattr(func, function)(*given).table_valued("outcome").alias("f")
    return select(literal_column("f.outcome"), *returned).select_from(called)


PLACE: Types = {"operation": TEXT, "site": NUMBER, "run": NUMBER, "stage": SMALL}
WHOSE: Types = {"reservation": NUMBER, "account": NUMBER, "sites": NUMBERS}
PAID_FOR: Types = {"related_type": TEXT, "related_id": NUMBER, "ai_call": NUMBER, "metadata": JSONB()}
WORK: Types = {"account": NUMBER, "sites": NUMBERS, "key": TEXT, "amount": NUMBER, "ttl": Interval()}

HELD, ENTRY = columns_of(Reservation, "held"), columns_of(LedgerEntry, "entry")
HELD_NAMES, ENTRY_NAMES = names_of(Reservation), names_of(LedgerEntry)
RESERVE = call("credit_reserve", WORK | PLACE, literal_column("f.available"), literal_column("f.let_go"), *HELD)
RELEASE = call("credit_release", WHOSE, *HELD)
SETTLE = call("credit_settle", WHOSE | {"used": NUMBER} | PLACE | PAID_FOR, *HELD, *ENTRY)


def call_reserve(
    session: Session, account_id: int, amount: Credits, *, key: str, usage: Usage, ttl: timedelta
) -> Outcome:
    """`reserved`, `extended` or `settled` with the reservation; `insufficient`, with what is available; `no_account`.

    A pending one that the reservation replaces is released, also as an object of the session.
    """
    owner, sites = whose(session)
    if owner is not None and owner != account_id:
        return Outcome("no_account")
    check_site(session, Reservation.__tablename__, usage.site_id)
    given = {"account": account_id, "sites": sites, "key": key, "amount": amount.hundredths, "ttl": ttl}
    word, available, let_go, *values = ask(session, RESERVE, given | place_of(usage))
    if let_go is not None and (known := session.identity_map.get(identity_key(Reservation, let_go))) is not None:
        session.refresh(known)
    return Outcome(word, attach(session, Reservation, HELD_NAMES, values), available=Credits(available or 0))


def call_release(session: Session, reservation_id: int) -> Outcome:
    """The status that the reservation has now, with it; `no_reservation`."""
    word, *values = ask(session, RELEASE, {"reservation": reservation_id} | owner_of(session))
    return Outcome(word, attach(session, Reservation, HELD_NAMES, values))


def call_settle(session: Session, reservation_id: int, used: Credits, *, usage: Usage) -> Outcome:
    """`settled` with reservation and entry; `settled_before` with those of then; `nothing_used` (released, if it was
    pending); `closed`; `key_reused` with the entry that has the key; `no_reservation`."""
    check_site(session, LedgerEntry.__tablename__, usage.site_id)
    paid_for = {
        "related_type": usage.related_type,
        "related_id": usage.related_id,
        "ai_call": usage.ai_call_id,
        "metadata": dict(usage.metadata),
    }
    given = {"reservation": reservation_id, "used": used.hundredths} | owner_of(session) | place_of(usage) | paid_for
    word, *values = ask(session, SETTLE, given)
    held, entry = values[: len(HELD)], values[len(HELD) :]
    return Outcome(
        word, attach(session, Reservation, HELD_NAMES, held), attach(session, LedgerEntry, ENTRY_NAMES, entry)
    )


def ask(session: Session, statement: Select[Any], given: dict[str, Any]) -> tuple[Any, ...]:
    """The one row of a function, which sees what the session has not written yet."""
    session.flush()
    return tuple(session.execute(statement, given).one())


def place_of(usage: Usage) -> dict[str, Any]:
    """What is paid for, as parameters."""
    return {"operation": usage.operation.value, "site": usage.site_id, "run": usage.run_id, "stage": usage.stage}


def whose(session: Session) -> tuple[int | None, list[int] | None]:
    """The account and the sites whose rows the session sees; None is any."""
    scope = scope_of_sessions(session)
    if scope.kind is Kind.PLATFORM:
        return None, None
    return scope.account_id, list(scope.site_ids) if scope.kind is Kind.SITES else None


def owner_of(session: Session) -> dict[str, Any]:
    """The same as parameters."""
    account, sites = whose(session)
    return {"account": account, "sites": sites}


def check_site(session: Session, table: str, site_id: int | None) -> None:
    """Raises OutOfScope for a site that is not the session's."""
    scope = scope_of_sessions(session)
    if scope.kind is not Kind.PLATFORM:
        check_values(session.connection(), scope, f"{table}.site_id", [site_id], of_sites=True)


def attach(session: Session, model: type[M], names: list[str], values: list[Any]) -> M | None:
    """The row as the session's object, made or brought up to date without another statement; None without a row."""
    row = dict(zip(names, values, strict=True))
    if row["id"] is None:
        return None
    known = session.identity_map.get(identity_key(model, row["id"]))
    if known is not None:
        for name, value in row.items():
            set_committed_value(known, name, value)
        return known
    made = model()
    made.__dict__.update(row)
    make_transient_to_detached(made)
    session.add(made)
    return made
