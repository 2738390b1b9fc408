"""An import that dies anywhere is gone on with, and every post is here once."""

from __future__ import annotations

import pytest
from sqlalchemy import delete, func, select

from igny8_lib.models import Content, WordPressOriginal, WordPressSync
from igny8_lib.publishing.importing import state
from tests.lib.publishing.importing.conftest import Import
from tests.lib.publishing.importing.dying import Plan

KILLED = -9
POSTS = 130
DEATHS: tuple[tuple[dict[str, int], int], ...] = (
    ({"before_request": 2}, 0),
    ({"after_request": 2}, 0),
    ({"at_insert": 1}, 0),
    ({"at_insert": 2}, 0),
    ({"at_commit": 2}, 0),
    ({"before_request": 3}, 100),
    ({"at_insert": 4}, 100),
    ({"at_commit": 4}, 100),
    ({"after_request": 4}, POSTS),
)
"""Where the process dies, between two pages or within the transaction of one, and how many posts are stored then. The
first request asks who asks, the second one for a hundred posts, the third for the rest, the fourth for pages."""


def plan(imported: Import, **deaths: int) -> Plan:
    connection = imported.server.connection()
    database = imported.sessions.kw["bind"].url.render_as_string(hide_password=False)
    password = connection.password.get_secret_value()
    return Plan(database, imported.site.id, connection.url, connection.username, password, **deaths)


def count(imported: Import, table: type[Content | WordPressOriginal]) -> tuple[int, int]:
    """Rows, and how many different posts they are of."""
    with imported.sessions() as session:
        numbers = func.count(table.external_id.distinct())
        row = session.execute(select(func.count(), numbers).select_from(table)).one()
        return row[0], row[1]


@pytest.mark.slow("starts and kills a process for each place where it can die")
def test_an_import_that_is_killed_anywhere_goes_on_behind_its_last_page_and_no_post_is_lost_or_doubled(
    imported: Import,
) -> None:
    imported.write_many(POSTS)
    for death, stored in DEATHS:
        assert plan(imported, **death).run() == KILLED, death
        assert count(imported, Content) == count(imported, WordPressOriginal) == (stored, stored), death
        done = imported.run()
        assert (done["state"], done["counts"]["new"]) == ("finished", POSTS), death
        assert count(imported, Content) == count(imported, WordPressOriginal) == (POSTS, POSTS), death
        with imported.sessions.begin() as session:
            for table in (WordPressOriginal, Content, WordPressSync):
                session.execute(delete(table).where(table.site_id == imported.site.id))


def test_two_processes_at_once_do_each_others_work_and_never_twice(imported: Import) -> None:
    imported.write_many(POSTS)
    running = [plan(imported).start() for _ in range(3)]
    assert [process.wait(120) for process in running] == [0, 0, 0]
    assert count(imported, Content) == (POSTS, POSTS)
    with imported.sessions() as session:
        counts = state.describe(session, imported.site.id)["counts"]
    assert counts["new"] == POSTS
