"""Indexes that are built while everybody writes: what a cut-off build left is built anew, what stands is left alone."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import OperationalError

from igny8_lib.db.migrate import upgrade
from tests.lib.db.migrations.steps import database_at

BEFORE, BUILT = "0042", "0043"
NAME = "ix_ai_calls_answered_at"
INDEXES = text(
    "SELECT relname AS name, oid AS id, indisvalid FROM pg_index JOIN pg_class ON oid = indexrelid "
    "WHERE relam = (SELECT oid FROM pg_am WHERE amname = 'brin')"
)


@pytest.fixture
def before(postgres_url: str) -> Iterator[Engine]:
    with database_at(postgres_url, BEFORE) as engine:
        yield engine


def indexes(engine: Engine) -> dict[str, tuple[int, bool]]:
    with engine.connect() as connection:
        return {row.name: (row.id, row.indisvalid) for row in connection.execute(INDEXES)}


def cut_off(engine: Engine) -> None:
    """Begin the index, and give up as the build waits for somebody who writes."""
    with engine.connect() as writer, engine.connect().execution_options(isolation_level="AUTOCOMMIT") as builder:
        writer.execute(text("LOCK TABLE ai_calls IN ROW EXCLUSIVE MODE"))
        builder.execute(text("SET lock_timeout = '50ms'"))
        with pytest.raises(OperationalError, match="lock timeout"):
            builder.execute(text(f"CREATE INDEX CONCURRENTLY {NAME} ON ai_calls USING brin (answered_at)"))
        builder.execute(text("RESET lock_timeout"))


def test_an_index_that_a_cut_off_build_left_is_built_anew(before: Engine) -> None:
    cut_off(before)
    left, valid = indexes(before)[NAME]
    assert not valid
    upgrade(before, BUILT)
    assert indexes(before)[NAME] != (left, True)
    assert [valid for _, valid in indexes(before).values()] == [True] * 6


def test_a_migration_that_was_cut_off_behind_its_indexes_builds_none_again(before: Engine) -> None:
    upgrade(before, BUILT)
    built = indexes(before)
    with before.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = :before"), {"before": BEFORE})
    upgrade(before, BUILT)
    assert indexes(before) == built


def test_the_next_migration_waits_as_shortly_as_any(before: Engine) -> None:
    with before.connect() as holder:
        holder.execute(text("LOCK TABLE summary_backfills IN ACCESS SHARE MODE"))
        pauses: list[float] = []

        def pause(seconds: float) -> None:
            pauses.append(seconds)
            holder.rollback()

        upgrade(before, "0044", pause=pause)
    assert len(pauses) == 1
