"""Which blueprints can be deployed, and as what, by where they are hosted."""

from __future__ import annotations

from igny8_lib.errors import Conflict
from igny8_lib.models import BlueprintHosting, SiteBlueprint

AS_FILES = frozenset({BlueprintHosting.IGNY8_SITES, BlueprintHosting.MULTI})
AS_PAGES = frozenset({BlueprintHosting.WORDPRESS, BlueprintHosting.MULTI})
"""As pages of the site's WordPress."""


def require_hosting(blueprint: SiteBlueprint) -> None:
    """Raises Conflict for a blueprint that goes where nothing can be deployed."""
    if blueprint.hosting_type not in AS_FILES | AS_PAGES:
        raise Conflict(
            f"{blueprint.name} is to be hosted by {blueprint.hosting_type.value}, where nothing can be deployed: "
            f"change its hosting to {BlueprintHosting.IGNY8_SITES.value}, or take its pages over there by hand."
        )
