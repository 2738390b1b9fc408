"""What linking takes of Airflow: the Linker's tables, and its links, follow the articles in the publisher's rounds."""

from __future__ import annotations

import asyncio
from datetime import datetime
from typing import Any

from igny8_dags.connections import endpoint, sessions
from igny8_lib.ai.endpoint import Endpoint
from igny8_lib.errors import InvalidInput
from igny8_lib.linker.embeddings import fill, sites_without
from igny8_lib.linker.mending import mend_all, sites_astray
from igny8_lib.linker.targets import refresh_all, sites_with_changes

EMBED_MINUTES = 5
"""Every so many minutes vectors are asked for: an endpoint that refuses is not asked each minute."""
SECONDS = 240
"""Of one job: less than a round may take; the next round goes on."""


def is_stale() -> bool:
    """Whether some article changed since it was read; one statement."""
    with sessions()() as session:
        return bool(sites_with_changes(session, limit=1))


def lacks_vectors(round_at: datetime) -> bool:
    """Whether some article's vectors are to be asked for now."""
    if round_at.minute % EMBED_MINUTES:
        return False
    provider = provider_if_any()
    with sessions()() as session:
        return provider is not None and bool(sites_without(session, provider.embedding_model, limit=1))


def provider_if_any() -> Endpoint | None:
    """The AI provider; None where none is set up that can be asked: articles are published without one, too."""
    try:
        return endpoint()
    except InvalidInput:
        return None


def read_changes() -> dict[str, Any]:
    """Read what changed on some sites, and mend the links on these."""
    with sessions()() as session:
        found = sites_with_changes(session)
    changes = refresh_all(sessions(), found, seconds=SECONDS / 2)
    mended = mend_all(sessions(), found, seconds=SECONDS / 2)
    return {"changes": changes, "removed": mended.removed, "moved": mended.moved}


def mend_everywhere() -> dict[str, Any]:
    """Mend what a round that died left behind, and links to articles that were deleted."""
    with sessions()() as session:
        found = sites_astray(session)
    mended = mend_all(sessions(), found, seconds=SECONDS)
    return {"sites": len(found), "removed": mended.removed, "moved": mended.moved}


def ask_for_vectors() -> dict[str, Any]:
    """Have the vectors of articles on some sites; counts, and why some have none."""
    provider = provider_if_any()
    if provider is None:
        return {"articles": 0, "remark": ""}
    with sessions()() as session:
        found = sites_without(session, provider.embedding_model)
    articles, remark = 0, ""
    for site_id in found:
        filled = asyncio.run(fill(sessions(), provider, site_id, seconds=SECONDS / len(found)))
        articles, remark = articles + filled.articles, remark or filled.remark
        if remark:
            break
    return {"articles": articles, "remark": remark}
