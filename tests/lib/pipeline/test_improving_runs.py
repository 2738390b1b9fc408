"""Runs that link and optimize what was written: all the way, one of both, and neither."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from igny8_lib.amounts import Credits
from igny8_lib.models import (
    AutomationRun,
    Content,
    ContentStatus,
    ContentVersion,
    LedgerEntry,
    ModuleSettings,
    Operation,
    OptimizationTask,
    PlacedLink,
    RunStatus,
    Site,
    StageResult,
)
from igny8_lib.pipeline import end_run
from igny8_lib.pipeline.batch import Tools
from igny8_lib.pipeline.stages import LINK, OPTIMIZE
from igny8_lib.review.edit import ArticleChanges, edit
from igny8_lib.text.html import word_count
from tests.factories.credits import grant
from tests.factories.in_runs import add_picture, improve_in_runs
from tests.lib.linker.garden import make_garden, make_source
from tests.lib.pipeline.drive import begin, drive, stage
from tests.lib.pipeline.invariants import assert_invariants
from tests.sandbox_server import SandboxServer

DRAFT = ContentStatus.DRAFT
WAYS = [(True, True), (True, False), (False, True), (False, False)]


def garden(session: Session, *, link: bool, optimize: bool, funds: int = 100) -> tuple[Site, Content]:
    """A site with public articles, and one that is written and drawn and that names them."""
    site = make_garden(session, funds)
    improve_in_runs(session, site, link=link, optimize=optimize)
    article = make_source(session, site, status=DRAFT, slug="garden-year")
    add_picture(session, article)
    for each in session.scalars(select(Content).where(Content.site_id == site.id)):
        each.word_count = word_count(each.html)
    session.commit()
    return site, article


def results(session: Session, run: AutomationRun) -> dict[int, StageResult]:
    query = select(StageResult).where(StageResult.run_id == run.id)
    return {result.stage: result for result in session.scalars(query)}


def charges(session: Session, run: AutomationRun) -> dict[tuple[Operation, int], Credits]:
    """What the run was charged, by operation and stage."""
    entries = session.scalars(select(LedgerEntry).where(LedgerEntry.run_id == run.id))
    return {(entry.operation, entry.stage): -entry.amount for entry in entries}


def kinds(session: Session, article: Content) -> list[str]:
    query = select(ContentVersion.kind).where(ContentVersion.content_id == article.id)
    return [kind.value for kind in session.scalars(query.order_by(ContentVersion.number))]


@pytest.mark.parametrize(("link", "optimize"), WAYS)
def test_an_article_is_linked_and_optimized_on_its_way_where_that_is_on_and_charged_for_that_alone(
    tools: Tools, session: Session, *, link: bool, optimize: bool
) -> None:
    site, article = garden(session, link=link, optimize=optimize)
    words = article.word_count
    run = drive(tools, site.slug)
    session.expire_all()
    assert (run.status, article.status) == (RunStatus.COMPLETED, ContentStatus.REVIEW)
    made = ["written", *["linked"] * link, *["optimized"] * optimize]
    assert kinds(session, article) == (made if link or optimize else [])
    assert bool(session.query(PlacedLink).filter_by(content_id=article.id).count()) == link
    linking = {(Operation.LINKING, LINK.number): Credits.of(8)} if link else {}
    optimizing = {(Operation.OPTIMIZATION, OPTIMIZE.number): Credits.of(-(-words // 200))} if optimize else {}
    assert charges(session, run) == linking | optimizing
    assert run.total_credits_used == Credits.total((linking | optimizing).values())
    assert set(results(session, run)) == {*range(1, 8), *[LINK.number] * link, *[OPTIMIZE.number] * optimize}
    assert_invariants(tools.sessions, site.id)


def test_the_results_of_linking_and_optimizing_tell_what_was_done(tools: Tools, session: Session) -> None:
    site, article = garden(session, link=True, optimize=True)
    booked = results(session, drive(tools, site.slug))
    links = session.query(PlacedLink).filter_by(content_id=article.id).count()
    linked, optimized = booked[LINK.number], booked[OPTIMIZE.number]
    assert (linked.items_total, linked.items_processed, linked.items_created, linked.items_failed) == (1, 1, 1, 0)
    assert (linked.details["content_processed"], linked.details["content_linked"]) == (1, 1)
    assert linked.details["links_placed"] == links > 0
    assert (optimized.items_processed, optimized.details["content_optimized"]) == (1, 1)
    assert linked.credits_used == Credits.of(8)
    task = session.scalars(select(OptimizationTask)).one()
    assert (task.source, task.requested_by, task.credits) == ("writer", "run", optimized.credits_used)


@pytest.mark.parametrize("off", ["settings", "modules"])
def test_switched_off_neither_is_part_of_the_run_nor_costs_anything(tools: Tools, session: Session, off: str) -> None:
    site, article = garden(session, link=off == "modules", optimize=off == "modules")
    if off == "modules":
        modules = session.get_one(ModuleSettings, site.account_id)
        modules.linker_enabled = modules.optimizer_enabled = False
        session.commit()
    run = drive(tools, site.slug)
    session.expire_all()
    assert set(run.initial_snapshot["stages"]) == {str(number) for number in range(1, 8)}
    assert set(results(session, run)) == set(range(1, 8))
    assert (charges(session, run), article.status, article.version) == ({}, ContentStatus.REVIEW, 1)


def test_an_article_that_names_nobody_is_looked_at_for_nothing_and_goes_on(tools: Tools, session: Session) -> None:
    site, article = garden(session, link=True, optimize=False)
    article.html = "<p>Nothing here is about any of these things.</p>" * 3
    session.commit()
    run = drive(tools, site.slug)
    session.expire_all()
    assert (article.status, article.version, charges(session, run)) == (ContentStatus.REVIEW, 1, {})
    booked = results(session, run)[LINK.number]
    assert (booked.items_processed, booked.items_created, booked.details["nothing_to_link"]) == (1, 0, 1)


@pytest.mark.parametrize("rewrite", ["half", "lost_links", "other_language"])
def test_a_text_that_is_not_better_is_not_taken_costs_nothing_and_holds_nobody_back(
    tools: Tools, session: Session, sandbox: SandboxServer, rewrite: str
) -> None:
    site, article = garden(session, link=True, optimize=True)
    sandbox.switch(rewrite=rewrite)
    run = drive(tools, site.slug)
    session.expire_all()
    assert (article.status, kinds(session, article)) == (ContentStatus.REVIEW, ["written", "linked"])
    assert charges(session, run) == {(Operation.LINKING, LINK.number): Credits.of(8)}
    booked = results(session, run)[OPTIMIZE.number]
    assert (booked.items_processed, booked.items_created, booked.details["not_better"]) == (1, 0, 1)
    assert_invariants(tools.sessions, site.id)


def test_a_run_that_is_cancelled_after_linking_loses_nothing_and_the_next_one_goes_on(
    tools: Tools, session: Session
) -> None:
    site, article = garden(session, link=True, optimize=True)
    first = begin(tools.sessions, site.slug)
    stage(tools, first.id, LINK.number)
    with tools.sessions.begin() as other:
        end_run.cancel(other, first.id, sentence="Cancelled by ann.", actor="ann")
    session.expire_all()
    assert (article.status, kinds(session, article)) == (ContentStatus.LINKED, ["written", "linked"])
    second = drive(tools, site.slug)
    session.expire_all()
    assert second.initial_snapshot["stages"][str(OPTIMIZE.number)]["pending"] == 1
    assert (article.status, kinds(session, article)) == (ContentStatus.REVIEW, ["written", "linked", "optimized"])
    assert set(charges(session, second)) == {(Operation.OPTIMIZATION, OPTIMIZE.number)}
    assert_invariants(tools.sessions, site.id)


@pytest.mark.parametrize("when", ["within the run", "before the next one"])
def test_an_article_that_is_linked_goes_into_review_where_optimizing_is_switched_off_meanwhile(
    tools: Tools, session: Session, when: str
) -> None:
    site, article = garden(session, link=True, optimize=True)
    run = begin(tools.sessions, site.slug)
    stage(tools, run.id, LINK.number)
    if when == "within the run":
        improve_in_runs(session, site)
        session.commit()
    with tools.sessions.begin() as other:
        end_run.cancel(other, run.id, sentence="Cancelled by ann.", actor="ann")
    if when == "before the next one":
        improve_in_runs(session, site)
        session.commit()
        drive(tools, site.slug)
    session.expire_all()
    assert (article.status, article.html.count('href="')) == (ContentStatus.REVIEW, article.html.count("<a "))


def test_what_people_edit_while_it_is_linked_is_kept_and_optimized_as_they_left_it(
    tools: Tools, session: Session
) -> None:
    site, article = garden(session, link=True, optimize=True)
    run = begin(tools.sessions, site.slug)
    stage(tools, run.id, LINK.number)
    session.expire_all()
    edit(session, site.id, article.id, ArticleChanges(tags=["mine"]), version=article.version, by="ann")
    session.commit()
    stage(tools, run.id, OPTIMIZE.number)
    session.expire_all()
    assert (article.tags, kinds(session, article)) == (["mine"], ["written", "linked", "edited", "optimized"])


def test_credits_that_do_not_cover_linking_leave_the_article_to_the_next_run(tools: Tools, session: Session) -> None:
    site, article = garden(session, link=True, optimize=False, funds=5)
    run = drive(tools, site.slug)
    session.expire_all()
    assert (run.status, run.stopped_reason) == (RunStatus.COMPLETED, "insufficient_credits")
    assert run.stopped_detail.startswith("Linking was cut short")
    assert (article.status, article.version, charges(session, run)) == (DRAFT, 1, {})
    grant(session, site.account_id, 20)
    session.commit()
    drive(tools, site.slug)
    session.expire_all()
    assert article.status == ContentStatus.REVIEW
    assert_invariants(tools.sessions, site.id)


def test_linking_and_optimizing_never_spend_more_than_the_run_may(tools: Tools, session: Session) -> None:
    site, article = garden(session, link=True, optimize=True)
    run = drive(tools, site.slug, {"max_credits_per_run": 9})
    session.expire_all()
    assert charges(session, run) == {(Operation.LINKING, LINK.number): Credits.of(8)}
    assert (run.stopped_reason, article.status) == ("credit_budget", ContentStatus.LINKED)
    assert run.stopped_detail.startswith("Optimizing was cut short")
