"""Beginning an optimization: what is known of the article, what is wrong with it, and the task that keeps both.

read      a transaction: the article, what measures it, what the work costs
analyse   none open: the text is measured
open      a transaction: nobody else is at work and the article is the one that was read; the task is there
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.orm import Session

from igny8_lib import clock
from igny8_lib.ai.deployment import deployment_code
from igny8_lib.ai.functions.optimize_content import ArticleBrief
from igny8_lib.ai.requests import SiteBrief
from igny8_lib.analysis.facts import Facts
from igny8_lib.analysis.results import Weights
from igny8_lib.credits.costs import CostTable, costs_in_force
from igny8_lib.db.session import Sessions
from igny8_lib.errors import ChangedMeanwhile, Conflict, InvalidInput
from igny8_lib.models import (
    Content,
    ContentSource,
    Module,
    OptimizationSource,
    OptimizationStatus,
    OptimizationTask,
    Site,
)
from igny8_lib.optimizer import closing, turns
from igny8_lib.optimizer.guards import About
from igny8_lib.optimizer.judging import Judged, judge
from igny8_lib.optimizer.texts import Texts
from igny8_lib.review import rewriting, scores
from igny8_lib.review.versions import find_article
from igny8_lib.sites.modules import require_active, require_module
from igny8_lib.text.html import plain_text, word_count
from igny8_lib.text.language import other_language

MOST_WORDS = 10_000
"""Longer texts do not fit into one answer of most models."""
WAYS = {
    ContentSource.IGNY8: OptimizationSource.WRITER,
    ContentSource.WORDPRESS: OptimizationSource.WORDPRESS_SYNC,
    ContentSource.SHOPIFY: OptimizationSource.OTHER_SYNC,
    ContentSource.CUSTOM: OptimizationSource.OTHER_SYNC,
}
"""By which way an article comes that no person has chosen."""
NOTHING_TO_MEND = "No check finds anything that editing its text could mend."
CHANGED = "The article was changed meanwhile: nothing was taken, and nothing charged."


@dataclass(frozen=True)
class Wish:
    """What is asked for, by whom, and as part of what."""

    site_id: int
    content_id: int
    by: str
    source: OptimizationSource | None = None
    """None: the article's own way in a run, else by hand."""
    batch_id: int | None = None
    run_id: int | None = None
    costs: CostTable | None = None
    """A run's; None: what is in force."""


@dataclass(frozen=True)
class Article:
    """What is known of the article, read at one instant."""

    account_id: int
    version: int
    title: str
    texts: Texts
    source: OptimizationSource
    facts: Facts
    weights: Weights
    words: int
    costs: CostTable
    site: SiteBrief
    deployment: str


@dataclass(frozen=True)
class Opened:
    """A task that this process has."""

    wish: Wish
    article: Article
    before: Judged
    task_id: int
    token: datetime

    @property
    def about(self) -> About:
        """What the guards know beside the texts."""
        facts = self.article.facts
        keywords = (facts.primary_keyword, *facts.secondary_keywords)
        return About(facts.language, self.article.title, tuple(filter(None, keywords)))

    @property
    def brief(self) -> ArticleBrief:
        """What the AI is told."""
        facts, texts = self.article.facts, self.article.texts
        language = other_language(plain_text(texts.html), facts.language) or facts.language
        return ArticleBrief(
            title=self.article.title,
            language=language,
            keyphrase=facts.primary_keyword,
            secondary_keywords=list(facts.secondary_keywords),
            weaknesses=self.before.weaknesses,
            **texts.as_document(),
        )


def begin(sessions: Sessions, wish: Wish, fence: Callable[[Session], None]) -> Opened | int:
    """The task, with all that its request needs; the number of one that has ended where there is nothing to mend.

    An open task of a process that died is taken up as it is: its request keeps its key, and so its answer. Raises
    NotFound, ModuleDisabled and SwitchedOff, BeingOptimized, InvalidInput for a way that is not the article's and for
    a text that is too long, and Conflict for an article that has no text, is to be written anew, or was changed at
    this very moment.
    """
    with sessions() as session:
        article = read(session, wish)
    before = judge(article.texts, article.facts, article.weights)
    with sessions.begin() as session:
        fence(session)
        return open_task(session, wish, article, before)


def read(session: Session, wish: Wish) -> Article:
    """What is known of the article; a fixed number of statements."""
    content = find_article(session, wish.site_id, wish.content_id)
    site = session.get_one(Site, wish.site_id)
    require_active(session, site)
    require_module(session, site.account_id, Module.OPTIMIZER)
    if rewriting.is_waiting(session, wish.site_id, wish.content_id):
        raise Conflict(f"The article {content.id} waits to be written anew: optimize what comes of that.")
    texts = Texts.of_article(content)
    return Article(
        account_id=site.account_id,
        version=content.version,
        title=content.title,
        texts=texts,
        source=source_of(content, wish),
        facts=scores.facts_of(session, wish.site_id, [content])[content.id],
        weights=scores.weights_of(session, wish.site_id),
        words=words_of(content, texts),
        costs=wish.costs or costs_in_force(session),
        site=SiteBrief(site.name, site.domain, site.language, site.brand),
        deployment=deployment_code(session),
    )


def source_of(content: Content, wish: Wish) -> OptimizationSource:
    """By which way the article comes. Raises InvalidInput for another one's."""
    own = WAYS[content.source]
    if wish.source not in (None, own, OptimizationSource.MANUAL):
        told = f"The article {content.id} is from {content.source.value}"
        raise InvalidInput(f"{told}: it comes as {own.value} or manual, never as {wish.source}.")
    return wish.source or (OptimizationSource.MANUAL if wish.run_id is None else own)


def words_of(content: Content, texts: Texts) -> int:
    """The words that are charged for. Raises Conflict for none, InvalidInput for too many."""
    words = word_count(texts.html)
    if not words:
        raise Conflict(f"The article {content.id} has no text that could be optimized.")
    if words > MOST_WORDS:
        raise InvalidInput(f"The article {content.id} has {words:,} words; up to {MOST_WORDS:,} are optimized at once.")
    return words


def open_task(session: Session, wish: Wish, article: Article, before: Judged) -> Opened | int:
    """The article's task for this process: the open one of a dead process, or a new one."""
    old = turns.find_open(session, wish.site_id, wish.content_id)
    turns.require_free(session, wish.content_id, old, wish.run_id)
    content = find_article(session, wish.site_id, wish.content_id, lock=True)
    if content.version != article.version:
        raise ChangedMeanwhile(f"the article {content.id} {content.title!r}", article.version, content.version)
    if old is not None and not goes_on(old, wish, article):
        closing.drop(session, old, article.account_id, CHANGED if old.version_before != article.version else "")
        old = None
    task = old or new_task(wish, article, before)
    task.status, task.started_at = OptimizationStatus.RUNNING, clock.now()
    task.batch_id, task.requested_by = wish.batch_id, wish.by
    session.add(task)
    session.flush()
    if not before.weaknesses:
        closing.close(task, OptimizationStatus.NOT_BETTER, reason=NOTHING_TO_MEND)
        return task.id
    return Opened(wish, replace(article, source=task.source), before, task.id, task.started_at)


def goes_on(old: OptimizationTask, wish: Wish, article: Article) -> bool:
    """Whether an open task is the one that is wished for: of this run or of none, about the text as it is."""
    return old.run_id == wish.run_id and old.version_before == article.version


def new_task(wish: Wish, article: Article, before: Judged) -> OptimizationTask:
    """A task that nobody has yet."""
    return OptimizationTask(
        site_id=wish.site_id,
        content_id=wish.content_id,
        batch_id=wish.batch_id,
        run_id=wish.run_id,
        source=article.source,
        requested_by=wish.by,
        version_before=article.version,
        before=article.texts.as_document(),
        scores_before=before.as_scores(),
    )
