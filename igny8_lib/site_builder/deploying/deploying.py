"""A new version of a site: rendered, checked, put in place, made live, and told in rows.

    what died before is settled → material is read → checked (a fault ends it: nothing was written) → a number is drawn
    → files → switched → articles that were published meanwhile → rows

The same call again finishes what died, wherever that was: a number whose version never became live is drawn again, and
a build that has deployed is told what it did.
"""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from igny8_lib import clock
from igny8_lib.db.session import Sessions
from igny8_lib.errors import Conflict
from igny8_lib.models import BlueprintStatus, DeploymentKind, SiteDeployment, SiteVersion, SiteVersionStatus
from igny8_lib.site_builder.blueprints.finding import find_blueprint
from igny8_lib.site_builder.blueprints.whole import site_document
from igny8_lib.site_builder.deploying.bringing import bring, rendered_anew
from igny8_lib.site_builder.deploying.checking import Candidate, candidate, finding_of
from igny8_lib.site_builder.deploying.ground import Ground
from igny8_lib.site_builder.deploying.hosting import require_hosting
from igny8_lib.site_builder.deploying.material import Material, Shown, material_of, material_of_version, shown_of
from igny8_lib.site_builder.deploying.places import Places
from igny8_lib.site_builder.deploying.records import Deployed, Order, record, report_of
from igny8_lib.site_builder.deploying.settling import changes_between, settle
from igny8_lib.site_builder.deploying.versions import find_version
from igny8_lib.site_builder.documents import BadStructure, SiteDocument
from igny8_lib.site_builder.images_json import as_json
from igny8_lib.site_builder.releases import deploying as releases
from igny8_lib.site_builder.releases.checks import SiteHasFaults
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
        ground = Ground.of(sessions, places, store, site_id)
        settle(ground)
        if build_id is not None and (done := done_by(ground, build_id)):
            return done
        with sessions() as session:
            blueprint = find_blueprint(session, site_id, blueprint_id)
            require_hosting(blueprint)
            if build_id is None and blueprint.status is BlueprintStatus.GENERATING:
                raise Conflict(f"{blueprint.name} is being built: wait until its build has ended, or cancel it.")
            shown = shown_of(session, site_id)
            try:
                document = site_document(session, blueprint)
            except BadStructure as wrong:
                raise SiteHasFaults([finding_of(wrong)]) from wrong
            material = material_of(session, site_id, document, icon_asset_id=blueprint.icon_asset_id)
        order = Order(site_id, DeploymentKind.DEPLOY, by, build_id)
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
        if blueprint_id is not None:
            find_blueprint(session, order.site_id, blueprint_id, lock=True)
        version = draw(session, order, newest)
        describe(version, order, blueprint_id, checked, ground.place.base_url)
    done = releases.deploy(ground.target, version.number, checked.files, keep=ground.keep)
    bring_meanwhile(ground, version.number, shown)
    report = report_of(ground.target.manifest(version.number), done.changes)
    there = ground.target.versions()
    with ground.sessions.begin() as session:
        return record(session, order, Deployed(version.number, done.before, done.changes, report), there)


def draw(session: Session, order: Order, newest: int) -> SiteVersion:
    """The row of the new version: the last one again where its version never became live, else one with the next
    number, beyond `newest`, the last that stands at the target."""
    mine = select(SiteVersion).where(SiteVersion.site_id == order.site_id)
    last = session.scalar(mine.order_by(SiteVersion.number.desc()).limit(1).with_for_update())
    if last is not None and last.status is SiteVersionStatus.MADE and last.number >= newest:
        return last
    drawn = SiteVersion(site_id=order.site_id, number=max(last.number if last else 0, newest) + 1)
    session.add(drawn)
    return drawn


def describe(version: SiteVersion, order: Order, blueprint_id: int | None, checked: Candidate, base_url: str) -> None:
    """Let the row say what the version is made of, and by whom."""
    version.blueprint_id = blueprint_id
    version.build_id = order.build_id
    version.status = SiteVersionStatus.MADE
    version.document = checked.material.document.model_dump(mode="json")
    version.images = as_json(checked.material.pictures.values())
    version.base_url = base_url
    version.made_by = order.by
    version.made_at = clock.now()


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
    query = select(SiteDeployment).where(SiteDeployment.site_id == ground.site_id, SiteDeployment.build_id == build_id)
    with ground.sessions() as session:
        found = session.scalar(query.order_by(SiteDeployment.id.desc()).limit(1))
    if found is None:
        return None
    changes = changes_between(ground.target, found.before, found.version)
    return Deployed(found.version, found.before, changes, found.report)
