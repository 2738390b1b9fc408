"""What to mend first."""

from __future__ import annotations

from igny8_lib.analysis.results import MOST_POINTS, Analysis, Check, Part, Weights


def weakest(analysis: Analysis, weights: Weights) -> list[Check]:
    """The checks with points to gain, those first that would raise the overall score most; what gains alike stays in
    the order of the analysis."""
    possible = {part: sum(check.weight for check in analysis.checks if check.part == part) for part in Part}

    def gain(check: Check) -> float:
        lost = (MOST_POINTS - check.points) * check.weight
        return lost * weights.of(check.part) / possible[check.part]

    return sorted((check for check in analysis.checks if gain(check)), key=gain, reverse=True)
