"""`igny8 linking preview … refresh`: what people type, what they read, and the exit codes."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from igny8_lib.linker.process import link
from igny8_lib.models import BatchKind, Content, ContentBatch, ContentStatus, Module, Site
from igny8_lib.review.edit import ArticleChanges, edit
from igny8_lib.sites.modules import set_module
from tests.lib.commands.conftest import Igny8, Shell
from tests.lib.linker.garden import make_garden, make_source, placed


@pytest.fixture
def garden(session: Session) -> Site:
    """The site `blog` with four public articles, and credits for twelve linkings."""
    site = make_garden(session, slug="blog")
    session.commit()
    return site


@pytest.fixture
def article(session: Session, garden: Site) -> Content:
    """An article that names all four."""
    content = make_source(session, garden)
    session.commit()
    return content


def test_candidates_are_shown_and_chosen_ones_put_in(igny8: Igny8, shell: Shell, article: Content) -> None:
    code, seen = igny8("linking", "preview", "blog", str(article.id))
    assert (code, seen["version"], len(seen["candidates"]), seen["reason_for_none"]) == (0, 1, 4, "")
    assert [row["taken"] for row in seen["candidates"]].count(True) == 3
    printed = shell("linking", "preview", "blog", str(article.id))[1]
    assert "raised garden beds" in printed
    assert "their words alone" in " ".join(printed.split())
    one = str(seen["candidates"][0]["target_id"])
    code, done = igny8("linking", "process", "blog", str(article.id), "--only", one, "--version", "1", "--by", "ann")
    assert (code, done["links"], done["credits"], done["version"]) == (0, 1, 8, 2)
    code, error = igny8("linking", "process", "blog", str(article.id), "--version", "1")
    assert (code, error["error"], error["now"]) == (4, "ChangedMeanwhile", 2)
    assert "2 links put in" in shell("linking", "process", "blog", str(article.id))[1]
    told = shell("linking", "process", "blog", str(article.id))[1]
    assert "No link was put in: the article has 3 links" in " ".join(told.split())


def test_what_was_put_in_is_taken_out_by_article_batch_or_placing(
    igny8: Igny8, shell: Shell, session: Session, garden: Site, article: Content
) -> None:
    placing = igny8("linking", "process", "blog", str(article.id))[1]["placing"]
    code, done = igny8("linking", "undo", "blog", "--placing", placing)
    assert (code, done) == (0, {"removed": 3, "articles": 1, "left": []})
    batch = ContentBatch(site_id=garden.id, kind=BatchKind.LINK, requested_by="ann")
    session.add(batch)
    session.flush()
    link(session, garden.id, article.id, by="ann", batch_id=batch.id)
    session.commit()
    session.refresh(article)
    first = placed(session, article)[0]
    html = article.html.replace(f">{first.anchor}</a>", ">these words</a>")
    edit(session, garden.id, article.id, ArticleChanges(html=html), version=article.version, by="ben")
    session.commit()
    printed = " ".join(shell("linking", "undo", "blog", "--batch", str(batch.id))[1].split())
    assert "2 links taken out of 1 article." in printed
    assert "people gave its address other words" in printed
    assert igny8("linking", "undo", "blog", "--article", str(article.id))[1]["removed"] == 0
    assert igny8("linking", "undo", "blog")[0] == 2


def test_reports_tell_orphans_who_links_to_one_and_what_is_broken(
    igny8: Igny8, shell: Shell, session: Session, garden: Site, article: Content
) -> None:
    assert igny8("linking", "reports", "blog")[1]["total"] == 4
    assert "Every" not in shell("linking", "reports", "blog")[1]
    link(session, garden.id, article.id, by="ann")
    session.commit()
    target = placed(session, article)[0].target_id
    assert igny8("linking", "refresh", "blog")[1]["changes"] > 0
    code, found = igny8("linking", "reports", "blog", "--to", str(target))
    assert (code, [(row["content_id"], row["placed"]) for row in found["rows"]]) == (0, [(article.id, True)])
    assert "linker" in shell("linking", "reports", "blog", "--to", str(target))[1]
    assert "No link leads to" in shell("linking", "reports", "blog", "--broken")[1]
    session.get_one(Content, target).status = ContentStatus.APPROVED
    session.commit()
    code, done = igny8("linking", "refresh", "blog")
    assert (code, done["removed"], done["moved"]) == (0, 1, 0)
    assert igny8("linking", "refresh", "blog", "--all")[1]["changes"] == 6
    assert igny8("linking", "reports", "blog", "--broken", "--to", "1")[0] == 2
    assert igny8("linking", "reports", "blog", "--to", "999999")[0] == 3


def test_a_module_that_is_off_and_credits_that_are_missing_have_their_exit_codes(
    igny8: Igny8, session: Session
) -> None:
    site = make_garden(session, funds=7, slug="poor")
    content = make_source(session, site)
    session.commit()
    code, error = igny8("linking", "process", "poor", str(content.id))
    assert (code, error["error"]) == (5, "InsufficientCredits")
    set_module(session, site.account_id, Module.LINKER, enabled=False)
    session.commit()
    for command in ("process", "preview"):
        assert igny8("linking", command, "poor", str(content.id))[0] == 6
