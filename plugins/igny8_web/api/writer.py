"""Articles: reading, editing, versions, what was done with them, writing anew."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query
from sqlalchemy.orm import Session

from igny8_lib.models import ContentStatus, Site, Trigger
from igny8_lib.pipeline.article_work import work_of
from igny8_lib.pipeline.run_now import run_now
from igny8_lib.review import edit, events, export, queue, rewriting, versions
from igny8_lib.review.diff import diff
from igny8_lib.review.edit import ArticleChanges
from igny8_lib.review.queue import Sort, View
from igny8_lib.review.score_bands import Band
from igny8_web.api.automation_shapes import Started
from igny8_web.api.shapes import IdempotencyKey
from igny8_web.api.writer_doors import ContentId, Paging, Reading, Running, Writing
from igny8_web.api.writer_shapes import (
    Article,
    ArticleEdit,
    ArticleList,
    Diff,
    EventList,
    Regenerate,
    Restore,
    VersionList,
)
from igny8_web.as_caller import DAG_APPEARS_WITHIN, airflow_of
from igny8_web.media import remove
from igny8_web.rates import REWRITING, STARTING_RUNS
from igny8_web.repeats import Named, do_once

router = APIRouter(prefix="/content", tags=["writer"])

Statuses = Annotated[
    list[ContentStatus] | None, Query(alias="status", description="Where they stand; anywhere where absent.")
]


@router.get("/")
def list_articles(  # noqa: PLR0917 - each is a part of the address
    door: Reading,
    paging: Paging,
    status: Statuses = None,
    text: Annotated[str, Query(max_length=200, description="Part of the title or the primary keyword.")] = "",
    sort: Sort = Sort.OLDEST,
    score: Annotated[Band | None, Query(description="How good the overall score is; none: never analysed.")] = None,
    score_below: Annotated[int | None, Query(ge=0, le=101, description="Only lower overall scores.")] = None,
    imported: Annotated[bool | None, Query(description="From the website, written here; both where absent.")] = None,
) -> ArticleList:
    """The site's articles without their texts."""
    view = View(tuple(status or ()), text, sort, imported, score, score_below)
    with door.begin() as (session, site):
        found = queue.list_articles(session, site.id, view, page=paging.page, page_size=paging.page_size)
    shown = {"articles": found.articles, "pagination": paging.among(found.total)}
    return ArticleList.model_validate(shown)


@router.get("/{content_id}/")
def show_article(door: Reading, content_id: ContentId) -> Article:
    """One article with its text and its pictures."""
    with door.begin() as (session, site):
        return article(session, site, content_id)


def article(session: Session, site: Site, content_id: int) -> Article:
    """The article as it is now."""
    content = versions.find_article(session, site.id, content_id)
    facts = {"version": content.version, "status": content.status}
    return Article.model_validate(export.document(session, content) | facts)


@router.patch("/{content_id}/")
def edit_article(door: Writing, content_id: ContentId, change: ArticleEdit, request: Named) -> Article:
    """Save changes as the article's next version. What articles may not hold is taken out of the HTML."""
    changes = ArticleChanges(**change.model_dump(exclude={"version"}))

    def save(session: Session, site: Site) -> Article:
        edit.edit(session, site.id, content_id, changes, version=change.version, by=door.caller.name)
        return article(session, site, content_id)

    return do_once(door, request, Article, save)


@router.get("/{content_id}/versions/")
def list_versions(door: Reading, content_id: ContentId) -> VersionList:
    """All versions, newest first: who, when, what."""
    with door.begin() as (session, site):
        return VersionList.model_validate({"versions": versions.list_versions(session, site.id, content_id)})


@router.get("/{content_id}/diff/")
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


@router.post("/{content_id}/restore/")
def restore(door: Writing, content_id: ContentId, wish: Restore, request: Named) -> Article:
    """Let the article say again what an earlier version said, as its next version."""

    def bring_back(session: Session, site: Site) -> Article:
        versions.restore(session, site.id, content_id, wish.number, version=wish.version, by=door.caller.name)
        return article(session, site, content_id)

    return do_once(door, request, Article, bring_back)


@router.get("/{content_id}/events/")
def list_events(door: Reading, content_id: ContentId) -> EventList:
    """What was decided about the article, asked for it and done to its pictures, newest first."""
    with door.begin() as (session, site):
        return EventList.model_validate({"events": events.history(session, site.id, content_id)})


@router.post("/{content_id}/regenerate/", dependencies=[Depends(REWRITING)])
def regenerate(door: Writing, content_id: ContentId, wish: Regenerate, request: Named) -> Article:
    """Let the next run write the article anew, heeding a remark; charged as any article."""
    unused: list[str] = []

    def ask(session: Session, site: Site) -> Article:
        files = rewriting.regenerate(
            session,
            site.id,
            content_id,
            wish.remark,
            version=wish.version,
            by=door.caller.name,
            new_pictures=wish.new_pictures,
        )
        unused.extend(files)
        return article(session, site, content_id)

    answer = do_once(door, request, Article, ask)
    remove(unused)
    return answer


@router.post("/{content_id}/withdraw/")
def withdraw(door: Writing, content_id: ContentId, request: Named) -> Article:
    """Leave an article as it is that waits to be written anew."""

    def leave(session: Session, site: Site) -> Article:
        rewriting.withdraw(session, site.id, content_id, by=door.caller.name)
        return article(session, site, content_id)

    return do_once(door, request, Article, leave)


@router.post("/{content_id}/write_now/", status_code=202, dependencies=[Depends(STARTING_RUNS)])
def write_now(door: Running, content_id: ContentId, key: IdempotencyKey = "") -> Started:
    """Do now what the article waits for, by a run of one stage on this article alone: its text anew, the prompts of its
    pictures, or its pictures. The same key starts one run, however often it is sent."""
    with door.begin() as (session, site):
        conf = work_of(session, site.id, content_id).as_conf()
    launched = run_now(
        door.caller.sessions,
        airflow_of(door.caller),
        door.slug,
        conf,
        trigger=Trigger.API,
        patience=DAG_APPEARS_WITHIN,
        token=f"{door.caller.name}/{key}" if key else "",
    )
    return Started(site=door.slug, dag_id=launched.dag_id, dag_run_id=launched.dag_run_id)
