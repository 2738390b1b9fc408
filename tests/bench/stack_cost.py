"""What a stack costs: CPU of each component, and the connections to its databases."""

from __future__ import annotations

import psutil
from sqlalchemy import text

from tests.stack import Stack

COMPONENTS = ("postgres", "sandbox", "sites", "api-server", "scheduler", "dag-processor", "triggerer")
CONNECTIONS = text(
    "SELECT datname, count(*) FROM pg_stat_activity WHERE backend_type = 'client backend' AND datname IS NOT NULL "
    "AND pid <> pg_backend_pid() GROUP BY datname"
)


def cpu_by_component(stack: Stack) -> dict[str, float]:
    """CPU seconds that each has used, its children and its ended children included."""
    return {name: tree_seconds(psutil.Process(stack.state(name).pid)) for name in COMPONENTS}


def tree_seconds(process: psutil.Process) -> float:
    """Of a process and all below it."""
    return sum(own_seconds(each) for each in [process, *process.children(recursive=True)])


def own_seconds(process: psutil.Process) -> float:
    """Of a process and its ended children; 0 once it has ended itself."""
    try:
        used = process.cpu_times()
    except psutil.NoSuchProcess:
        return 0.0
    return float(used.user + used.system + used.children_user + used.children_system)


def connections(stack: Stack) -> dict[str, int]:
    """Open ones now, by database."""
    with stack.sessions() as session:
        return {row[0]: int(row[1]) for row in session.execute(CONNECTIONS)}
