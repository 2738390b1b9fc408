"""A new blueprint."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from igny8_lib.models import AssetFolder, Site, SiteAsset, SiteBlueprint
from igny8_lib.site_builder.blueprints.given import blueprint_values
from igny8_lib.site_builder.documents import BadStructure, Theme

log = logging.getLogger(__name__)

THEME = tuple(Theme.model_fields)
CHOSEN = ("tagline", "layout", "template", "theme")
"""What the AI leaves alone where people chose it."""


def create(session: Session, site: Site, given: Mapping[str, Any], *, by: str) -> SiteBlueprint:
    """A blueprint of what people said; what they left out has its default, the language is the site's.

    Raises BadStructure, which names the field.
    """
    if "name" not in given:
        raise BadStructure("name", "this field is missing")
    values = columns(blueprint_values({"language": site.language} | dict(given)), {})
    require_icon(session, site.id, values.get("icon_asset_id"))
    blueprint = SiteBlueprint(site_id=site.id, created_by=by, edited=chosen(values, ()), **values)
    session.add(blueprint)
    session.flush()
    session.refresh(blueprint)
    log.info("%s made blueprint %d %r of site %s.", by, blueprint.id, blueprint.name, site.slug)
    return blueprint


def columns(values: Mapping[str, Any], theme: Mapping[str, Any]) -> dict[str, Any]:
    """The row's columns that the values fill, the theme among them where one of its names is said."""
    own = {name: value for name, value in values.items() if name not in THEME}
    said = {name: values[name] for name in THEME if name in values}
    return own | ({"theme": {**theme, **said}} if said else {})


def chosen(values: Mapping[str, Any], before: tuple[str, ...]) -> list[str]:
    """What people have chosen once these columns are kept; an empty tagline is left to the AI again."""
    marks = {*before, *(name for name in CHOSEN if name in values)}
    return [name for name in CHOSEN if name in marks and not (name == "tagline" and values.get(name) == "")]


def require_icon(session: Session, site_id: int, asset_id: int | None) -> None:
    """Raises BadStructure where an icon is wanted of something that is no picture of the site."""
    if asset_id is None:
        return
    query = select(SiteAsset.id).where(
        SiteAsset.site_id == site_id, SiteAsset.id == asset_id, SiteAsset.folder == AssetFolder.IMAGES
    )
    if session.scalar(query) is None:
        raise BadStructure("icon_asset_id", f"the site has no picture {asset_id}: upload it first")
