"""A new version of a site: rendered, checked, put in place, made live, and told in rows.

    what died before is settled → material is read → checked (a fault ends it: nothing was written) → a number is drawn
    → pages of WordPress, where it goes there, too → files → switched → articles that were published meanwhile → rows

The same call again finishes what died, wherever that was: a number whose version never became live is drawn again, and
a build that has deployed is told what it did.
"""

from __future__ import annotations

from igny8_lib.db.session import Sessions
from igny8_lib.models import BlueprintHosting, DeploymentKind
from igny8_lib.site_builder.blueprints.finding import find_blueprint
from igny8_lib.site_builder.deploying import pages_alone
from igny8_lib.site_builder.deploying.bringing import bring, rendered_anew
from igny8_lib.site_builder.deploying.checking import candidate
from igny8_lib.site_builder.deploying.drawing import describe, draw
from igny8_lib.site_builder.deploying.ground import Ground
from igny8_lib.site_builder.deploying.material import Material, Shown, material_of, material_of_version, shown_of
from igny8_lib.site_builder.deploying.pages_alone import pages_of
from igny8_lib.site_builder.deploying.places import Places
from igny8_lib.site_builder.deploying.reading import wanted
from igny8_lib.site_builder.deploying.records import Deployed, Order, record, report_of
from igny8_lib.site_builder.deploying.settling import changes_between, settle
from igny8_lib.site_builder.deploying.versions import deployment_of_build, find_version
from igny8_lib.site_builder.documents import SiteDocument
from igny8_lib.site_builder.releases import deploying as releases
from igny8_lib.site_builder.site_lock import alone_with_site
from igny8_lib.site_builder.stored import Store


def deploy(
    sessions: Sessions,
    places: Places,
    store: Store,
    site_id: int,
    blueprint_id: int,
    *,
    by: str,
    build_id: int | None = None,
) -> Deployed:
    """Make a blueprint as it is now what visitors of the site see; another that they saw until now becomes ready.

    Waits while the site is deployed or rolled back by somebody else. Raises SiteHasFaults with all that is wrong,
    NotFound for an unknown blueprint, Conflict for one that is being built by somebody else or hosted where nothing can
    be deployed, InvalidInput where the site has no place, DamagedRelease where the place holds something else than was
    written: visitors see what they saw before.
    """
    with alone_with_site(sessions, site_id):
        order = Order(site_id, DeploymentKind.DEPLOY, by, build_id)
        if has_pages_alone(sessions, site_id, blueprint_id):
            return pages_alone.deploy(sessions, places, store, order, blueprint_id)
        ground = Ground.of(sessions, places, store, site_id)
        settle(ground)
        if build_id is not None and (done := done_by(ground, build_id)):
            return done
        with sessions() as session:
            shown = shown_of(session, site_id)
            material = wanted(session, site_id, blueprint_id, build_id)
        return put_live(ground, order, blueprint_id, material, shown)


def deploy_document(
    sessions: Sessions, places: Places, store: Store, site_id: int, document: SiteDocument, *, by: str
) -> Deployed:
    """The same for a structure that no blueprint has: the site that articles are shown in. Raises as `deploy`."""
    with alone_with_site(sessions, site_id):
        ground = Ground.of(sessions, places, store, site_id)
        settle(ground)
        with sessions() as session:
            shown = shown_of(session, site_id)
            material = material_of(session, site_id, document, icon_asset_id=None)
        return put_live(ground, Order(site_id, DeploymentKind.DEPLOY, by), None, material, shown)


def put_live(ground: Ground, order: Order, blueprint_id: int | None, material: Material, shown: Shown) -> Deployed:
    """Check it, then draw a number, write, switch and tell."""
    checked = candidate(material, ground.store, ground.place.base_url)
    checked.require_sound()
    newest = max(ground.target.versions(), default=0)
    with ground.sessions.begin() as session:
        chosen = None if blueprint_id is None else find_blueprint(session, order.site_id, blueprint_id, lock=True)
        version = draw(session, order, newest)
        describe(version, order, chosen, checked, ground.place.base_url)
    pages = pages_of(ground, version)
    done = releases.deploy(ground.target, version.number, checked.files, keep=ground.keep)
    bring_meanwhile(ground, version.number, shown)
    report = report_of(ground.target.manifest(version.number), done.changes) | pages
    there = ground.target.versions()
    with ground.sessions.begin() as session:
        return record(session, order, Deployed(version.number, done.before, done.changes, report), there)


def has_pages_alone(sessions: Sessions, site_id: int, blueprint_id: int) -> bool:
    """Whether the blueprint goes to WordPress and nowhere else. Raises NotFound."""
    with sessions() as session:
        return find_blueprint(session, site_id, blueprint_id).hosting_type is BlueprintHosting.WORDPRESS


def bring_meanwhile(ground: Ground, number: int, shown: Shown) -> None:
    """Bring in what was published into the version before while this one was rendered and written."""
    with ground.sessions() as session:
        if shown_of(session, ground.site_id) == shown:
            return
        version = find_version(session, ground.site_id, number)
        material = material_of_version(session, version)
    bring(ground.target, number, material, rendered_anew(material, version.base_url), ground.store)


def done_by(ground: Ground, build_id: int) -> Deployed | None:
    """What a build has deployed already; None where it has not."""
    with ground.sessions() as session:
        found = deployment_of_build(session, ground.site_id, build_id)
    if found is None:
        return None
    changes = changes_between(ground.target, found.before, found.version)
    return Deployed(found.version, found.before, changes, found.report)
