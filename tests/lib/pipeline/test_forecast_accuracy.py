"""How near the estimate comes to what the next run really costs, once the site has a history. Slow, because the history
is of real runs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from igny8_lib.models import Site
from igny8_lib.pipeline.batch import Tools
from igny8_lib.pipeline.estimates import Confidence, Estimate
from igny8_lib.pipeline.forecast import forecast
from igny8_lib.pipeline.limits import RunOptions
from igny8_lib.planner.importing import import_keywords
from igny8_lib.stack.demo import LIMITS
from tests.factories.credits import grant
from tests.factories.sites import make_site
from tests.lib.pipeline.drive import drive
from tests.lib.pipeline.test_forecast import DEMO

WITHOUT_IMAGES = {"stages": [1, 2, 3, 4]}
"""So that the cost follows from how many articles the keywords come to, which is the hard part."""


@pytest.fixture
def slug(tools: Tools) -> str:
    """A new site with the demo's keywords and credits for all of them."""
    with tools.sessions.begin() as session:
        site = make_site(session)
        grant(session, site.account_id, 20_000)
        import_keywords(session, site.id, DEMO)
        return site.slug


def expect(tools: Tools, slug: str, conf: Mapping[str, Any]) -> Estimate:
    """The estimate of the run that would start now."""
    with tools.sessions() as session:
        return forecast(session, session.query(Site).filter_by(slug=slug).one(), RunOptions.parse(conf))


def check_the_next_run(tools: Tools, slug: str, conf: Mapping[str, Any], confidence: Confidence) -> None:
    """Estimate a run, then run it: the confidence is this one, and the cost is within 15 %."""
    expected = expect(tools, slug, conf)
    run = drive(tools, slug, conf)
    assert expected.confidence == confidence
    assert run.status == "completed"
    used = run.total_credits_used.hundredths
    assert abs(expected.total.hundredths - used) <= 0.15 * used, (str(expected.total), str(run.total_credits_used))


@pytest.mark.slow("drives six runs of the demo, each with eight articles and their images")
def test_of_the_demos_own_runs_the_estimate_is_within_15_percent_at_every_confidence(tools: Tools, slug: str) -> None:
    low, medium, high = Confidence.LOW, Confidence.MEDIUM, Confidence.HIGH
    for confidence in (low, low, low, medium, medium, high):
        check_the_next_run(tools, slug, LIMITS, confidence)


@pytest.mark.slow("drives four to six runs that write all articles of their keywords")
@pytest.mark.parametrize(("keywords", "before", "confidence"), [(50, 3, Confidence.MEDIUM), (33, 5, Confidence.HIGH)])
def test_after_daily_runs_that_take_a_part_of_the_keywords_the_estimate_of_the_next_is_within_15_percent(
    tools: Tools, slug: str, keywords: int, before: int, confidence: Confidence
) -> None:
    daily = WITHOUT_IMAGES | {"max_keywords_per_run": keywords}
    for _ in range(before):
        drive(tools, slug, daily)
    check_the_next_run(tools, slug, daily, confidence)
