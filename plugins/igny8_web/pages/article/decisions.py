"""What people decide about an article: approve, reject, take back, have it written anew, bring a version back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from sqlalchemy.orm import Session
from starlette.responses import Response

from igny8_lib.errors import Conflict, InvalidInput
from igny8_lib.models import Module, RejectReason, Trigger
from igny8_lib.pipeline.article_work import work_of
from igny8_lib.pipeline.run_now import run_now
from igny8_lib.publishing import approval
from igny8_lib.review import decisions, rewriting, versions
from igny8_lib.review.decisions import Decided, Rejection
from igny8_lib.review.queue import Sort
from igny8_lib.sites.access import Action
from igny8_web.as_caller import DAG_APPEARS_WITHIN, airflow_of
from igny8_web.doors import OnPage, SiteDoor
from igny8_web.media import remove
from igny8_web.pages.article.notes import Did
from igny8_web.pages.article.showing import ContentId, Order, ToldInPlace, go_on, next_after, show, try_it
from igny8_web.pages.content import Writing
from igny8_web.rates import REWRITING, STARTING_RUNS

router = APIRouter(prefix="/content/{content_id}")

Running = Annotated[SiteDoor, Depends(OnPage(Action.START_RUNS, Module.WRITER))]
Version = Annotated[int, Form(ge=1, le=2**31 - 1)]
Reasons = Annotated[list[RejectReason] | None, Form()]
Remark = Annotated[str, Form(max_length=10_000)]


@router.post("/approve", name="article_approve")
def approve(
    request: Request, door: Writing, content_id: ContentId, version: Version, order: Order = Sort.OLDEST
) -> Response:
    """Approve it as it was read, and go on to the next."""
    return decide(
        request,
        door,
        content_id,
        Did.APPROVED,
        order,
        lambda session, site_id: (
            approval.approve(session, site_id, [content_id], by=door.caller.name, seen={content_id: version}).decided
        ),
    )


@router.post("/reject", name="article_reject")
def reject(  # noqa: PLR0917 - each is a field of the form
    request: Request,
    door: Writing,
    content_id: ContentId,
    version: Version,
    reasons: Reasons = None,
    remark: Remark = "",
    order: Order = Sort.OLDEST,
) -> Response:
    """Reject it as it was read, for its reasons, and go on to the next."""

    def act(session: Session, site_id: int) -> Decided:
        if not reasons:
            raise InvalidInput("Say why: choose at least one reason.")
        why = {content_id: Rejection(reasons, remark)}
        return decisions.reject(session, site_id, why, by=door.caller.name, seen={content_id: version})

    return decide(request, door, content_id, Did.REJECTED, order, act)


def decide(  # noqa: PLR0917 - what is decided, where, and how it goes on
    request: Request, door: SiteDoor, content_id: int, did: Did, order: Sort, act: Callable[[Session, int], Decided]
) -> Response:
    """Decide in one transaction; what cannot be decided is told on the article's page."""
    try:
        with door.begin() as (session, site):
            after = next_after(session, site, content_id, order)
            require_done(act(session, site.id), content_id)
    except ToldInPlace as problem:
        return show(request, door, content_id, problem=problem, order=order)
    return go_on(request, door.slug, after, did, content_id, order)


def require_done(decided: Decided, content_id: int) -> None:
    """Raises Conflict where nothing was decided."""
    if content_id in decided.refused:
        raise Conflict(f"Nothing was decided: this article {decided.refused[content_id]}.")


@router.post("/undo", name="article_undo")
def undo(request: Request, door: Writing, content_id: ContentId) -> Response:
    """Put it back into review."""

    def act() -> None:
        with door.begin() as (session, site):
            require_done(approval.undo(session, site.id, [content_id], by=door.caller.name), content_id)

    return try_it(request, door, content_id, Did.RETURNED, act)


@router.post("/rewrite", name="article_rewrite", dependencies=[Depends(REWRITING)])
def rewrite(  # noqa: PLR0917 - each is a field of the form
    request: Request,
    door: Writing,
    content_id: ContentId,
    version: Version,
    remark: Remark = "",
    new_pictures: Annotated[bool, Form()] = False,  # noqa: FBT002 - a checkbox
    order: Order = Sort.OLDEST,
) -> Response:
    """Have it written anew, and go on to the next."""
    try:
        with door.begin() as (session, site):
            after = next_after(session, site, content_id, order)
            unused = rewriting.regenerate(
                session,
                site.id,
                content_id,
                remark,
                version=version,
                by=door.caller.name,
                new_pictures=new_pictures,
            )
    except ToldInPlace as problem:
        return show(request, door, content_id, problem=problem, order=order)
    remove(unused)
    return go_on(request, door.slug, after, Did.REWRITE, content_id, order)


@router.post("/withdraw", name="article_withdraw")
def withdraw(request: Request, door: Writing, content_id: ContentId) -> Response:
    """Leave it as it is: nothing writes it anew."""

    def act() -> None:
        with door.begin() as (session, site):
            rewriting.withdraw(session, site.id, content_id, by=door.caller.name)

    return try_it(request, door, content_id, Did.WITHDRAWN, act)


@router.post("/restore", name="article_restore")
def restore(
    request: Request,
    door: Writing,
    content_id: ContentId,
    version: Version,
    number: Annotated[int, Form(ge=1, le=2**31 - 1)],
) -> Response:
    """Let it say again what it said before."""

    def act() -> None:
        with door.begin() as (session, site):
            versions.restore(session, site.id, content_id, number, version=version, by=door.caller.name)

    return try_it(request, door, content_id, Did.RESTORED, act)


@router.post("/now", name="article_now", dependencies=[Depends(STARTING_RUNS)])
def work_now(request: Request, door: Running, content_id: ContentId) -> Response:
    """Have done at once what it waits for, by a run of one stage on this article alone."""

    def act() -> None:
        with door.begin() as (session, site):
            conf = work_of(session, site.id, content_id).as_conf()
        airflow = airflow_of(door.caller)
        run_now(door.caller.sessions, airflow, door.slug, conf, trigger=Trigger.MANUAL, patience=DAG_APPEARS_WITHIN)

    return try_it(request, door, content_id, Did.STARTED, act)
