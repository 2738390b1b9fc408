"""What a process did not come to do that died after it had switched the pointer: the rows that say so, and articles
that were published while it rendered.

Whoever deploys or rolls back next settles it first, and so does the same call when it is made again.
"""

from __future__ import annotations

from igny8_lib.models import DeploymentKind, SiteVersionStatus
from igny8_lib.site_builder.deploying.bringing import bring, rendered_anew
from igny8_lib.site_builder.deploying.ground import Ground
from igny8_lib.site_builder.deploying.material import material_of_version
from igny8_lib.site_builder.deploying.records import Deployed, Order, record, report_of
from igny8_lib.site_builder.deploying.versions import last_with_files, version_row
from igny8_lib.site_builder.releases.deploying import remove_oldest
from igny8_lib.site_builder.releases.manifest import Changes, Manifest, difference
from igny8_lib.site_builder.releases.target import Target

UNKNOWN = "unknown"
"""Who rolled back, where nothing but the pointer is left to tell."""


def settle(ground: Ground, *, by: str = UNKNOWN) -> None:
    """Finish what died, if anything did; `by` is who rolled back, where that is known. Called alone with the site."""
    target, live = ground.target, ground.target.live()
    with ground.sessions() as session:
        last = last_with_files(session, ground.site_id)
        version = None if live is None else version_row(session, ground.site_id, live)
        if live is None or version is None or (last is not None and last.version == live):
            return
        is_new = version.status is SiteVersionStatus.MADE
        material = material_of_version(session, version) if is_new else None
    order = Order(ground.site_id, DeploymentKind.ROLLBACK, by)
    if material is not None:
        order = Order(ground.site_id, DeploymentKind.DEPLOY, version.made_by, version.build_id)
        bring(target, live, material, rendered_anew(material, version.base_url), ground.store)
        with target.alone():
            target.clean()
            remove_oldest(target, ground.keep)
    before = None if last is None else last.version
    changes = changes_between(target, before, live)
    done = Deployed(live, before, changes, report_of(target.manifest(live), changes))
    there = target.versions()
    with ground.sessions.begin() as session:
        record(session, order, done, there)


def changes_between(target: Target, before: int | None, after: int) -> Changes:
    """What one version has that another has not; a version that is not at the target any more had nothing."""
    old = None if before is None else target.manifest(before)
    return difference(old, target.manifest(after) or Manifest(after, {}))
