"""The rounds in which batches are worked: how many workers there are, and what one does."""

from __future__ import annotations

from collections.abc import Iterator
from types import ModuleType

import pytest
from sqlalchemy.orm import Session

from igny8_lib.batches.cancelling import cancel
from igny8_lib.batches.listing import show_batch
from igny8_lib.batches.opening import Choice, open_batch
from igny8_lib.models import BatchKind, BatchStatus, ContentBatch
from tests.dags.conftest import on_database
from tests.factories.articles import make_article
from tests.factories.sites import make_site
from tests.statements import count_statements


@pytest.fixture
def batches(database_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[ModuleType]:
    """What the DAG's tasks call, on the test's database."""
    with on_database("igny8_dags.batches", database_url, monkeypatch) as module:
        yield module


def make_batch(session: Session) -> ContentBatch:
    """A committed batch of one article, at a site of its own."""
    site = make_site(session)
    batch = open_batch(session, site, BatchKind.ANALYZE, Choice([make_article(session, site).id]), by="ann")
    session.commit()
    return batch


def test_an_idle_minute_has_no_worker_and_asks_the_database_once(batches: ModuleType, session: Session) -> None:
    batch = make_batch(session)
    cancel(session, batch.site_id, batch.id, by="ann")
    session.commit()
    assert batches.find_workers() == []
    assert count_statements(batches.sessions().kw["bind"], batches.find_workers) == 1


def test_there_is_a_worker_for_each_batch_and_four_at_most(batches: ModuleType, session: Session) -> None:
    for number in range(1, 7):
        make_batch(session)
        assert batches.find_workers() == [f"worker {each}" for each in range(1, min(number, 4) + 1)]


def test_a_round_does_what_was_asked_for_and_the_next_one_is_idle(batches: ModuleType, session: Session) -> None:
    made = [make_batch(session) for _ in range(2)]
    assert batches.work_some() == {"done": 2, "skipped": 0, "failed": 0, "batches": 2}
    assert batches.find_workers() == []
    session.expire_all()
    assert {show_batch(session, each.site_id, each.id).status for each in made} == {BatchStatus.COMPLETED}
