"""Reading all figures: two statements, whatever there is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import select, union_all
from sqlalchemy.orm import Session

from igny8_lib import clock
from igny8_lib.metrics.counters import COUNTERS
from igny8_lib.metrics.gauges import GAUGES
from igny8_lib.metrics.metric import Histogram, Metric
from igny8_lib.models import MetricValue


@dataclass(frozen=True)
class Sample:
    """A name with its labels and its value, as it stands in the answer."""

    name: str
    labels: tuple[tuple[str, str], ...]
    """In the order of their names."""
    value: float


@dataclass(frozen=True)
class Family:
    """A metric with its samples."""

    metric: Metric
    samples: Sequence[Sample]


def sample(name: str, labels: dict[str, str], value: object) -> Sample:
    """One of whatever number the database gave."""
    return Sample(name, tuple(sorted(labels.items())), float(str(value)))


def one(metric: Metric, value: float) -> Family:
    """A metric without labels."""
    return Family(metric, [sample(metric.name, {}, value)])


def read_families(session: Session) -> list[Family]:
    """Every metric of the product with what it says now."""
    stored = select(MetricValue.name, MetricValue.labels, MetricValue.value)
    now = union_all(*[each for gauge in GAUGES for each in gauge.found(clock.now())])
    found = [sample(*row) for query in (stored, now) for row in session.execute(query)]
    return [family(metric, found) for metric in (*COUNTERS, *GAUGES)]


def family(metric: Metric, found: Sequence[Sample]) -> Family:
    """The metric's own samples, and zeros for what has not happened yet."""
    values = {(each.name, each.labels): each.value for each in found if each.name in metric.exported}
    for empty in zeros(metric):
        values.setdefault((empty.name, empty.labels), empty.value)
    samples = [Sample(name, labels, value) for (name, labels), value in values.items()]
    return Family(metric, sorted(samples, key=place))


def zeros(metric: Metric) -> Iterator[Sample]:
    """A sample of 0 for each set of labels that is known beforehand."""
    for labels in metric.known:
        if not isinstance(metric, Histogram):
            yield sample(metric.name, labels, 0)
            continue
        for bound in metric.bounds:
            yield sample(f"{metric.name}_bucket", labels | {"le": str(bound)}, 0)
        yield sample(f"{metric.name}_sum", labels, 0)
        yield sample(f"{metric.name}_count", labels, 0)


def place(each: Sample) -> tuple[tuple[tuple[str, str], ...], str, float]:
    """Samples of the same labels stand together, a histogram's in the order of its bounds."""
    labels = tuple(pair for pair in each.labels if pair[0] != "le")
    return labels, each.name, float(dict(each.labels).get("le", 0))
