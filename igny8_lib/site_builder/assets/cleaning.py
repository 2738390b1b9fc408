"""What no row names is removed from the store: files that were removed, and what a killed upload left.

Both are done under the site's lock: an upload that brings the same content again waits, or is there already and seen.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from typing import Protocol

from igny8_lib.db.session import Sessions
from igny8_lib.site_builder.assets.finding import lock_files, store_folder
from igny8_lib.site_builder.assets.showing import stored_of
from igny8_lib.site_builder.stored import Store

log = logging.getLogger(__name__)

WEBSITES = "websites"
"""Below it each site has a folder, called by its number."""


class ListedStore(Store, Protocol):
    """A store that says what it holds."""

    def names(self, folder: str) -> list[str]:
        """The names of what stands in a folder, folders among it; none where there is no such folder."""
        ...


def clean(sessions: Sessions, store: Store, site_id: int, stored: Iterable[str]) -> int:
    """Remove those of the store's files that no row of the site names; how many.

    One that cannot be removed is only logged: what was asked for is done, and `tidy` comes by once a day.
    """
    with sessions.begin() as session:
        lock_files(session, site_id)
        needed = set(stored_of(session, site_id).values())
        return sum(is_removed(store, name) for name in sorted(set(stored) - needed))


def is_removed(store: Store, name: str) -> bool:
    """Remove it from the store; whether that went well."""
    try:
        store.remove(name)
    except Exception:  # noqa: BLE001 - each kind of store raises errors of its own
        log.warning("The file %s of the media store is not needed any more and could not be removed.", name)
        return False
    return True


def tidy(sessions: Sessions, store: ListedStore) -> int:
    """Remove all uploads from the store that no row names, site by site; how many."""
    sites = sorted(int(name) for name in store.names(WEBSITES) if name.isdecimal())
    return sum(tidy_site(sessions, store, site_id) for site_id in sites)


def tidy_site(sessions: Sessions, store: ListedStore, site_id: int) -> int:
    """The same for one site, also one that is deleted; what is listed is held against the rows again under the lock."""
    folder = store_folder(site_id)
    there = {f"{folder}/{name}" for name in store.names(folder)}
    if not there:
        return 0
    with sessions() as session:
        suspects = there - set(stored_of(session, site_id).values())
    return clean(sessions, store, site_id, suspects) if suspects else 0
