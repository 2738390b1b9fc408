"""Make one article better by the AI: analyse, ask, analyse again, take the answer only where it is better by measure.

    open      what is wrong with the article; a task keeps its texts and scores as they are   (opening.py)
    ask       reserve credits, ask, keep the answer                                           (ai/metered_call.py)
    take      in one transaction: the next version of the article, its scores, the charge, the end of the task
    or leave  in one transaction: why not, the credits given back; the article is as it was

Each transaction ends with everything as it should be, so a process can die at any time: whoever asks next for the same
article takes the task up, reads the answer that was kept, and ends it. One charge, one version.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass, field, replace

from sqlalchemy.orm import Session

from igny8_lib.ai import dialect_store
from igny8_lib.ai.client import AIClient
from igny8_lib.ai.endpoint import Endpoint
from igny8_lib.ai.functions.optimize_content import OptimizedArticle, request
from igny8_lib.ai.metered_call import Applied, Charge, Failure, Meter, ask
from igny8_lib.ai.retrying import Retrying
from igny8_lib.amounts import ZERO
from igny8_lib.credits.costs import CostTable
from igny8_lib.db.scope import Scope
from igny8_lib.db.session import Sessions, scoped
from igny8_lib.errors import Igny8Error, LeaseLost, NotFound, TemporaryError
from igny8_lib.models import Operation, OptimizationSource, OptimizationStatus, OptimizationTask, Site, VersionKind
from igny8_lib.optimizer import closing, opening, turns
from igny8_lib.optimizer.closing import Optimized
from igny8_lib.optimizer.guards import why_not
from igny8_lib.optimizer.judging import Judged, judge, why_not_better
from igny8_lib.optimizer.opening import CHANGED, Opened, Wish
from igny8_lib.optimizer.texts import Texts
from igny8_lib.optimizer.turns import Turn, TurnLost
from igny8_lib.review import versions
from igny8_lib.review.versions import find_article

Book = Callable[[Session, Optimized], None]


def nothing(_session: Session, _ended: Optimized) -> None:
    """What else is written where nobody wants anything."""


def anybody(_session: Session) -> None:
    """The fence of work that is part of no run: its turn and its token guard it."""


@dataclass(frozen=True)
class RunPart:
    """The run that an optimization is part of: its meter (lease, budget, client), its costs, and what else is written
    in the transaction that ends the task."""

    meter: Meter
    costs: CostTable
    book: Book = nothing


@dataclass(frozen=True)
class Verdict:
    """What an answer is worth: what it lost or made up, and what it scores."""

    reasons: list[str]
    after: Judged


@dataclass(frozen=True)
class Work:
    """One task in the making."""

    opened: Opened
    sessions: Sessions
    book: Book
    beside: Callable[[Session], None] = anybody
    """The run's own fence."""
    verdicts: dict[Texts, Verdict] = field(default_factory=dict)
    """Of the answers that came: measured as they are read, so that no transaction is open meanwhile."""

    @property
    def charge(self) -> Charge:
        """By the words of the article as it was."""
        article = self.opened.article
        price = article.costs.charge(Operation.OPTIMIZATION, article.words)
        return Charge(closing.key_of(self.opened.task_id), Operation.OPTIMIZATION, price)

    def fence(self, session: Session) -> None:
        """First statement of every transaction that writes. Raises LeaseLost and TurnLost."""
        self.beside(session)
        self.hold(session)

    def hold(self, session: Session) -> OptimizationTask:
        """The task, locked. Raises TurnLost."""
        return turns.hold(session, self.opened.wish.site_id, self.opened.task_id, self.opened.token)

    def verdict(self, texts: Texts) -> Verdict:
        """What an answer is worth; measured once."""
        if texts not in self.verdicts:
            article = self.opened.article
            reasons = why_not(article.texts, texts, self.opened.about)
            self.verdicts[texts] = Verdict(reasons, judge(texts, article.facts, article.weights))
        return self.verdicts[texts]

    def why_not(self, answer: OptimizedArticle) -> list[str]:
        """What an answer lost or made up."""
        return self.verdict(Texts.of_article(answer)).reasons

    def take(self, session: Session, answer: OptimizedArticle) -> Applied:
        """Take the answer where it is better and the article is still the one that was sent; charge only then."""
        opened, task = self.opened, self.hold(session)
        texts = Texts.of_article(answer)
        verdict = self.verdict(texts)
        task.after, task.scores_after = texts.as_document(), verdict.after.as_scores()
        if reasons := verdict.reasons or why_not_better(opened.before, verdict.after):
            return self.leave(session, task, OptimizationStatus.NOT_BETTER, closing.told(reasons))
        content = find_article(session, task.site_id, task.content_id, lock=True)
        if content.version != task.version_before:
            return self.leave(session, task, OptimizationStatus.FAILED, CHANGED)
        note = f"{opened.before.overall} → {verdict.after.overall}"
        by = opened.wish.by
        versions.save(session, content, texts.as_document(), kind=VersionKind.OPTIMIZED, by=by, note=note)
        content.optimizer_version += 1
        price = self.charge.reserve
        ended = closing.close(task, OptimizationStatus.COMPLETED, credits=price, version_after=content.version)
        self.book(session, ended)
        return Applied(price, related_type="content", related_id=content.id)

    def leave(self, session: Session, task: OptimizationTask, status: OptimizationStatus, reason: str) -> Applied:
        """Leave the article as it is, for nothing."""
        self.book(session, closing.close(task, status, reason=reason))
        return Applied(ZERO)

    def reject(self, session: Session, failure: Failure) -> None:
        """End the task of a request that gave nothing."""
        task = self.hold(session)
        self.book(session, closing.close(task, OptimizationStatus.FAILED, reason=failure.reason))

    def stop(self, reason: str, *, in_run: bool) -> None:
        """End a task that something beyond it stopped: credits, the provider. A run's own list tells what it never
        asked for; there such a try leaves no row."""
        with self.sessions.begin() as session:
            self.beside(session)
            task = self.hold(session)
            unasked = in_run and not closing.was_asked(session, task)
            closing.give_up(session, task, self.opened.article.account_id, reason)
            if unasked:
                session.delete(task)

    def result(self) -> Optimized:
        """What came of it, as it is kept."""
        return result(self.sessions, self.opened.wish.site_id, self.opened.task_id)


async def optimize(
    sessions: Sessions,
    endpoint: Endpoint,
    site_id: int,
    content_id: int,
    *,
    by: str,
    source: OptimizationSource | None = None,
    batch_id: int | None = None,
    run: RunPart | None = None,
    retrying: Retrying | None = None,
) -> Optimized:
    """Optimize one article, or go on with what a dead process began; what came of it, with its charge.

    Without a run the account pays by the costs in force, and `endpoint` is asked; a run brings its own meter and costs.
    `source` is the way that the article came by: its own in a run, else by hand, where none is named.

    Raises InsufficientCredits, ProviderUnavailable and whatever the run's meter refuses with, after the task was ended
    with that reason; NotFound, ModuleDisabled, SwitchedOff, InvalidInput, BeingOptimized and other Conflicts before
    anything was done; LeaseLost and TurnLost where another process has taken over.
    """
    narrow = await asyncio.to_thread(for_site, sessions, site_id)
    run_id, costs = (run.meter.run_id, run.costs) if run else (None, None)
    wish = Wish(site_id, content_id, by, source, batch_id, run_id, costs)
    if run is not None:
        return await work_on(narrow, wish, run)
    async with Turn(narrow, content_id):
        return await work_on(narrow, wish, endpoint, dialects_in=sessions, retrying=retrying)


async def work_on(
    sessions: Sessions,
    wish: Wish,
    means: RunPart | Endpoint,
    *,
    dialects_in: Sessions | None = None,
    retrying: Retrying | None = None,
) -> Optimized:
    """The work, with the article's turn taken."""
    fence = means.meter.fence if isinstance(means, RunPart) else anybody
    opened = await asyncio.to_thread(opening.begin, sessions, wish, fence)
    if isinstance(opened, int):
        return await asyncio.to_thread(end_at_once, sessions, wish, opened, means)
    if isinstance(means, RunPart):
        work = Work(opened, sessions, means.book, means.meter.fence)
        return await ask_for(work, replace(means.meter, fence=work.fence), in_run=True)
    work = Work(opened, sessions, nothing)
    dialects = dialect_store.open_dialects(dialects_in or sessions, means)
    async with AIClient(means, retrying=retrying or Retrying(), dialects=dialects) as client:
        return await ask_for(work, meter_of(work, client), in_run=False)


def end_at_once(sessions: Sessions, wish: Wish, task_id: int, means: RunPart | Endpoint) -> Optimized:
    """What came of a task that had nothing to ask for."""
    ended = result(sessions, wish.site_id, task_id)
    if isinstance(means, RunPart):
        with sessions.begin() as session:
            means.meter.fence(session)
            means.book(session, ended)
    return ended


async def ask_for(work: Work, meter: Meter, *, in_run: bool) -> Optimized:
    """Ask for the better text, and end the task by what came."""
    opened = work.opened
    wanted = request(opened.article.site, opened.brief, work.why_not)
    try:
        await ask(meter, work.charge, wanted, apply=work.take, reject=work.reject)
    except (LeaseLost, TurnLost, TemporaryError):
        raise  # the task is another one's by now, or waits to be gone on with
    except Igny8Error as error:
        await asyncio.to_thread(work.stop, str(error), in_run=in_run)
        raise
    return await asyncio.to_thread(work.result)


def meter_of(work: Work, client: AIClient) -> Meter:
    """The meter of work that is part of no run: the account's balance is its only budget."""
    return Meter(
        sessions=work.sessions,
        client=client,
        account_id=work.opened.article.account_id,
        site_id=work.opened.wish.site_id,
        fence=work.fence,
        allow=lambda _session, _charge: None,
        gate=nullcontext(),
        turn=nullcontext(),
        deployment=work.opened.article.deployment,
    )


def for_site(sessions: Sessions, site_id: int) -> Sessions:
    """Sessions for the site alone. Raises NotFound."""
    with sessions() as session:
        site = session.get(Site, site_id)
    if site is None:
        raise NotFound(f"There is no site number {site_id}.")
    return scoped(sessions, Scope.of_sites(site.account_id, [site_id]))


def result(sessions: Sessions, site_id: int, task_id: int) -> Optimized:
    """What came of a task, as it is kept."""
    with sessions() as session:
        return closing.result_of(closing.find(session, site_id, task_id))
