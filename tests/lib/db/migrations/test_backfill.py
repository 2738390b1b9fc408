"""The days hold what was asked and booked before they were there, each row once, whoever writes meanwhile."""

from __future__ import annotations

import multiprocessing
import random
import threading
import time
from collections.abc import Callable, Iterator
from ctypes import Array, c_int
from multiprocessing.synchronize import Event
from typing import Any

import psycopg
import pytest
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, text

from igny8_lib.credits.checking import check_all
from igny8_lib.db.migrate import config, upgrade
from igny8_lib.db.scope import PLATFORM
from igny8_lib.db.session import make_engine, session_factory
from igny8_lib.stack.database_roles import plain
from tests.dead_processes import mortal, wait_until_gone
from tests.lib.db.migrations.steps import RELEASED, database_at
from tests.run_spending import AI_DAYS_AGAINST_SUMS, DAYS_AGAINST_SUMS

BACKFILL = "0044"
BEFORE = "0043"
OLDER = 600
GAP = 100
"""Between two ids: few rows are many chunks."""
WRITERS = 3
LONGEST_SECONDS = 60

ACCOUNTS = """
INSERT INTO accounts (name, slug, status) SELECT n, n, 'active' FROM unnest(ARRAY['a', 'b']) n;
INSERT INTO sites (account_id, name, slug, domain, timezone, language, status, hosting_type, brand)
    SELECT id, slug, slug, slug || '.example', 'UTC', 'en', 'active', 'custom', '' FROM accounts;
ALTER TABLE ai_calls ALTER COLUMN id SET INCREMENT BY 100;
ALTER TABLE credit_ledger ALTER COLUMN id SET INCREMENT BY 100;
INSERT INTO credit_ledger (account_id, entry_type, amount, balance_after, idempotency_key, created_by, metadata)
    SELECT id, 'grant', 10000000, 0, 'opening', '', '{}' FROM accounts
"""
ASK = """
INSERT INTO ai_calls (site_id, run_id, stage, charge_key, idempotency_key, operation, model, prompt_version, status,
                      attempts, tokens_in, tokens_out, provider_cost, created_at)
SELECT id, NULL, 1 + n %% 3, key, key, 'clustering', 'm', 'v1', 'pending', 0, nullif(n %% 4, 0), n %% 7, 0.001,
       now() - n %% 5 * interval '1 day'
FROM sites, LATERAL (SELECT n, id || '/' || n || '/' || %(name)s AS key FROM generate_series(1, %(rows)s) n) numbered
"""
BOOK = """
INSERT INTO credit_ledger (account_id, entry_type, amount, balance_after, idempotency_key, operation, site_id, run_id,
                           stage, created_by, metadata, created_at)
SELECT account_id, 'usage', -n, 0, id || '/' || n || '/' || %(name)s, 'clustering', id, 7, 1 + n %% 3, '', '{}',
       now() - n %% 5 * interval '1 day'
FROM sites, generate_series(1, %(rows)s) n ORDER BY account_id, n
"""
CHANGES = {
    "figures": "UPDATE ai_calls SET tokens_in = coalesce(tokens_in, 0) + 3, provider_cost = NULL WHERE id = %(id)s",
    "place": "UPDATE ai_calls SET stage = 9, tokens_out = 11 WHERE id = %(id)s",
    "row": "DELETE FROM ai_calls WHERE id = %(id)s",
}
WAITS = text("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()")
MARK = text("SELECT done, boundary FROM summary_backfills WHERE table_name = 'ai_calls'")

fork = multiprocessing.get_context("fork")


@pytest.fixture
def released(postgres_url: str) -> Iterator[Engine]:
    """The newest released schema with requests and entries of two accounts."""
    with database_at(postgres_url, RELEASED) as engine:
        with psycopg.connect(url_of(engine)) as connection:
            connection.execute(ACCOUNTS)
            for statement in (ASK, BOOK):
                connection.execute(statement, {"name": "older", "rows": OLDER // 2})
        yield engine


def url_of(engine: Engine) -> str:
    return plain(engine.url.render_as_string(hide_password=False), database=engine.url.database)


def wait_until(true: Callable[[], object]) -> None:
    until = time.monotonic() + LONGEST_SECONDS
    while not true():
        assert time.monotonic() < until
        time.sleep(0.01)


def assert_days_are_the_sums(engine: Engine) -> None:
    assert check_all(session_factory(engine, PLATFORM)) == 2
    with engine.connect() as connection:
        for question in (DAYS_AGAINST_SUMS, AI_DAYS_AGAINST_SUMS):
            rows, wrong = connection.execute(text(question)).one()
            assert (rows > 0, wrong) == (True, 0)


def write(url: str, number: int, ended: Event, done: Array[c_int]) -> None:
    """Ask, change one's share of all requests, and book, until told to end; every fifth transaction is taken back."""
    dice = random.Random(number)  # noqa: S311 - a repeatable choice, no secret
    with psycopg.connect(url, autocommit=True) as connection:
        while not ended.is_set():
            name = f"{number}/{done[number]}"
            share = "SELECT id FROM ai_calls WHERE id / %s %% %s = %s"
            ids = [row[0] for row in connection.execute(share, [GAP, WRITERS + 1, number])]
            with connection.transaction() as transaction:
                connection.execute(ASK, {"name": name, "rows": 1})
                for change in ("figures", "figures", "place", dice.choice(["row", "figures", "figures", "figures"])):
                    connection.execute(CHANGES[change], {"id": dice.choice(ids)})
                connection.execute("SELECT FROM credit_balances ORDER BY account_id FOR UPDATE")
                connection.execute(BOOK, {"name": name, "rows": 2})
                if done[number] % 5 == 4:
                    raise psycopg.Rollback(transaction)
            done[number] += 1


def migrate(url: str) -> None:
    upgrade(make_engine(mortal(url), pool_size=2))


@pytest.mark.slow("migrates while processes write, and is killed once")
def test_the_days_are_the_sums_after_a_backfill_among_writers_that_was_killed(released: Engine) -> None:
    url, ended, done = released.url.render_as_string(hide_password=False), fork.Event(), fork.Array(c_int, WRITERS + 1)
    writers = [fork.Process(target=write, args=(url_of(released), n, ended, done.get_obj())) for n in range(WRITERS)]
    for process in writers:
        process.start()
    upgrade(released, BEFORE)
    migration = fork.Process(target=migrate, args=(url,))
    with psycopg.connect(url_of(released)) as holder:
        held = holder.execute(
            "SELECT id FROM ai_calls WHERE id / %s %% %s = %s AND id > %s ORDER BY id LIMIT 1 FOR UPDATE",
            [GAP, WRITERS + 1, WRITERS, OLDER * GAP // 2],
        ).fetchone()
        assert held
        migration.start()

        def has_come_to_the_held_row() -> bool:
            with released.connect() as connection:
                return bool(connection.execute(MARK).one().done >= held[0] - chunk())

        wait_until(has_come_to_the_held_row)
        migration.kill()
        migration.join()
        wait_until_gone(url)
    with released.connect() as connection:
        assert 0 < connection.execute(MARK).one().done < connection.execute(MARK).one().boundary
    before = done[:WRITERS]
    wait_until(lambda: all(now > then + 3 for now, then in zip(done[:WRITERS], before, strict=True)))
    upgrade(released)
    before = done[:WRITERS]
    wait_until(lambda: all(now > then for now, then in zip(done[:WRITERS], before, strict=True)))
    ended.set()
    for process in writers:
        process.join()
    assert [process.exitcode for process in writers] == [0] * WRITERS
    assert_days_are_the_sums(released)
    with released.connect() as connection:
        assert connection.scalar(text("SELECT to_regclass('summary_backfills')")) is None


def migration_of(revision: str) -> Any:
    return ScriptDirectory.from_config(config()).get_revision(revision).module


def chunk() -> int:
    return int(migration_of(BACKFILL).CHUNK)


def move(connection: Connection) -> None:
    """Add the next chunk of requests, as the migration does."""
    connection.execute(migration_of(BACKFILL).MOVE, {"ids": chunk(), "name": "ai_calls"})


@pytest.fixture(scope="module")
def half_way(postgres_url: str) -> Iterator[Engine]:
    """The first chunk of requests is added, the others are not; each test adds one more."""
    with database_at(postgres_url, RELEASED) as engine:
        with psycopg.connect(url_of(engine)) as connection:
            connection.execute(ACCOUNTS)
            connection.execute(ASK, {"name": "older", "rows": OLDER})
        upgrade(engine, BEFORE)
        with engine.begin() as connection:
            connection.execute(text(migration_of(BACKFILL).ADD))
            connection.execute(text(migration_of(BACKFILL).ADD_BY_MOVING))
            move(connection)
        yield engine


def assert_what_is_passed_is_added(engine: Engine) -> None:
    figures = "coalesce(sum(tokens_in), 0), coalesce(sum(tokens_out), 0), coalesce(sum(provider_cost), 0)"
    passed = "id <= :done OR id > :boundary"
    kept = text(f"SELECT stage, sum(calls), {figures} FROM ai_usage_days GROUP BY 1 HAVING sum(calls) > 0")  # noqa: S608
    asked = text(f"SELECT stage, count(*), {figures} FROM ai_calls WHERE {passed} GROUP BY 1")  # noqa: S608
    with engine.connect() as connection:
        mark = connection.execute(MARK).one()._asdict()
        assert sorted(connection.execute(kept).all()) == sorted(connection.execute(asked, mark).all())


@pytest.mark.parametrize("what", CHANGES)
@pytest.mark.parametrize("first", ["the writer", "the backfill"])
def test_a_request_is_added_once_whoever_comes_first(half_way: Engine, what: str, first: str) -> None:
    with psycopg.connect(url_of(half_way)) as writer, half_way.connect() as backfill:
        done = backfill.execute(MARK).one().done
        row = writer.execute("SELECT min(id) FROM ai_calls WHERE id > %s", [done]).fetchone()
        assert row
        works: list[Callable[[], object]] = [
            lambda: writer.execute(CHANGES[what], {"id": row[0]}),
            lambda: move(backfill),
        ]
        ends: list[Callable[[], object]] = [writer.commit, backfill.commit]
        if first == "the backfill":
            works.reverse()
            ends.reverse()
        works[0]()
        second = threading.Thread(target=lambda: (works[1](), ends[1]()))
        second.start()
        wait_until(lambda: is_waiting(half_way))
        ends[0]()
        second.join()
        assert backfill.execute(MARK).one().done == done + chunk()
    assert_what_is_passed_is_added(half_way)


def is_waiting(engine: Engine) -> bool:
    with engine.connect() as connection:
        return bool(connection.scalar(WAITS))


@pytest.mark.parametrize("what", CHANGES)
def test_what_is_changed_before_and_behind_the_mark_is_right(half_way: Engine, what: str) -> None:
    with half_way.connect() as connection:
        mark = connection.execute(MARK).one()
    with psycopg.connect(url_of(half_way)) as writer:
        writer.execute(ASK, {"name": what, "rows": 1})
        for where in ("id <= %s", "id > %s", "id > %s AND id > (SELECT max(id) - 1 FROM ai_calls)"):
            row = writer.execute(f"SELECT max(id) FROM ai_calls WHERE {where}", [mark.done]).fetchone()  # noqa: S608
            assert row
            writer.execute(CHANGES[what], {"id": row[0]})
        writer.execute(CHANGES[what], {"id": mark.boundary})
    assert_what_is_passed_is_added(half_way)


def test_the_rest_is_added_and_a_way_back_and_forth_adds_nothing_again(released: Engine) -> None:
    from alembic import command  # noqa: PLC0415 - beside its one use

    upgrade(released)
    assert_days_are_the_sums(released)
    with released.begin() as connection:
        command.downgrade(config(connection=connection), BEFORE)
    upgrade(released)
    assert_days_are_the_sums(released)
    with released.begin() as connection:
        command.downgrade(config(connection=connection), RELEASED)
    upgrade(released)
    assert_days_are_the_sums(released)
