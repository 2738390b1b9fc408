"""An earlier version of a site live again, just as it was."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from igny8_lib.db.session import Sessions
from igny8_lib.errors import Conflict
from igny8_lib.models import DeploymentKind, SiteVersion
from igny8_lib.site_builder.deploying import pages_alone
from igny8_lib.site_builder.deploying.bringing import Differences, bring, differences, rendered_anew, require_fit
from igny8_lib.site_builder.deploying.ground import Ground
from igny8_lib.site_builder.deploying.hosting import AS_FILES
from igny8_lib.site_builder.deploying.material import material_of_version
from igny8_lib.site_builder.deploying.pages_alone import pages_of
from igny8_lib.site_builder.deploying.places import Place, Places
from igny8_lib.site_builder.deploying.records import Deployed, Order, record, report_of
from igny8_lib.site_builder.deploying.settling import settle
from igny8_lib.site_builder.deploying.versions import find_version, live_of
from igny8_lib.site_builder.releases import deploying as releases
from igny8_lib.site_builder.releases.manifest import Manifest
from igny8_lib.site_builder.releases.target import Target
from igny8_lib.site_builder.site_lock import alone_with_site
from igny8_lib.site_builder.stored import Store

NAMED = 100
"""Articles that a report names; it counts all."""


def rollback(
    sessions: Sessions,
    places: Places,
    store: Store,
    site_id: int,
    version: int,
    *,
    by: str,
    with_articles: bool = False,
) -> Deployed:
    """Make an earlier version live again, to the byte; `report` says which articles it does not show though they are
    published, and which it shows though they are not. `with_articles` then brings in those of now.

    Waits while somebody else deploys the site. Raises NotFound where the version is not kept, Conflict where it was
    made for another address, DamagedRelease where its files are no longer what they were, SiteHasFaults where it would
    have faults with the articles of now: visitors see what they saw before.
    """
    with alone_with_site(sessions, site_id):
        with sessions() as session:
            row = find_version(session, site_id, version)
        if row.hosting not in AS_FILES:
            order = Order(site_id, DeploymentKind.ROLLBACK, by)
            return pages_alone.roll_back(sessions, places, store, order, row)
        ground = Ground.of(sessions, places, store, site_id)
        settle(ground, by=by)
        with sessions() as session:
            row = find_version(session, site_id, version)
            require_address(row, ground.place)
            material = material_of_version(session, row)
        rendered = rendered_anew(material, row.base_url) if with_articles else {}
        if with_articles and (there := ground.target.manifest(version)):
            require_fit(rendered, there, material, row.base_url)
        pages = pages_of(ground, row) if ground.target.manifest(version) else {}
        done = releases.rollback(ground.target, version)
        apart = differences(manifest_of(ground.target, version), material.articles)
        if with_articles:
            bring(ground.target, version, material, rendered, store)
        report = report_of(manifest_of(ground.target, version), done.changes) | told(apart, brought=with_articles)
        report |= pages
        return write(ground, Deployed(version, done.before, done.changes, report), by)


def manifest_of(target: Target, version: int) -> Manifest:
    """What the version consists of."""
    return target.manifest(version) or Manifest(version, {})


def write(ground: Ground, rolled: Deployed, by: str) -> Deployed:
    """Tell it in rows, unless the version was what visitors saw already."""
    there = ground.target.versions()
    with ground.sessions.begin() as session:
        if live_of(session, ground.site_id) == rolled.version:
            return rolled
        return record(session, Order(ground.site_id, DeploymentKind.ROLLBACK, by), rolled, there)


def require_address(version: SiteVersion, place: Place) -> None:
    """Raises Conflict where the version's links and addresses are another place's."""
    if version.base_url != place.base_url:
        raise Conflict(
            f"Version {version.number} was made for {version.base_url}, but the site is at {place.base_url} now: its "
            "links would lead elsewhere. Deploy the site anew."
        )


def told(apart: Differences, *, brought: bool) -> dict[str, Any]:
    """What people are told of articles, all counted and the first named."""
    return {
        "missing_articles": named(apart.missing),
        "missing_articles_count": len(apart.missing),
        "gone_articles": named(apart.gone),
        "gone_articles_count": len(apart.gone),
        "articles_brought": brought,
    }


def named(slugs: Sequence[str]) -> list[str]:
    """The first of them."""
    return list(slugs[:NAMED])
