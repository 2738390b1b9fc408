"""`igny8 content batch|batches|cancel-batch|continue-batch`."""

from __future__ import annotations

import pytest

from igny8_lib.batches.taking import Became, book, take
from igny8_lib.db.session import Sessions
from igny8_lib.models import BatchItemStatus
from tests.factories.articles import make_article
from tests.factories.sites import make_site
from tests.lib.commands.conftest import Igny8, Shell


@pytest.fixture
def articles(sessions: Sessions) -> list[str]:
    """Ids of articles of the site "blog"."""
    with sessions.begin() as session:
        site = make_site(session, slug="blog")
        return [str(make_article(session, site).id) for _ in range(3)]


def test_a_batch_is_opened_listed_cancelled_and_gone_on_with(
    igny8: Igny8, shell: Shell, sessions: Sessions, articles: list[str]
) -> None:
    assert "opens one" in shell("content", "batches", "blog")[1]
    code, opened = igny8("content", "batch", "blog", "link", *articles, "--by", "ann")
    assert (code, opened["status"], opened["total"], opened["requested_by"]) == (0, "pending", 3, "ann")
    with sessions.begin() as session:
        taken = take(session, opened["id"], most=1)
        assert taken
        book(session, taken, {taken.content_ids[0]: Became(BatchItemStatus.FAILED, "No answer came.")})
    number = str(opened["id"])
    (listed,) = igny8("content", "batches", "blog", "--status", "running")[1]
    assert (listed["failed"], listed["pending"]) == (1, 2)
    assert "No answer came." in shell("content", "batches", "blog", "--batch", number)[1]
    assert "Cancelled by bob" in shell("content", "cancel-batch", "blog", number, "--by", "bob")[1].replace("\n", " ")
    again = igny8("content", "continue-batch", "blog", number)[1]
    assert (again["status"], again["pending"], again["failed"]) == ("pending", 3, 0)


def test_a_batch_is_worked_in_this_process_without_airflow(igny8: Igny8, shell: Shell, articles: list[str]) -> None:
    code, done = igny8("content", "batch", "blog", "analyze", "--all", "--here")
    assert (code, done["status"], done["done"]) == (0, "completed", len(articles))
    shown = igny8("content", "batches", "blog", "--batch", str(done["id"]))[1]
    assert all(each["outcome"].startswith("Scores ") for each in shown["articles"])
    told = shell("content", "batch", "blog", "analyze", "--score-below", "100", "--source", "igny8", "--here")[1]
    assert f"{len(articles)} of {len(articles)} articles were analysed." in told


def test_what_ends_a_batch_that_is_worked_here_is_told_and_is_the_exit_code(
    shell: Shell, articles: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("IGNY8_AI_API_KEY", "")
    code, told = shell("content", "batch", "blog", "optimize", articles[0], "--here")
    assert code == 1
    assert "IGNY8_AI_API_KEY" in told


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["batch", "blog", "link"], "Say which articles"),
        (["batch", "blog", "link", "999999"], "has no article 999999"),
        (["batch", "blog", "optimize", "--score-below", "50"], "analyse them first"),
        (["cancel-batch", "blog", "999999"], "no batch 999999"),
    ],
)
@pytest.mark.usefixtures("articles")
def test_what_cannot_be_done_is_refused_with_what_to_do(shell: Shell, arguments: list[str], told: str) -> None:
    code, printed = shell("content", *arguments)
    assert code != 0
    assert told in printed.replace("\n", " ")
