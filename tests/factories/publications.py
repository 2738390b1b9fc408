"""Publications and their steps, as a publisher leaves them."""

from __future__ import annotations

import itertools

from sqlalchemy.orm import Session

from igny8_lib import clock
from igny8_lib.models import (
    Content,
    ContentStatus,
    Publication,
    PublicationStatus,
    PublicationStep,
    PublicationTarget,
    Site,
    SiteContentStatus,
    StepName,
    StepStatus,
)
from tests.factories.articles import make_article

counter = itertools.count(1)


def make_publication(session: Session, site: Site, content: Content | None = None, **values: object) -> Publication:
    """A publication on WordPress that is done and live."""
    number = next(counter)
    content = content or make_article(
        session, site, status=ContentStatus.PUBLISHED, site_status=SiteContentStatus.PUBLISHED
    )
    now = clock.now()
    publication = Publication(
        **{
            "site_id": site.id,
            "content_id": content.id,
            "target": PublicationTarget.WORDPRESS,
            "mark": f"mark-{number}",
            "status": PublicationStatus.DONE,
            "requested_by": "calendar",
            "due_at": now,
            "next_attempt_at": now,
            "attempts": 1,
            "content_version": content.version,
            "external_id": str(number),
            "external_url": f"https://www.example.com/{content.slug}/",
            "published_at": now,
        }
        | values
    )
    session.add(publication)
    session.flush()
    return publication


def make_failed(session: Session, site: Site, **values: object) -> Publication:
    """A publication that failed before there was a post."""
    content = make_article(session, site, status=ContentStatus.APPROVED, site_status=SiteContentStatus.FAILED)
    failed = {
        "status": PublicationStatus.FAILED,
        "error": "WordPress refused the password: renew it.",
        "cause": "unauthorized",
        "content_version": None,
        "external_id": None,
        "external_url": None,
        "published_at": None,
    }
    return make_publication(session, site, content, **(failed | values))


def make_step(session: Session, publication: Publication, name: StepName, **values: object) -> PublicationStep:
    """A step that is done."""
    step = PublicationStep(
        **{
            "publication_id": publication.id,
            "site_id": publication.site_id,
            "name": name,
            "status": StepStatus.DONE,
            "attempts": 1,
            "started_at": clock.now(),
            "finished_at": clock.now(),
        }
        | values
    )
    session.add(step)
    session.flush()
    return step
