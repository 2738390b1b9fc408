"""The pool of one slot that each site's tasks run in: a task without its pool waits for ever, and Airflow is silent.

It is made where a site is added, where a run is started by hand, and by the listener as a DAG run begins. The
reconciler makes the one that is missing all the same, and takes back slots that somebody added.
"""

from __future__ import annotations

from collections.abc import Iterable

from igny8_lib.airflow_api.client import SLOTS_OF_A_SITE, AirflowApi
from igny8_lib.errors import Igny8Error
from igny8_lib.sites.naming import pool_name


def make_site_pool(airflow: AirflowApi, slug: str) -> None:
    """Make the site's pool, or set it back to one slot. Raises AirflowUnreachable, NotAllowed."""
    airflow.make_pool(pool_name(slug), describe_pool(slug))


def make_pool_of_new_site(airflow: AirflowApi, slug: str) -> str:
    """Make the pool of a site that was just added; returns what people should know where that did not work."""
    try:
        make_site_pool(airflow, slug)
    except Igny8Error as error:
        return f"Its pool could not be made yet, the reconciler will ({error})"
    return ""


def find_wrong_pools(airflow: AirflowApi, slugs: Iterable[str]) -> list[str]:
    """The sites whose pool is missing or has not one slot, by slug; one request."""
    slots = airflow.pools()
    return sorted(slug for slug in set(slugs) if slots.get(pool_name(slug)) != SLOTS_OF_A_SITE)


def describe_pool(slug: str) -> str:
    """What the pool's page in Airflow says."""
    return f"Site {slug}: one task at a time"
