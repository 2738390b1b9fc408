"""The journal of optimizations: lists by what people look for, and both texts side by side."""

from __future__ import annotations

import pytest

from igny8_lib.errors import InvalidInput, NotFound
from igny8_lib.models import OptimizationSource, OptimizationStatus
from igny8_lib.optimizer.tasks import Chosen, compare, list_tasks
from igny8_lib.review.diff import Kind
from tests.lib.optimizer.conftest import PRICE, Desk
from tests.sandbox_server import SandboxServer
from tests.statements import count_statements


@pytest.fixture
def tried(desk: Desk, sandbox: SandboxServer) -> Desk:
    """One that was not better, then one that was taken."""
    sandbox.switch(rewrite="half")
    desk.optimize(source=OptimizationSource.WRITER)
    sandbox.reset()
    desk.optimize()
    return desk


def test_the_list_tells_what_came_of_each_newest_first(tried: Desk) -> None:
    with tried.sessions() as session:
        page = list_tasks(session, tried.site.id)
    taken, refused = page.tasks
    assert page.total == 2
    assert (taken["status"], taken["credits"], taken["source"]) == ("completed", PRICE, "manual")
    assert taken["score_after"] > taken["score_before"]
    assert (refused["status"], refused["credits"], refused["version_after"]) == ("not_better", 0, None)
    assert "30 %" in refused["reason"]
    assert taken["title"] == "Prune roses in spring"


@pytest.mark.parametrize(
    ("chosen", "found"),
    [
        (Chosen(statuses=[OptimizationStatus.COMPLETED]), 1),
        (Chosen(sources=[OptimizationSource.WRITER]), 1),
        (Chosen(sources=[OptimizationSource.OTHER_SYNC]), 0),
        (Chosen(content_id=10**6), 0),
        (Chosen(batch_id=10**6), 0),
        (Chosen(), 2),
    ],
)
def test_the_list_can_be_narrowed(tried: Desk, chosen: Chosen, found: int) -> None:
    with tried.sessions() as session:
        page = list_tasks(session, tried.site.id, chosen, page_size=1)
        assert page.total == found
        assert len(page.tasks) == min(found, 1)


def test_a_page_that_there_cannot_be_is_refused(desk: Desk) -> None:
    with desk.sessions() as session, pytest.raises(InvalidInput, match="Pages count from 1"):
        list_tasks(session, desk.site.id, page=0)


def test_both_texts_stand_side_by_side_with_what_differs(tried: Desk) -> None:
    with tried.sessions() as session:
        taken, refused = (compare(session, tried.site.id, task.id) for task in reversed(tried.tasks()))
    assert taken.difference is not None
    assert {change.name for change in taken.difference.fields} == {"meta_title", "meta_description"}
    assert any(block.kind is not Kind.SAME for block in taken.difference.blocks)
    assert (taken.newest_version, refused.newest_version) == (2, 2)
    assert refused.after is not None
    assert refused.after != taken.after


def test_another_sites_optimization_is_not_found(tried: Desk) -> None:
    with tried.sessions() as session, pytest.raises(NotFound):
        compare(session, tried.site.id + 1, tried.tasks()[0].id)


def test_a_page_takes_two_statements_however_many_there_are(tried: Desk) -> None:
    with tried.sessions() as session:
        assert count_statements(session, lambda: list_tasks(session, tried.site.id)) == 2
