"""What a metric is: its name, its kind, its bounded labels, what it says, and the rows that it is reckoned from."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from sqlalchemy import ARRAY, Numeric, Select, String, cast, func, literal, select
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.sql.elements import SQLColumnExpression
from sqlalchemy.sql.selectable import SelectBase

Rows = SelectBase
"""One row for each thing counted: a column for each label, and `value`."""
Found = Select[tuple[str, dict[str, str], Any]]
"""Name, labels and value of each sample."""
Labels = Mapping[str, tuple[str, ...]]
"""Every label with the values that it can have; none where they are the program's own words (AI functions, DAGs)."""


class Kind(StrEnum):
    """The types of Prometheus' text format that are used here."""

    COUNTER = "counter"
    GAUGE = "gauge"
    HISTOGRAM = "histogram"


@dataclass(frozen=True)
class Span:
    """From one instant up to, and without, another."""

    since: datetime
    until: datetime

    def holds(self, column: SQLColumnExpression[Any]) -> Any:  # noqa: ANN401 - a condition
        """Whether the column's instant is within."""
        return (column >= self.since) & (column < self.until)


@dataclass(frozen=True)
class Metric:
    """One entry of the catalogue."""

    name: str
    kind: Kind
    help: str
    labels: Labels = field(default_factory=dict)

    @property
    def known(self) -> Iterator[dict[str, str]]:
        """Every set of labels it can have, where that is known beforehand: shown as 0 until something happens, so that
        the first event is an increase."""
        for values in itertools.product(*self.labels.values()):
            yield dict(zip(self.labels, values, strict=True))

    @property
    def exported(self) -> dict[str, set[str]]:
        """The names that stand in the answer, each with its labels."""
        labels = set(self.labels)
        if self.kind is Kind.HISTOGRAM:
            return {f"{self.name}_bucket": labels | {"le"}, f"{self.name}_sum": labels, f"{self.name}_count": labels}
        return {self.name: labels}


@dataclass(frozen=True)
class Counter(Metric):
    """Only grows. What happened within a span is added to its stored sum; without `rows` it is counted where it
    happens (counting.add)."""

    rows: Callable[[Span], Rows] | None = None

    def found(self, span: Span) -> list[Found]:
        """What to add for the span."""
        return [] if self.rows is None else [summed(self.name, self.rows(span), list(self.labels))]


@dataclass(frozen=True)
class Histogram(Metric):
    """How many took at most so long, and how long all together; stored as its three counters."""

    bounds: tuple[float, ...] = ()
    rows: Callable[[Span], Rows] | None = None

    def found(self, span: Span) -> list[Found]:
        """What to add for the span."""
        if self.rows is None:
            return []
        rows, labels = self.rows(span), list(self.labels)
        each = rows.subquery()
        named, one = [each.c[name] for name in labels], literal(1).label("value")
        bound = func.unnest(literal(list(map(Decimal, map(str, self.bounds))), ARRAY(Numeric))).column_valued("le")
        within = select(*named, bound, one).where(each.c.value <= bound)
        return [
            summed(f"{self.name}_bucket", within, [*labels, "le"]),
            summed(f"{self.name}_sum", rows, labels),
            summed(f"{self.name}_count", select(*named, one), labels),
        ]


@dataclass(frozen=True)
class Gauge(Metric):
    """What is now; `rows` is given this instant."""

    rows: Callable[[datetime], Rows] | None = None
    largest: bool = False
    """The largest value instead of the sum."""

    def found(self, now: datetime) -> list[Found]:
        """Its samples."""
        if self.rows is None:
            return []
        return [summed(self.name, self.rows(now), list(self.labels), largest=self.largest)]


def summed(name: str, rows: Rows, labels: list[str], *, largest: bool = False) -> Found:
    """The rows as samples: one for each set of labels."""
    each = rows.subquery()
    pairs = [part for label in labels for part in (literal(label, String), cast(each.c[label], String))]
    value = (func.max if largest else func.sum)(cast(each.c.value, Numeric))
    named = func.jsonb_build_object(*pairs, type_=JSONB).label("labels")
    sample = select(literal(name, String).label("name"), named, func.coalesce(value, 0).label("value"))
    return sample.group_by(*[each.c[label] for label in labels])
