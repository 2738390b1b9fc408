"""The workers of a round of the DAGs that look every minute and then work side by side."""

from __future__ import annotations

WORKERS = 4
"""What is worked at once; the DAG's pool may allow fewer."""


def name_workers(waiting: int) -> list[str]:
    """A name for each worker that finds something to do, none in an idle minute."""
    return [f"worker {number}" for number in range(1, min(waiting, WORKERS) + 1)]
