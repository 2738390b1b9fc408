"""Linking and optimizing articles: a batch of the articles that matched, of named ones, or of all that fit."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy.orm import Session

from igny8_lib.amounts import ZERO, Credits
from igny8_lib.batches.cancelling import find_batch
from igny8_lib.batches.estimating import estimate
from igny8_lib.batches.opening import OPEN, Choice, open_batch, require_known, require_workable
from igny8_lib.batches.progress import ACTS, Progress, progress_of
from igny8_lib.errors import NotAllowed, NotFound
from igny8_lib.models import BatchKind, BatchStatus, Content, RuleAction, RuleTrigger, Site
from igny8_lib.rules.actions.base import ActionKind, Asked, Began, Doors, Ended, Plan, Work
from igny8_lib.rules.actions.budget import LimitUsedUp
from igny8_lib.rules.actions.matched import check_named, known_ids, part_of, parts_of, require_fit
from igny8_lib.rules.documents import ArticleParams


class BatchAction(ActionKind[ArticleParams]):
    """An action that opens a batch for each part of its articles."""

    def __init__(self, action: RuleAction, kind: BatchKind) -> None:
        self.action = action
        self.kind = kind

    def check(self, session: Session, site: Site, trigger: RuleTrigger, params: ArticleParams, place: str) -> None:
        """What matched must be articles, and ids those of the site's."""
        where = f"{place}.params.articles"
        if params.articles == "matched":
            require_fit(trigger, self.action, where, "all")
        elif not isinstance(params.articles, str):
            check_named(session, site, Content, params.articles, "articles", where)

    def plan(self, session: Session, asked: Asked, params: ArticleParams, left: Credits | None) -> Plan:
        """The sum of the parts' batches, at most."""
        items, elsewhere, most = 0, 0, ZERO
        try:
            require_workable(session, asked.site, self.kind)
            for part in range(parts(asked, params)):
                choice = self.choice(session, asked, params, part)
                expected = None if choice is None else estimate(session, asked.site, self.kind, choice)
                if expected:
                    items, elsewhere = items + expected.articles, elsewhere + expected.elsewhere
                    most += expected.most
        except (NotAllowed, NotFound) as reason:
            return Plan.refusing(str(reason))
        left_out = (self.elsewhere(elsewhere),) if elsewhere else ()
        if not items:
            return Plan.refusing(nothing_fits(elsewhere), left_out)
        cost = most if left is None else min(most, left)
        told = f"It would have {items:,} articles {ACTS[self.kind]}, for at most {cost} credits."
        return Plan(items, left_out, cost, told)

    def open(self, session: Session, work: Work, params: ArticleParams) -> Began | Ended:
        """Open the part's batch, or say why there is none."""
        asked = work.asked(session.get_one(Site, work.site.id))
        more = work.part + 1 < parts(asked, params)
        try:
            require_workable(session, asked.site, self.kind)
            if work.left is not None and work.left <= ZERO:
                raise LimitUsedUp(ZERO)
        except NotAllowed as reason:
            return Ended(self.ended("skipped", str(reason)), more)
        choice = self.choice(session, asked, params, work.part)
        expected = None if choice is None else estimate(session, asked.site, self.kind, choice)
        if choice is None or expected is None or not expected.articles:
            return Ended(self.ended("skipped", nothing_fits(expected.elsewhere if expected else 0)), more)
        batch = open_batch(
            session,
            asked.site,
            self.kind,
            choice,
            by=work.actor,
            rule_execution_id=work.execution_id,
            credit_limit=work.left or ZERO,
        )
        return Began(batch_id=batch.id)

    def follow(self, doors: Doors, work: Work, params: ArticleParams) -> Ended | None:
        """How the part's batch ended."""
        with doors.sessions() as session:
            try:
                batch = find_batch(session, work.site.id, int(work.batch_id or 0))
            except NotFound:
                return Ended(self.ended("failed", f"Its batch {work.batch_id} is gone."))
            if batch.status in OPEN:
                return None
            (figures,) = progress_of(session, [batch])
            asked = work.asked(session.get_one(Site, work.site.id))
        return self.ended_batch(figures, more=work.part + 1 < parts(asked, params))

    def ended_batch(self, figures: Progress, *, more: bool) -> Ended:
        """The batch's own sentence."""
        done = figures.status is BatchStatus.COMPLETED
        named = {"batch_id": figures.id, "credits": figures.credits.as_number()}
        return Ended(self.ended("completed" if done else "failed", figures.sentence, **named), more and done)

    def choice(self, session: Session, asked: Asked, params: ArticleParams, part: int) -> Choice | None:
        """Which articles; None where what matched is gone. Raises NotFound for named ones that are."""
        fitting = Choice(score_below=params.score_below, source=params.source)
        if params.articles == "all":
            return replace(fitting, everything=True)
        if params.articles == "matched":
            ids = known_ids(session, asked.site, Content, part_of(asked.matched_ids, part))
            return replace(fitting, ids=ids) if ids else None
        require_known(session, asked.site, params.articles)
        return replace(fitting, ids=params.articles)

    def elsewhere(self, number: int) -> str:
        """Said of articles that another batch has."""
        return f"{number:,} articles wait in another batch that is to {self.kind.value} them."


def parts(asked: Asked, params: ArticleParams) -> int:
    """As many as what matched needs."""
    return parts_of(asked.matched_ids) if params.articles == "matched" else 1


def nothing_fits(elsewhere: int) -> str:
    """Why there is no batch."""
    if elsewhere:
        many = elsewhere != 1
        return f"{elsewhere:,} article{'s fit and wait' if many else ' fits and waits'} in another batch already."
    return "No article is there that fits: it is gone, or its score or source is another one."
