"""Every removal finds its rows by an index, and so does every foreign key that a delete sets off."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import Engine, Text, column, func, select
from sqlalchemy import text as sql
from sqlalchemy.orm import Session

from igny8_lib import clock
from igny8_lib.db.base import Base
from igny8_lib.models import AnsweredRequest, Site
from igny8_lib.retention import ai_answers, run_details
from igny8_lib.retention.batching import delete_some
from igny8_lib.retention.records import RECORDS, Records, old_requests
from igny8_lib.retention.run_details import DETAILS
from tests.lib.retention.old import make_answer, make_worked_run
from tests.query_plans import plans_of

NOW = clock.now()
WITHOUT_INDEX = sql("""
SELECT c.conrelid::regclass::text || '.' || a.attname
FROM pg_constraint c JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = c.conkey[1]
WHERE c.contype = 'f' AND c.confrelid::regclass::text = ANY(:tables)
    AND NOT EXISTS (SELECT FROM pg_index i WHERE i.indrelid = c.conrelid AND i.indkey[0] = c.conkey[1])
""").columns(column("name", Text))

REMOVALS: dict[str, Callable[[Session, int], object]] = {
    "run_details": lambda session, site: run_details.remove_some(session, site_id=site, before=NOW),
    "ai_answers": lambda session, site: ai_answers.remove_some(session, site_id=site, since=None, before=NOW),
    "ai_answers again": lambda session, site: ai_answers.remove_some(
        session, site_id=site, since=NOW - timedelta(days=500), before=NOW
    ),
    "mark": lambda session, site: ai_answers.set_mark(session, site, None, NOW),
    "requests": lambda session, _: delete_some(session, AnsweredRequest, old_requests(NOW)),
}


def of_records(records: Records) -> Callable[[Session, int], object]:
    return lambda session, site: delete_some(session, records.model, records.old(site, NOW))


@pytest.mark.parametrize("part", [*REMOVALS, *RECORDS])
def test_rows_are_found_by_an_index(engine: Engine, session: Session, site: Site, part: str) -> None:
    run = make_worked_run(session, site)
    make_answer(session, site, run=run)
    session.commit()
    work = REMOVALS[part] if part in REMOVALS else of_records(RECORDS[part])

    def by_index(session: Session) -> None:
        session.execute(select(func.set_config("enable_seqscan", "off", True)))  # noqa: FBT003 - SQL
        work(session, site.id)

    nodes = plans_of(engine, by_index, ("SELECT", "UPDATE", "DELETE"))
    assert [node["Relation Name"] for node in nodes if node["Node Type"] == "Seq Scan"] == []


def test_foreign_keys_to_what_is_deleted_have_indexes(session: Session) -> None:
    deleted: list[type[Base]] = [*DETAILS, *(each.model for each in RECORDS.values()), AnsweredRequest]
    names = [model.__tablename__ for model in deleted]
    assert session.scalars(WITHOUT_INDEX, {"tables": names}).all() == []
