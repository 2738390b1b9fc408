"""Connections of the pool are asked whether they stand when there is a reason to, and not at every checkout."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine, text

from igny8_lib.db import resting
from igny8_lib.db.session import make_engine

ONE = text("SELECT pg_backend_pid()")


@pytest.fixture
def lonely(database_url: str) -> Iterator[Engine]:
    """An engine of one connection."""
    engine = make_engine(database_url, pool_size=1)
    yield engine
    engine.dispose()


def backend(engine: Engine) -> int:
    """The server's process behind a checkout."""
    with engine.connect() as connection:
        return int(connection.scalar(ONE) or 0)


def test_a_connection_that_the_server_has_ended_is_made_anew_without_an_error(lonely: Engine, engine: Engine) -> None:
    first = backend(lonely)
    with engine.begin() as connection:
        connection.execute(text("SELECT pg_terminate_backend(:pid, 5000)"), {"pid": first})
    assert backend(lonely) != first


def asked(engine: Engine, monkeypatch: pytest.MonkeyPatch, *, rests: float) -> int:
    """How often a checkout asks the server where a rest begins after so many seconds."""
    backend(engine)
    ping, calls = engine.dialect._do_ping_w_event, []
    monkeypatch.setattr(resting, "RESTED", rests)
    monkeypatch.setattr(type(engine.dialect), "_do_ping_w_event", lambda _, held: calls.append(held) or ping(held))
    backend(engine)
    return len(calls)


def test_a_connection_is_asked_after_a_rest(lonely: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    assert asked(lonely, monkeypatch, rests=0) == 1


def test_a_connection_is_not_asked_in_the_midst_of_work(lonely: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    assert asked(lonely, monkeypatch, rests=3600) == 0
