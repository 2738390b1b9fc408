"""The publisher: takes what is due, brings it about step by step, and writes down how it went.

Any number of them work side by side, each in a process of its own. Whatever dies, and wherever: its locks go with it,
the record still says that the work is under way, and the next publisher goes on from the traces of the steps.
"""

from __future__ import annotations

import logging
import time
from collections import Counter
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from igny8_lib import clock
from igny8_lib.db.session import Sessions
from igny8_lib.models import Content, Publication, PublicationWish, PublishingSettings, Site
from igny8_lib.publishing import outcomes
from igny8_lib.publishing.articles import read_article, with_digests
from igny8_lib.publishing.claims import Claim, claim
from igny8_lib.publishing.due import Due, find_due, in_fair_order
from igny8_lib.publishing.records import RecordedSteps, hold, hold_site
from igny8_lib.publishing.room import fill_one
from igny8_lib.publishing.steps import Walk, as_failure
from igny8_lib.publishing.target import MediaStore, Target

log = logging.getLogger(__name__)

NEW_WORK_SECONDS = 40.0
"""A publisher that worked so long takes nothing new: its task stays short."""
TargetOf = Callable[[Site, PublishingSettings], AbstractContextManager[Target]]
"""From a site to where its articles go, open while it is worked with. Raises PublishingFailed where that cannot be
told."""


class Outcome(StrEnum):
    """How one piece of work went."""

    DONE = "done"
    PUT_OFF = "put_off"
    """Failed for now."""
    FAILED = "failed"


@dataclass
class Tally:
    """What a publisher did."""

    counts: Counter[Outcome] = field(default_factory=Counter)
    served: dict[int, int] = field(default_factory=dict)
    """Pieces of work by site."""

    def as_json(self) -> dict[str, Any]:
        """As a JSON document."""
        return {outcome.value: self.counts[outcome] for outcome in Outcome} | {"sites": len(self.served)}


@dataclass(frozen=True)
class Publisher:
    """What a publisher brings along."""

    sessions: Sessions
    target_of: TargetOf
    media: MediaStore

    def work(self, *, seconds: float = NEW_WORK_SECONDS) -> Tally:
        """Publish what is due until nothing is, or the time is over."""
        tally, end = Tally(), time.monotonic() + seconds
        while time.monotonic() < end:
            with self.sessions() as session:
                found = in_fair_order(find_due(session, clock.now()), tally.served)
            if not self.take_one(found, tally):
                break
        return tally

    def take_one(self, found: list[Due], tally: Tally) -> bool:
        """Do the first of these that no other publisher is at; False where there is none."""
        for due in found:
            outcome = self.publish_one(due)
            if outcome is not None:
                tally.counts[outcome] += 1
                tally.served[due.site_id] = tally.served.get(due.site_id, 0) + 1
                return True
        return False

    def publish_one(self, due: Due) -> Outcome | None:
        """Do this piece of work; None where another publisher is at the site, or it is no longer due."""
        with self.sessions() as guard:
            if not hold_site(guard, due.site_id):
                return None
            with self.sessions.begin() as session:
                claimed = claim(session, due, clock.now())
            if claimed is None:
                return None
            publication = hold(guard, claimed.publication_id)
            if publication is None:
                return None
            outcome = self.bring_about(guard, claimed, publication)
            guard.commit()
        fill_one(self.sessions, due.site_id)
        return outcome

    def bring_about(self, guard: Session, claimed: Claim, publication: Publication) -> Outcome:
        """Fulfil the record's wish, and write into it how that went; committed by the caller."""
        try:
            with self.target_of(claimed.site, claimed.settings) as target:
                self.fulfil(guard, target, claimed, publication)
        except Exception as error:
            failure = as_failure(error)
            unforeseen = failure is not error
            log.warning("Article %s of %s: %s", claimed.content_id, claimed.site.slug, failure, exc_info=unforeseen)
            will_be_tried = outcomes.failed(guard, publication, failure)
            return Outcome.PUT_OFF if will_be_tried else Outcome.FAILED
        return Outcome.DONE

    def fulfil(self, guard: Session, target: Target, claimed: Claim, publication: Publication) -> None:
        """Make the wish true. Raises PublishingFailed."""
        if publication.wish is PublicationWish.LIVE:
            self.make_live(guard, target, claimed, publication)
        elif publication.wish is PublicationWish.DRAFT:
            target.unpublish(publication.external_id or "", publication.mark)
            outcomes.unpublished(guard, publication)
        else:
            target.delete(publication.external_id or "", publication.mark)
            outcomes.deleted(guard, publication)

    def make_live(self, guard: Session, target: Target, claimed: Claim, publication: Publication) -> None:
        """All steps, then the article is published. Raises PublishingFailed."""
        with self.sessions() as session:
            mine = Content.site_id == claimed.site.id, Content.id == claimed.content_id
            article = read_article(session, claimed.site, session.scalars(select(Content).where(*mine)).one())
        article = with_digests(article, self.media)
        steps = RecordedSteps(self.sessions, publication)
        live = Walk(target, article, steps, still_mine=lambda: still_there(guard)).run(publication)
        outcomes.went_live(guard, publication, article, live)


def still_there(guard: Session) -> None:
    """Ask the connection that holds the locks for a sign of life: a publisher that lost them stops."""
    guard.execute(select(1))
