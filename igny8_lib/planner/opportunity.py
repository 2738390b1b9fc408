"""Opportunity: what a keyword, or a cluster of them, may bring that the site does not have yet.

    expected clicks = demand × (CTR in the top three − CTR at today's position) × (1 − difficulty / 100)     a month
    score           = 100 × ln(1 + expected clicks) / ln(1 + 10,000), at most 100

The potential new clicks, demand × (CTR(top 3) − CTR(today's rank)), are SEOmonitor's Opportunity metric
(help.seomonitor.com, "The Opportunity metric explained"), which divides them by one of four classes of difficulty;
exports tell it from 0 to 100, so it is a factor here. The click-through rates are SISTRIX's (2020, 80 million
keywords).

Demand is the volume, else the impressions: without both the opportunity is unknown, which is not 0. A position that
nobody told is a page that does not rank. A difficulty that nobody told is left out. The cost per click has no weight:
it is in each export's own currency and says what a click is worth, not how many there are; of keywords with the same
expected clicks the dearer one stands first in lists.

Each keyword's expected clicks are a generated column of the database (migration 0019), so imports, merges and edits
never leave an old figure behind; `expected_clicks` is the same formula in Python.
"""

from __future__ import annotations

from decimal import Decimal
from math import floor, log

ORGANIC_CTR = (0.285, 0.157, 0.110, 0.080, 0.072, 0.051, 0.040, 0.032, 0.028, 0.025)
"""Clicks per search at positions 1 to 10. Source: SISTRIX, "Why (almost) everything you knew about Google CTR is no
longer valid", 2020. On the second page it is well below 1 %, counted as none."""
ATTAINABLE_CTR = 0.184
"""The mean of the top three, what a good page may hope for."""
CLICKS_OF_A_HUNDRED = 10_000
"""Expected clicks a month that are the full score: more is as good."""


def ctr_at(position: float | Decimal | None) -> float:
    """Clicks per search at a position, the average positions of exports rounded; 0 beyond the tenth and where the
    site does not rank."""
    if position is None:
        return 0.0
    place = max(floor(float(position) + 0.5), 1)
    return ORGANIC_CTR[place - 1] if place <= len(ORGANIC_CTR) else 0.0


def expected_clicks(
    *,
    volume: int | None = None,
    impressions: int | None = None,
    position: float | Decimal | None = None,
    difficulty: float | Decimal | None = None,
) -> float | None:
    """Additional clicks a month, not below 0; None where neither volume nor impressions are known."""
    demand = impressions if volume is None else volume
    if demand is None:
        return None
    gain = max(ATTAINABLE_CTR - ctr_at(position), 0.0)
    hard = min(max(float(difficulty or 0), 0.0), 100.0)
    return demand * gain * (1 - hard / 100)


def score(clicks: float | None) -> int | None:
    """Expected clicks, of a keyword or summed over a cluster, on a logarithmic scale of 0 to 100; None stays None."""
    if clicks is None:
        return None
    return min(round(100 * log(1 + max(clicks, 0.0)) / log(1 + CLICKS_OF_A_HUNDRED)), 100)


def default_priority(cluster_score: int | None) -> int | None:
    """The priority of a new idea by its cluster's score, where the higher one is written first.

    None where the score is unknown: people's own ranks and known scores stand before it.
    """
    return cluster_score
