"""What visitors would see otherwise if a blueprint were deployed now."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from igny8_lib.db.session import Sessions
from igny8_lib.site_builder.deploying.checking import material_now, measured
from igny8_lib.site_builder.deploying.places import Places
from igny8_lib.site_builder.deploying.rendering import files_of
from igny8_lib.site_builder.releases.deploying import live_manifest
from igny8_lib.site_builder.releases.manifest import Changes, Manifest, difference
from igny8_lib.site_builder.stored import Store


@dataclass(frozen=True)
class WouldChange:
    """What is live, what would be added, changed and removed, and the slugs of articles whose pages are among it."""

    live: int | None
    changes: Changes
    articles: tuple[str, ...]

    def as_json(self) -> dict[str, Any]:
        """As a JSON document."""
        return {
            "live": self.live,
            "changes": {name: list(paths) for name, paths in vars(self.changes).items()},
            "articles": list(self.articles),
        }


def what_would_change(sessions: Sessions, places: Places, store: Store, site_id: int, blueprint_id: int) -> WouldChange:
    """Compare the blueprint as it is now with what is live. Raises as `checking.check`, and BadStructure.

    What WordPress shows is not compared: only writing there tells."""
    material, place = material_now(sessions, places, site_id, blueprint_id)
    entries, _lost = measured(files_of(material, store, place.base_url))
    if not place.has_files:
        return WouldChange(None, Changes(), ())
    live = live_manifest(place.target)
    changes = difference(live, Manifest(1, entries))
    touched = {*changes.added, *changes.changed}
    articles = tuple(sorted(article.slug for article in material.articles if article.path in touched))
    return WouldChange(None if live is None else live.version, changes, articles)
