"""Where a finished draft goes: into review, or first to a run that links and optimizes it."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from igny8_lib.models import (
    Content,
    ContentSource,
    ContentStatus,
    Image,
    ImageStatus,
    ModuleSettings,
    Site,
)
from igny8_lib.review.drafts import let_go, move_on
from igny8_lib.review.improvement_settings import change
from igny8_lib.review.pictures import redraw
from igny8_lib.sites.improvement import Improvement
from tests.factories.in_runs import improve_in_runs, make_finished
from tests.factories.sites import make_site

DRAFT, LINKED, OPTIMIZED, REVIEW = (
    *(ContentStatus.DRAFT, ContentStatus.LINKED, ContentStatus.OPTIMIZED, ContentStatus.REVIEW),
)
WAYS = [(False, False), (True, False), (False, True), (True, True)]


def after(session: Session, content: Content, link: bool, optimize: bool) -> ContentStatus:  # noqa: FBT001
    """Where the article stands after it was to move on, by the site's switches."""
    improve_in_runs(session, session.get_one(Site, content.site_id), link=link, optimize=optimize)
    move_on(session, content.site_id)
    session.refresh(content)
    return content.status


@pytest.mark.parametrize(("link", "optimize"), WAYS)
def test_a_finished_draft_waits_for_what_is_switched_on_and_else_goes_into_review(
    session: Session, *, link: bool, optimize: bool
) -> None:
    content = make_finished(session, make_site(session))
    assert after(session, content, link, optimize) == (DRAFT if link or optimize else REVIEW)
    assert (content.first_review_at is None) == (link or optimize)


@pytest.mark.parametrize(("link", "optimize"), WAYS)
def test_a_linked_article_waits_for_the_optimizer_alone_and_an_optimized_one_for_nothing(
    session: Session, *, link: bool, optimize: bool
) -> None:
    site = make_site(session)
    linked, optimized = make_finished(session, site, LINKED), make_finished(session, site, OPTIMIZED)
    assert after(session, linked, link, optimize) == (LINKED if optimize else REVIEW)
    session.refresh(optimized)
    assert optimized.status == REVIEW


@pytest.mark.parametrize("module", ["linker_enabled", "optimizer_enabled"])
def test_a_module_that_is_off_holds_nothing_whatever_the_site_has_switched_on(session: Session, module: str) -> None:
    site = make_site(session)
    improve_in_runs(session, site, link=module == "linker_enabled", optimize=module == "optimizer_enabled")
    setattr(session.get_one(ModuleSettings, site.account_id), module, False)
    content = make_finished(session, site)
    move_on(session, site.id)
    session.refresh(content)
    assert content.status == REVIEW


def test_what_comes_from_a_website_waits_for_no_run(session: Session) -> None:
    content = make_finished(session, make_site(session), source=ContentSource.WORDPRESS)
    assert after(session, content, link=True, optimize=True) == REVIEW


def test_an_article_whose_picture_is_drawn_anew_after_people_saw_it_goes_straight_back_to_them(
    session: Session,
) -> None:
    site = make_site(session)
    content = make_finished(session, site)
    assert after(session, content, link=False, optimize=False) == REVIEW
    picture = session.query(Image).filter_by(content_id=content.id).one()
    redraw(session, site.id, picture.id, by="ann")
    picture.status = ImageStatus.GENERATED
    session.flush()
    assert content.status == DRAFT
    assert after(session, content, link=True, optimize=True) == REVIEW


def test_a_linked_article_whose_picture_is_drawn_anew_stays_linked_and_waits_for_that_first(session: Session) -> None:
    site = make_site(session)
    content = make_finished(session, site, LINKED)
    redraw(session, site.id, session.query(Image).filter_by(content_id=content.id).one().id, by="ann")
    assert after(session, content, link=True, optimize=False) == LINKED, "its picture is pending"
    session.query(Image).filter_by(content_id=content.id).one().status = ImageStatus.GENERATED
    session.flush()
    assert after(session, content, link=True, optimize=False) == REVIEW


def test_a_run_keeps_to_the_switches_that_it_began_with(session: Session) -> None:
    site = make_site(session)
    content = make_finished(session, site)
    move_on(session, site.id, improvement=Improvement(link=True))
    session.refresh(content)
    assert content.status == DRAFT, "the site's own switch is off by now"
    improve_in_runs(session, site, link=True)
    move_on(session, site.id, improvement=Improvement())
    session.refresh(content)
    assert content.status == REVIEW


def test_letting_go_leaves_drafts_alone_and_other_sites(session: Session) -> None:
    site, other = make_site(session), make_site(session)
    draft, linked, elsewhere = (
        make_finished(session, site),
        make_finished(session, site, LINKED),
        make_finished(session, other, LINKED),
    )
    let_go(session, site.id)
    session.expire_all()
    assert (draft.status, linked.status, elsewhere.status) == (DRAFT, REVIEW, LINKED)


def test_what_waited_for_a_run_goes_into_review_when_people_switch_that_off(session: Session) -> None:
    site = make_site(session)
    improve_in_runs(session, site, link=True, optimize=True)
    draft, linked = make_finished(session, site), make_finished(session, site, LINKED)
    change(session, site.id, {"link_in_runs": False})
    session.expire_all()
    assert (draft.status, linked.status) == (DRAFT, LINKED), "both wait for the Optimizer"
    change(session, site.id, {"optimize_in_runs": False})
    session.expire_all()
    assert (draft.status, linked.status) == (REVIEW, REVIEW)
