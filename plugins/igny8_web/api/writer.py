"""Articles: reading, editing, versions, decisions, writing anew."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query
from sqlalchemy.orm import Session

from igny8_lib.models import ContentStatus, Module, Site
from igny8_lib.review import decisions, edit, export, queue, rewriting, versions
from igny8_lib.review.decisions import Rejection
from igny8_lib.review.diff import diff
from igny8_lib.review.edit import ArticleChanges
from igny8_lib.review.queue import Sort, View
from igny8_lib.sites.access import Action
from igny8_web.api.shapes import PageNumber, PageSize, Pagination
from igny8_web.api.writer_shapes import (
    Article,
    ArticleEdit,
    ArticleList,
    Decide,
    Decided,
    Diff,
    Regenerate,
    Reject,
    Restore,
    VersionList,
)
from igny8_web.doors import OnSite, SiteDoor
from igny8_web.rates import REWRITING
from igny8_web.repeats import Named, do_once

router = APIRouter(tags=["writer"])

Reading = Annotated[SiteDoor, Depends(OnSite(Action.READ, Module.WRITER))]
Writing = Annotated[SiteDoor, Depends(OnSite(Action.WRITE_CONTENT, Module.WRITER))]
ContentId = Annotated[int, Path(ge=1, le=2**63 - 1, description="The article's id.")]
Statuses = Annotated[
    list[ContentStatus] | None, Query(alias="status", description="Where they stand; anywhere where absent.")
]


@router.get("/content/")
def list_articles(
    door: Reading,
    status: Statuses = None,
    text: Annotated[str, Query(max_length=200, description="Part of the title or the primary keyword.")] = "",
    sort: Sort = Sort.OLDEST,
    page: PageNumber = 1,
    page_size: PageSize = 50,
) -> ArticleList:
    """The site's articles without their texts."""
    with door.begin() as (session, site):
        found = queue.list_articles(
            session, site.id, View(tuple(status or ()), text, sort), page=page, page_size=page_size
        )
    total = Pagination(
        page=page, page_size=page_size, total_count=found.total, total_pages=-(-found.total // page_size)
    )
    return ArticleList.model_validate({"articles": found.articles, "pagination": total})


@router.get("/content/{content_id}/")
def show_article(door: Reading, content_id: ContentId) -> Article:
    """One article with its text and its pictures."""
    with door.begin() as (session, site):
        return article(session, site, content_id)


def article(session: Session, site: Site, content_id: int) -> Article:
    """The article as it is now."""
    content = versions.find_article(session, site.id, content_id)
    facts = {"version": content.version, "status": content.status}
    return Article.model_validate(export.document(session, content) | facts)


@router.patch("/content/{content_id}/")
def edit_article(door: Writing, content_id: ContentId, change: ArticleEdit, request: Named) -> Article:
    """Save changes as the article's next version. What articles may not hold is taken out of the HTML."""
    changes = ArticleChanges(**change.model_dump(exclude={"version"}))

    def save(session: Session, site: Site) -> Article:
        edit.edit(session, site.id, content_id, changes, version=change.version, by=door.caller.name)
        return article(session, site, content_id)

    return do_once(door, request, Article, save)


@router.get("/content/{content_id}/versions/")
def list_versions(door: Reading, content_id: ContentId) -> VersionList:
    """All versions, newest first: who, when, what."""
    with door.begin() as (session, site):
        return VersionList.model_validate({"versions": versions.list_versions(session, site.id, content_id)})


@router.get("/content/{content_id}/diff/")
def compare(
    door: Reading,
    content_id: ContentId,
    before: Annotated[int, Query(alias="from", ge=1, le=2**31 - 1)],
    after: Annotated[int, Query(alias="to", ge=1, le=2**31 - 1)],
) -> Diff:
    """What differs between any two versions, in either direction."""
    with door.begin() as (session, site):
        old, new = (versions.find_version(session, site.id, content_id, number) for number in (before, after))
        return Diff.model_validate(diff(old, new))


@router.post("/content/{content_id}/restore/")
def restore(door: Writing, content_id: ContentId, wish: Restore, request: Named) -> Article:
    """Let the article say again what an earlier version said, as its next version."""

    def bring_back(session: Session, site: Site) -> Article:
        versions.restore(session, site.id, content_id, wish.number, version=wish.version, by=door.caller.name)
        return article(session, site, content_id)

    return do_once(door, request, Article, bring_back)


@router.post("/content/{content_id}/regenerate/", dependencies=[Depends(REWRITING)])
def regenerate(door: Writing, content_id: ContentId, wish: Regenerate, request: Named) -> Article:
    """Let the next run write the article anew, heeding a remark; charged as any article."""

    def ask(session: Session, site: Site) -> Article:
        rewriting.regenerate(
            session,
            site.id,
            content_id,
            wish.remark,
            version=wish.version,
            by=door.caller.name,
            new_pictures=wish.new_pictures,
        )
        return article(session, site, content_id)

    return do_once(door, request, Article, ask)


@router.post("/review/approve/")
def approve(door: Writing, wish: Decide, request: Named) -> Decided:
    """Approve articles that are in review."""
    return do_once(
        door,
        request,
        Decided,
        lambda session, site: Decided.model_validate(
            decisions.approve(session, site.id, wish.ids, by=door.caller.name, seen=wish.seen)
        ),
    )


@router.post("/review/reject/")
def reject(door: Writing, wish: Reject, request: Named) -> Decided:
    """Reject articles that are in review, each for its reasons."""
    why = {number: Rejection(each.reasons, each.remark) for number, each in wish.rejections.items()}
    return do_once(
        door,
        request,
        Decided,
        lambda session, site: Decided.model_validate(
            decisions.reject(session, site.id, why, by=door.caller.name, seen=wish.seen)
        ),
    )


@router.post("/review/undo/")
def undo(door: Writing, wish: Decide, request: Named) -> Decided:
    """Put articles back into review that were rejected, or approved with nothing come of it yet."""
    return do_once(
        door,
        request,
        Decided,
        lambda session, site: Decided.model_validate(decisions.undo(session, site.id, wish.ids, by=door.caller.name)),
    )
