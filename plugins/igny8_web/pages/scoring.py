"""Scores as pages show them: a number in a circle, a word, and what to mend first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from sqlalchemy.orm import Session

from igny8_lib.analysis.results import MOST_POINTS, Analysis, Check, Part, Weights
from igny8_lib.analysis.weakest import weakest
from igny8_lib.models import Content
from igny8_lib.review.scores import analyse_content, weights_of
from igny8_web.pages.states import State, state_of_score
from igny8_web.pages.words import number

GOOD_FROM, MIDDLING_FROM = 8, 5
"""Points of a check."""
KEPT = ("version", "digest", "overall")
"""What has to be the same for stored scores to be those of now."""
PART_NAMES = {Part.SEO: "SEO", Part.READABILITY: "Readability", Part.ENGAGEMENT: "Engagement"}


@dataclass(frozen=True)
class Finding:
    """A check, and how many points of the overall score it takes."""

    check: Check
    lost: Fraction

    @property
    def state(self) -> State:
        """What its badge shows."""
        if self.check.points >= GOOD_FROM:
            return State("ok", "check", "Good")
        said = f"−{number(max(1, round(self.lost)))} {'point' if round(self.lost) <= 1 else 'points'}"
        return State("warn" if self.check.points >= MIDDLING_FROM else "bad", "alert", said)

    @property
    def name(self) -> str:
        """What it is called."""
        return self.check.name.replace("_", " ").capitalize()


@dataclass(frozen=True)
class ScoreView:
    """How good an article is, and why."""

    analysis: Analysis
    overall: int
    weights: Weights
    mend: Sequence[Finding]
    """What is not well, first what gains most."""
    fine: Sequence[Finding]
    is_kept: bool
    """Whether the article has these scores beside it, so that lists show them."""

    @property
    def state(self) -> State:
        """Good, fair or poor."""
        return state_of_score(self.overall)

    @property
    def parts(self) -> Sequence[tuple[str, int, Fraction]]:
        """Each part's name, score, and what it counts in percent."""
        shares = [Fraction(100 * self.weights.of(part), self.weights.total) for part in Part]
        return [(PART_NAMES[part], self.analysis.score(part), share) for part, share in zip(Part, shares, strict=True)]

    def of_part(self, part: Part) -> Sequence[Finding]:
        """What a part found, what is not well first."""
        return [finding for finding in (*self.mend, *self.fine) if finding.check.part == part]

    def finding(self, name: str) -> Finding | None:
        """The check of that name, where there is one."""
        return next((each for each in (*self.mend, *self.fine) if each.check.name == name), None)


def score_of(session: Session, content: Content, html: str | None = None) -> ScoreView:
    """The article analysed now, with its own HTML or with another one; four statements."""
    analysis, weights = analyse_content(session, content, html), weights_of(session, content.site_id)
    worst = [check for check in weakest(analysis, weights) if check.points < GOOD_FROM]
    overall = analysis.overall(weights)
    kept = content.optimization_scores
    return ScoreView(
        analysis,
        overall,
        weights,
        [Finding(check, lost_by(check, analysis, weights)) for check in worst],
        [Finding(check, Fraction()) for check in analysis.checks if check.points >= GOOD_FROM],
        is_kept=[kept.get(name) for name in KEPT] == [analysis.version, analysis.digest, overall],
    )


def lost_by(check: Check, analysis: Analysis, weights: Weights) -> Fraction:
    """Points of the overall score that the article would have more, had the check all of its own."""
    in_part = sum(each.weight for each in analysis.checks if each.part == check.part)
    share = Fraction(100 * weights.of(check.part), weights.total)
    return share * Fraction(check.weight * (MOST_POINTS - check.points), in_part * MOST_POINTS)
