"""What is published: how each post came to be, and asking for it now, again, no longer, never again."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

from fastapi import APIRouter, Body, Depends, Path
from sqlalchemy.orm import Session

from igny8_lib.models import PostFound, Publication, PublicationStatus, PublicationWish, Site
from igny8_lib.publishing import actions
from igny8_lib.publishing.asking import ask_each
from igny8_lib.publishing.publications import (
    View,
    Whole,
    count_by_status,
    find_publication,
    list_publications,
    titles_of,
)
from igny8_lib.sites.access import Action
from igny8_web.api.publications_shapes import (
    AskedNow,
    OnePost,
    PublicationFacts,
    PublicationList,
    PublicationStepFacts,
    PublicationWhole,
    Publish,
    TryAgain,
    UpdatePost,
)
from igny8_web.api.writer_doors import HIGHEST_ID, Paging
from igny8_web.doors import OnSite, SiteDoor
from igny8_web.rates import PUBLISHING
from igny8_web.repeats import Named, do_once

router = APIRouter(prefix="/publishing", tags=["publishing"])

Reading = Annotated[SiteDoor, Depends(OnSite(Action.READ))]
Writing = Annotated[SiteDoor, Depends(OnSite(Action.WRITE_CONTENT))]
PublicationId = Annotated[int, Path(ge=1, le=HIGHEST_ID, description="The publication's id.")]
GOES_ON = frozenset({PublicationStatus.WAITING, PublicationStatus.UNDER_WAY})
Act = Callable[[Session, Site, int], Publication]


@router.get("/publications/")
def list_all_publications(
    door: Reading,
    paging: Paging,
    status: PublicationStatus | None = None,
    wish: PublicationWish | None = None,
    found: PostFound | None = None,
) -> PublicationList:
    """The site's publications, those first that need people."""
    with door.begin() as (session, site):
        listed = list_publications(
            session, site.id, View(status, wish, found), page=paging.page, page_size=paging.page_size
        )
        counts = count_by_status(session, site.id)
        rows = [facts_of(row.publication, row.title) for row in listed.rows]
    return PublicationList(publications=rows, counts=counts, pagination=paging.among(listed.total))


@router.get("/publications/{publication_id}/")
def show_publication(door: Reading, publication_id: PublicationId) -> PublicationWhole:
    """One publication with its steps, what each of them left on the target, and its report."""
    with door.begin() as (session, site):
        return whole_of(find_publication(session, site.id, publication_id))


@router.post("/publish/", dependencies=[Depends(PUBLISHING)])
def publish(door: Writing, wish: Annotated[Publish, Body()], request: Named) -> AskedNow:
    """Let approved articles go out now, whatever their dates were; a publisher takes them within a minute."""

    def act(session: Session, site: Site, content_id: int) -> Publication:
        return actions.publish_now(session, site, content_id, by=door.caller.name, overwrite=wish.overwrite)

    return do_once(door, request, AskedNow, lambda session, site: ask(session, site, wish.content_ids, act))


@router.post("/retry/", dependencies=[Depends(PUBLISHING)])
def retry(door: Writing, wish: Annotated[TryAgain, Body()], request: Named) -> AskedNow:
    """Try failed publications again, each from the step that failed, with all its attempts."""

    def act(session: Session, site: Site, content_id: int) -> Publication:
        return actions.retry(session, site, content_id, by=door.caller.name, overwrite=wish.overwrite)

    return do_once(door, request, AskedNow, lambda session, site: ask(session, site, wish.content_ids, act))


@router.post("/update/", dependencies=[Depends(PUBLISHING)])
def update_post(door: Writing, wish: Annotated[UpdatePost, Body()], request: Named) -> PublicationFacts:
    """Let a published article's post say what the article says now."""

    def act(session: Session, site: Site, content_id: int) -> Publication:
        return actions.update(session, site, content_id, by=door.caller.name, overwrite=wish.overwrite)

    return do_once(door, request, PublicationFacts, lambda session, site: one(session, site, wish.content_id, act))


@router.post("/unpublish/", dependencies=[Depends(PUBLISHING)])
def unpublish(door: Writing, wish: Annotated[OnePost, Body()], request: Named) -> PublicationFacts:
    """Take a post from the public and keep it as a draft; its article is approved then, without a date."""

    def act(session: Session, site: Site, content_id: int) -> Publication:
        return actions.unpublish(session, site, content_id, by=door.caller.name)

    return do_once(door, request, PublicationFacts, lambda session, site: one(session, site, wish.content_id, act))


@router.post("/delete/", dependencies=[Depends(PUBLISHING)])
def delete_post(door: Writing, wish: Annotated[OnePost, Body()], request: Named) -> PublicationFacts:
    """Delete a post and its pictures from the website; the article stays, approved and without a date."""

    def act(session: Session, site: Site, content_id: int) -> Publication:
        return actions.delete_post(session, site, content_id, by=door.caller.name)

    return do_once(door, request, PublicationFacts, lambda session, site: one(session, site, wish.content_id, act))


def ask(session: Session, site: Site, content_ids: list[int], act: Act) -> AskedNow:
    """Ask for each of them. Raises Conflict where the site publishes nothing."""
    actions.open_target(session, site)
    asked = ask_each(session, content_ids, lambda content_id: act(session, site, content_id))
    titles = titles_of(session, site.id, [each.content_id for each in asked.publications])
    rows = [facts_of(each, titles[each.content_id]) for each in asked.publications]
    return AskedNow(publications=rows, refused=asked.refused)


def one(session: Session, site: Site, content_id: int, act: Act) -> PublicationFacts:
    """Ask for a single one."""
    publication = act(session, site, content_id)
    return facts_of(publication, titles_of(session, site.id, [content_id])[content_id])


def facts_of(publication: Publication, title: str) -> PublicationFacts:
    """A publication as it is told."""
    return PublicationFacts.model_validate(told(publication, title))


def told(publication: Publication, title: str) -> dict[str, Any]:
    """Its facts by name; a next attempt only where there will be one."""
    names = PublicationFacts.model_fields.keys() - {"title", "next_attempt_at"}
    coming = publication.next_attempt_at if publication.status in GOES_ON else None
    return {name: getattr(publication, name) for name in names} | {"title": title, "next_attempt_at": coming}


def whole_of(whole: Whole) -> PublicationWhole:
    """A publication with all that is known of it."""
    steps = [PublicationStepFacts.model_validate(step) for step in whole.steps]
    more = {"article_version": whole.version, "steps": steps, "report": whole.publication.report}
    return PublicationWhole.model_validate(told(whole.publication, whole.title) | more)
