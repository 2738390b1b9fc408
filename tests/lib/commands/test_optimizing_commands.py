"""`igny8 content optimize`, `optimizations` and `take-back`: what people type, what they read, and the exit codes."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy.orm import Session

from igny8_lib.models import Content, Site
from igny8_lib.settings import load
from tests.factories.articles import make_article
from tests.factories.credits import make_funded_account
from tests.factories.sites import make_site
from tests.lib.commands.conftest import Igny8, Shell
from tests.lib.optimizer.conftest import HTML, PRICE
from tests.sandbox_server import SandboxServer

TEXTS = {"html": HTML, "word_count": 326, "primary_keyword": "prune roses", "meta_title": "Roses"}


@pytest.fixture
def articles(session: Session, sandbox: SandboxServer, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Content]]:
    """Two articles with weaknesses of the site `blog`, which can pay for one."""
    monkeypatch.setenv("IGNY8_AI_BASE_URL", sandbox.base_url)
    monkeypatch.setenv("IGNY8_AI_API_KEY", "any")
    load.cache_clear()
    site = make_site(session, make_funded_account(session, PRICE), slug="blog", language="en")
    made = [make_article(session, site, **TEXTS), make_article(session, site, **TEXTS)]
    session.commit()
    yield made
    load.cache_clear()


def test_an_article_is_optimized_listed_shown_and_taken_back(
    igny8: Igny8, shell: Shell, articles: list[Content]
) -> None:
    first = str(articles[0].id)
    code, (ended,) = igny8("content", "optimize", "blog", first, "--by", "ann")
    assert (code, ended["status"], ended["credits"]) == (0, "completed", PRICE)
    listed = igny8("content", "optimizations", "blog", "--article", first)[1]
    assert [(row["id"], row["status"], row["requested_by"]) for row in listed] == [(ended["task"], "completed", "ann")]
    task = str(ended["task"])
    shown = igny8("content", "optimizations", "blog", "--task", task)[1]
    assert shown["before"]["html"] == HTML
    assert shown["scores_after"]["overall"] > shown["scores_before"]["overall"]
    printed = shell("content", "optimizations", "blog", "--task", task)[1]
    assert "+ meta_title: Prune roses: Roses: what to know first" in printed
    code, document = igny8("content", "take-back", "blog", task)
    assert (code, document["version"]) == (0, 3)
    code, printed = shell("content", "take-back", "blog", task)
    assert (code, "taken back already" in printed) == (4, True)


def test_what_is_not_better_is_told_and_costs_nothing(
    shell: Shell, articles: list[Content], sandbox: SandboxServer
) -> None:
    sandbox.switch(rewrite="lost_links")
    code, printed = shell("content", "optimize", "blog", str(articles[0].id))
    assert code == 0
    assert "stays as it is, for nothing: The text lost the link" in printed


def test_where_the_credits_end_what_was_done_is_told_and_nothing_more_is_tried(
    igny8: Igny8, articles: list[Content]
) -> None:
    one, other = (str(article.id) for article in articles)
    code, (done, refused) = igny8("content", "optimize", "blog", one, other)
    assert (code, done["status"], refused["status"]) == (0, "completed", "refused")
    assert "credits are needed" in refused["sentence"]
    assert igny8("content", "optimize", "blog", other)[0] == 5


def test_an_article_that_is_not_there_is_an_error(shell: Shell, articles: list[Content]) -> None:
    code, printed = shell("content", "optimize", "blog", str(articles[1].id + 1000))
    assert (code, "has no article" in printed) == (3, True)


def test_an_edit_since_is_named_and_can_be_thrown_away(igny8: Igny8, articles: list[Content], session: Session) -> None:
    first = str(articles[0].id)
    task = str(igny8("content", "optimize", "blog", first)[1][0]["task"])
    content = session.get_one(Content, articles[0].id, populate_existing=True)
    assert session.get_one(Site, content.site_id).slug == "blog"
    content.html, content.version = "<p>Mine.</p>", 3
    session.commit()
    code, refusal = igny8("content", "take-back", "blog", task)
    assert (code, refusal["optimized"], refusal["now"]) == (4, 2, 3)
    assert igny8("content", "take-back", "blog", task, "--version", "3")[0] == 0
