"""The product's connections through a real PgBouncer in transaction mode, with one connection of the server."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, func, make_url, select, text

from igny8_lib.db import holding
from igny8_lib.db.session import make_engine
from igny8_lib.stack import brokers, postgres
from igny8_lib.stack.database_roles import address_of
from igny8_lib.stack.ports import LOOPBACK, free_ports
from tests.stack import until

LOCK = 4711


@pytest.fixture
def pooled(database_url: str, tmp_path: Path) -> Iterator[Engine]:
    """An engine on the test's database, which leads through PgBouncer."""
    postgres.let_pass(tmp_path)
    port = free_ports(1)[0]
    here = make_url(database_url).set(host=LOOPBACK, port=port, password="of-this-test", query={})
    url = here.render_as_string(hide_password=False)
    server = address_of(database_url)
    command = brokers.write_pgbouncer(tmp_path / "pgbouncer", port=port, server=server, urls=[url])
    with subprocess.Popen(command, **postgres.identity(postgres.runs_as())) as process:
        try:
            until(lambda: brokers.pgbouncer_answers(url) or None, "PgBouncer answers", 30)
            engine = make_engine(url)
            yield engine
            engine.dispose()
        finally:
            process.kill()


def test_a_statement_that_is_repeated_works_on_whatever_connection_of_the_server(pooled: Engine) -> None:
    query = text("SELECT :number * 2")
    with pooled.connect() as first, pooled.connect() as second:
        for number in range(12):
            for connection in (first, second):
                assert connection.scalar(query, {"number": number}) == number * 2
                connection.commit()
        prepared = first.scalar(text("SELECT count(*) FROM pg_prepared_statements"))
    assert prepared == 0


def test_a_lock_is_one_holder_s_until_it_lets_go(pooled: Engine) -> None:
    holder, other = pooled.connect(), pooled.connect()
    assert holding.hold(holder, LOCK)
    assert not holding.hold(other, LOCK)
    other.rollback()
    holding.let_go(holder)
    assert holding.hold(other, LOCK)
    holding.let_go(other)
    with pooled.connect() as third:
        left = third.scalar(select(func.count()).select_from(text("pg_locks WHERE locktype = 'advisory'")))
        assert left is not None
        assert third.scalar(select(func.pg_try_advisory_xact_lock(LOCK)))
