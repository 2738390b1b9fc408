"""What is to be deployed of a blueprint, read as it is now."""

from __future__ import annotations

from sqlalchemy.orm import Session

from igny8_lib.errors import Conflict
from igny8_lib.models import BlueprintStatus
from igny8_lib.site_builder.blueprints.finding import find_blueprint
from igny8_lib.site_builder.blueprints.whole import site_document
from igny8_lib.site_builder.deploying.checking import finding_of
from igny8_lib.site_builder.deploying.hosting import require_hosting
from igny8_lib.site_builder.deploying.material import Material, material_of
from igny8_lib.site_builder.documents import BadStructure
from igny8_lib.site_builder.releases.checks import SiteHasFaults


def wanted(session: Session, site_id: int, blueprint_id: int, build_id: int | None) -> Material:
    """What the next version consists of.

    Raises NotFound, Conflict for a blueprint that is being built by somebody else or hosted where nothing can be
    deployed, SiteHasFaults for a structure that cannot be read.
    """
    blueprint = find_blueprint(session, site_id, blueprint_id)
    require_hosting(blueprint)
    if build_id is None and blueprint.status is BlueprintStatus.GENERATING:
        raise Conflict(f"{blueprint.name} is being built: wait until its build has ended, or cancel it.")
    try:
        document = site_document(session, blueprint)
    except BadStructure as wrong:
        raise SiteHasFaults([finding_of(wrong)]) from wrong
    return material_of(session, site_id, document, icon_asset_id=blueprint.icon_asset_id)
