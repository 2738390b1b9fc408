"""The ten slowest tests, each with why: a test that takes long says so where it stands, `@pytest.mark.slow("why")`."""

from __future__ import annotations

from collections import Counter

import pytest

REASON = "why it is slow"
SHOWN = 10
WORTH_TELLING = 1.0
"""Seconds from which on a test is named at all."""


class Durations:
    """Seconds of each test with its set-up and its clearing away, and its reason."""

    def __init__(self) -> None:
        self.seconds: Counter[str] = Counter()
        self.reasons: dict[str, str] = {}

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self.seconds[report.nodeid] += report.duration  # type: ignore[assignment]
        if why := dict(report.user_properties).get(REASON):
            self.reasons[report.nodeid] = str(why)

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        slowest = [(name, seconds) for name, seconds in self.seconds.most_common(SHOWN) if seconds >= WORTH_TELLING]
        if not slowest:
            return
        terminalreporter.section("slowest tests, and why")
        for name, seconds in slowest:
            terminalreporter.write_line(f"{seconds:6.1f} s  {name}")
            terminalreporter.write_line(f"          {self.reasons.get(name, 'says nothing of it')}")


def pytest_configure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):
        config.pluginmanager.register(Durations(), "slowest")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if mark := item.get_closest_marker("slow"):
            item.user_properties.append((REASON, mark.args[0]))
