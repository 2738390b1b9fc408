"""An article is made better by measure or stays as it is: what is taken, what is charged, what is told."""

from __future__ import annotations

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from igny8_lib.credits.ledger import Usage, available_credits
from igny8_lib.credits.reservations import reserve
from igny8_lib.errors import ChangedMeanwhile, Conflict, InsufficientCredits, InvalidInput, ModuleDisabled, NotFound
from igny8_lib.models import (
    Account,
    Content,
    ContentSource,
    Module,
    Operation,
    OptimizationSource,
    OptimizationStatus,
)
from igny8_lib.optimizer import opening
from igny8_lib.optimizer.judging import judge
from igny8_lib.optimizer.opening import CHANGED, Wish
from igny8_lib.optimizer.turns import BeingOptimized
from igny8_lib.review.edit import ArticleChanges, edit
from igny8_lib.sites.modules import set_module
from tests.lib.optimizer.conftest import HTML, PRICE, Desk
from tests.sandbox_server import SandboxServer

WORSE = ("lost_links", "lost_images", "new_numbers", "new_names", "other_language", "half", "lower_score")
SAYS = {
    "lost_links": "lost the link to https://roses.example/dates",
    "lost_images": "lost the picture https://roses.example/bud.jpg",
    "new_numbers": "a number that was not there 87",
    "new_names": "a name that was not there",
    "other_language": "written in the language 'de'",
    "half": "more than 30 % of them are gone",
    "lower_score": "it is not better",
}


def test_a_better_text_is_taken_as_the_next_version_and_charged_by_the_words_of_the_original(desk: Desk) -> None:
    ended = desk.optimize()
    content, (task,) = desk.content(), desk.tasks()
    assert (ended.status, ended.credits.as_number()) == (OptimizationStatus.COMPLETED, PRICE), ended.sentence
    assert (content.version, content.optimizer_version, desk.kinds()) == (2, 1, ["written", "optimized"])
    assert (desk.charges(), desk.held()) == ([PRICE], 0)
    assert (task.version_before, task.version_after, task.before["html"]) == (1, 2, HTML)
    assert task.after == {name: getattr(content, name) for name in ("html", "meta_title", "meta_description")}
    assert task.scores_after["overall"] > task.scores_before["overall"]
    assert content.optimization_scores["overall"] == task.scores_after["overall"]
    assert f"instead of {task.scores_before['overall']}" in ended.sentence


@pytest.mark.parametrize("way", WORSE)
def test_a_worse_text_is_not_taken_and_not_charged(desk: Desk, sandbox: SandboxServer, way: str) -> None:
    sandbox.switch(rewrite=way)
    ended = desk.optimize()
    content, (task,) = desk.content(), desk.tasks()
    assert (ended.status, ended.credits.as_number()) == (OptimizationStatus.NOT_BETTER, 0)
    assert SAYS[way] in ended.sentence
    assert SAYS[way] in (task.reason or "")
    assert (content.html, content.version, content.optimizer_version) == (HTML, 1, 0)
    assert (desk.charges(), desk.held(), desk.kinds()) == ([], 0, [])
    assert task.after is not None, "people can see what was not taken"


def test_a_text_that_lost_something_is_asked_for_again_before_it_is_given_up(
    desk: Desk, sandbox: SandboxServer
) -> None:
    sandbox.switch(rewrite="lost_links")
    desk.optimize()
    assert desk.calls() == 3


def test_an_article_that_cannot_get_better_stays_as_it_is_and_costs_nothing(desk: Desk) -> None:
    while (ended := desk.optimize()).status is OptimizationStatus.COMPLETED:
        paid = len(desk.charges())
    assert ended.status is OptimizationStatus.NOT_BETTER
    assert len(desk.charges()) == paid


def test_an_edit_while_the_ai_is_at_work_wins_and_nothing_is_charged(desk: Desk, sandbox: SandboxServer) -> None:
    sandbox.switch(latency_seconds=1)
    with desk.beside(sandbox, lambda session: change_title(session, desk)):
        ended = desk.optimize()
    assert (ended.status, desk.tasks()[0].reason) == (OptimizationStatus.FAILED, CHANGED)
    assert (desk.content().title, desk.content().html, desk.kinds()) == ("Mine", HTML, ["written", "edited"])
    assert (desk.charges(), desk.held()) == ([], 0)


def change_title(session: Session, desk: Desk) -> None:
    edit(session, desk.site.id, desk.content_id, ArticleChanges(title="Mine"), version=1, by="ann")


def test_of_two_who_ask_at_once_one_is_told_to_wait_and_one_text_is_paid(desk: Desk, sandbox: SandboxServer) -> None:
    sandbox.switch(latency_seconds=1)
    refusals: list[Exception] = []

    def ask_too(_session: Session) -> None:
        with pytest.raises(BeingOptimized) as refusal:
            desk.optimize()
        refusals.append(refusal.value)

    with desk.beside(sandbox, ask_too):
        ended = desk.optimize()
    assert (ended.status, len(refusals)) == (OptimizationStatus.COMPLETED, 1)
    assert (desk.charges(), len(desk.tasks())) == ([PRICE], 1)


def test_without_credits_it_is_refused_before_anything_is_asked_and_the_task_says_why(desk: Desk) -> None:
    with desk.sessions.begin() as session:
        account, left = desk.site.account_id, available_credits(session, desk.site.account_id)
        reserve(session, account, left, key="other work", usage=Usage(operation=Operation.CLUSTERING))
    with pytest.raises(InsufficientCredits, match=f"{PRICE} credits are needed"):
        desk.optimize()
    (task,) = desk.tasks()
    assert (task.status, desk.calls(), desk.held()) == (OptimizationStatus.FAILED, 0, 0), "of this site"
    assert "credits are needed" in (task.reason or "")


def test_without_the_module_it_is_refused(desk: Desk) -> None:
    with desk.sessions.begin() as session:
        set_module(session, desk.site.account_id, Module.OPTIMIZER, enabled=False)
    with pytest.raises(ModuleDisabled):
        desk.optimize()
    assert not desk.tasks()


def test_what_the_provider_refuses_fails_with_the_reason_and_costs_nothing(desk: Desk, sandbox: SandboxServer) -> None:
    sandbox.switch(refusal_rate=1)
    ended = desk.optimize()
    assert ended.status is OptimizationStatus.FAILED
    assert "declined" in ended.sentence
    assert (desk.charges(), desk.held(), desk.content().version) == ([], 0, 1)


@pytest.mark.parametrize(
    ("content_source", "own"),
    [("igny8", "writer"), ("wordpress", "wordpress_sync"), ("shopify", "other_sync"), ("custom", "other_sync")],
)
def test_an_article_comes_by_its_own_way_or_by_hand(desk: Desk, content_source: str, own: str) -> None:
    with desk.sessions.begin() as session:
        session.get_one(Content, desk.content_id).source = ContentSource(content_source)
    foreign = next(way for way in OptimizationSource if way.value not in (own, "manual"))
    with pytest.raises(InvalidInput, match=f"comes as {own} or manual"):
        desk.optimize(source=foreign)
    desk.optimize(source=OptimizationSource(own))
    desk.optimize()
    assert [task.source.value for task in desk.tasks()] == [own, "manual"]


def test_another_sites_article_is_not_found(desk: Desk) -> None:
    desk.content_id += 1000
    with pytest.raises(NotFound):
        desk.optimize()


def test_an_article_without_text_is_refused(desk: Desk) -> None:
    with desk.sessions.begin() as session:
        session.get_one(Content, desk.content_id).html = ""
    with pytest.raises(Conflict, match="no text"):
        desk.optimize()


def test_a_suspended_account_is_refused(desk: Desk) -> None:
    with desk.sessions.begin() as session:
        session.execute(update(Account).values(status="suspended"))
    with pytest.raises(Exception, match="suspended"):
        desk.optimize()
    assert not desk.tasks()


def test_what_is_changed_while_it_is_analysed_is_not_sent(desk: Desk) -> None:
    wish = Wish(desk.site.id, desk.content_id, "editor")
    with desk.sessions() as session:
        article = opening.read(session, wish)
    with desk.sessions.begin() as session:
        change_title(session, desk)
    before = judge(article.texts, article.facts, article.weights)
    with desk.sessions() as session, pytest.raises(ChangedMeanwhile):
        opening.open_task(session, wish, article, before)
