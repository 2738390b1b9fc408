"""Versions that are pages of the site's WordPress and nothing else: no file is written, and no pointer switched."""

from __future__ import annotations

from typing import Any

from igny8_lib.db.session import Sessions
from igny8_lib.errors import NotFound
from igny8_lib.models import SiteVersion, SiteVersionStatus
from igny8_lib.site_builder.blueprints.finding import find_blueprint
from igny8_lib.site_builder.deploying.checking import candidate
from igny8_lib.site_builder.deploying.drawing import describe, draw
from igny8_lib.site_builder.deploying.ground import Ground
from igny8_lib.site_builder.deploying.hosting import AS_PAGES
from igny8_lib.site_builder.deploying.places import Places, address_in_wordpress
from igny8_lib.site_builder.deploying.reading import wanted
from igny8_lib.site_builder.deploying.records import Deployed, Order, record, report_of
from igny8_lib.site_builder.deploying.versions import deployment_of_build, live_of
from igny8_lib.site_builder.releases.manifest import Changes
from igny8_lib.site_builder.stored import Store
from igny8_lib.site_builder.wordpress_pages.deploying import deploy_pages
from igny8_lib.sites.sites import site_by_id


def deploy(sessions: Sessions, places: Places, store: Store, order: Order, blueprint_id: int) -> Deployed:
    """A new version of the blueprint, checked and written into WordPress. Called alone with the site; raises as
    `deploying.deploy`, and WordPressFailure: pages that were written by then stay, and the same call goes on."""
    if order.build_id is not None and (done := done_by(sessions, order.site_id, order.build_id)):
        return done
    with sessions() as session:
        material = wanted(session, order.site_id, blueprint_id, order.build_id)
        url = address_in_wordpress(site_by_id(session, order.site_id))
    checked = candidate(material, store, url)
    checked.require_sound()
    with sessions.begin() as session:
        blueprint = find_blueprint(session, order.site_id, blueprint_id, lock=True)
        version = draw(session, order, newest=0)
        describe(version, order, blueprint, checked, url)
    return write(sessions, places, store, order, version.number)


def roll_back(sessions: Sessions, places: Places, store: Store, order: Order, version: SiteVersion) -> Deployed:
    """An earlier version's pages again, unless people have changed them since in WordPress."""
    if version.status is not SiteVersionStatus.KEPT:
        raise NotFound(f"Version {version.number} never became live: deploy the website anew.")
    return write(sessions, places, store, order, version.number)


def write(sessions: Sessions, places: Places, store: Store, order: Order, number: int) -> Deployed:
    """Write the version's pages, and tell it in rows."""
    pages = deploy_pages(sessions, places.wordpress, store, order.site_id, number)
    with sessions.begin() as session:
        before = live_of(session, order.site_id)
        changes = Changes()
        done = Deployed(number, before, changes, report_of(None, changes) | {"wordpress": pages})
        return record(session, order, done, there=None)


def pages_of(ground: Ground, version: SiteVersion) -> dict[str, Any]:
    """What a deployment's report says of WordPress, once the pages of a version that goes there, too, are written."""
    if version.hosting not in AS_PAGES:
        return {}
    pages = deploy_pages(ground.sessions, ground.wordpress, ground.store, ground.site_id, version.number)
    return {"wordpress": pages}


def done_by(sessions: Sessions, site_id: int, build_id: int) -> Deployed | None:
    """What a build has deployed already; None where it has not."""
    with sessions() as session:
        found = deployment_of_build(session, site_id, build_id)
    return None if found is None else Deployed(found.version, found.before, Changes(), found.report)
