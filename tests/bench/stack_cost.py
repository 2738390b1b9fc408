"""What a stack costs: CPU of each component, and the connections to its databases."""

from __future__ import annotations

import psutil
import psycopg
from sqlalchemy import make_url

from tests.stack import Stack

COMPONENTS = ("postgres", "sandbox", "sites", "api-server", "scheduler", "dag-processor", "triggerer")
CONNECTIONS = (
    "SELECT count(*) FROM pg_stat_activity "
    "WHERE backend_type = 'client backend' AND datname = current_database() AND pid <> pg_backend_pid()"
)
"""Asked in each database by its own user: of others' connections PostgreSQL does not even tell the kind."""


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
    found = {}
    for url in (stack.services.metadata_url, stack.database_url):
        parts = make_url(url).set(drivername="postgresql")
        with psycopg.connect(parts.render_as_string(hide_password=False)) as connection:
            row = connection.execute(CONNECTIONS).fetchone()
        found[str(parts.database)] = int(row[0]) if row else 0
    return found
