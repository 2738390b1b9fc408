"""Small lines that show how a figure went from run to run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH, HEIGHT, EDGE = 84, 24, 3


@dataclass(frozen=True)
class Spark:
    """A line of points within WIDTH × HEIGHT; `x`, `y` is its last one."""

    points: str
    x: float
    y: float
    label: str


def spark_of(values: Sequence[float], label: str) -> Spark | None:
    """The values from the oldest on, 0 at the bottom; None where two are not there to join."""
    if len(values) < 2:
        return None
    highest = max(values) or 1
    step = (WIDTH - 2 * EDGE) / (len(values) - 1)
    places = [
        (EDGE + step * number, HEIGHT - EDGE - (HEIGHT - 2 * EDGE) * value / highest)
        for number, value in enumerate(values)
    ]
    points = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
    return Spark(points, *places[-1], label)
