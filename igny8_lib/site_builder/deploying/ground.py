"""What deployments and rollbacks of one site stand on."""

from __future__ import annotations

from dataclasses import dataclass

from igny8_lib.db.session import Sessions
from igny8_lib.site_builder.deploying.places import OpenWordPress, Place, Places
from igny8_lib.site_builder.deploying.settings import settings_of
from igny8_lib.site_builder.releases.target import Target
from igny8_lib.site_builder.stored import Store
from igny8_lib.sites.sites import site_by_id


@dataclass(frozen=True)
class Ground:
    """The site's rows, its files between deployments, its place, how many versions are kept there in all, and the door
    to its WordPress."""

    sessions: Sessions
    store: Store
    site_id: int
    place: Place
    keep: int
    wordpress: OpenWordPress

    @classmethod
    def of(cls, sessions: Sessions, places: Places, store: Store, site_id: int) -> Ground:
        """As the site's settings are now. Raises NotFound for an unknown site, InvalidInput where it has no place."""
        with sessions() as session:
            settings = settings_of(session, site_id)
            place = places.place_of(site_by_id(session, site_id), settings)
        return cls(sessions, store, site_id, place, settings.versions_kept, places.wordpress)

    @property
    def target(self) -> Target:
        """Where its versions are."""
        return self.place.target
