"""An optimization is taken back as a new version, and never over the head of whoever edited the article since."""

from __future__ import annotations

import pytest

from igny8_lib.errors import ChangedMeanwhile, Conflict, NotFound
from igny8_lib.optimizer.taking_back import EditedSince, take_back
from igny8_lib.review.edit import ArticleChanges, edit
from tests.lib.optimizer.conftest import HTML, PRICE, Desk
from tests.sandbox_server import SandboxServer


@pytest.fixture
def task_id(desk: Desk) -> int:
    """An optimization that was taken: version 2 of the article."""
    return desk.optimize().task_id


def back(desk: Desk, task_id: int, version: int | None = None) -> None:
    with desk.sessions.begin() as session:
        take_back(session, desk.site.id, task_id, by="ann", version=version)


def change(desk: Desk, version: int, **changes: str) -> None:
    with desk.sessions.begin() as session:
        edit(session, desk.site.id, desk.content_id, ArticleChanges(**changes), version=version, by="bob")


def test_taken_back_the_article_says_what_it_said_before_as_a_new_version(desk: Desk, task_id: int) -> None:
    scored = desk.tasks()[0].scores_before["overall"]
    back(desk, task_id)
    content, (task,) = desk.content(), desk.tasks()
    assert (content.html, content.meta_title, content.version) == (HTML, "Roses", 3)
    assert desk.kinds() == ["written", "optimized", "restored"]
    assert (task.taken_back_by, content.optimization_scores["overall"]) == ("ann", scored)
    assert desk.charges() == [PRICE], "the work was done and stays charged"


def test_what_else_was_edited_since_stays(desk: Desk, task_id: int) -> None:
    change(desk, 2, title="Mine")
    back(desk, task_id)
    assert (desk.content().title, desk.content().html, desk.content().version) == ("Mine", HTML, 4)


def test_where_the_text_was_edited_since_it_is_refused_with_both_versions(desk: Desk, task_id: int) -> None:
    change(desk, 2, html="<p>Bob wrote this.</p>")
    with pytest.raises(EditedSince, match="made version 2, its newest is 3") as refusal:
        back(desk, task_id)
    assert (refusal.value.optimized, refusal.value.now) == (2, 3)
    assert (desk.content().html, desk.tasks()[0].taken_back_at) == ("<p>Bob wrote this.</p>", None)


def test_whoever_names_the_newest_version_throws_it_away_and_can_still_restore_it(desk: Desk, task_id: int) -> None:
    change(desk, 2, html="<p>Bob wrote this.</p>")
    with pytest.raises(ChangedMeanwhile):
        back(desk, task_id, version=2)
    back(desk, task_id, version=3)
    assert (desk.content().html, desk.kinds()) == (HTML, ["written", "optimized", "edited", "restored"])


def test_it_is_taken_back_once(desk: Desk, task_id: int) -> None:
    back(desk, task_id)
    with pytest.raises(Conflict, match="taken back already, by ann"):
        back(desk, task_id)


def test_what_was_never_taken_cannot_be_taken_back(desk: Desk, sandbox: SandboxServer) -> None:
    sandbox.switch(rewrite="half")
    ended = desk.optimize()
    with pytest.raises(Conflict, match="is not_better: it changed nothing"):
        back(desk, ended.task_id)


def test_another_sites_optimization_is_not_found(desk: Desk, task_id: int) -> None:
    with desk.sessions.begin() as session, pytest.raises(NotFound):
        take_back(session, desk.site.id + 1, task_id, by="ann")
