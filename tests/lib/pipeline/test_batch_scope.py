"""A batch works in its site's scope: its requests see and change nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import Engine, event, func, select

from igny8_lib.db.scope import Kind, Scope
from igny8_lib.db.scoped_sql import SCOPE
from igny8_lib.db.session import scoped
from igny8_lib.models import Content, RunStatus
from igny8_lib.pipeline import process_batch, stage_tasks
from igny8_lib.pipeline.batch import Tools
from tests.lib.pipeline.drive import begin, drive
from tests.lib.pipeline.ready import ready_site


@contextmanager
def scopes_of_writes(engine: Engine) -> Iterator[list[tuple[str, Scope]]]:
    """The first word of each statement that writes, with the scope it was sent in."""
    seen: list[tuple[str, Scope]] = []

    def note(connection: Any, _: object, statement: str, *__: object) -> None:
        if statement.startswith(("INSERT", "UPDATE", "DELETE")):
            seen.append((" ".join(statement.split()[:3]), connection.get_execution_options()[SCOPE]))

    event.listen(engine, "before_cursor_execute", note)
    yield seen
    event.remove(engine, "before_cursor_execute", note)


@pytest.mark.parametrize(("number", "table"), [(1, "clusters"), (3, "tasks"), (4, "content")])
def test_what_a_batch_makes_is_made_in_its_sites_scope(tools: Tools, engine: Engine, number: int, table: str) -> None:
    site = ready_site(tools, number, items=3)
    run = begin(tools.sessions, site.slug, {"start_stage": number})
    for batch in stage_tasks.plan_stage(tools.sessions, run.id, number, "test"):
        with scopes_of_writes(engine) as seen:
            process_batch.process_batch(tools, run.id, number, batch, "test")
        made = {scope for statement, scope in seen if statement == f"INSERT INTO {table}"}
        assert made == {Scope.of_sites(site.account_id, [site.id])}


def test_a_whole_run_works_in_its_sites_scope(tools: Tools) -> None:
    site, other = ready_site(tools, 1, items=6), ready_site(tools, 1, items=6)
    own = replace(tools, sessions=scoped(tools.sessions, Scope.of_sites(site.account_id, [site.id])))
    run = drive(own, site.slug)
    assert run.status is RunStatus.COMPLETED, run.stopped_detail
    assert own.sessions.kw["info"][SCOPE].kind is Kind.SITES
    with tools.sessions() as session:
        made = dict(session.execute(select(Content.site_id, func.count()).group_by(Content.site_id)).all())
    assert made[site.id] > 0
    assert other.id not in made
