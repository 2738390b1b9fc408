"""Which sites this process builds DAGs for."""

from __future__ import annotations

from collections.abc import Sequence

from igny8_dags.connections import sessions
from igny8_lib.settings import load
from igny8_lib.sites.naming import slug_of
from igny8_lib.sites.roster import RosterCache, RosterSite, roster_or_cached, site_or_cached


def sites_to_build(current_dag_id: str | None) -> Sequence[RosterSite]:
    """All sites in the dag-processor, where there is no current DAG; in a task only the task's own, by one query.

    While the database cannot be reached, the last roster read keeps the DAGs alive.
    """
    cache = RosterCache(load().roster_cache)
    if current_dag_id is None:
        return roster_or_cached(sessions(), cache)
    slug = slug_of(current_dag_id)
    return [site_or_cached(sessions(), cache, slug)] if slug else []
