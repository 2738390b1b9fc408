"""What an estimate follows from: the facts of a site before a run, and the averages or defaults that stand for what
nobody knows yet."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from math import ceil, floor

from igny8_lib.amounts import ZERO, Credits
from igny8_lib.credits.budgets import Shares
from igny8_lib.credits.costs import CostTable, ImageQuality, OperationCost
from igny8_lib.models import Operation
from igny8_lib.pipeline.run_history import History
from igny8_lib.sites.improvement import LINK_KEY, OPTIMIZE_KEY

KEYWORDS_PER_CLUSTER = Fraction(10, 3)
"""Default of stage 1. A cluster is what one page can satisfy, so a list of mixed searches gives many small ones."""
ARTICLES_PER_KEYWORD = Fraction(9, 10)
"""Default of stage 2. No keyword is the main one of two ideas, so a new cluster gives no more ideas than it has
keywords, and a few less: some are another spelling of the same search."""
REQUEST_FILL = Fraction(9, 10)
"""How full requests are whose topics are not cut: 18 of 20 keywords."""
LOOKED_AT_AGAIN = Fraction(1, 6)
"""Default: of the new clusters, those with one keyword that is close to another cluster."""
WORDS_PER_ARTICLE = 1400

CLUSTER, PLAN, QUEUE, WRITE, PROMPT, RENDER, REVIEW = range(1, 8)
IMPROVING = (LINK_KEY, OPTIMIZE_KEY)
"""What takes articles and hands all of them on, and is paid for those alone that it made better."""


@dataclass(frozen=True)
class StageFacts:
    """One stage before the run: what waits for it and what bounds it."""

    number: int
    pending: int
    limit: int = 0
    """0 = unlimited."""
    limit_name: str = ""
    operation: Operation | None = None
    items_per_request: int = 1
    minimum: int = 1
    in_neighbourhoods: bool = False
    off: str = ""
    """Why the stage does not run; empty where it does."""
    needs_approval: bool = False
    """Whether people approve its items first: then what the run itself makes does not pass."""
    unapproved: int = 0
    """Items that wait for that now; they are not among the pending ones."""

    @property
    def usual_request(self) -> int:
        """Items that a request is expected to hold."""
        return int(self.items_per_request * REQUEST_FILL) if self.in_neighbourhoods else self.items_per_request


@dataclass(frozen=True)
class EstimateInput:
    """Everything an estimate follows from; `stages` are the run's way in order."""

    stages: tuple[StageFacts, ...]
    available: Credits
    max_credits_per_run: Credits
    shares: Shares
    costs: CostTable
    ideas_per_cluster: int = 7
    images_per_content: int = 4
    image_quality: ImageQuality = ImageQuality.BASIC
    auto_approval: bool = False
    second_look: bool = False
    """Whether clusters of one keyword are offered for merging."""
    words_per_article: int = WORDS_PER_ARTICLE
    """What the waiting tasks and ideas ask for on average; used until the site has a history."""
    history: History = field(default_factory=History)

    def output_per_item(self, stage: int) -> Fraction:
        """What one item that does not fail makes."""
        known = self.history.of(stage).output
        if stage == CLUSTER:
            return 1 / KEYWORDS_PER_CLUSTER if known is None else known
        if stage == PLAN:
            likely = min(Fraction(self.ideas_per_cluster), KEYWORDS_PER_CLUSTER * ARTICLES_PER_KEYWORD)
            return likely if known is None else known * self.ideas_per_cluster
        if stage == PROMPT:
            return self.images_per_content * (Fraction(1) if known is None else known)
        if stage == QUEUE and known is not None:
            return known  # an idea that competes with a page becomes no task
        if stage in IMPROVING and known is not None:
            return known
        return Fraction(int(self.auto_approval)) if stage == REVIEW else Fraction(1)

    def request_charge(self, stage: StageFacts, items: int) -> Credits:
        """What one AI request with so many items costs when it succeeds."""
        if stage.operation is None:
            return ZERO
        if stage.operation is Operation.CONTENT_GENERATION:
            return self.article_charge() * items
        if stage.operation is Operation.OPTIMIZATION:
            return self.optimization_charge() * items
        each = ceil(self.output_per_item(stage.number)) if stage.number == PROMPT else 1
        return self.costs.charge(stage.operation, items * each, quality=self.image_quality)

    def paid_share(self, stage: int) -> Fraction:
        """Of the items that do not fail, the part that is charged; cautious until the site has a history."""
        return self.output_per_item(stage) if stage in IMPROVING else Fraction(1)

    def second_look_charge(self, stage: StageFacts, clusters: Fraction) -> Credits:
        """What it costs to offer the lone ones of so many new clusters for merging."""
        if stage.number != CLUSTER or not self.second_look or stage.operation is None:
            return ZERO
        known = self.history.of(CLUSTER).offered_per_cluster
        lone = nearest(clusters * (LOOKED_AT_AGAIN if known is None else known))
        return self.costs.charge(stage.operation, lone) if lone else ZERO

    def article_charge(self) -> Credits:
        """What an article costs: the site's average charge, else that of the words asked for.

        Articles end anywhere within their last unit of words, so on average half a unit is charged on top.
        """
        line = self.costs.costs[Operation.CONTENT_GENERATION]
        return price_of(line, self.article_words() + Fraction(line.unit_size, 2))

    def optimization_charge(self) -> Credits:
        """What it costs to optimize an article of the usual length, whose last unit is full by half on average."""
        line = self.costs.costs[Operation.OPTIMIZATION]
        return price_of(line, self.article_words() + Fraction(line.unit_size, 2))

    def article_words(self) -> Fraction:
        """How long an article is: by what the site's articles were charged for, else by what was asked for."""
        billed = self.history.of(WRITE).billed_words_per_article
        rounded_up = Fraction(self.costs.costs[Operation.CONTENT_GENERATION].unit_size, 2)
        return Fraction(self.words_per_article) if billed is None else billed - rounded_up


def price_of(line: OperationCost, words: Fraction) -> Credits:
    """What so many words cost on average."""
    return max(Credits(ceil(line.cost.hundredths * words / line.unit_size)), line.minimum)


def nearest(average: Fraction) -> int:
    """An average in whole items: rounded, but what is more than none is at least one."""
    return max(1, floor(average + Fraction(1, 2))) if average > 0 else 0
