"""(j) What an idle stack costs, by component, with 1 and with 1,000 sites: CPU seconds in a minute, 60 = one core."""

from __future__ import annotations

import time

from tests.bench.bench_parsing import fill
from tests.bench.report import Report
from tests.bench.stack_cost import cpu_by_component
from tests.stack import Stack, until

SIZES = (1, 1000)
MINUTES = 3
QUIET = 0.1
"""CPU seconds of the dag-processor in each second, below which it has read all files."""
QUIET_LOOKS = 3
"""So many in a row: on a busy machine a process that waits for a core looks quiet, too."""
LOOKS = 240
SECONDS = 1800.0


def main() -> None:
    """Fill, wait until every file is read, and count."""
    report = Report()
    with Stack.started() as stack:
        made = 0
        for size in SIZES:
            made = fill(stack.sessions, made, size)
            wait_until_settled(stack, size)
            used = idle_minute(stack)
            whole = sum(used.values())
            report.add(
                f"idle_minute_{size}_sites",
                **{name: round(seconds, 2) for name, seconds in used.items()},
                together=round(whole, 1),
                percent_of_a_core=round(whole / 0.6, 1),
            )
    report.show()


def wait_until_settled(stack: Stack, size: int) -> None:
    """Until nothing is left to do for new sites: each has its DAG and its pool, and the dag-processor rests."""
    until(lambda: counted(stack, "/dags?tags=site-pipeline") >= size or None, "each site has its DAG", SECONDS)
    until(lambda: counted(stack, "/pools?pool_name_pattern=site_bench") >= size or None, "each has its pool", SECONDS)
    wait_until_quiet(stack)


def counted(stack: Stack, listed: str) -> int:
    """How many there are of what Airflow lists."""
    return int(stack.airflow.call("GET", f"{listed}&limit=1")["total_entries"])


def wait_until_quiet(stack: Stack) -> None:
    """Until the dag-processor has nothing left to parse."""
    quiet = 0
    for _ in range(LOOKS):
        before = cpu_by_component(stack)["dag-processor"]
        time.sleep(10)
        quiet = quiet + 1 if cpu_by_component(stack)["dag-processor"] - before < 10 * QUIET else 0
        if quiet == QUIET_LOOKS:
            return


def idle_minute(stack: Stack) -> dict[str, float]:
    """CPU seconds of each component in a minute in which nobody does anything."""
    before = cpu_by_component(stack)
    time.sleep(60 * MINUTES)
    after = cpu_by_component(stack)
    return {name: (after[name] - before[name]) / MINUTES for name in before}


if __name__ == "__main__":
    main()
