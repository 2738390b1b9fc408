"""What the import of WordPress content takes of Airflow: the sites' connections, and the work of one round."""

from __future__ import annotations

import logging
import time
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

from igny8_dags.connections import sessions, wordpress
from igny8_lib import clock
from igny8_lib.db.scope import Scope
from igny8_lib.db.session import scoped
from igny8_lib.errors import InvalidInput, NotFound
from igny8_lib.publishing.importing import passes, state
from igny8_lib.settings import load
from igny8_lib.sites.sites import site_by_slug
from igny8_lib.wordpress.client import WordPress
from igny8_lib.wordpress.errors import WordPressFailure

log = logging.getLogger(__name__)

WORKERS = 4
"""Sites that are read at once."""
UNFORESEEN = (
    "Something unforeseen happened ({}) while the website was read: it is tried again. The log of the DAG "
    "sync_wordpress says more."
)


def share_out() -> list[list[str]]:
    """The sites whose turn it is, by slug, a list for each worker; none in an idle round."""
    with sessions()() as session:
        due = [slug for _, slug in state.due_sites(session, clock.now())]
    return [due[worker::WORKERS] for worker in range(min(WORKERS, len(due)))]


def import_sites(slugs: Sequence[str], seconds: float = passes.SECONDS) -> dict[str, Any]:
    """Work on one site after the other, each with its share of the time that is left; how each stands, by slug. What
    is not reached is due in the next round."""
    until, stands = time.monotonic() + seconds, dict[str, Any]()
    for place, slug in enumerate(slugs):
        left = until - time.monotonic()
        if left <= 0:
            break
        with suppress(NotFound):  # the site is gone, or has another name, since this round began
            stands[slug] = import_site(slug, left / (len(slugs) - place))
    return stands


def import_site(slug: str, seconds: float) -> dict[str, Any]:
    """Work on one site. What is wrong with its connection is noted with the site, and tried again in an hour; what
    nobody foresaw, too: such a site would be the longest due in each round, and those behind it never read.

    Raises NotFound where there is no such site.
    """
    with sessions()() as session:
        site = site_by_slug(session, slug)
    own = scoped(sessions(), Scope.of_sites(site.account_id, [site.id]))
    try:
        known = wordpress(slug)
        with WordPress.of(known, load()) as website:
            return passes.work(own, website, site.id, seconds=seconds)
    except (InvalidInput, WordPressFailure) as problem:
        with own.begin() as session:
            state.postpone(session, site.id, str(problem))
            return state.describe(session, site.id)
    except Exception as error:
        log.exception("The import of site %s", slug)
        with own.begin() as session:
            state.postpone(session, site.id, UNFORESEEN.format(type(error).__name__), passes.AGAIN)
            return state.describe(session, site.id)
