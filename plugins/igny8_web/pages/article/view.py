"""One article as its page shows it: what can be decided, and what one needs to know for that."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from igny8_lib.amounts import Credits
from igny8_lib.credits.costs import get_credit_cost
from igny8_lib.models import Content, ContentStatus, ImageStatus, Operation, Site
from igny8_lib.publishing.approval import why_settled
from igny8_lib.review.drafts import ON_THE_WAY
from igny8_lib.review.queue import Place, Sort, View, find_place, list_articles
from igny8_lib.review.rewriting import UNDECIDED, is_waiting
from igny8_lib.review.versions import find_article
from igny8_lib.sites.access import Action, Person, may
from igny8_web.pages.article.details import (
    Cost,
    Event,
    Picture,
    Version,
    cost_of,
    events_of,
    pictures_of,
    versions_of,
)
from igny8_web.pages.article.notes import Note
from igny8_web.pages.article.website import Website, website_of
from igny8_web.pages.content.states import ARTICLE_STATES, SOURCE_STATES, SYNC_STATES
from igny8_web.pages.scoring import ScoreView, score_of
from igny8_web.pages.states import State

IN_QUEUE = 8
"""Articles of the queue beside the one that is read."""


@dataclass(frozen=True)
class ArticleView:
    """All that the page shows."""

    name: str
    slug: str
    zone: str
    domain: str
    content: Content
    state: State
    is_waiting: bool
    """To be written anew."""
    pictures: Sequence[Picture]
    versions: Sequence[Version]
    events: Sequence[Event]
    cost: Cost
    website: Website
    score: ScoreView
    order: Sort
    """Of the queue."""
    place: Place | None
    queue: Sequence[dict[str, Any]]
    waiting: int
    rewrite_price: Credits
    may_write: bool
    may_run: bool
    note: Note | None
    problem: Exception | None

    @property
    def origin(self) -> Sequence[State]:
        """Where it comes from, and how it relates to its copy on the website."""
        return SOURCE_STATES[self.content.source], SYNC_STATES[self.content.sync_status]

    @property
    def ordered(self) -> str:
        """What addresses of the queue end with, so that its order stays."""
        return "" if self.order is Sort.OLDEST else f"?sort={self.order.value}"

    @property
    def can_decide(self) -> bool:
        """Whether it is up to people now."""
        return self.may_write and self.content.status == ContentStatus.REVIEW

    @property
    def can_undo(self) -> bool:
        """Whether the decision can be taken back."""
        return self.may_write and why_settled(self.content) is None

    @property
    def can_rewrite(self) -> bool:
        """Whether it can be written anew."""
        known = self.content.task_id is not None and not self.is_waiting
        return self.may_write and known and self.content.status in UNDECIDED

    @property
    def pending(self) -> int:
        """Pictures that wait to be drawn."""
        return sum(picture.image.status is ImageStatus.PENDING for picture in self.pictures)

    @property
    def ready(self) -> int:
        """Pictures that can be seen."""
        return sum(picture.image.status is ImageStatus.GENERATED for picture in self.pictures)

    @property
    def can_work(self) -> bool:
        """Whether a run could do now what it waits for."""
        planless = self.content.status == ContentStatus.DRAFT and not self.pictures
        return self.may_run and (self.is_waiting or self.pending > 0 or planless)

    @property
    def waits_for(self) -> str:
        """Why nobody can decide about it yet; empty where that is not so."""
        if self.content.status in ON_THE_WAY:
            return f"It is {self.content.status.value}; the next run goes on with it."
        if self.content.status != ContentStatus.DRAFT:
            return ""
        if self.is_waiting:
            return "It waits to be written anew."
        if self.pending:
            return f"{self.pending} of its pictures wait to be drawn."
        made = "It is written and drawn; the next run makes it better before people decide."
        return made if self.pictures else "Its pictures are not planned yet."


def view_of(
    session: Session,
    site: Site,
    content_id: int,
    person: Person,
    *,
    note: Note | None = None,
    problem: Exception | None = None,
    order: Sort = Sort.OLDEST,
) -> ArticleView:
    """The article; the same number of statements for each. Raises NotFound."""
    content = find_article(session, site.id, content_id)
    place = find_place(session, site.id, content_id, View(sort=order))
    page = -(-place.place // IN_QUEUE) if place else 1
    queue = list_articles(session, site.id, View(sort=order), page=page, page_size=IN_QUEUE)
    return ArticleView(
        name=site.name,
        slug=site.slug,
        zone=site.timezone,
        domain=site.domain,
        content=content,
        state=ARTICLE_STATES[content.status],
        is_waiting=is_waiting(session, site.id, content_id),
        pictures=pictures_of(session, content),
        versions=versions_of(session, content),
        events=events_of(session, content),
        cost=cost_of(session, site, content),
        website=website_of(session, content),
        score=score_of(session, content),
        order=order,
        place=place,
        queue=queue.articles,
        waiting=queue.total,
        rewrite_price=get_credit_cost(session, Operation.CONTENT_GENERATION, content.word_count),
        may_write=may(person, Action.WRITE_CONTENT),
        may_run=may(person, Action.START_RUNS),
        note=note,
        problem=problem,
    )
