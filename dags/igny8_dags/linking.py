"""What links take of Airflow: reading what changed in articles, and mending links whose targets moved or are gone."""

from __future__ import annotations

from typing import Any

from igny8_dags.connections import sessions
from igny8_lib.linker.mending import mend_all, sites_astray
from igny8_lib.linker.targets import refresh_all, sites_with_changes

SECONDS = 40.0
"""Of one round: what is left then is the next one's."""


def has_changes() -> bool:
    """Whether anything is to be read; one statement."""
    with sessions()() as session:
        return bool(sites_with_changes(session, limit=1))


def read_and_mend() -> dict[str, Any]:
    """Read what changed on some sites, and mend the links on these."""
    with sessions()() as session:
        site_ids = sites_with_changes(session)
    changes = refresh_all(sessions(), site_ids, seconds=SECONDS)
    mended = mend_all(sessions(), site_ids, seconds=SECONDS)
    return {"changes": changes, "removed": mended.removed, "moved": mended.moved}


def mend_everywhere() -> dict[str, Any]:
    """Mend what a round that died left behind, and links to articles that were deleted."""
    with sessions()() as session:
        site_ids = sites_astray(session)
    mended = mend_all(sessions(), site_ids, seconds=SECONDS)
    return {"sites": len(site_ids), "removed": mended.removed, "moved": mended.moved}
