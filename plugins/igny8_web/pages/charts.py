"""Columns over days, as the chart of SVG rectangles is drawn of them: places in percent across, in pixels down."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from igny8_lib.amounts import ZERO, Credits

TOP, FLOOR = 10.0, 160.0
GAP = 0.15
"""Of a column's place, on either side."""
LABELS = 7
"""Days that have their date below, at most."""
SCALES = ((10**9, "bn"), (10**6, "M"), (10**3, "k"))


@dataclass(frozen=True)
class Column:
    """One day."""

    day: date
    amount: Credits
    x: float
    width: float
    y: float
    height: float
    middle: float
    labelled: bool
    current: bool
    """The day that is not over."""


@dataclass(frozen=True)
class Line:
    """A line across, with what it stands for."""

    y: float
    label: str


@dataclass(frozen=True)
class Chart:
    """Days side by side."""

    columns: tuple[Column, ...]
    lines: tuple[Line, ...]


def chart_of(days: Mapping[date, Credits], first: date, last: date) -> Chart:
    """A column per day from the first to the last, which is not over yet; days without credits are empty places."""
    count = (last - first).days + 1
    top = round_up(max([*(amount.hundredths / 100 for amount in days.values()), 1.0]))
    place, every = 100 / count, -(-count // LABELS)
    columns = []
    for number in range(count):
        day = first + timedelta(days=number)
        amount = max(days.get(day, ZERO), ZERO)
        height = (FLOOR - TOP) * amount.hundredths / 100 / top
        columns.append(
            Column(
                day,
                amount,
                place * (number + GAP),
                place * (1 - 2 * GAP),
                FLOOR - height,
                height,
                place * (number + 0.5),
                labelled=number % every == 0,
                current=day == last,
            )
        )
    lines = [Line(FLOOR - (FLOOR - TOP) * part / 4, compact(top * part / 4)) for part in range(5)]
    return Chart(tuple(columns), tuple(lines))


def round_up(value: float) -> float:
    """The next of 1, 2, 4, 8 or 10 times a power of ten, so that quarters of it are short to write."""
    power = 1.0
    while power * 10 < value:
        power *= 10
    return next(step * power for step in (1, 2, 4, 8, 10) if step * power >= value)


def compact(value: float) -> str:
    """4, 0.5, 12k, 1.5M, 2bn: short enough for the edge of a chart."""
    for size, name in SCALES:
        if value >= size:
            return f"{value / size:.2f}".rstrip("0").rstrip(".") + name
    return f"{value:.2f}".rstrip("0").rstrip(".")
