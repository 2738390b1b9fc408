"""An article is written anew: by stage 4, with the remark, into the same article, charged as any."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import event, func, select, update
from sqlalchemy.orm import Session

from igny8_lib.errors import ChangedMeanwhile, Conflict, InvalidInput, NotFound
from igny8_lib.models import (
    Content,
    ContentIdea,
    ContentStatus,
    Image,
    LedgerEntry,
    Operation,
    Site,
    StageResult,
    Task,
)
from igny8_lib.pipeline import process_batch, stage_tasks
from igny8_lib.pipeline.batch import Tools
from igny8_lib.review.decisions import Decided, approve
from igny8_lib.review.drafts import move_on
from igny8_lib.review.edit import ArticleChanges, edit
from igny8_lib.review.events import history
from igny8_lib.review.queue import View, list_articles
from igny8_lib.review.rewriting import regenerate, withdraw
from igny8_lib.review.scores import analyse_article
from igny8_lib.review.versions import list_versions
from tests.factories.articles import make_article
from tests.factories.sites import make_site
from tests.lib.pipeline.drive import begin, drive
from tests.lib.pipeline.invariants import assert_invariants
from tests.lib.pipeline.ready import ready_site
from tests.sandbox_server import SandboxServer

REMARK = "Say more about costs."


@pytest.fixture
def site(tools: Tools) -> Site:
    """A site whose one task was written, illustrated with two pictures, and is in review."""
    site = ready_site(tools, 4, items=1, images_per_content=2)
    drive(tools, site.slug)
    return site


@pytest.fixture
def article(session: Session, site: Site) -> Content:
    return session.scalars(select(Content).where(Content.site_id == site.id)).one()


def ask(session: Session, article: Content, remark: str = REMARK, **more: bool) -> list[str]:
    unused = regenerate(session, article.site_id, article.id, remark, version=article.version, by="ann", **more)
    session.commit()
    return unused


def kinds(session: Session, article: Content) -> list[str]:
    return [row["kind"] for row in history(session, article.site_id, article.id)]


def test_the_next_run_writes_a_new_version_of_the_same_article_and_charges_it(
    tools: Tools, session: Session, site: Site, article: Content
) -> None:
    assert article.optimization_scores["digest"] == analyse_article(session, site.id, article.id).digest
    slug, html, pictures = article.slug, article.html, session.scalars(select(Image.file)).all()
    ask(session, article)
    assert (article.status, list_articles(session, site.id, View(())).articles[0]["being_rewritten"]) == ("draft", True)
    run = drive(tools, site.slug)
    session.expire_all()
    assert session.scalar(select(func.count()).select_from(Content)) == 1
    assert (article.status, article.version, article.slug) == ("review", 2, slug)
    assert article.html != html
    assert article.optimization_scores["text_version"] == 2
    newest = list_versions(session, site.id, article.id)[0]
    assert (newest["kind"], newest["made_by"], newest["note"]) == ("regenerated", "ann", REMARK)
    assert session.scalars(select(Image.file)).all() == pictures
    charges = session.scalars(select(LedgerEntry).where(LedgerEntry.run_id == run.id)).all()
    assert [(each.operation, each.related_id) for each in charges] == [(Operation.CONTENT_GENERATION, article.id)]
    details = session.get_one(StageResult, (run.id, 4)).details
    assert (details["tasks_processed"], details["content_created"], details["articles_rewritten"]) == (1, 0, 1)
    task = session.scalars(select(Task)).one()
    assert (task.status, task.remark, task.rewrite_asked_by) == ("completed", None, None)
    assert_invariants(tools.sessions, site.id)


def test_a_direct_run_on_its_task_writes_it_too(tools: Tools, session: Session, site: Site, article: Content) -> None:
    ask(session, article, "")
    drive(tools, site.slug, {"stages": [4], "items": [article.task_id]})
    session.expire_all()
    assert (article.status, session.scalars(select(Task.status)).one()) == ("review", "completed")


def test_new_pictures_are_made_where_they_are_asked_for(
    tools: Tools, session: Session, site: Site, article: Content
) -> None:
    old = session.scalars(select(Image.file).order_by(Image.id)).all()
    assert ask(session, article, new_pictures=True) == old
    drive(tools, site.slug)
    session.expire_all()
    new = session.scalars(select(Image)).all()
    assert len(new) == 2
    assert not {image.file for image in new} & set(old)
    assert (article.status, article.version) == ("review", 2)
    assert_invariants(tools.sessions, site.id)


@pytest.mark.parametrize("new_pictures", [False, True])
def test_until_it_is_written_nothing_puts_it_into_review_and_nobody_decides(
    tools: Tools, session: Session, site: Site, article: Content, *, new_pictures: bool
) -> None:
    ask(session, article, new_pictures=new_pictures)
    drive(tools, site.slug, {"stages": [5, 6, 7]})
    move_on(session, site.id)
    session.expire_all()
    pictures = session.scalar(select(func.count()).select_from(Image))
    assert (article.status, pictures) == ("draft", 0 if new_pictures else 2)
    refused = {article.id: "is a draft: it is still being made"}
    assert approve(session, site.id, [article.id], by="ann") == Decided([], refused)
    assert_invariants(tools.sessions, site.id)


def test_what_people_write_while_it_waits_is_a_version_too(
    tools: Tools, session: Session, site: Site, article: Content
) -> None:
    ask(session, article)
    edit(session, site.id, article.id, ArticleChanges(tags=["mine"]), version=1, by="ben")
    session.commit()
    drive(tools, site.slug)
    listed = [(row["number"], row["kind"]) for row in list_versions(session, site.id, article.id)]
    assert listed == [(3, "regenerated"), (2, "edited"), (1, "written")]


def test_a_wish_is_withdrawn_and_the_article_is_back_as_it_was(
    tools: Tools, session: Session, site: Site, article: Content
) -> None:
    ask(session, article)
    withdraw(session, site.id, article.id, by="ben")
    session.commit()
    session.expire_all()
    assert (article.status, article.version) == ("review", 1)
    assert kinds(session, article)[:2] == ["rewrite_withdrawn", "rewrite_asked"]
    assert_invariants(tools.sessions, site.id)
    with pytest.raises(Conflict, match="does not wait"):
        withdraw(session, site.id, article.id, by="ben")


def test_an_article_that_cannot_be_written_anew_is_back_as_it_was_with_the_reason(
    tools: Tools, sandbox: SandboxServer, session: Session, site: Site, article: Content
) -> None:
    ask(session, article)
    sandbox.switch(refusal_rate=1)
    drive(tools, site.slug)
    session.expire_all()
    assert (article.status, article.version) == ("review", 1)
    failed = history(session, site.id, article.id)[0]
    assert (failed["kind"], failed["made_by"], bool(failed["remark"])) == ("rewrite_failed", "igny8", True)
    assert_invariants(tools.sessions, site.id)
    sandbox.switch(refusal_rate=0)
    ask(session, article)
    drive(tools, site.slug)
    session.expire_all()
    assert (article.status, article.version) == ("review", 2)
    assert_invariants(tools.sessions, site.id)


def test_a_process_that_dies_while_it_writes_anew_ends_with_one_new_version(
    tools: Tools, session: Session, site: Site, article: Content
) -> None:
    ask(session, article)
    run = begin(tools.sessions, site.slug, {"stages": [4]})
    stage_tasks.plan_stage(tools.sessions, run.id, 4, "test")
    undo = die_at_the_version()
    with pytest.raises(Died):
        process_batch.process_batch(tools, run.id, 4, 0, "first")
    undo()
    process_batch.process_batch(tools, run.id, 4, 0, "retry")
    session.expire_all()
    assert (article.version, article.status, len(list_versions(session, site.id, article.id))) == (2, "review", 2)


class Died(BaseException):
    """As a SIGKILL would, before the commit."""


def die_at_the_version() -> Callable[[], None]:
    """Kill the process as the new version is written; returns how to undo it."""

    def bomb(*_: object) -> None:
        raise Died

    event.listen(Content, "after_update", bomb)
    return lambda: event.remove(Content, "after_update", bomb)


@pytest.mark.parametrize("status", [ContentStatus.APPROVED, ContentStatus.PUBLISHED, ContentStatus.FAILED])
def test_an_article_that_somebody_relies_on_is_not_written_anew(
    session: Session, article: Content, status: ContentStatus
) -> None:
    session.execute(update(Content).values(status=status))
    with pytest.raises(Conflict, match=f"is {status.value}: take that back"):
        ask(session, article)
    assert set(session.scalars(select(ContentIdea.status))) == {"completed"}


def test_what_cannot_be_asked_for_is_refused_and_changes_nothing(session: Session, article: Content) -> None:
    site_id = article.site_id
    with pytest.raises(InvalidInput, match="A remark has at most 2,000 characters"):
        ask(session, article, "x" * 2001)
    with pytest.raises(NotFound):
        regenerate(session, make_site(session).id, article.id, "x", version=1, by="ann")
    imported = make_article(session, session.get_one(Site, site_id))
    with pytest.raises(Conflict, match="has no writing task"):
        ask(session, imported)
    edit(session, site_id, article.id, ArticleChanges(tags=["x"]), version=1, by="ben")
    with pytest.raises(ChangedMeanwhile):
        regenerate(session, site_id, article.id, "x", version=1, by="ann")
    assert session.scalars(select(Task.status)).one() == "completed"
    ask(session, article)
    with pytest.raises(Conflict, match="waits to be written anew already"):
        ask(session, article)
