"""The answer in Prometheus' text format, written by its own client library."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import Metric as Written
from prometheus_client.registry import Collector

from igny8_lib.metrics.metric import Histogram
from igny8_lib.metrics.reading import Family

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"


class Page(Collector):
    """What is there, as the library asks for it."""

    def __init__(self, families: Iterable[Family]) -> None:
        self.families = list(families)

    def collect(self) -> Iterator[Written]:
        """Each metric with its samples."""
        for family in self.families:
            metric = family.metric
            written = Written(metric.name.removesuffix("_total"), metric.help, metric.kind.value)
            for each in family.samples:
                written.add_sample(each.name, dict(each.labels), each.value)
                if isinstance(metric, Histogram) and each.name == f"{metric.name}_count":
                    written.add_sample(f"{metric.name}_bucket", {**dict(each.labels), "le": "+Inf"}, each.value)
            yield written


def write_page(families: Iterable[Family]) -> bytes:
    """The text of the answer."""
    registry = CollectorRegistry()
    registry.register(Page(families))
    return generate_latest(registry)
