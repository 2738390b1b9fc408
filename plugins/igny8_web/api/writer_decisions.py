"""Decisions about articles: approve, reject, take back; one or many at once."""

from __future__ import annotations

from fastapi import APIRouter

from igny8_lib.publishing import approval
from igny8_lib.review import decisions
from igny8_lib.review.decisions import Rejection
from igny8_web.api.writer_doors import Writing
from igny8_web.api.writer_shapes import Approved, Decide, Decided, Reject, Undo
from igny8_web.repeats import Named, do_once

router = APIRouter(prefix="/review", tags=["writer"])


@router.post("/approve/")
def approve(door: Writing, wish: Decide, request: Named) -> Approved:
    """Approve articles that are in review, where nobody has changed them since the versions in `seen`; each gets the
    next free slot of the site's calendar, or says why it has none yet."""
    return do_once(
        door,
        request,
        Approved,
        lambda session, site: Approved.of(
            approval.approve(session, site.id, wish.ids, by=door.caller.name, seen=wish.seen)
        ),
    )


@router.post("/reject/")
def reject(door: Writing, wish: Reject, request: Named) -> Decided:
    """Reject articles that are in review, each for its reasons; `seen` as for approving."""
    why = {number: Rejection(each.reasons, each.remark) for number, each in wish.rejections.items()}
    return do_once(
        door,
        request,
        Decided,
        lambda session, site: Decided.model_validate(
            decisions.reject(session, site.id, why, by=door.caller.name, seen=wish.seen)
        ),
    )


@router.post("/undo/")
def undo(door: Writing, wish: Undo, request: Named) -> Decided:
    """Put articles back into review that were rejected, or approved and not on their way to the website yet: these
    lose their dates."""
    return do_once(
        door,
        request,
        Decided,
        lambda session, site: Decided.model_validate(approval.undo(session, site.id, wish.ids, by=door.caller.name)),
    )
