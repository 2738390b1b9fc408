"""One optimization: both texts side by side, and what each check says of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from igny8_lib.analysis.results import MOST_POINTS, Part
from igny8_lib.models import Site
from igny8_lib.optimizer.tasks import Comparison, compare
from igny8_web.pages.article.comparison import Row, rows_of
from igny8_web.pages.optimizing.rows import TaskRow
from igny8_web.pages.scoring import PART_NAMES
from igny8_web.pages.states import State, state_of_score

BETTER, WORSE, SAME = State("ok", "up", "Better"), State("bad", "dn", "Worse"), State("wait", "dash", "The same")


@dataclass(frozen=True)
class Figure:
    """A score or a check's points, before and after; None where there is none."""

    name: str
    before: int | None
    after: int | None

    @property
    def state(self) -> State:
        """Which way it went."""
        if self.before is None or self.after is None or self.before == self.after:
            return SAME
        return BETTER if self.after > self.before else WORSE

    @property
    def look(self) -> tuple[State, State]:
        """How good the scores are."""
        return state_of_score(self.before), state_of_score(self.after)


@dataclass(frozen=True)
class OptimizationView:
    """All that the page shows."""

    found: Comparison
    row: TaskRow

    @property
    def scores(self) -> Sequence[Figure]:
        """Overall and of each part, 0 to 100."""
        named = (("Overall", "overall"), *((PART_NAMES[part], part.value) for part in Part))
        before, after = self.found.scores_before, self.found.scores_after or {}
        return [Figure(name, before.get(key), after.get(key)) for name, key in named]

    @property
    def changed(self) -> Sequence[Figure]:
        """The checks that have other points, those that gained most first; none where there is no second text."""
        told = [each for each in self.checks if each.state is not SAME]
        return sorted(told, key=lambda each: (each.before or 0) - (each.after or 0))

    @property
    def unchanged(self) -> Sequence[Figure]:
        """The others."""
        return [each for each in self.checks if each.state is SAME]

    @property
    def checks(self) -> Sequence[Figure]:
        """Points of each check, of at most nine."""
        before, after = checks_of(self.found.scores_before), checks_of(self.found.scores_after or {})
        names = [*before, *(name for name in after if name not in before)]
        return [Figure(said(name), before.get(name), after.get(name)) for name in names]

    @property
    def most(self) -> int:
        """Points that a check can have."""
        return MOST_POINTS

    @property
    def rows(self) -> Sequence[Row]:
        """The blocks of both texts."""
        return rows_of(self.found.difference) if self.found.difference else []


def view_of(session: Session, site: Site, task_id: int) -> OptimizationView:
    """One optimization of the site; two statements. Raises NotFound."""
    found = compare(session, site.id, task_id)
    return OptimizationView(found, TaskRow(found.task))


def checks_of(scores: Mapping[str, Any]) -> dict[str, int]:
    """The points of each check, by name."""
    return dict(scores.get("checks", {}))


def said(name: str) -> str:
    """What a check is called."""
    return name.replace("_", " ").capitalize()
