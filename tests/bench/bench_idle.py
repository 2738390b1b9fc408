"""(j) What an idle stack costs, by component, with 1 and with 1,000 sites: CPU seconds in a minute, 60 = one core."""

from __future__ import annotations

import time

from tests.bench.bench_parsing import fill
from tests.bench.report import Report
from tests.bench.stack_cost import cpu_by_component
from tests.stack import Stack

SIZES = (1, 1000)
MINUTES = 3
QUIET = 0.25
"""CPU seconds of the dag-processor in each second, below which it has read all files."""
LOOKS = 120


def main() -> None:
    """Fill, wait until every file is read, and count."""
    report = Report()
    with Stack.started() as stack:
        made = 0
        for size in SIZES:
            made = fill(stack.sessions, made, size)
            stack.wait_for_dag(f"site__bench-{size - 1}", seconds=900)
            wait_until_quiet(stack)
            used = idle_minute(stack)
            whole = sum(used.values())
            report.add(
                f"idle_minute_{size}_sites",
                **{name: round(seconds, 2) for name, seconds in used.items()},
                together=round(whole, 1),
                percent_of_a_core=round(whole / 0.6, 1),
            )
    report.show()


def wait_until_quiet(stack: Stack) -> None:
    """Until the dag-processor has nothing left to parse."""
    for _ in range(LOOKS):
        before = cpu_by_component(stack)["dag-processor"]
        time.sleep(10)
        if cpu_by_component(stack)["dag-processor"] - before < 10 * QUIET:
            return


def idle_minute(stack: Stack) -> dict[str, float]:
    """CPU seconds of each component in a minute in which nobody does anything."""
    before = cpu_by_component(stack)
    time.sleep(60 * MINUTES)
    after = cpu_by_component(stack)
    return {name: (after[name] - before[name]) / MINUTES for name in before}


if __name__ == "__main__":
    main()
