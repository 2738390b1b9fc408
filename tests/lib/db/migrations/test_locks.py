"""No migration keeps writers of a big table waiting for longer than a moment, and none that waits makes others wait."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator

import psycopg
import pytest
from sqlalchemy import Engine, text

from igny8_lib.db.migrate import MigrationBlocked, upgrade
from igny8_lib.models import Base
from igny8_lib.stack.database_roles import plain
from tests.lib.db.migrations.steps import BIG, RELEASED, Looks, database_at, faults_between, faults_of, revisions

LATER = revisions()[revisions().index(RELEASED) + 1 :]


@pytest.fixture(scope="module")
def released(postgres_url: str) -> Iterator[Engine]:
    """A database of the newest released schema, which the tests bring further step by step."""
    with database_at(postgres_url, RELEASED) as engine:
        yield engine


def test_the_big_tables_are_tables() -> None:
    assert set(Base.metadata.tables) >= BIG


def test_no_migration_since_the_last_release_works_long_on_a_big_table(released: Engine) -> None:
    assert {revision: found for revision in LATER if (found := faults_of(released, revision))} == {}


@pytest.mark.parametrize(
    ("statement", "fault"),
    [
        ("CREATE INDEX slow ON keywords (text)", "builds an index of keywords while nobody writes"),
        ("ALTER TABLE keywords ADD COLUMN at timestamptz DEFAULT clock_timestamp()", "rewrites keywords"),
        ("ALTER TABLE images ALTER COLUMN prompt TYPE text USING upper(prompt)", "rewrites images"),
        ("ALTER TABLE tasks ADD CONSTRAINT said CHECK (id > 0)", "checks all rows of tasks while nobody writes"),
        ("ALTER TABLE tasks ALTER COLUMN error SET NOT NULL", "reads all of tasks for NOT NULL"),
        ("UPDATE images SET alt_text = ''", "writes many rows of images at once"),
        ("LOCK TABLE sites, credit_ledger IN SHARE MODE", "locks credit_ledger"),
        ("ALTER TABLE keywords ADD COLUMN fine text DEFAULT 'x' NOT NULL", None),
        ("ALTER TABLE tasks ADD CONSTRAINT later CHECK (id > 0) NOT VALID", None),
        ("CREATE TABLE newcomers (id bigint PRIMARY KEY REFERENCES sites)", None),
    ],
)
def test_what_works_long_on_a_big_table_is_seen(statement: str, fault: str | None, engine: Engine) -> None:
    before = Looks.at(engine)
    with engine.begin() as connection:
        connection.execute(text(statement))
    assert set(faults_between(before, Looks.at(engine), [statement])) == ({fault} if fault else set())


def probed(url: str, work: Callable[[], None]) -> tuple[int, int]:
    """Do the work while somebody changes keywords again and again; how often he did, and how often he waited for a
    lock for more than a second."""
    done, counts = threading.Event(), [0, 0]

    def write() -> None:
        with psycopg.connect(plain(url), autocommit=True) as connection:
            connection.execute("SET lock_timeout = '1s'")
            while not done.is_set():
                try:
                    connection.execute("UPDATE keywords SET volume = 1 WHERE id = (SELECT min(id) FROM keywords)")
                    counts[0] += 1
                except psycopg.errors.LockNotAvailable:
                    counts[1] += 1

    writer = threading.Thread(target=write)
    writer.start()
    try:
        work()
    finally:
        done.set()
        writer.join()
    return counts[0], counts[1]


@pytest.mark.slow("fills a table with 300,000 rows, so that work on all of them is seen")
def test_writers_are_let_through_while_big_tables_are_migrated(postgres_url: str) -> None:
    with database_at(postgres_url, RELEASED) as engine:
        with engine.begin() as connection:
            connection.execute(
                text(
                    "INSERT INTO accounts (name, slug, status) VALUES ('a', 'a', 'active');"
                    "INSERT INTO sites "
                    "(account_id, name, slug, domain, timezone, language, status, hosting_type, brand) "
                    "SELECT id, 's', 's', 's.example', 'UTC', 'en', 'active', 'custom', '' FROM accounts;"
                    "INSERT INTO keywords (site_id, text, normalized, status) SELECT sites.id, n::text, n::text, 'new' "
                    "FROM sites, generate_series(1, 300000) AS n"
                )
            )
        url = engine.url.render_as_string(hide_password=False)
        for revision in LATER:
            _, blocked = probed(url, lambda step=revision: upgrade(engine, step))  # type: ignore[misc]
            assert blocked == 0, revision

        def hold() -> None:
            with engine.begin() as connection:
                connection.execute(text("LOCK TABLE keywords IN SHARE MODE; SELECT pg_sleep(2.5)"))

        assert probed(url, hold)[1] > 0, "what takes long is seen"


def test_a_migration_that_waits_lets_others_through_and_is_tried_again(postgres_url: str) -> None:
    with database_at(postgres_url, "0037") as engine, engine.connect() as holder:
        holder.execute(text("LOCK TABLE rule_executions IN ACCESS SHARE MODE"))
        pauses: list[float] = []

        def pause(seconds: float) -> None:
            with engine.begin() as other:
                other.execute(text("SET LOCAL lock_timeout = '100ms'; SELECT count(*) FROM rule_executions"))
            pauses.append(seconds)
            if len(pauses) == 2:
                holder.rollback()

        upgrade(engine, "0038", pause=pause)
        assert len(pauses) == 2


def test_a_table_that_stays_locked_is_said_in_a_sentence(postgres_url: str) -> None:
    with database_at(postgres_url, "0037") as engine, engine.connect() as holder:
        holder.execute(text("LOCK TABLE rule_executions IN ACCESS SHARE MODE"))
        with pytest.raises(MigrationBlocked, match="long transactions"):
            upgrade(engine, "0038", attempts=2, pause=lambda _: None)
        holder.rollback()
        upgrade(engine, "0038")
