"""The journal's rows: what old ones become, and what states they take."""

from __future__ import annotations

import pytest
from alembic import command
from sqlalchemy import Engine, text

from igny8_lib.ai.deployment import deployment_code
from igny8_lib.ai.journal import Place, leave
from igny8_lib.db.migrate import config, upgrade
from igny8_lib.db.scope import PLATFORM
from igny8_lib.db.session import Sessions, session_factory
from igny8_lib.models import AICall, AICallFailure, AICallStatus, Site
from tests.factories.sites import make_site

OLD = (
    ("run/1/stage/4/request/17/ask/2", "answered", '{"text": "{}", "finish_reason": "stop"}'),
    ("run/1/stage/1/request/3/ask/1/half/2/ask/1", "failed", '{"temporary": true}'),
    ("run/1/stage/1/request/4/ask/1", "failed", '{"temporary": false}'),
    ("other/ask/1", "pending", None),
)
INSERT = text(
    "INSERT INTO ai_calls (site_id, idempotency_key, operation, model, prompt_version, status, attempts, answer, error)"
    " VALUES (:site, :key, 'o', '', 'v1', :status, 0, CAST(:answer AS jsonb), 'no')"
)


@pytest.fixture
def site(sessions: Sessions) -> Site:
    with sessions.begin() as session:
        return make_site(session)


@pytest.fixture
def old(engine: Engine, site: Site) -> Engine:
    """A database as it was before the columns, with rows in it."""
    with engine.begin() as connection:
        command.downgrade(config(connection=connection), "0011")
        for key, status, answer in OLD:
            connection.execute(INSERT, {"site": site.id, "key": key, "status": status, "answer": answer})
    return engine


def test_rows_from_before_get_their_columns(old: Engine, site: Site) -> None:
    upgrade(old)
    with session_factory(old, PLATFORM)() as session:
        found = {call.idempotency_key: call for call in session.query(AICall)}
        rows = [(found[key].charge_key, found[key].request, found[key].failure) for key, _, _ in OLD]
        assert rows == [
            ("run/1/stage/4/request/17", 17, None),
            ("run/1/stage/1/request/3", 3, AICallFailure.TEMPORARY),
            ("run/1/stage/1/request/4", 4, AICallFailure.ITEM),
            ("other", None, None),
        ]
        place = Place(site.id, None, None, 3, "run/1/stage/1/request/3", "o", "v1")
        assert leave(session, OLD[0][0], place).answer == {"text": "{}", "finish_reason": "stop"}
        assert leave(session, OLD[1][0], place).temporary
        assert leave(session, OLD[2][0], place).error == "no"


def test_each_migrated_database_has_a_code_of_its_own(old: Engine) -> None:
    codes = set()
    for _ in range(3):
        upgrade(old)
        with session_factory(old, PLATFORM)() as session:
            codes.add(deployment_code(session))
        with old.begin() as connection:
            command.downgrade(config(connection=connection), "0011")
    upgrade(old)
    assert len(codes) == 3
    assert all(len(code) == 12 for code in codes)


def test_a_key_has_one_row(sessions: Sessions, site: Site) -> None:
    place = Place(site.id, None, 1, 2, "charge", "auto_cluster", "v1")
    with sessions.begin() as session:
        first = leave(session, "charge/ask/1", place)
        again = leave(session, "charge/ask/1", place)
        assert session.get_one(AICall, first.id).status is AICallStatus.PENDING
        assert (again.id, first.maybe_paid, again.maybe_paid) == (first.id, False, True), "the first one may be billed"
